import JSON
import NIOCore
import NIOHTTP1
import Testing

@testable import BedrockSimulator

struct DirectiveTests {
    private static let stream = "/model/amazon.nova-lite-v1%3A0/converse-stream"
    private static let whole = "/model/amazon.nova-lite-v1%3A0/converse"

    private static func body(_ text: String) -> String {
        #"{"messages":[{"role":"user","content":[{"text":"\#(text)"}]}]}"#
    }

    private static func deltas(_ frames: [Frame]) -> [String] {
        frames.compactMap { $0.payload?["delta"]?["text"]?.string }
    }

    @Test(arguments: [
        ("throttle", "ThrottlingException"), ("deny", "AccessDeniedException"),
        ("quota", "ServiceQuotaExceededException"),
        ("not-ready", "ModelNotReadyException"), ("unavailable", "ServiceUnavailableException"),
        ("internal", "InternalServerException"), ("timeout", "ModelTimeoutException"),
        ("model-error", "ModelErrorException"),
        ("invalid-model", "ValidationException"), ("on-demand", "ValidationException"),
        ("too-long", "ValidationException"),
        ("expired-token", "ExpiredTokenException"),
    ])
    func failuresHaveAWSsStatus(word: String, type: String) async throws {
        let expected = try Vectors.json("errors").elements.first { $0["type"]?.equals(type) == true }?["status"]?.int
        try await SimulatorClient.run { client in
            for target in [Self.stream, Self.whole] {
                let answer = try await client.post(target, Self.body("simulate:\(word)"))
                #expect(answer.errorType == type)
                #expect(answer.status == expected)
                #expect(!answer.message.isEmpty)
            }
        }
    }

    @Test func unknownWordsAreRefusedAndTheKnownOnesNamed() async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.post(Self.whole, Self.body("simulate:trottle"))
            #expect(answer.status == 400)
            #expect(answer.message.contains("'simulate:trottle'"))
            #expect(answer.message.contains("fail-mid-stream"))
            #expect(answer.message.contains("throttle,"))
        }
    }

    @Test func proxiesAnswerInHTML() async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.post(Self.stream, Self.body("simulate:html-error"))
            #expect(answer.status == 502)
            #expect(answer.headers.first(name: "content-type") == "text/html")
            #expect(answer.errorType.isEmpty)
        }
    }

    @Test(arguments: [
        ("first-frame-exception", "throttlingException", 0),
        ("fail-mid-stream", "modelStreamErrorException", 3),
        ("throttle-mid-stream", "throttlingException", 3),
    ])
    func exceptionsComeInTheirPlace(word: String, exception: String, deltas: Int) async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.post(Self.stream, Self.body("simulate:\(word)"))
            let (frames, left) = Frame.read(answer.body)
            #expect(answer.status == 200)
            #expect(answer.isComplete)
            #expect(left == 0)
            #expect(Self.deltas(frames).count == deltas)
            #expect(frames.last?.headers[":message-type"] == "exception")
            #expect(frames.last?.headers[":exception-type"] == exception)
        }
    }

    @Test func cutsBreakTheConnectionInsideAFrame() async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.post(Self.stream, Self.body("simulate:cut"))
            let (frames, left) = Frame.read(answer.body)
            #expect(!answer.isComplete)
            #expect(left > 0)
            #expect(Self.deltas(frames).count == 3)
            let whole = try await client.post(Self.whole, Self.body("simulate:cut"))
            #expect(!whole.isComplete)
        }
    }

    @Test func truncatedStreamsEndWithoutAStop() async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.post(Self.stream, Self.body("simulate:truncate"))
            let (frames, left) = Frame.read(answer.body)
            #expect(answer.isComplete)
            #expect(left == 0)
            #expect(
                frames.map(\.type) == ["messageStart", "contentBlockDelta", "contentBlockDelta", "contentBlockDelta"]
            )
            let whole = try await client.post(Self.whole, Self.body("simulate:truncate"))
            #expect(whole.status == 200)
            #expect(whole.json == nil)
        }
    }

    @Test func oneChecksumIsWrong() async throws {
        try await SimulatorClient.run { client in
            let frames = Frame.read(try await client.post(Self.stream, Self.body("simulate:bad-crc")).body).frames
            #expect(frames.filter { !$0.isIntact }.count == 1)
            #expect(!frames[3].isIntact)
            #expect(frames.last?.type == "metadata")
        }
    }

    @Test func eventsAreAsManyAsAsked() async throws {
        try await SimulatorClient.run { client in
            let frames = Frame.read(try await client.post(Self.stream, Self.body("simulate:events=500")).body).frames
            #expect(Self.deltas(frames) == (1...500).map { "\($0) " })
            #expect(frames.last?.payload?["usage"]?["outputTokens"]?.int == 500)
            let whole = try await client.post(Self.whole, Self.body("simulate:events=3"))
            #expect(whole.text.contains(#""text":"1 2 3 ""#))
        }
    }

    @Test func slowStreamsComeInManyPieces() async throws {
        try await SimulatorClient.run { client in
            let slow = try await client.post(Self.stream, Self.body("simulate:slow=3 simulate:events=5"))
            #expect(slow.pieces >= 8)
            #expect(Frame.read(slow.body).frames.count == 9)
        }
    }

    @Test func endlessStreamsEndWhenTheClientLeaves() async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.send(
                .POST,
                Self.stream,
                Self.body("simulate:endless"),
                headers: [("Authorization", "Bearer \(SimulatorConfiguration.demoBearerKey)")],
                leavingAfter: 1_000_000
            )
            #expect(answer.body.readableBytes >= 1_000_000)
            #expect(!answer.isComplete)
            // The connection's end arrives when it arrives; the test's time limit is the bound.
            while client.simulator.counts.openStreams > 0 { try await Task.sleep(for: .milliseconds(2)) }
            #expect(client.simulator.counts.cancelledStreams == 1)
            #expect(client.simulator.counts.finishedStreams == 0)
            let told = try await client.send(.GET, "/simulator/requests", "")
            #expect(told.json?["cancelled_streams"]?.int == 1)
            #expect(told.json?["operations"]?["converse-stream"]?.int == 1)
            let whole = try await client.post(Self.whole, Self.body("simulate:endless"))
            #expect(whole.status == 400)
        }
    }

    @Test func unicodeSurvivesBeingTorn() async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.post(Self.stream, Self.body("simulate:unicode"))
            let (frames, left) = Frame.read(answer.body)
            #expect(left == 0)
            #expect(answer.pieces > 50)
            #expect(Self.deltas(frames).joined() == AnswerComposer.unicode)
            #expect(AnswerComposer.unicode.unicodeScalars.contains { $0.value > 0xFFFF })
        }
    }

    @Test func paddingIsOfManyLengths() async throws {
        try await SimulatorClient.run { client in
            let frames = Frame.read(try await client.post(Self.stream, Self.body("simulate:padding")).body).frames
            let lengths = frames.map { $0.payload?["p"]?.string?.count ?? 0 }
            #expect(!lengths.contains(0))
            #expect(Set(lengths).count > 3)
        }
    }

    @Test func otherEndingsAreToldApart() async throws {
        try await SimulatorClient.run { client in
            let guarded = try await client.post(Self.whole, Self.body("simulate:guardrail"))
            #expect(guarded.json?["stopReason"]?.string == "guardrail_intervened")
            let refused = try await client.post(Self.whole, Self.body("simulate:refusal"))
            #expect(refused.json?["stopReason"]?.string == "content_filtered")
            let empty = try await client.post(Self.whole, Self.body("simulate:empty"))
            #expect(empty.json?["output"]?["message"]?["content"]?.count == 0)
            let interleaved = Frame.read(try await client.post(Self.stream, Self.body("simulate:interleave")).body)
                .frames
            let indices = interleaved.compactMap {
                $0.payload?["delta"] == nil ? nil : $0.payload?["contentBlockIndex"]?.int
            }
            #expect(indices.prefix(6) == [0, 2, 0, 2, 0, 2])
            let redacted = try await client.post(Self.whole, Self.body("simulate:redacted simulate:think"))
            #expect(redacted.text.contains("redactedContent"))
            #expect(redacted.text.contains("reasoningText"))
        }
    }

    @Test func requestsAreKeptForTests() async throws {
        var configuration = SimulatorConfiguration()
        configuration.recordedRequests = 2
        try await SimulatorClient.run(configuration) { client in
            for text in ["a", "b", "c"] { _ = try await client.post(Self.whole, Self.body(text)) }
            #expect(client.simulator.records.map { String(buffer: $0.body) } == [Self.body("b"), Self.body("c")])
            #expect(client.simulator.counts.requests == 3)
        }
    }
}
