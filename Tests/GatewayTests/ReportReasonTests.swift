import BedrockSimulator
import Foundation
import JSON
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Everything that is dropped or adjusted has a reason that a dry run can show.
@Suite struct ReportReasonTests {
    /// The notes in the sources, up to what is put in when they are made: `max_tokens=` of `max_tokens=\(limit)`.
    private static func notes(madeBy function: String) throws -> Set<String> {
        let root = Fixture.root.deletingLastPathComponent().deletingLastPathComponent()
        let pattern = try NSRegularExpression(pattern: #"\.\#(function)\("([^"\\]*)"#)
        var notes: Set<String> = []
        for target in ["Adapters", "Gateway"] {
            let folder = root.appending(path: "Sources/\(target)")
            let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
            for case let file as URL in files where file.pathExtension == "swift" {
                let text = try String(contentsOf: file, encoding: .utf8)
                for match in pattern.matches(in: text, range: NSRange(text.startIndex..., in: text)) {
                    notes.insert(String(text[try #require(Range(match.range(at: 1), in: text))]))
                }
            }
        }
        return notes
    }

    @Test func everyNoteThatIsMadeHasAReason() throws {
        let dropped = try Self.notes(madeBy: "drop")
        #expect(dropped.count > 10)
        for note in dropped {
            #expect(ReportReason.dropped(note.hasSuffix(".") ? note + "x" : note) != nil, "dropped: \(note)")
        }
        let adjusted = try Self.notes(madeBy: "adjust")
        #expect(adjusted.count > 10)
        for note in adjusted { #expect(ReportReason.adjusted(note) != nil, "adjusted: \(note)") }
        // Noted by a name that is handed over, or renamed to the client's own.
        for note in [
            "temperature", "top_p", "top_k", "seed", "frequency_penalty", "presence_penalty", "store", "verbosity",
            "max_completion_tokens", "reasoning_effort", "thinking", "performanceConfig", "guardrail_config",
            "guardrail_config.streamProcessingMode", "extra_body.model", "additionalModelRequestFields.stream",
        ] { #expect(ReportReason.dropped(note) != nil, "dropped: \(note)") }
    }

    @Test func everyNoteOfAFixtureHasAReason() throws {
        // The one fixture whose fields nobody knows, and one that has such a field too.
        let unknown = /x\d\d|foo|frobnicate|amazon-bedrock-.*/
        for fixture in Fixture.all {
            let headers = try fixture.json(.expectedHeaders)
            for note in headers?["x-gateway-dropped"]?.string?.components(separatedBy: ", ") ?? [] {
                let isUnknown = note.lowercased().wholeMatch(of: unknown) != nil
                #expect((ReportReason.dropped(note) == nil) == isUnknown, "\(fixture): \(note)")
            }
            for note in headers?["x-gateway-adjusted"]?.string?.components(separatedBy: ", ") ?? [] {
                #expect(ReportReason.adjusted(note) != nil, "\(fixture): \(note)")
            }
        }
    }

    @Test func aMarkIsMadeShortForOneOfTwoReasons() {
        let place = ReportReason.adjusted("cache_control.ttl=5m (behind a 5m mark)")
        let model = ReportReason.adjusted("cache_control.ttl=5m")
        #expect(place?.reason.contains("in front of it") == true)
        #expect(model?.reason.contains("keeps its cache no longer") == true)
    }

    @Test func strictnessOfTheOldFormIsNoChoiceBetweenForms() {
        let strict = ReportReason.dropped("functions.strict")
        #expect(strict?.field == "functions.strict")
        #expect(strict?.reason == ReportReason.dropped("tools.strict")?.reason)
        #expect(ReportReason.dropped("functions")?.reason.contains("older form") == true)
    }

    @Test func aDryRunGivesTheReasons() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            let more = #""n":2,"seed":7,"frobnicate":1,"max_tokens":9999999,"use_converse_api":true,"#
            client.post(ChatBody.saying("Hello", more), headers: ["x-gateway-explain": "true"])
            let json = try client.answer().json
            func lines(_ key: String) -> [[String: String]] { json[key] as? [[String: String]] ?? [] }
            #expect(lines("dropped").map { $0["field"] } == ["seed", "frobnicate"])
            #expect(lines("dropped").first?["reason"] == "Bedrock has no seed for this model.")
            #expect(lines("adjusted").map { $0["field"] } == ["max_tokens"])
            #expect(lines("adjusted").first?["note"]?.hasPrefix("max_tokens=") == true)
            #expect(lines("emulated").map { $0["field"] } == ["n"])
            for line in lines("dropped") + lines("adjusted") + lines("emulated") {
                #expect(line["reason"]?.hasSuffix(".") == true, "\(line)")
            }
        }
    }

    /// What is long is not copied together, and is shown as it would be sent.
    @Test(arguments: [10, 70_000, 2_000_000])
    func aDryRunShowsABodyOfAnyLength(_ size: Int) async throws {
        var simulation = SimulatorConfiguration()
        simulation.recordedRequests = 1
        try await GatewayHarness.run(simulation: simulation) { gateway in
            let body = ChatBody.saying(String(repeating: "a", count: size), #""use_converse_api":true,"#)
            let client = try gateway.client()
            client.post(body, headers: ["x-gateway-explain": "true"])
            let explained = try client.answer()
            #expect(explained.status == 200)
            #expect(gateway.simulator.counts.requests == 0)
            client.post(body)
            #expect(try client.answer().status == 200)
            let sent = String(buffer: try #require(gateway.simulator.records.last).body)
            #expect(explained.text.hasSuffix(#""body":\#(sent)}"#))
        }
    }

    // MARK: Switches and headers

    @Test func onlyAWordForYesOrNoChangesStrictness() async throws {
        let seeded = ChatBody.saying("Hello", #""seed":7,"use_converse_api":true,"#)
        for (setting, unclear) in [("true", 400), ("false", 200)] {
            try await GatewayHarness.run(["STRICT_PARAMETERS": setting]) { gateway in
                for (word, status) in [
                    ("true", 400), ("YES", 400), ("1", 400), ("false", 200), ("No", 200), ("0", 200), ("on", unclear),
                    ("strict", unclear), ("", unclear),
                ] {
                    let client = try gateway.client()
                    client.post(seeded, headers: ["x-gateway-strict": word])
                    #expect(try client.answer().status == status, "\(setting) \(word)")
                }
            }
        }
    }

    @Test func aGuardrailInHeadersIsReportedBesideOneInTheBody() async throws {
        let headers = [
            "x-amzn-bedrock-guardrailidentifier": "header1", "x-amzn-bedrock-guardrailversion": "1",
        ]
        let other = #""guardrailConfig":{"guardrailIdentifier":"body1","guardrailVersion":"1"},"#
        let same = #""guardrailConfig":{"guardrailIdentifier":"header1","guardrailVersion":"1"},"#
        try await GatewayHarness.run { gateway in
            for (more, dropped) in [("", nil), (same, nil), (other, "X-Amzn-Bedrock-GuardrailIdentifier")] {
                let client = try gateway.client()
                client.post(ChatBody.saying("Hello", more), headers: headers)
                #expect(try client.answer().field("x-gateway-dropped") == dropped)
            }
        }
        try await GatewayHarness.run(["GUARDRAIL_ID": "operator1", "GUARDRAIL_VERSION": "1"]) { gateway in
            let client = try gateway.client()
            client.post(ChatBody.saying("Hello", other), headers: headers)
            let dropped = try client.answer().field("x-gateway-dropped")
            #expect(dropped == "guardrailConfig, X-Amzn-Bedrock-GuardrailIdentifier")
        }
    }
}
