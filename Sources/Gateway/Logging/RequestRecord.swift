import Adapters
import BedrockRuntime
import Catalog
import NIOCore
import OpenAISchema

/// What is logged of one request: no key, no prompt, no answer.
struct RequestRecord: Sendable {
    let id: String
    let method: String
    let path: String
    private let begun: NIODeadline
    private var firstByteAfter: TimeAmount?
    var status = 0
    var error: String?
    var region = ""
    var model: String?
    var modelID: String?
    var operation: String?
    var streams = false
    var requestBytes = 0
    var responseBytes = 0
    var usage: Usage?
    var upstreamRequestID: String?
    var wasRetried = false

    init(id: String, method: String, path: String, begun: NIODeadline = .now()) {
        self.id = id
        self.method = method
        self.path = path
        self.begun = begun
    }

    mutating func note(_ prepared: ChatPreparation.Prepared, region: String) {
        self.region = region
        model = prepared.model.name
        modelID = prepared.resolved.modelID
        operation = prepared.call.operation.rawValue
        streams = prepared.streams
    }

    /// Takes the time at which the answer began.
    mutating func firstByte() {
        if firstByteAfter == nil { firstByteAfter = .now() - begun }
    }

    /// The record as one line of `key=value` pairs.
    func line(finished: NIODeadline = .now()) -> String {
        var line = "request id=\(id) method=\(method) path=\(path) status=\(status)"
        func add(_ key: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            line += " \(key)=\(ResponseHeaders.printable(value).replacingSpaces)"
        }
        add("error", error)
        add("model", model)
        add("bedrock", modelID)
        add("region", region)
        add("operation", operation)
        if streams { add("stream", "true") }
        if let firstByteAfter { add("first_byte_ms", milliseconds(firstByteAfter)) }
        add("ms", milliseconds(finished - begun))
        add("in_bytes", String(requestBytes))
        add("out_bytes", String(responseBytes))
        if let usage {
            add("prompt_tokens", String(usage.promptTokens))
            add("completion_tokens", String(usage.completionTokens))
        }
        add("aws_request", upstreamRequestID)
        if wasRetried { add("resent", "true") }
        return line
    }

    private func milliseconds(_ amount: TimeAmount) -> String {
        let tenths = amount.nanoseconds / 100_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension String {
    fileprivate var replacingSpaces: String { String(map { $0 == " " ? "_" : $0 }) }
}
