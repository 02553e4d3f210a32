import Adapters
import JSON
import NIOHTTP1
import OpenAISchema

extension Guardrail {
    /// Reads AWS's `guardrailConfig`; nil for none.
    ///
    /// - Parameters:
    ///   - config: The guardrail in AWS's spelling.
    ///   - request: The request that holds it, for errors.
    /// - Throws: `OpenAIError`, a 400 that names the member at fault.
    init?(_ config: JSONValue?, of request: borrowing ChatCompletionRequest) throws(OpenAIError) {
        guard let config else { return nil }
        let field = request.spelling(of: "guardrailConfig")
        func word(_ key: String, _ accepted: [String]) throws(OpenAIError) -> String? {
            guard let value = config[key], !value.isNull else { return nil }
            guard let word = value.string, accepted.contains(word) else {
                throw .badRequest(
                    .invalidValue,
                    param: "\(field).\(key)",
                    "'\(field).\(key)' must be \(accepted.joined(separator: " or "))."
                )
            }
            return word
        }
        guard let identifier = config["guardrailIdentifier"]?.string, Self.isIdentifier(identifier) else {
            throw .badRequest(
                .invalidValue,
                param: "\(field).guardrailIdentifier",
                "'\(field).guardrailIdentifier' must be a guardrail's id or ARN."
            )
        }
        guard let version = config["guardrailVersion"]?.string, Self.isVersion(version) else {
            throw .badRequest(
                .invalidValue,
                param: "\(field).guardrailVersion",
                "'\(field).guardrailVersion' must be a version number or DRAFT."
            )
        }
        self.init(
            identifier: identifier,
            version: version,
            trace: try word("trace", ["enabled", "disabled", "enabled_full"]),
            streamProcessingMode: try word("streamProcessingMode", ["sync", "async"])
        )
    }

    /// Reads the headers that InvokeModel knows, `X-Amzn-Bedrock-GuardrailIdentifier` and its companions; nil for none.
    init?(_ headers: HTTPHeaders) throws(OpenAIError) {
        guard let identifier = headers.first(name: "x-amzn-bedrock-guardrailidentifier") else { return nil }
        let version = headers.first(name: "x-amzn-bedrock-guardrailversion") ?? "DRAFT"
        let trace = headers.first(name: "x-amzn-bedrock-trace")?.lowercased()
        guard Self.isIdentifier(identifier), Self.isVersion(version),
            trace == nil || ["enabled", "disabled", "enabled_full"].contains(trace)
        else {
            throw .badRequest(
                .invalidValue,
                param: nil,
                "The headers X-Amzn-Bedrock-GuardrailIdentifier, -GuardrailVersion and -Trace must hold a guardrail's id or "
                    + "ARN, a version number or DRAFT, and ENABLED, DISABLED or ENABLED_FULL."
            )
        }
        self.init(identifier: identifier, version: version, trace: trace)
    }

    /// AWS's pattern: `[a-z0-9]+`, or `arn:aws…:bedrock:…:guardrail/[a-z0-9]+`; at most 2048 characters.
    static func isIdentifier(_ text: String) -> Bool {
        func isWord(_ text: some StringProtocol) -> Bool {
            !text.isEmpty
                && text.utf8.allSatisfy {
                    UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                }
        }
        guard text.utf8.count <= 2048 else { return false }
        if isWord(text) { return true }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), parts[2] == "bedrock" else {
            return false
        }
        return parts[5].hasPrefix("guardrail/") && isWord(parts[5].dropFirst("guardrail/".count))
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    static func isVersion(_ text: String) -> Bool {
        if text == "DRAFT" { return true }
        return 1...8 ~= text.utf8.count && text.utf8.first != UInt8(ascii: "0")
            && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
}
