import JSON
import NIOHTTP1

/// What InvokeModel takes in headers where Converse has members, judged as AWS's model of the service has it (WIRE.md §3.1).
struct InvokeSettings {
    /// The guardrail's id; empty without one.
    private(set) var guardrail = ""
    /// Whether the caller wants to see what its guardrail did.
    private(set) var wantsTrace = false

    /// Judges the headers of a call.
    ///
    /// - Parameter headers: The request's.
    /// - Throws: The refusal of the first header that breaks a rule.
    init(headers: HTTPHeaders) throws(SimulatorError) {
        let identifier = headers.first(name: "X-Amzn-Bedrock-GuardrailIdentifier")
        let version = headers.first(name: "X-Amzn-Bedrock-GuardrailVersion")
        try Self.check(identifier, "guardrailIdentifier", .guardrailIdentifier)
        try Self.check(version, "guardrailVersion", .guardrailVersion)
        guard (identifier ?? "").isEmpty == (version ?? "").isEmpty else {
            throw .validation("guardrailIdentifier and guardrailVersion must be given together.")
        }
        let trace = headers.first(name: "X-Amzn-Bedrock-Trace")
        try Self.check(trace, "trace", ["ENABLED", "DISABLED", "ENABLED_FULL"])
        let latency = headers.first(name: "X-Amzn-Bedrock-PerformanceConfig-Latency")
        try Self.check(latency, "performanceConfigLatency", ["standard", "optimized"])
        let tier = headers.first(name: "X-Amzn-Bedrock-Service-Tier")
        try Self.check(tier, "serviceTier", ["priority", "default", "flex", "reserved"])
        try Self.check(metadata: headers.first(name: "X-Amzn-Bedrock-Request-Metadata"))
        guardrail = identifier ?? ""
        wantsTrace = trace.map { $0 != "DISABLED" } ?? false
    }

    private static func check(_ value: String?, _ name: String, _ pattern: Shape.Pattern) throws(SimulatorError) {
        guard let value, !pattern.matches(value) else { return }
        throw problem(name, .noMatch(value: value, expression: pattern.expression))
    }

    private static func check(_ value: String?, _ name: String, _ allowed: [String]) throws(SimulatorError) {
        guard let value, !allowed.contains(value) else { return }
        throw problem(name, .notInSet(value: value, allowed: allowed))
    }

    /// Judges the metadata: JSON as a text, whose pairs have the limits that they have on Converse.
    private static func check(metadata: String?) throws(SimulatorError) {
        guard let metadata else { return }
        guard metadata.utf16.count <= 8_500 else {
            throw problem("requestMetadata", .tooLong(maximum: 8_500, found: metadata.utf16.count, of: .characters))
        }
        guard let value = try? JSONValue.parse(metadata), value.kind == .object else {
            throw .validation("The value at requestMetadata is not a JSON object.")
        }
        try ShapeCheck.check(value, ConverseShapes.metadata, voice: .service, at: [.member("requestMetadata")])
    }

    private static func problem(_ name: String, _ fault: ShapeProblem.Fault) -> SimulatorError {
        Voice.service.refusal(of: ShapeProblem(path: [.member(name)], fault: fault))
    }
}
