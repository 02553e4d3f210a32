/// How the target of a request splits.
enum RequestTarget {
    /// Splits a target into path and query.
    ///
    /// A proxy may send the whole URL ([RFC 9112 §3.2.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2)); its scheme and
    /// authority are dropped.
    static func split(_ target: String) -> (path: String, query: String?) {
        if target.utf8.first != UInt8(ascii: "/"), let path = pathOfURL(target) {
            return split(path)
        }
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target, nil) }
        return (String(target[..<mark]), String(target[target.utf8.index(after: mark)...]))
    }

    /// The path and query of an `http` or `https` URL, or `nil` if it is none.
    private static func pathOfURL(_ target: String) -> String? {
        for scheme in ["http://", "https://"] where target.prefix(scheme.count).lowercased() == scheme {
            let rest = target.dropFirst(scheme.count)
            guard let start = rest.utf8.firstIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }) else {
                return "/"
            }
            return rest[start] == "?" ? "/" + rest[start...] : String(rest[start...])
        }
        return nil
    }
}
