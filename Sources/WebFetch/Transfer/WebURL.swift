import CCurl

/// An http or https URL in the parsed form that libcurl itself connects by.
///
/// There is one parser, so what was checked and what is connected to cannot differ. Every URL of a fetch passes
/// through here, those of redirects included.
///
/// Owns its `CURLU`, which nobody changes after `init`: that is why it may cross threads.
final class WebURL: @unchecked Sendable {
    /// The most bytes a URL may have.
    static let maximumLength = 8_192

    /// The parsed URL, owned by this object: a transfer borrows it and must end before this object does.
    let handle: OpaquePointer
    /// The host in lower case, without a dot at its end; numeric IPv4 in four parts, IPv6 shortened in brackets.
    let host: String
    /// The port, the scheme's own where none is written.
    let port: Int

    /// Parses an absolute URL.
    ///
    /// - Throws: `WebFetchError.unsupportedScheme` for a scheme other than http and https, `invalidURL` for anything
    ///   else that is wrong.
    convenience init(_ text: String) throws(WebFetchError) {
        guard Self.isPlain(text), let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw .invalidURL }
        let scheme = text[..<colon]
        guard Self.isScheme(scheme) else { throw .invalidURL }
        guard ["http", "https"].contains(scheme.lowercased()) else { throw .unsupportedScheme }
        // libcurl reads one to three slashes as two.
        let rest = text.utf8[colon...]
        guard rest.starts(with: "://".utf8), !rest.starts(with: ":///".utf8) else { throw .invalidURL }
        guard let handle = curl_url() else { throw .invalidURL }
        try self.init(setting: text, in: handle)
    }

    /// Resolves the value of a `Location` header against this URL.
    ///
    /// - Throws: As for an absolute URL.
    func resolving(_ location: String) throws(WebFetchError) -> WebURL {
        guard Self.isPlain(location), let copy = curl_url_dup(handle) else { throw .invalidURL }
        return try WebURL(setting: location, in: copy)
    }

    /// Takes ownership of the handle, also when it throws.
    private init(setting text: String, in handle: OpaquePointer) throws(WebFetchError) {
        self.handle = handle
        do throws(WebFetchError) {
            let flags = UInt32(CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE)
            guard curl_url_set(handle, CURLUPART_URL, text, flags) == CURLUE_OK else { throw .invalidURL }
            let scheme = Self.part(CURLUPART_SCHEME, of: handle)
            guard scheme == "http" || scheme == "https" else { throw .unsupportedScheme }
            let forbidden = [CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_ZONEID]
            guard forbidden.allSatisfy({ Self.part($0, of: handle) == nil }),
                let host = Self.part(CURLUPART_HOST, of: handle), Self.isPlain(host),
                host.utf8.allSatisfy({ $0 < 0x80 }),
                let port = Self.part(CURLUPART_PORT, of: handle, flags: CURLU_DEFAULT_PORT).flatMap({ Int($0) })
            else {
                throw .invalidURL
            }
            self.host = host.hasSuffix(".") ? String(host.dropLast()).lowercased() : host.lowercased()
            self.port = port
        } catch {
            // Without host and port there is no object yet, so `deinit` will not run.
            curl_url_cleanup(handle)
            throw error
        }
    }

    deinit {
        curl_url_cleanup(handle)
    }

    /// Copies a part of a parsed URL; libcurl's own copy is freed here.
    private static func part(_ part: CURLUPart, of handle: OpaquePointer, flags: Int32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, UInt32(flags)) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    /// Answers whether a text is short, not empty, and free of spaces and control characters.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= maximumLength && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy {
            isLetter($0) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || "+-.".utf8.contains($0)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }
}
