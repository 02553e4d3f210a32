import NIOCore

/// Fetches resources by http and https URL from the public internet, on threads of its own.
///
/// Made for URLs that strangers choose:
/// - Every address is vetted when its socket opens, after name lookup and at every redirect.
/// - No proxy is used, whatever the environment says: the socket check would see the proxy only.
/// - Nothing of the caller's request is sent along: no cookies, credentials or referrer.
///
/// Nothing is started or loaded before the first fetch.
public final class WebFetcher: Sendable {
    private let workers: FetchWorkers

    /// Creates a fetcher that has done nothing yet.
    ///
    /// - Parameter configuration: The limits, which hold over all fetches of this fetcher.
    public init(configuration: WebFetchConfiguration) {
        workers = FetchWorkers(configuration: configuration)
    }

    /// Makes a group for resources that are needed together.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that they may have together; never more than all fetches may.
    ///   - owner: Who wants them.
    /// - Returns: A group without any resource yet.
    public func makeGroup(limit: Int = .max, owner: FetchOwner? = nil) -> FetchGroup {
        FetchGroup(limit: min(limit, workers.maximumBytesInFlight), owner: owner)
    }

    /// Starts to fetch what is at a URL.
    ///
    /// Does not block, so an event loop may call it.
    ///
    /// - Parameters:
    ///   - url: An absolute http or https URL without credentials.
    ///   - group: What the resource is needed together with.
    ///   - completion: Called exactly once, and must not block: on a thread of the fetcher, on the thread that cancels,
    ///     or before this method returns when the URL is malformed or the fetcher is busy.
    /// - Returns: The handle that cancels the fetch.
    @discardableResult
    public func fetch(
        _ url: String,
        in group: FetchGroup? = nil,
        completion: @escaping @Sendable (Result<FetchedResource, WebFetchError>) -> Void
    ) -> FetchHandle {
        let handle = FetchHandle()
        handle.onCompletion(completion)
        start(url, in: group, for: handle)
        return handle
    }

    /// Fetches what is at a URL, until the task is cancelled.
    ///
    /// - Parameters:
    ///   - url: An absolute http or https URL without credentials.
    ///   - group: What the resource is needed together with.
    /// - Returns: The resource, never empty.
    /// - Throws: `WebFetchError`, which is `cancelled` when the task was.
    public func fetch(_ url: String, in group: FetchGroup? = nil) async throws(WebFetchError) -> FetchedResource {
        let handle = FetchHandle()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                handle.onCompletion { continuation.resume(returning: $0) }
                start(url, in: group, for: handle)
            }
        } onCancel: {
            handle.cancel()
        }
        return try result.get()
    }

    private func start(_ url: String, in group: FetchGroup?, for handle: FetchHandle) {
        guard !handle.isFinished else { return }
        do throws(WebFetchError) {
            try workers.submit(WebURL(url), in: group, for: handle)
        } catch {
            handle.finish(with: .failure(error))
        }
    }
}
