/// The hosts that an operator exempts from the address check.
///
/// A host is compared as the URL names it, before name lookup, at every hop. `host` covers all its ports,
/// `host:port` that port only. There are no patterns.
public struct AllowedHosts: Sendable {
    private struct Entry: Hashable {
        let host: String
        let port: Int?
    }

    private var entries: Set<Entry> = []

    /// Creates an empty list, which exempts nothing.
    public init() {}

    /// Reads a comma-separated list of `host` and `host:port`.
    ///
    /// Case does not matter, nor do spaces around entries and empty entries. IPv6 addresses stand in brackets.
    ///
    /// - Parameter text: The list, such as `images.internal, 10.0.0.7:8080, [fd00::7]`.
    /// - Throws: `WebFetchError.invalidAllowedHost` with the first entry that is neither.
    public init(parsing text: String) throws(WebFetchError) {
        for part in text.utf8.split(separator: UInt8(ascii: ",")) {
            let entry = String(decoding: part.trimmingBlanks, as: UTF8.self)
            if !entry.isEmpty {
                entries.insert(try Self.entry(parsing: entry))
            }
        }
    }

    /// Answers whether a URL's host is exempt.
    func contains(_ url: WebURL) -> Bool {
        entries.contains(Entry(host: url.host, port: nil)) || entries.contains(Entry(host: url.host, port: url.port))
    }

    /// Reads one entry with the parser that reads URLs, so that both spell a host alike.
    private static func entry(parsing text: String) throws(WebFetchError) -> Entry {
        let hasPort = text.utf8.last.map { $0 != UInt8(ascii: "]") } == true && text.utf8.contains(UInt8(ascii: ":"))
        guard !text.utf8.contains(where: { "/?#@%\\".utf8.contains($0) }),
            !hasPort || text.utf8.last.map({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) == true,
            let url = try? WebURL("http://\(text)/"), url.port > 0
        else {
            throw .invalidAllowedHost(text)
        }
        return Entry(host: url.host, port: hasPort ? url.port : nil)
    }
}

extension Substring.UTF8View {
    /// The view without spaces and tabs at either end.
    fileprivate var trimmingBlanks: Self {
        var view = self
        while let first = view.first, first == 0x20 || first == 0x09 { view.removeFirst() }
        while let last = view.last, last == 0x20 || last == 0x09 { view.removeLast() }
        return view
    }
}
