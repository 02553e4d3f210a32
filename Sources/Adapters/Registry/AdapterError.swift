public import BedrockRuntime
public import Catalog
import JSON
import NIOCore

/// What can go wrong in translation.
public enum AdapterError: Error, Sendable {
    /// An entry of models.yaml gives the adapter an option it does not know or cannot use.
    case badOption(name: String, reason: String, location: SourceLocation?)
    /// The dialect has no words for something the conversation holds, such as tools in a prompt.
    case cannotSay(String)
    /// The client asked for something that cannot be done: a 400 that names the field.
    case unsupported(param: String?, message: String)
    /// Bedrock answered something that is not an answer.
    case malformedReply(String)
    /// Bedrock's answer says that the model failed.
    case modelFailed(String)
    /// Bedrock's stream ended before the answer did.
    case streamCutShort
    /// Bedrock reported an error.
    case bedrock(BedrockError)
}

extension AdapterError: CustomStringConvertible {
    /// A sentence for an operator, without anything a client wrote.
    public var description: String {
        switch self {
        case .badOption(let name, let reason, let location):
            "\(location.map { "line \($0.line): " } ?? "")option '\(name)': \(reason)"
        case .cannotSay(let what): "this model's Invoke dialect has no words for \(what)"
        case .unsupported(_, let message): message
        case .malformedReply(let reason): "Bedrock's answer could not be read: \(reason)"
        case .modelFailed(let reason): reason
        case .streamCutShort: "Bedrock's stream ended before the answer was complete"
        case .bedrock(let error): String(describing: error)
        }
    }
}

extension JSONValue {
    /// Parses what Bedrock sent: a whole answer, or the part of a stream that `part` names.
    static func parse(answer bytes: ByteBuffer, part: String? = nil) throws(AdapterError) -> JSONValue {
        do throws(JSONError) {
            return try parse(bytes)
        } catch {
            throw .malformedReply(part.map { "\($0) is not JSON: \(error)" } ?? error.description)
        }
    }
}
