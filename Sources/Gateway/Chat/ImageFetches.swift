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
    /// The most bytes that all images together may have in base64, each counted as often as it is named: what Bedrock takes in
    /// one request (WIRE.md §4.1).
    static let maximumEncodedBytes = 25_000_000
    /// As many bytes before they are put in base64.
    static let maximumBytes = maximumEncodedBytes / 4 * 3
    /// How many are fetched at once, so that one request does not fill the fetcher's queue.
    private static let width = 4

    /// What was fetched.
    ///
    /// Keeping it keeps its share of the fetcher's memory budget taken.
    struct Images: Sendable {
        fileprivate var resources: [JSONText: FetchedResource] = [:]

        /// The images in base64.
        ///
        /// An unknown format is left out: its part is refused as what it is.
        func blocks() -> [JSONText: ImageBlock] {
            resources.compactMapValues { resource in
                guard let format = ImageBlock.Format.sniff(resource.bytes.readableBytesView) else { return nil }
                let data = JSONText(validEscaped: Base64.encode(resource.bytes), hasEscapes: false)
                return ImageBlock(format: format, source: .base64(data))
            }
        }
    }

    /// An image to fetch, with the part that names it first.
    private struct Wanted {
        let url: JSONText
        let part: String
        /// In how many parts it will stand.
        var count = 1
    }

    private let wanted: [Wanted]
    private let fetcher: WebFetcher
    private let group: FetchGroup
    private let eventLoop: any EventLoop
    private var completion: ((Result<Images, OpenAIError>) -> Void)?
    private var handles: [FetchHandle] = []
    private var images = Images()
    private var encodedBytes = 0
    private var remaining: Int
    private var next = 0

    init(
        _ images: [RemoteImage],
        fetcher: WebFetcher,
        owner: FetchOwner?,
        eventLoop: any EventLoop,
        completion: @escaping (Result<Images, OpenAIError>) -> Void
    ) {
        wanted = Self.distinct(images)
        remaining = wanted.count
        self.fetcher = fetcher
        group = fetcher.makeGroup(limit: Self.maximumBytes, owner: owner)
        self.eventLoop = eventLoop
        self.completion = completion
    }

    private static func distinct(_ images: [RemoteImage]) -> [Wanted] {
        var wanted: [Wanted] = []
        var places: [JSONText: Int] = [:]
        for image in images {
            if let place = places[image.url] {
                wanted[place].count += 1
            } else {
                places[image.url] = wanted.count
                wanted.append(Wanted(url: image.url, part: image.part))
            }
        }
        return wanted
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
        let image = wanted[next]
        next += 1
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = eventLoop
        handles.append(
            fetcher.fetch(image.url.string, in: group) { result in
                eventLoop.execute { bound.value.take(result, for: image) }
            }
        )
    }

    /// Stops fetching; the completion is not called.
    func cancel() {
        completion = nil
        for handle in handles { handle.cancel() }
        handles = []
    }

    private func take(_ result: Result<FetchedResource, WebFetchError>, for image: Wanted) {
        guard completion != nil else { return }
        switch result {
        case .failure(let error): finish(.failure(.from(error, part: image.part)))
        case .success(let resource):
            guard ImageBlock.Format.sniff(resource.bytes.readableBytesView) != nil else {
                return finish(
                    .failure(
                        .badRequest(
                            .invalidImage,
                            param: image.part,
                            "\(image.part): what the URL leads to is not a PNG, JPEG, GIF or WebP image."
                        )
                    )
                )
            }
            encodedBytes += Base64.encodedLength(of: resource.bytes.readableBytes) * image.count
            guard encodedBytes <= Self.maximumEncodedBytes else {
                return finish(.failure(.imagesTooLarge(part: image.part)))
            }
            images.resources[image.url] = resource
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
