import BedrockRuntime
import Foundation
import JSON
import NIOCore
import OpenAISchema
import TestSupport

@testable import Gateway

/// Rewrites a fixture's expected files from what the code does now; whoever records reads every line of it.
struct FixtureRecorder {
    let fixture: Fixture
    let run: FixtureRun

    func record() throws {
        try fixture.record(.bedrockRequest, try bedrockRequest())
        try fixture.record(.expected, nil)
        try fixture.record(.expectedStream, nil)
        try fixture.record(.expectedError, nil)
        switch run.outcome {
        case .whole(let body): try fixture.record(.expected, try JSONValue.parse(body).pretty() + "\n")
        case .stream(let body): try fixture.record(.expectedStream, String(buffer: body))
        case .refused(let error): try fixture.record(.expectedError, try expectedError(error))
        }
        try fixture.record(.expectedHeaders, run.notes.isEmpty ? nil : try object(run.notes).pretty() + "\n")
    }

    private func bedrockRequest() throws -> String? {
        guard let call = run.call else { return nil }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("operation")
        writer.string(call.operation.rawValue)
        let parts = call.path.split(separator: "/")
        if parts.first == "model", parts.count == 3 {
            writer.key("modelId")
            writer.string(parts[1].removingPercentEncoding ?? "")
        } else {
            writer.key("path")
            writer.string(call.path)
        }
        if !call.headers.isEmpty {
            writer.key("headers")
            writer.raw(try object(call.headers))
        }
        writer.key("body")
        writer.raw(try JSONValue.parse(call.body.joined))
        writer.endObject()
        return try JSONValue.parse(writer.buffer).pretty() + "\n"
    }

    private func expectedError(_ error: OpenAIError) throws -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("status")
        writer.int(error.status)
        writer.key("error")
        if let object = try JSONValue.parse(error.body())["error"] { writer.raw(object) } else { writer.null() }
        if !error.retryHeaders.isEmpty {
            writer.key("headers")
            writer.raw(try object(error.retryHeaders))
        }
        writer.endObject()
        return try JSONValue.parse(writer.buffer).pretty() + "\n"
    }

    private func object(_ pairs: [(name: String, value: String)]) throws -> JSONValue {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in pairs {
            writer.key(name.lowercased())
            writer.string(value)
        }
        writer.endObject()
        return try JSONValue.parse(writer.buffer)
    }
}
