import BedrockRuntime
import Foundation
import HTTPServer
import JSON
import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Gateway

/// Every folder of `Tests/Fixtures` once more, through the whole HTTP server, with Bedrock's bytes in pieces.
struct FixtureServerTests {
    /// One byte, an odd few, one more than a cache line, and whole frames together.
    static let chunkSizes = [1, 7, 65, 4096]

    @Test(arguments: Fixture.all, chunkSizes)
    func answers(_ fixture: Fixture, inPiecesOf size: Int) async throws {
        guard !fixture.isRecording else { return }
        let stand = try await FixtureStand.shared.value
        let exchange = try await stand.run(fixture, chunkSize: size)
        var judgement = FixtureJudgement(fixture)
        let asked = exchange.received
        if let asked {
            try judgement.judge(
                operation: Self.operation(ofPath: asked.path),
                path: asked.path,
                headers: asked.headers.filter { Self.isOwn($0.name) },
                body: asked.body
            )
        } else {
            try judgement.judge(operation: nil, path: "", headers: [], body: ByteBuffer())
        }
        let answer = exchange.answer
        let type = answer.header("content-type") ?? ""
        switch (answer.status, type) {
        case (200, "application/json"): try judgement.judge(whole: answer.body)
        case (200, "text/event-stream; charset=utf-8"): try judgement.judge(stream: answer.body)
        case (200, _): Issue.record("the content type is \(type)")
        default:
            #expect(type == "application/json")
            try judgement.judge(status: answer.status, error: answer.body, headers: answer.headers)
        }
        try judgement.judge(notes: answer.headers)
        #expect(answer.header("x-request-id") == FixtureSetting.identifiers.request())
        #expect(judgement.problems.isEmpty, "\(judgement.problems.joined(separator: "\n"))")
    }

    private static func operation(ofPath path: String) -> String {
        switch path.split(separator: "/").last {
        case "converse": "converse"
        case "converse-stream": "converseStream"
        case "invoke": "invoke"
        case "invoke-with-response-stream": "invokeStream"
        default: "chatCompletions"
        }
    }

    /// Whether a header is the call's own, not one that every call has.
    private static func isOwn(_ name: String) -> Bool {
        name.hasPrefix("x-amzn-bedrock-") && name != "x-amzn-bedrock-accept"
    }
}

/// A gateway in front of a scripted upstream, started once for all fixtures and stopped by the end of the process.
final class FixtureStand: Sendable {
    /// What a fixture came to.
    struct Exchanged {
        var answer: LoopbackClient.Answer
        var received: ScriptedUpstream.Received?
    }

    static let shared = Task { try await FixtureStand() }

    private let group: MultiThreadedEventLoopGroup
    private let upstream: ScriptedUpstream
    private let gateway: Gateway

    private init() async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        upstream = try await ScriptedUpstream.start(group: group)
        gateway = try await Gateway.start(
            configuration: try FixtureSetting.configuration(upstreamPort: upstream.port),
            models: try FixtureSetting.models.get(),
            group: group,
            logger: Logger(label: "fixtures") { _ in SwiftLogNoOpLogHandler() },
            clock: FixtureSetting.clock,
            identifiers: FixtureSetting.identifiers
        )
    }

    /// Posts a fixture's request; the access key id says which script the upstream follows.
    func run(_ fixture: Fixture, chunkSize: Int) async throws -> Exchanged {
        let setting = try FixtureSetting(fixture)
        let key = "AK" + UUID().uuidString.filter { $0 != "-" }
        let framing = try FixtureRun(fixture).call?.framing
        if let answer = try fixture.bedrockAnswer(asServerSentEvents: framing == .serverSentEvents) {
            upstream.answer(
                key,
                with: ScriptedUpstream.Script(
                    status: answer.status,
                    headers: answer.headers,
                    body: answer.body,
                    chunkSize: chunkSize
                )
            )
        }
        let answer = try await LoopbackClient.post(
            port: gateway.server.localPorts.first ?? 0,
            path: "/v1/chat/completions",
            headers: [
                ("Authorization", "Bearer \(setting.region.rawValue).\(key).secret"),
                ("X-Gateway-Strict", setting.isStrict ? "true" : "false"),
            ],
            body: ByteBuffer(string: try fixture.text(.request) ?? ""),
            group: group
        )
        return Exchanged(answer: answer, received: upstream.received(key).first)
    }
}
