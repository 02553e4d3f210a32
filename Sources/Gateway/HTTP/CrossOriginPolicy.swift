import NIOHTTP1

/// Which web pages may read answers: the protocol that browsers call CORS.
///
/// A browser sends no key by itself. But it stands in its user's network: a page with a key of its own can reach through it a
/// gateway that nobody outside can, and what only that gateway can fetch.
struct CrossOriginPolicy: Sendable, Equatable {
    /// The pages' origins, such as `https://chat.example.com`; nil for any.
    private let origins: Set<String>?

    /// Lets any page read answers.
    static let any = CrossOriginPolicy(origins: nil)
    /// Lets none.
    static let none = CrossOriginPolicy(origins: [])

    /// How long a browser may remember what it was told, in seconds: as long as Chromium does at most.
    private static let rememberedSeconds = "7200"
    /// More than the names of all headers that an SDK sends.
    private static let maximumRequestedBytes = 4_096

    private init(origins: Set<String>?) {
        self.origins = origins
    }

    /// Reads `*`, `none`, or origins separated by commas.
    ///
    /// - Returns: The policy; nil where the text is none of these.
    init?(_ text: String) {
        let entries = text.split(separator: ",").map { $0.trimmed.lowercased() }
        switch entries {
        case ["*"]: origins = nil
        case ["none"]: origins = []
        default:
            guard !entries.isEmpty, entries.allSatisfy(Self.isOrigin) else { return nil }
            origins = Set(entries)
        }
    }

    /// The header fields for an answer to a page.
    ///
    /// - Parameters:
    ///   - request: The request's header fields.
    ///   - methods: What is served at the path, if the request asks what it may do.
    /// - Returns: The fields; none where no page asks, or one that may not.
    func fields(for request: HTTPHeaders, methods: @autoclosure () -> String) -> [(name: String, value: String)] {
        guard let origin = request.first(name: "origin") else { return [] }
        var fields: [(name: String, value: String)] = []
        if let origins {
            fields.append(("vary", "Origin"))
            guard origins.contains(origin.lowercased()) else { return fields }
            fields.append(("access-control-allow-origin", ResponseHeaders.printable(origin)))
        } else {
            fields.append(("access-control-allow-origin", "*"))
        }
        fields.append(("access-control-expose-headers", "*"))
        guard request.contains(name: "access-control-request-method") else { return fields }
        fields.append(("access-control-allow-methods", methods()))
        // SDKs send a dozen headers about themselves, and new ones with each version.
        if let asked = request.first(name: "access-control-request-headers"), Self.isListOfNames(asked) {
            fields.append(("access-control-allow-headers", asked))
        }
        fields.append(("access-control-max-age", Self.rememberedSeconds))
        return fields
    }

    /// Whether a browser could send a text as an origin: the usual port is left out there, and there are no patterns.
    private static func isOrigin(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasPrefix("//"), !parts[0].isEmpty else { return false }
        let host = parts[1].dropFirst(2)
        let usualPort = ["http": ":80", "https": ":443"][parts[0]]
        return !host.isEmpty && !(usualPort.map { host.hasSuffix($0) } ?? false)
            && host.utf8.allSatisfy { 0x21...0x7E ~= $0 && !"/*?#@\\".utf8.contains($0) }
    }

    private static func isListOfNames(_ text: String) -> Bool {
        1...maximumRequestedBytes ~= text.utf8.count
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ","),
                    UInt8(ascii: " "):
                    true
                default: false
                }
            }
    }
}
