public import JSON
import NIOCore

/// The tool names that Bedrock would refuse, and what they are called instead.
///
/// AWS takes 1 to 64 of `[a-zA-Z0-9_-]`, and some families want a leading letter. Other characters become `_`, and a name
/// that is too long or that would collide gets a hash of the whole as its end. The same name always maps to the same
/// name, so prompt caches hold.
public struct ToolNameMap: Sendable {
    private var bedrockNames: [String: JSONText] = [:]
    private var clientNames: [String: JSONText] = [:]

    /// Creates a map that changes nothing.
    public init() {}

    /// Whether every name is used as it is.
    public var isEmpty: Bool { clientNames.isEmpty }

    /// The name to send for a client's name.
    public mutating func bedrockName(for name: JSONText) -> JSONText {
        if Self.isLegal(name) { return name }
        let original = name.string
        // Spelled with escapes that it does not need.
        if name.hasEscapes, Self.isLegal(JSONText(original)) { return JSONText(original) }
        if let known = bedrockNames[original] { return known }
        let safe = JSONText(Self.safeName(original))
        bedrockNames[original] = safe
        // A copy: the answer is read long after the request's bytes are let go.
        clientNames[safe.string] = JSONText(original)
        return safe
    }

    /// The client's name for a name that Bedrock answered with.
    public func clientName(for name: JSONText) -> JSONText {
        clientNames.isEmpty ? name : clientNames[name.string] ?? name
    }

    /// Whether AWS takes a name as it is.
    static func isLegal(_ name: JSONText) -> Bool {
        guard !name.hasEscapes, 1...64 ~= name.escaped.readableBytes else { return false }
        return name.escaped.withUnsafeReadableBytes { bytes in
            bytes.allSatisfy(isNameByte) && bytes.first.map(isLetter) == true
        }
    }

    private static func safeName(_ name: String) -> String {
        let mapped = name.utf8.map { isNameByte($0) ? $0 : UInt8(ascii: "_") }
        var base = String(decoding: mapped, as: UTF8.self)
        if base.utf8.first.map(isLetter) != true { base = "t_" + base }
        let digest = StableName.of(name)
        return String(base.prefix(64 - digest.utf8.count - 1)) + "_" + digest
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
