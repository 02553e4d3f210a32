import CCurl
import Glibc

/// A libcurl easy handle, set up once for guarded fetches and used again and again.
///
/// Using it again saves reading the certificate authorities; no connection outlives a transfer. It owns its `CURL`
/// and its header list. It may move between threads but serves one at a time, which its owner sees to.
final class EasyHandle: @unchecked Sendable {
    private let easy: UnsafeMutableRawPointer
    /// Belongs to this object: libcurl reads it during transfers and does not copy it.
    private let headers: UnsafeMutablePointer<curl_slist>?

    /// Prepares libcurl for the process, once: some 2 MB of memory, and too slow for an event loop.
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(configuration: WebFetchConfiguration) throws(WebFetchError) {
        guard Self.isLibraryReady, let easy = curl_easy_init() else { throw Self.setUpFailed }
        self.easy = easy
        // Formats that the models read; anything else is better than nothing, so that the caller can say what it was.
        headers = curl_slist_append(nil, "Accept: image/png,image/jpeg,image/gif,image/webp,*/*;q=0.1")
        // From here on everything is stored, so a throw runs `deinit`, which frees it.
        guard headers != nil else { throw Self.setUpFailed }
        try setUp(configuration)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headers)
    }

    /// Runs one hop and blocks until it is over.
    ///
    /// - Parameters:
    ///   - transfer: Where the callbacks put what they receive; libcurl forgets it before this method returns.
    ///   - url: What to fetch; likewise.
    ///   - timeout: The time for everything, name lookup included.
    ///   - connectTimeout: The part of it before the request is sent.
    /// - Returns: libcurl's verdict.
    /// - Throws: `WebFetchError.unreachable` when libcurl does not take a setting, before anything is sent.
    func perform(
        _ transfer: Transfer,
        to url: WebURL,
        timeout: Duration,
        connectTimeout: Duration
    ) throws(WebFetchError) -> CURLcode {
        let context = CallbackContext(easy: easy, transfer: transfer)
        defer {
            ccurl_set_url(easy, nil)
            setCallbacks(context: nil)
        }
        try require(ccurl_set_url(easy, url.handle))
        try require(setCallbacks(context: Unmanaged.passUnretained(context).toOpaque()))
        try set(CURLOPT_TIMEOUT_MS, timeout.limitInMilliseconds)
        try set(CURLOPT_CONNECTTIMEOUT_MS, min(timeout, connectTimeout).limitInMilliseconds)
        return withExtendedLifetime((context, url)) { curl_easy_perform(easy) }
    }

    /// The status of the last answer, 0 when none came.
    var status: Int { ccurl_get_status(easy) }

    /// Returns a header of the last answer, the first where there are several.
    func header(_ name: String) -> String? {
        ccurl_get_header(easy, name).map { String(cString: $0) }
    }

    /// Where the last answer leads.
    ///
    /// Bytes that are not UTF-8 are percent-encoded one by one, as browsers do: they are Latin-1 mostly, and the server's own.
    var location: String? {
        guard let value = ccurl_get_header(easy, "Location") else { return nil }
        if let text = String(validatingCString: value) { return text }
        return UnsafeBufferPointer(start: value, count: strlen(value)).reduce(into: "") { text, character in
            let byte = UInt8(bitPattern: character)
            text += byte < 0x80 ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16, uppercase: true)
        }
    }

    /// Says which callbacks libcurl calls, and with what, which it borrows until this is called again.
    @discardableResult
    private func setCallbacks(context: UnsafeMutableRawPointer?) -> CURLcode {
        let codes = [
            ccurl_set_open_socket(easy, openVettedSocket, context),
            ccurl_set_header(easy, receiveHeader, context),
            ccurl_set_write(easy, receiveBody, context),
            ccurl_set_progress(easy, reportProgress, context),
        ]
        return codes.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    /// Makes the settings that hold for every transfer.
    private func setUp(_ configuration: WebFetchConfiguration) throws(WebFetchError) {
        // Where to, and nothing else: no redirects of libcurl's own, no proxy from the environment.
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NOPROXY, "*")
        // Each socket is opened for one hop, so the check at opening speaks for the host of that hop.
        try set(CURLOPT_FRESH_CONNECT, 1)
        try set(CURLOPT_FORBID_REUSE, 1)
        // Who we are, and nothing else.
        try set(CURLOPT_USERAGENT, configuration.userAgent)
        try set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        try set(CURLOPT_UNRESTRICTED_AUTH, 0)
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        // Plain HTTP/1.1, and the body as it is sent: what is small on the wire must not grow here.
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_HTTP09_ALLOWED, 0)
        try set(CURLOPT_HTTP_CONTENT_DECODING, 0)
        try require(ccurl_set_list(easy, CURLOPT_HTTPHEADER, headers))
        // TLS is checked against the system's authorities, or the operator's.
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        if let file = configuration.caCertificateFile {
            try set(CURLOPT_CAINFO, file)
        }
        // A folder beside that file would add to it, and would keep libcurl from remembering what it read: 15 ms.
        if ccurl_get_authorities(easy) != nil {
            try set(CURLOPT_CAPATH, nil)
        }
        // Limits; that of time is set for each hop.
        let limit = min(configuration.maximumBytes, configuration.maximumBytesInFlight)
        try require(ccurl_set_offset(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(limit)))
        // No signals in a process of many threads; and a name lookup that hangs is left to its own thread, which
        // frees what it holds when it ends, so that the time limit holds.
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_QUICK_EXIT, 1)
    }

    private func set(_ option: CURLoption, _ value: Int) throws(WebFetchError) {
        try require(ccurl_set_long(easy, option, value))
    }

    private func set(_ option: CURLoption, _ value: String?) throws(WebFetchError) {
        try require(ccurl_set_string(easy, option, value))
    }

    /// Stops at a setting that this libcurl does not have: without its guards nothing is fetched.
    private func require(_ code: CURLcode) throws(WebFetchError) {
        guard code == CURLE_OK else { throw Self.setUpFailed }
    }

    private static let setUpFailed = WebFetchError.unreachable(
        reason: "was not contacted because libcurl could not be set up"
    )
}
