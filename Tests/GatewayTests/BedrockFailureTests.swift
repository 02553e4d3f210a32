import Foundation
import HTTPServer
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import BedrockSimulator
@testable import Gateway

/// What becomes of Bedrock's failures, by phase; statuses and codes from ERRORS.md §5.
@Suite struct BedrockFailureTests {
    /// What a failure of Bedrock must become.
    struct Expected: Sendable {
        var directive: String
        var status: Int
        var type: String
        var code: String
        var retries: Bool?

        init(_ directive: String, _ status: Int, _ type: String, _ code: String, retries: Bool? = nil) {
            self.directive = directive
            self.status = status
            self.type = type
            self.code = code
            self.retries = retries
        }
    }

    static let table = [
        Expected("throttle", 429, "rate_limit_error", "rate_limit_exceeded"),
        Expected("deny", 403, "permission_error", "model_access_denied"),
        Expected("quota", 429, "insufficient_quota", "insufficient_quota", retries: false),
        Expected("not-ready", 503, "server_error", "model_not_ready"),
        Expected("unavailable", 503, "server_error", "service_unavailable"),
        Expected("internal", 500, "server_error", "internal_error"),
        Expected("timeout", 504, "server_error", "timeout", retries: false),
        Expected("model-error", 502, "server_error", "model_error"),
        Expected("invalid-model", 404, "invalid_request_error", "model_not_found"),
        Expected("on-demand", 400, "invalid_request_error", "model_not_found"),
        Expected("too-long", 400, "invalid_request_error", "context_length_exceeded"),
        Expected("expired-token", 401, "authentication_error", "expired_credentials"),
        Expected("html-error", 502, "server_error", "bad_gateway"),
        Expected("first-frame-exception", 429, "rate_limit_error", "rate_limit_exceeded"),
    ]

    @Test func everyRefusalHasItsRealStatusWholeAndStreamedOnBothApis() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            for expected in Self.table {
                for more in ["", #""stream":true,"#, #""use_converse_api":true,"stream":true,"#] {
                    client.post(ChatBody.saying("simulate:\(expected.directive)", more))
                    let answer = try client.answer()
                    let name = "\(expected.directive) \(more)"
                    #expect(answer.flaw(asErrorWith: expected.status) == nil, "\(name)")
                    #expect(answer.code == expected.code, "\(name)")
                    #expect(answer.error["type"] as? String == expected.type, "\(name)")
                    if let retries = expected.retries {
                        #expect(answer.field("x-should-retry") == "\(retries)", "\(name)")
                    }
                    if expected.status == 429, expected.retries == nil {
                        #expect(answer.field("retry-after").flatMap { Int($0) } ?? 0 >= 1, "\(name)")
                    }
                }
            }
            // Not one of them cost the connection.
            client.post(ChatBody.saying("Hello"))
            #expect(try client.answer().status == 200)
        }
    }

    @Test func overflowsSayTheWordsThatClientsLookFor() async throws {
        try await GatewayHarness.run { gateway in
            let answer = try gateway.chat(ChatBody.saying("simulate:too-long"))
            #expect((answer.error["message"] as? String)?.contains("maximum context length is") == true)
            #expect(answer.param == "messages")
        }
    }

    @Test(arguments: [
        ("fail-mid-stream", "model_error"), ("throttle-mid-stream", "rate_limit_exceeded"),
        ("cut", "stream_interrupted"), ("truncate", "stream_interrupted"), ("bad-crc", "stream_interrupted"),
    ])
    func aFailureInMidStreamIsTheLastEvent(_ directive: String, _ code: String) async throws {
        try await GatewayHarness.run { gateway in
            for more in [#""stream":true,"#, #""stream":true,"use_converse_api":true,"#] {
                let client = try gateway.client()
                client.post(ChatBody.saying("simulate:\(directive)", more))
                let answer = try client.answer()
                #expect(answer.status == 200)
                let chunks = answer.chunks
                #expect(chunks.first?.choices.first?.delta.string("role") == "assistant")
                let error = try #require(chunks.last).object("error")
                #expect(error.string("code") == code, "\(answer.events.last ?? "")")
                #expect(Set(error.keys) == ["message", "type", "param", "code"])
                #expect(chunks.last?["choices"] == nil)
                #expect(!answer.text.contains("[DONE]"))
                #expect(chunks.dropLast().allSatisfy { $0.choices[0]["finish_reason"] is NSNull })
                // The chunked body ended as it should, so the connection goes on.
                client.get("/health")
                #expect(try client.answer().status == 200)
            }
        }
    }

    @Test func aWholeAnswerThatIsCutIsABadGateway() async throws {
        try await GatewayHarness.run { gateway in
            for directive in ["cut", "truncate"] {
                let answer = try gateway.chat(ChatBody.saying("simulate:\(directive)"))
                #expect(answer.flaw(asErrorWith: 502) == nil, "\(directive)")
            }
        }
    }

    @Test func nobodyAtTheOtherEndIsUnreachable() async throws {
        try await GatewayHarness.run(["AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "http://127.0.0.1:9"]) { gateway in
            for more in ["", #""stream":true,"#, #""n":3,"#] {
                let answer = try gateway.chat(ChatBody.saying("Hello", more))
                #expect(answer.flaw(asErrorWith: 502) == nil)
                #expect(answer.code == "upstream_unreachable")
            }
            #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
        }
    }

    @Test func aBedrockThatNeverAnswersTimesOut() async throws {
        let silence: @Sendable (Exchange) -> Void = { _ in }
        try await GatewayHarness.run(["UPSTREAM_FIRST_BYTE_TIMEOUT_SECONDS": "1"], script: silence) { gateway in
            let answer = try gateway.chat(ChatBody.saying("Hello", #""stream":true,"#))
            #expect(answer.flaw(asErrorWith: 504) == nil)
            #expect(answer.code == "timeout")
            #expect(answer.field("x-should-retry") == "false")
        }
    }

    // MARK: What must not be seen

    static func refusal(_ status: HTTPResponseStatus, _ code: String, _ message: String, _ exchange: Exchange) {
        let body = (try? JSONSerialization.data(withJSONObject: ["message": message])) ?? Data()
        exchange.respond(status, headers: [("x-amzn-ErrorType", code)], body: ByteBuffer(bytes: body))
    }

    @Test func whatAWSSaysOfASignatureIsNeitherShownNorLogged() async throws {
        let message = "The Canonical String should have been\n'POST\nx-amz-security-token:SESSIONTOKENVALUE'\n"
        let script: @Sendable (Exchange) -> Void = { exchange in
            exchange.collectBody(upTo: 1 << 20) { _ in
                Self.refusal(.forbidden, "InvalidSignatureException", message, exchange)
            }
        }
        try await GatewayHarness.run(script: script) { gateway in
            for more in ["", #""stream":true,"#] {
                let answer = try gateway.chat(ChatBody.saying("Hello", more))
                #expect(answer.flaw(asErrorWith: 401) == nil)
                #expect(!answer.text.contains("SESSIONTOKENVALUE"))
            }
            let isLogged = { gateway.lines.all.filter { $0.contains("invalid_api_key") }.count == 2 }
            #expect(try await gateway.eventually { isLogged() })
            #expect(!gateway.lines.all.contains { $0.contains("SESSIONTOKENVALUE") || $0.contains("anonical") })
        }
    }

    // MARK: Keep-alive

    @Test func quietStreamsGetCommentsAndALateErrorIsAnEvent() async throws {
        try await GatewayHarness.run(["KEEP_ALIVE_SECONDS": "1"]) { gateway in
            let quiet = try gateway.client()
            let failing = try gateway.client()
            quiet.post(ChatBody.saying("simulate:quiet=2500 simulate:events=3", #""stream":true,"#))
            failing.post(ChatBody.saying("simulate:quiet=2600 simulate:fail-mid-stream", #""stream":true,"#))
            let answer = try quiet.answer()
            #expect(answer.status == 200)
            #expect(answer.text.hasPrefix(": keep-alive\n\n"))
            #expect(answer.chunks.first?.choices[0].delta.string("role") == "assistant")
            #expect(answer.events.last == "[DONE]")
            let failed = try failing.answer()
            #expect(failed.status == 200)
            #expect(failed.text.hasPrefix(": keep-alive\n\n"))
            #expect(failed.chunks.last?.object("error").string("code") == "model_error")
            #expect(!failed.text.contains("[DONE]"))
        }
    }

    @Test func commentsComeBetweenEventsTooAndNeverToWholeAnswers() async throws {
        try await GatewayHarness.run(["KEEP_ALIVE_SECONDS": "1"]) { gateway in
            let slow = try gateway.client()
            let whole = try gateway.client()
            slow.post(ChatBody.saying("simulate:slow=1900 simulate:events=1", #""stream":true,"#))
            whole.post(ChatBody.saying("simulate:quiet=1500"))
            let answer = try slow.answer()
            let parts = answer.text.components(separatedBy: "\n\n")
            let role = try #require(parts.firstIndex { $0.contains(#""role""#) })
            #expect(parts[role...].contains(": keep-alive"))
            #expect(answer.events.last == "[DONE]")
            let json = try whole.answer()
            #expect(json.field("content-type") == "application/json")
            #expect(json.json.string("object") == "chat.completion")
        }
    }

    @Test func aRefusalAfterACommentOpenedTheStreamIsAnEvent() async throws {
        let script: @Sendable (Exchange) -> Void = { exchange in
            let headers = [(name: "x-amzn-ErrorType", value: "ThrottlingException")]
            let body = ByteBuffer(string: #"{"message":"Too many tokens, please wait."}"#)
            exchange.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1_500)) {
                exchange.respond(.tooManyRequests, headers: headers, body: body)
            }
        }
        try await GatewayHarness.run(["KEEP_ALIVE_SECONDS": "1"], script: script) { gateway in
            let answer = try gateway.chat(ChatBody.saying("Hello", #""stream":true,"#))
            #expect(answer.status == 200)
            #expect(answer.text.hasPrefix(": keep-alive\n\n"))
            #expect(answer.chunks.count == 1)
            #expect(answer.chunks.first?.object("error").string("code") == "rate_limit_exceeded")
        }
    }

    // MARK: Failures that come at an edge

    /// A stream of Anthropic events, each in its frame, cut off or ended after the last.
    private static func stream(_ events: [String], exception: String? = nil, isCut: Bool = false)
        -> @Sendable (Exchange) -> Void
    {
        { exchange in
            var output = ByteBuffer()
            for event in events {
                let payload = #"{"bytes":"\#(Data(event.utf8).base64EncodedString())"}"#
                FrameWriter.write(.event("chunk"), to: &output) { $0.writeString(payload) }
            }
            if let exception {
                FrameWriter.write(.exception(exception), to: &output) { $0.writeString(#"{"message":"Too late."}"#) }
            }
            exchange.collectBody(upTo: 1 << 20) { _ in
                exchange.begin(.ok, headers: [("content-type", "application/vnd.amazon.eventstream")])
                exchange.write(output)
                if isCut { exchange.abort() } else { exchange.finish() }
            }
        }
    }

    private static let answer = [
        #"{"type":"message_start","message":{"id":"m","role":"assistant","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"#,
        #"{"type":"content_block_stop","index":0}"#,
        #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#,
        #"{"type":"message_stop"}"#,
    ]

    @Test func aFailureAfterTheFinishChunkIsALogLineOnly() async throws {
        for script in [
            Self.stream(Self.answer, exception: "internalServerException"), Self.stream(Self.answer, isCut: true),
        ] {
            try await GatewayHarness.run(script: script) { gateway in
                let more = #""stream":true,"stream_options":{"include_usage":true},"#
                let answer = try gateway.chat(ChatBody.saying("Hello", more))
                #expect(answer.chunks.compactMap { $0.choices.first?.string("finish_reason") } == ["stop"])
                #expect(!answer.text.contains("\"error\""))
                #expect(answer.events.last == "[DONE]")
                #expect(answer.chunks.last?.object("usage").int("total_tokens") == 5)
                #expect(
                    try await gateway.eventually {
                        gateway.lines.all.contains { $0.contains("status=200") && $0.contains("error=") }
                    }
                )
            }
        }
    }

    @Test func anErrorAsTheFirstEventHasItsRealStatus() async throws {
        let error = #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
        try await GatewayHarness.run(script: Self.stream([error])) { gateway in
            let answer = try gateway.chat(ChatBody.saying("Hello", #""stream":true,"#))
            #expect(answer.status >= 500)
            #expect(answer.flaw(asErrorWith: answer.status) == nil)
        }
    }

    @Test func aStreamWithoutAFinishIsNeverSilentlyWhole() async throws {
        for events in [Array(Self.answer.prefix(3)), []] {
            try await GatewayHarness.run(script: Self.stream(events)) { gateway in
                let answer = try gateway.chat(ChatBody.saying("Hello", #""stream":true,"#))
                if events.isEmpty {
                    #expect(answer.flaw(asErrorWith: 502) == nil)
                } else {
                    #expect(answer.chunks.last?.object("error").string("code") == "stream_interrupted")
                }
                #expect(!answer.text.contains("[DONE]"))
            }
        }
    }

    @Test func garbageInPlaceOfAStreamIsABadGateway() async throws {
        let script: @Sendable (Exchange) -> Void = { exchange in
            exchange.collectBody(upTo: 1 << 20) { _ in
                let page = ByteBuffer(string: "<html>" + String(repeating: "login ", count: 100) + "</html>")
                exchange.respond(.ok, headers: [("content-type", "text/html")], body: page)
            }
        }
        try await GatewayHarness.run(script: script) { gateway in
            for more in ["", #""stream":true,"#] {
                let answer = try gateway.chat(ChatBody.saying("Hello", more))
                #expect(answer.flaw(asErrorWith: 502) == nil)
            }
        }
    }

    @Test func endlessErrorBodiesAreCutOff() async throws {
        let script: @Sendable (Exchange) -> Void = { exchange in
            exchange.collectBody(upTo: 1 << 20) { _ in
                exchange.begin(.internalServerError, headers: [])
                exchange.write(ByteBuffer(repeating: UInt8(ascii: "x"), count: 1 << 20))
            }
        }
        try await GatewayHarness.run(script: script) { gateway in
            let answer = try gateway.chat(ChatBody.saying("Hello", #""stream":true,"#))
            #expect(answer.status >= 500)
            #expect(answer.body.count < 4_096)
            #expect(try await gateway.eventually { gateway.openCalls == 0 })
        }
    }
}
