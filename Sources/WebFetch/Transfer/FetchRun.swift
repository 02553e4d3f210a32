import CCurl
import NIOCore

/// One fetch on its thread: hop after hop, until the resource is there or the fetch has failed.
struct FetchRun {
    let fetch: QueuedFetch
    let easy: EasyHandle
    let configuration: WebFetchConfiguration
    let budget: ByteBudget
    /// When the fetch's turn came.
    let begun = NIODeadline.now()

    /// Follows the URL to its resource.
    ///
    /// Every hop is vetted anew: its scheme and form by `WebURL`, its address by its own exemption alone.
    func resource() throws(WebFetchError) -> FetchedResource {
        var url = fetch.url
        for _ in 0...max(0, configuration.maximumRedirects) {
            let transfer = Transfer(
                isExempt: configuration.allowedHosts.contains(url),
                handle: fetch.handle,
                limit: min(configuration.maximumBytes, configuration.maximumBytesInFlight),
                lease: ByteLease(of: budget, within: fetch.group)
            )
            try perform(transfer, to: url)
            guard Self.isRedirect(easy.status) else { return try resource(of: transfer) }
            guard let location = easy.location else { throw .status(easy.status) }
            url = try url.resolving(location)
        }
        throw .tooManyRedirects(limit: configuration.maximumRedirects)
    }

    /// Runs one hop up to its answer.
    private func perform(_ transfer: Transfer, to url: WebURL) throws(WebFetchError) {
        guard !fetch.handle.isFinished else { throw .cancelled }
        let remaining = fetch.deadline - .now()
        guard remaining > .zero else { throw timeUp }
        let code = try easy.perform(
            transfer,
            to: url,
            timeout: Duration(remaining),
            connectTimeout: configuration.connectTimeout
        )
        if let error = error(for: code, in: transfer, host: url.host) { throw error }
    }

    private func resource(of transfer: Transfer) throws(WebFetchError) -> FetchedResource {
        guard Transfer.isSuccess(easy.status) else { throw .status(easy.status) }
        guard transfer.body.readableBytes > 0 else { throw .emptyBody }
        return FetchedResource(
            bytes: transfer.body,
            contentType: easy.header("Content-Type"),
            status: easy.status,
            lease: transfer.lease
        )
    }

    /// What it means that the time is over: where most of it went by in waiting for others, the server is not to blame.
    private var timeUp: WebFetchError {
        fetch.deadline - begun < TimeAmount(configuration.timeout / 2) ? .busy : .timedOut
    }

    /// Says what libcurl's verdict means, `nil` when there is an answer to look at.
    private func error(for code: CURLcode, in transfer: Transfer, host: String) -> WebFetchError? {
        switch code {
        case CURLE_OK:
            nil
        case CURLE_WRITE_ERROR:
            switch transfer.stop {
            case .bodyNotWanted: nil
            case .tooLarge: .tooLarge(limit: transfer.limit)
            case .groupTooLarge: .groupTooLarge(limit: fetch.group?.limit ?? transfer.limit)
            case .busy: .busy
            case .headersTooLong, nil: .unreachable(reason: "sent headers that are too long")
            }
        case CURLE_FILESIZE_EXCEEDED:
            Transfer.isSuccess(easy.status) ? .tooLarge(limit: transfer.limit) : nil
        case CURLE_ABORTED_BY_CALLBACK:
            .cancelled
        case CURLE_OPERATION_TIMEDOUT:
            timeUp
        case CURLE_COULDNT_CONNECT:
            transfer.refusedEveryAddress
                ? .addressRefused(host: host) : .unreachable(reason: "does not accept connections")
        case CURLE_URL_MALFORMAT:
            .invalidURL
        case CURLE_COULDNT_RESOLVE_HOST:
            .unreachable(reason: "has a name without an address")
        case CURLE_PEER_FAILED_VERIFICATION:
            .unreachable(reason: "has a TLS certificate that cannot be verified")
        case CURLE_SSL_CONNECT_ERROR:
            .unreachable(reason: "did not complete the TLS handshake")
        case CURLE_SSL_CACERT_BADFILE:
            .unreachable(reason: "was not contacted because the certificate authorities cannot be read")
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE:
            .unreachable(reason: "closed the connection before the answer was complete")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
            .unreachable(reason: "answered with something other than HTTP/1.1")
        default:
            .unreachable(reason: "failed to answer (libcurl error \(code.rawValue))")
        }
    }

    private static func isRedirect(_ status: Int) -> Bool {
        [301, 302, 303, 307, 308].contains(status)
    }
}
