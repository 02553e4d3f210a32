import JSON
import NIOHTTP1
import Testing

@testable import BedrockSimulator

/// What the simulator makes of a Converse body, without a socket.
enum ConverseJudge {
    /// What a body is refused with; nil when it is accepted.
    static func refusal(
        of body: String,
        model: String,
        operation: SimulatedCall.Operation = .converse
    ) throws -> String? {
        let model = try #require(ModelID(label: Substring(model)))
        let value = try JSONValue.parse(body)
        let call = SimulatedCall(operation: operation, model: model, headers: HTTPHeaders(), body: value)
        do throws(SimulatorError) {
            _ = try ConverseDialect().prompt(of: call)
            return nil
        } catch {
            return error.message
        }
    }

    /// A turn of the user's.
    static func user(_ content: String) -> String { #"{"role":"user","content":[\#(content)]}"# }

    /// A turn of the model's.
    static func assistant(_ content: String) -> String { #"{"role":"assistant","content":[\#(content)]}"# }
}
