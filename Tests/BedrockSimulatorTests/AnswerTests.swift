import JSON
import NIOCore
import NIOHTTP1
import Testing

@testable import BedrockSimulator

/// Requests over loopback sockets.
struct AnswerTests {
    private static let claude = "/model/anthropic.claude-haiku-4-5-20251001-v1%3A0"

    private static func converse(_ text: String, _ more: String = "") -> String {
        #"{"messages":[{"role":"user","content":[{"text":"\#(text)"}]}]\#(more)}"#
    }

    private static func anthropic(_ text: String, _ more: String = "") -> String {
        #"{"anthropic_version":"bedrock-2023-05-31","max_tokens":5000,"messages":[{"role":"user","content":"\#(text)"}]\#(more)}"#
    }

    private static let tools =
        #","toolConfig":{"tools":[{"toolSpec":{"name":"weather","inputSchema":{"json":{"type":"object","properties":{"city":{"type":"string"},"unit":{"enum":["C","F"]},"days":{"type":"integer"},"note":{"type":"string"}},"required":["city","unit","days"]}}}}]}"#
    private static let honest = #"This is the Bedrock simulator, not a model. You said: "Hello""#

    private static func texts(_ frames: [Frame]) -> String {
        frames.compactMap { $0.payload?["delta"]?["text"]?.string ?? $0.chunk?["delta"]?["text"]?.string }.joined()
    }

    @Test func converseAnswersAsASimulator() async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.post("\(Self.claude)/converse", Self.converse("Hello"))
            #expect(answer.status == 200)
            #expect(
                answer.json?["output"]?["message"]?["content"]?.elements.first { _ in true }?["text"]?.string
                    == Self.honest
            )
            #expect(answer.json?["stopReason"]?.string == "end_turn")
            // Two tokens of four bytes; eleven words.
            #expect(answer.json?["usage"]?["inputTokens"]?.int == 2)
            #expect(answer.json?["usage"]?["outputTokens"]?.int == 11)
            #expect(answer.json?["usage"]?["totalTokens"]?.int == 13)
            #expect(answer.headers.first(name: "x-amzn-requestid")?.utf8.count == 36)
        }
    }

    @Test func converseStreamsTheSame() async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.post("\(Self.claude)/converse-stream", Self.converse("Hello"))
            let (frames, left) = Frame.read(answer.body)
            #expect(left == 0)
            #expect(frames.filter { !$0.isIntact }.isEmpty)
            #expect(Self.texts(frames) == Self.honest)
            #expect(
                frames.map(\.type)
                    == ["messageStart"] + Array(repeating: "contentBlockDelta", count: 11)
                    + ["contentBlockStop", "messageStop", "metadata"]
            )
            #expect(frames.last?.payload?["usage"]?["totalTokens"]?.int == 13)
            #expect(answer.headers.first(name: "content-type") == "application/vnd.amazon.eventstream")
        }
    }

    @Test func claudeAnswersAndStreamsTheSame() async throws {
        try await SimulatorClient.run { client in
            let whole = try await client.post("\(Self.claude)/invoke", Self.anthropic("Hello"))
            #expect(whole.json?["content"]?.elements.first { _ in true }?["text"]?.string == Self.honest)
            #expect(whole.headers.first(name: "x-amzn-bedrock-output-token-count") == "11")
            let streamed = try await client.post("\(Self.claude)/invoke-with-response-stream", Self.anthropic("Hello"))
            let chunks = Frame.read(streamed.body).frames.compactMap(\.chunk)
            #expect(Self.texts(Frame.read(streamed.body).frames) == Self.honest)
            #expect(chunks.first?["type"]?.string == "message_start")
            #expect(chunks.dropLast().last?["delta"]?["stop_reason"]?.string == "end_turn")
            #expect(chunks.last?["amazon-bedrock-invocationMetrics"]?["outputTokenCount"]?.int == 11)
        }
    }

    @Test func stopSequencesAndMaximaCutTheText() async throws {
        try await SimulatorClient.run { client in
            let stopped = try await client.post(
                "\(Self.claude)/converse",
                Self.converse(
                    "Hello",
                    #","inferenceConfig":{"stopSequences":["zzz","simulator","not"]},"additionalModelResponseFieldPaths":["/stop_sequence"]"#
                )
            )
            #expect(stopped.json?["stopReason"]?.string == "stop_sequence")
            #expect(stopped.json?["additionalModelResponseFields"]?["stop_sequence"]?.string == "simulator")
            #expect(stopped.text.contains("This is the Bedrock \""))
            let short = try await client.post(
                "\(Self.claude)/converse",
                Self.converse("Hello", #","inferenceConfig":{"maxTokens":3}"#)
            )
            #expect(short.json?["stopReason"]?.string == "max_tokens")
            #expect(short.json?["usage"]?["outputTokens"]?.int == 3)
        }
    }

    @Test func toolsAreCalledWithWhatTheirSchemaRequires() async throws {
        try await SimulatorClient.run { client in
            let body = Self.converse("use the tool", Self.tools)
            let whole = try await client.post("\(Self.claude)/converse", body)
            let use = whole.json?["output"]?["message"]?["content"]?.elements.first { _ in true }?["toolUse"]
            #expect(use?["name"]?.string == "weather")
            #expect(use?["input"]?.description == #"{"city":"example","unit":"C","days":1}"#)
            #expect(whole.json?["stopReason"]?.string == "tool_use")
            let streamed = Frame.read(try await client.post("\(Self.claude)/converse-stream", body).body).frames
            let fragments = streamed.compactMap { $0.payload?["delta"]?["toolUse"]?["input"]?.string }
            #expect(fragments.count > 3)
            #expect(fragments.joined() == use?["input"]?.description)
            let twice = try await client.post("\(Self.claude)/converse", Self.converse("call tools twice", Self.tools))
            let ids = twice.json?["output"]?["message"]?["content"]?.elements.compactMap {
                $0["toolUse"]?["toolUseId"]?.string
            }
            #expect(Set(ids ?? []).count == 2)
            let empty = try await client.post(
                "\(Self.claude)/converse-stream",
                Self.converse("simulate:tools-empty-args", Self.tools)
            )
            #expect(
                Frame.read(empty.body).frames.map(\.type) == [
                    "messageStart", "contentBlockStart", "contentBlockStop", "messageStop", "metadata",
                ]
            )
        }
    }

    @Test func toolResultsAreQuoted() async throws {
        try await SimulatorClient.run { client in
            let body =
                #"{"messages":[{"role":"user","content":[{"text":"use the tool"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"t1","name":"weather","input":{}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"t1","content":[{"text":"sunny"}]}}]}]\#(Self.tools)}"#
            let answer = try await client.post("\(Self.claude)/converse", body)
            #expect(answer.text.contains(#"The tool answered: \"sunny\""#), "\(answer.text)")
        }
    }

    @Test func thinkingComesBackUnchangedOrNotAtAll() async throws {
        try await SimulatorClient.run { client in
            let more = #","thinking":{"type":"enabled","budget_tokens":1024}"#
            let answer = try await client.post("\(Self.claude)/invoke", Self.anthropic("Hello", more))
            let blocks = try #require(answer.json?["content"]).elements.map { $0 }
            #expect(blocks.first?["type"]?.string == "thinking")
            func replay(_ thinking: String) -> String {
                let signature = blocks[0]["signature"]?.string ?? ""
                return
                    #"{"anthropic_version":"bedrock-2023-05-31","max_tokens":5000,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"\#(thinking)","signature":"\#(signature)"},{"type":"text","text":"b"}]},{"role":"user","content":"c"}]}"#
            }
            let thinking = blocks[0]["thinking"]?.string ?? ""
            let unchanged = try await client.post("\(Self.claude)/invoke", replay(thinking))
            #expect(unchanged.status == 200)
            let changed = try await client.post("\(Self.claude)/invoke", replay(thinking + "!"))
            #expect(changed.message == "messages.1.content.0: Invalid `signature` in `thinking` block")
        }
    }

    @Test func cachePointsCount() async throws {
        try await SimulatorClient.run { client in
            let first = try await client.post(
                "\(Self.claude)/converse",
                Self.converse("Hello", #","system":[{"text":"0123456789abcdef"},{"cachePoint":{"type":"default"}}]"#)
            )
            #expect(first.json?["usage"]?["cacheWriteInputTokens"]?.int == 4)
            #expect(first.json?["usage"]?["cacheReadInputTokens"]?.int == 0)
            #expect(first.json?["usage"]?["inputTokens"]?.int == 2)
        }
    }

    @Test func attachmentsAreAcknowledged() async throws {
        try await SimulatorClient.run { client in
            let body =
                #"{"messages":[{"role":"user","content":[{"text":"Look"},{"image":{"format":"png","source":{"bytes":"iVBORw=="}}},{"document":{"format":"pdf","name":"doc","source":{"bytes":"JVBERg=="}}}]}]}"#
            let answer = try await client.post("\(Self.claude)/converse", body)
            #expect(answer.text.contains("I see 1 image (png, 4 bytes). I see 1 document (pdf, \\\"doc\\\", 4 bytes)."))
        }
    }

    @Test func bodiesAreEchoed() async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.post(
                "\(Self.claude)/converse",
                Self.converse(
                    "simulate:echo-body",
                    #","system":[{"text":"s"}],"inferenceConfig":{"topP":0.50}\#(Self.tools)"#
                )
            )
            let text =
                answer.json?["output"]?["message"]?["content"]?.elements.first { _ in true }?["text"]?.string ?? ""
            let echo = try JSONValue.parse(text)
            #expect(echo["roles"]?.description == #"["user"]"#)
            #expect(echo["blocks"]?.description == #"[["text"]]"#)
            #expect(echo["system"]?.description == #"["s"]"#)
            #expect(echo["tools"]?.description == #"["weather"]"#)
            #expect(echo["inferenceConfig"]?.description == #"{"topP":0.50}"#)
            #expect(echo["model"]?.string == "anthropic.claude-haiku-4-5-20251001-v1:0")
        }
    }

    @Test func pathsAndMethodsAreThoseOfTheAPI() async throws {
        try await SimulatorClient.run { client in
            let unknown = try await client.post("/model/a.b/embed", "{}")
            #expect(unknown.status == 404)
            #expect(unknown.errorType == "UnknownOperationException")
            let bareSlash = try await client.post("/model/a/b/converse", "{}")
            #expect(bareSlash.status == 404)
            let get = try await client.send(.GET, "\(Self.claude)/converse", "")
            #expect(get.status == 405)
            let stranger = try await client.send(.POST, "\(Self.claude)/converse", "{}")
            #expect(stranger.status == 403)
            #expect(stranger.errorType == "MissingAuthenticationTokenException")
            let badModel = try await client.post("/model/a%20b/converse", "{}")
            #expect(badModel.message == "The provided model identifier is invalid.")
            let notJSON = try await client.post("\(Self.claude)/converse", "{")
            #expect(notJSON.errorType == "SerializationException")
        }
    }

    /// A request signed by botocore's signer, sent as it is: the path's `%3A` must arrive untouched.
    @Test func signedRequestsAreAcceptedOverSockets() async throws {
        var configuration = SimulatorConfiguration()
        configuration.credentials = [
            SimulatorCredential(
                accessKeyID: "AKIDEXAMPLE",
                secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
            )
        ]
        configuration.now = { 1_768_480_496 }
        let vectors = try #require(try Vectors.json("sigv4_vectors")["vectors"])
        let vector = try #require(vectors.elements.first { $0["name"]?.equals("converse-colon") == true })
        let names: [String] = ["Content-Type", "X-Amz-Date", "Authorization"]
        let headers = names.map { ($0, vector["headers"]?[$0]?.string ?? "") }
        let body = vector["body"]?.string ?? ""
        try await SimulatorClient.run(configuration) { client in
            let host = [("Host", "bedrock-runtime.us-east-1.amazonaws.com")]
            let accepted = try await client.send(.POST, "\(Self.claude)/converse", body, headers: headers + host)
            #expect(accepted.status == 200)
            let changed = try await client.send(.POST, "\(Self.claude)/converse", body + " ", headers: headers + host)
            #expect(changed.status == 403)
            #expect(changed.errorType == "InvalidSignatureException")
        }
    }
}
