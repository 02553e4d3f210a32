@testable import WebFetch

extension LoopbackServer.Answer {
    /// A whole answer with its length.
    static func ok(_ body: String, type: String = "image/png", status: String = "200 OK") -> Self {
        let head = "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return .bytes(Array((head + body).utf8))
    }

    /// A redirect.
    static func redirect(to location: String, status: Int = 302) -> Self {
        .bytes(Array("HTTP/1.1 \(status) Moved\r\nLocation: \(location)\r\nContent-Length: 4\r\n\r\ngone".utf8))
    }
}

/// Makes a fetcher for tests, in an environment that names proxies which do not exist.
///
/// - Parameters:
///   - allowed: The allowed hosts.
///   - adjust: Changes other settings; the timeout is long unless changed here.
/// - Returns: The fetcher.
/// - Throws: `WebFetchError` when the allowed hosts are malformed.
func makeFetcher(
    allowing allowed: String = "",
    adjust: (inout WebFetchConfiguration) -> Void = { _ in }
) throws -> WebFetcher {
    _ = proxyEnvironment
    var configuration = WebFetchConfiguration()
    configuration.allowedHosts = try AllowedHosts(parsing: allowed)
    // Other tests may keep one waiting for a minute before it gets to cancel.
    configuration.timeout = .seconds(600)
    adjust(&configuration)
    return WebFetcher(configuration: configuration)
}

extension WebFetcher {
    /// The error of a fetch that should fail, `nil` when it does not.
    func error(fetching url: String) async -> WebFetchError? {
        do throws(WebFetchError) {
            _ = try await fetch(url)
            return nil
        } catch {
            return error
        }
    }

    /// The error of a fetch, and how long the fetch took on its own thread, however long the test then waits for a turn.
    func timedError(fetching url: String) async -> (error: WebFetchError?, duration: Duration) {
        let start = ContinuousClock.now
        return await withCheckedContinuation { continuation in
            fetch(url) { result in
                let duration = ContinuousClock.now - start
                switch result {
                case .success: continuation.resume(returning: (nil, duration))
                case .failure(let error): continuation.resume(returning: (error, duration))
                }
            }
        }
    }
}
