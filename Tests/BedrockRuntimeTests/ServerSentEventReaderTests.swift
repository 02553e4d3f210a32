import BedrockRuntime
import NIOCore
import Testing

/// The lines of https://html.spec.whatwg.org/multipage/server-sent-events.html, as far as Bedrock's endpoints use them.
struct ServerSentEventReaderTests {
    /// Reads a text in pieces of a size; returns the payloads.
    private func payloads(_ text: String, piece: Int = Int.max) throws -> [String] {
        var reader = ServerSentEventReader(requestID: "req-1")
        var payloads: [String] = []
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let end = piece < bytes.count - start ? start + piece : bytes.count
            reader.append(ByteBuffer(bytes: bytes[start..<end]))
            while let event = try reader.next() {
                #expect(event.kind == .data)
                payloads.append(String(buffer: event.payload))
            }
            start = end
        }
        try reader.finish()
        return payloads
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func eventsAreReadAtEveryChunking(piece: Int) throws {
        let text = ": hello\n\ndata: {\"a\":1}\n\nevent: x\nid: 7\nretry: 3\ndata:{\"b\":\"é\"}\n\ndata: [DONE]\n\n"
        #expect(try payloads(text, piece: piece) == [#"{"a":1}"#, #"{"b":"é"}"#])
    }

    @Test(arguments: ["\n", "\r\n", "\r"], [1, 2, 5, 1000])
    func everyLineEndCounts(end: String, piece: Int) throws {
        let text = ["data: {\"a\":1}", "", "data: {\"b\":", "data: 2}", "", ""].joined(separator: end)
        #expect(try payloads(text, piece: piece) == [#"{"a":1}"#, "{\"b\":\n2}"])
    }

    @Test func onlyOneSpaceBehindTheColonIsTaken() throws {
        #expect(try payloads("data:  x\n\n") == [" x"])
    }

    @Test func emptyEventsAreNoEvents() throws {
        #expect(try payloads("\n\ndata:\n\nevent: ping\n\ndata: 1\n\n") == ["1"])
    }

    @Test func nothingIsReadBehindTheEnd() throws {
        #expect(try payloads("data: 1\n\ndata: [DONE]\n\ndata: 2\n\ndata: 3") == ["1"])
    }

    @Test(arguments: [1, 6, 1000])
    func anErrorIsThrownWithItsStatus(piece: Int) {
        let text =
            "data: 1\n\ndata: { \"error\":{\"message\":\"Slow down\",\"type\":\"x\",\"code\":\"rate_limit_exceeded\"}}\n\n"
        let error = #expect(throws: BedrockError.self) { try payloads(text, piece: piece) }
        #expect(error?.code == "ThrottlingException")
        #expect(error?.status == 429)
        #expect(error?.phase == .stream)
        #expect(error?.message == "Slow down")
        #expect(error?.requestID == "req-1")
    }

    @Test func anErrorEventNeedsNoWrapper() {
        let error = #expect(throws: BedrockError.self) {
            try payloads("event: error\ndata: {\"message\":\"No\",\"code\":\"ThrottlingException\"}\n\n")
        }
        #expect(error?.code == "ThrottlingException")
        #expect(error?.message == "No")
    }

    @Test func aRefusalInTheStreamIsTheClientsFault() {
        let error = #expect(throws: BedrockError.self) {
            try payloads("data: {\"error\":{\"message\":\"Bad\",\"type\":\"invalid_request_error\"}}\n\n")
        }
        #expect(error?.status == 400)
        #expect(error?.code == "ValidationException")
    }

    @Test func anErrorIsThrownAgain() throws {
        var reader = ServerSentEventReader()
        reader.append(ByteBuffer(string: "data: {\"error\":\"no\"}\n\ndata: 1\n\n"))
        #expect(throws: BedrockError.self) { try reader.next() }
        #expect(throws: BedrockError.self) { try reader.next() }
        #expect(throws: BedrockError.self) { try reader.finish() }
    }

    @Test func aNullErrorIsNoError() throws {
        #expect(try payloads("data: {\"error\":null,\"choices\":[]}\n\n").count == 1)
    }

    @Test(arguments: ["data: 1", "data: 1\n", "data: {\"a\":"])
    func aStreamMayNotEndInsideAnEvent(text: String) {
        let error = #expect(throws: BedrockError.self) { try payloads(text) }
        #expect(error?.phase == .interrupted)
    }

    @Test func anEndlessLineIsGivenUp() {
        var reader = ServerSentEventReader()
        let piece = ByteBuffer(repeating: UInt8(ascii: "x"), count: 1_048_576)
        let error = #expect(throws: BedrockError.self) {
            for _ in 0..<32 {
                reader.append(piece)
                _ = try reader.next()
            }
        }
        #expect(error?.phase == .interrupted)
    }

    @Test func openAIShapedFailuresKeepTheirMeaning() {
        func code(_ status: Int, _ word: String) -> String {
            let body = #"{"error":{"code":"\#(word)","message":"m","param":null,"type":"t"}}"#
            return BedrockError.parse(status: status, headers: [], body: ByteBuffer(string: body)).code
        }
        #expect(code(400, "validation_error") == "ValidationException")
        #expect(code(401, "invalid_api_key") == "UnrecognizedClientException")
        #expect(code(404, "model_not_found") == "ResourceNotFoundException")
        #expect(code(429, "insufficient_quota") == "ServiceQuotaExceededException")
        #expect(code(503, "anything") == "ServiceUnavailableException")
        // AWS's own codes are believed whatever the status.
        #expect(code(400, "ThrottlingException") == "ThrottlingException")
        #expect(code(400, "modelErrorException") == "ModelErrorException")
    }
}
