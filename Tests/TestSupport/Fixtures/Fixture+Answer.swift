import Foundation
package import JSON
import NIOCore

extension Fixture {
    /// What Bedrock answers in a case.
    package struct BedrockAnswer: Sendable {
        /// The status.
        package var status: Int
        /// The header fields.
        package var headers: [(name: String, value: String)]
        /// The body: JSON, frames, or server-sent events.
        package var body: [UInt8]
    }

    /// What Bedrock answers; nil for a case that fails before it.
    ///
    /// - Parameter asServerSentEvents: Whether the events come as `text/event-stream` instead of as frames.
    /// - Returns: The answer.
    /// - Throws: ``Malformed`` for a file that makes no sense.
    package func bedrockAnswer(asServerSentEvents: Bool = false) throws -> BedrockAnswer? {
        if let error = try json(.bedrockError) {
            let body = error["body"]
            return BedrockAnswer(
                status: error["status"]?.int ?? 400,
                headers: [("content-type", "application/json")] + Self.pairs(error["headers"]),
                body: Array((body?.string ?? body?.description ?? "").utf8)
            )
        }
        let extra = Self.pairs(try json(.setting)?["bedrockHeaders"])
        if let whole = try text(.bedrockResponse) {
            return BedrockAnswer(
                status: 200,
                headers: [("content-type", "application/json")] + extra,
                body: Array(whole.utf8)
            )
        }
        guard let lines = try text(.events) else { return nil }
        var body: [UInt8] = []
        for line in lines.split(separator: "\n") {
            body += try bytes(of: try JSONValue.parse(String(line)), asServerSentEvents)
        }
        let type = asServerSentEvents ? "text/event-stream" : "application/vnd.amazon.eventstream"
        return BedrockAnswer(status: 200, headers: [("content-type", type)] + extra, body: body)
    }

    /// One line of `events.jsonl` as it travels; `"cut": n` keeps only its first bytes.
    private func bytes(of line: JSONValue, _ asServerSentEvents: Bool) throws -> [UInt8] {
        let data = line["data"]
        let payload = Array((data?.description ?? "{}").utf8)
        let frame: [UInt8]
        if asServerSentEvents {
            frame = Array("data: \(data?.string ?? data?.description ?? "{}")\n\n".utf8)
        } else if let event = line["event"]?.string {
            frame = EventStreamFrames.event(event, payload: payload)
        } else if let exception = line["exception"]?.string {
            frame = EventStreamFrames.exception(exception, payload: payload)
        } else if let error = line["error"]?.string {
            frame = EventStreamFrames.error(code: error, message: line["message"]?.string ?? "")
        } else {
            throw Malformed(description: "\(description): a line of events.jsonl is no event, exception or error")
        }
        return Array(frame.prefix(line["cut"]?.int ?? frame.count))
    }

    /// An object of strings as pairs.
    package static func pairs(_ object: JSONValue?) -> [(name: String, value: String)] {
        object?.members.compactMap { member in
            guard let name = member.key.string, let value = member.value.string else { return nil }
            return (name, value)
        } ?? []
    }
}
