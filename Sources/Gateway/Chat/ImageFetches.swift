import Adapters
import BedrockRuntime
import JSON
import NIOCore
import OpenAISchema
import WebFetch

/// The fetching of the images that one request names by URL, a few at a time; the first failure ends it.
///
/// Belongs to the loop of its exchange.
final class ImageFetches {
    /// How many different images one request may name.
    static let maximumImages = 20
    /// How many are fetched at once, so that one request does not fill the fetcher's queue.
    private static let width = 4

    /// What was fetched.
    ///
    /// Keeping it keeps its share of the fetcher's memory budget taken.
    struct Images: Sendable {
        fileprivate var resources: [String: FetchedResource] = [:]

        /// The images in base64.
        ///
        /// An unknown format is left out: its part is refused as what it is.
        func blocks() -> [String: ImageBlock] {
            resources.compactMapValues { resource in
                guard let format = ImageBlock.Format.sniff(resource.bytes.readableBytesView) else { return nil }
                let data = JSONText(validEscaped: Base64.encode(resource.bytes), hasEscapes: false)
                return ImageBlock(format: format, source: .base64(data))
            }
        }
    }

    private let wanted: [(url: String, part: String)]
    private let fetcher: WebFetcher
    private let group: FetchGroup
    private let eventLoop: any EventLoop
    private var completion: ((Result<Images, OpenAIError>) -> Void)?
    private var handles: [FetchHandle] = []
    private var images = Images()
    private var remaining: Int
    private var next = 0

    init(
        _ images: [(url: String, part: String)],
        fetcher: WebFetcher,
        eventLoop: any EventLoop,
        completion: @escaping (Result<Images, OpenAIError>) -> Void
    ) {
        var seen: Set<String> = []
        wanted = images.filter { seen.insert($0.url).inserted }
        remaining = wanted.count
        self.fetcher = fetcher
        group = fetcher.makeGroup()
        self.eventLoop = eventLoop
        self.completion = completion
    }

    /// Begins to fetch.
    func start() {
        guard wanted.count <= Self.maximumImages else {
            return finish(
                .failure(
                    .badRequest(
                        .invalidValue,
                        param: "messages",
                        "A request may name at most \(Self.maximumImages) images by URL; send the others as data URLs."
                    )
                )
            )
        }
        for _ in 0..<Self.width { fetchNext() }
    }

    private func fetchNext() {
        guard next < wanted.count, completion != nil else { return }
        let (url, part) = wanted[next]
        next += 1
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = eventLoop
        handles.append(
            fetcher.fetch(url, in: group) { result in
                eventLoop.execute { bound.value.take(result, url: url, part: part) }
            }
        )
    }

    /// Stops fetching; the completion is not called.
    func cancel() {
        completion = nil
        for handle in handles { handle.cancel() }
        handles = []
    }

    private func take(_ result: Result<FetchedResource, WebFetchError>, url: String, part: String) {
        guard completion != nil else { return }
        switch result {
        case .failure(let error): finish(.failure(.from(error, part: part)))
        case .success(let resource):
            guard ImageBlock.Format.sniff(resource.bytes.readableBytesView) != nil else {
                return finish(
                    .failure(
                        .badRequest(
                            .invalidImage,
                            param: part,
                            "\(part): what the URL leads to is not a PNG, JPEG, GIF or WebP image."
                        )
                    )
                )
            }
            images.resources[url] = resource
            remaining -= 1
            if remaining == 0 { finish(.success(images)) } else { fetchNext() }
        }
    }

    private func finish(_ result: Result<Images, OpenAIError>) {
        let completion = completion
        cancel()
        completion?(result)
    }
}
