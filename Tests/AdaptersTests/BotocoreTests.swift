import JSON
import NIOCore
import TestSupport
import Testing

/// Converse bodies of the fixtures, judged by AWS's own model of the service: an oracle that was not written here.
struct BotocoreTests {
    @Test func everyConverseFixtureIsValidForBotocore() throws {
        var lines: [String] = []
        for fixture in Fixture.all {
            guard let request = try fixture.json(.bedrockRequest),
                request["operation"]?.string?.hasPrefix("converse") == true
            else { continue }
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("name")
            writer.string(fixture.description)
            for key: StaticString in ["operation", "modelId", "body"] {
                writer.key(key)
                writer.raw(try #require(request["\(key)"]))
            }
            writer.endObject()
            lines.append(String(buffer: writer.buffer).replacing("\n", with: " "))
        }
        #expect(lines.count >= 50)
        let verdict = try PythonOracle.judgeByBotocore(lines)
        #expect(verdict.output.hasSuffix("checked \(lines.count) refused 0\n"), "\(verdict.output)")
    }

    /// The oracle itself must be able to say no.
    @Test func botocoreRefusesWhatIsWrong() throws {
        let wrong = [
            #"{"messages":[{"role":"tool","content":[{"text":"a"}]}]}"#,
            #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"temperature":1.5}}"#,
            #"{"messages":[{"role":"user","content":[{"txt":"a"}]}]}"#,
            #"{"messages":[{"role":"user","content":[{"text":1}]}]}"#,
            #"{"messages":[{"role":"user","content":[{"image":{"format":"bmp","source":{"bytes":"AAAA"}}}]}]}"#,
            #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"toolConfig":{"tools":[]}}"#,
        ]
        let lines = wrong.map { #"{"name":"wrong","operation":"converse","modelId":"m","body":\#($0)}"# }
        let verdict = try PythonOracle.judgeByBotocore(lines)
        #expect(verdict.output.hasSuffix("checked \(lines.count) refused \(lines.count)\n"), "\(verdict.output)")
    }
}
