import BedrockRuntime
import JSON
import NIOCore
import OpenAISchema
import TestSupport
import Testing

@testable import Gateway

/// Every folder of `Tests/Fixtures`, translated there and back without a socket.
struct FixtureTests {
    @Test(arguments: Fixture.all)
    func translates(_ fixture: Fixture) throws {
        try fixture.checkFiles()
        let run = try FixtureRun(fixture)
        if fixture.isRecording {
            try FixtureRecorder(fixture: fixture, run: run).record()
            Issue.record("\(fixture) was recorded: read what changed, then run without RECORD_FIXTURES")
            return
        }
        var judgement = FixtureJudgement(fixture)
        try judgement.judge(
            operation: run.call?.operation.rawValue,
            path: run.call?.path ?? "",
            headers: run.call?.headers ?? [],
            body: run.call?.body.joined ?? ByteBuffer()
        )
        switch run.outcome {
        case .whole(let body): try judgement.judge(whole: body)
        case .stream(let body): try judgement.judge(stream: body)
        case .refused(let error):
            try judgement.judge(status: error.status, error: error.body(), headers: error.retryHeaders)
        }
        try judgement.judge(notes: run.notes)
        #expect(judgement.problems.isEmpty, "\(judgement.problems.joined(separator: "\n"))")
    }

    /// Each dialect that fixtures exist for shows at least the six things that architecture.md §6 asks of one.
    @Test func everyDialectHasSixCases() {
        let cases = Dictionary(grouping: Fixture.all, by: \.adapter)
        for (adapter, fixtures) in cases {
            #expect(fixtures.count >= 6, "\(adapter) has \(fixtures.count) fixtures")
        }
        #expect((cases["converse"] ?? []).count >= 25)
        #expect((cases["anthropic"] ?? []).count >= 25)
    }
}
