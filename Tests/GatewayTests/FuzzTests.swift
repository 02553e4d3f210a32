import BedrockSimulator
import Foundation
import TestSupport
import Testing

/// Mutated requests over one connection: never a 5xx, never a hang, and the connection lives on.
@Suite struct FuzzTests {
    /// Requests that use as many fields as there are.
    private static let seeds = [
        ChatBody.saying("Hello"),
        ChatBody.saying("simulate:events=3", #""stream":true,"stream_options":{"include_usage":true},"#),
        ChatBody.saying("simulate:events=3", #""use_converse_api":true,"stream":true,"#),
        #"""
        {"model":"Claude-Sonnet-4-6","max_tokens":200,"temperature":0.5,"top_p":0.9,"stop":["END"],"seed":1,"n":1,
        "user":"u","metadata":{"a":"b"},"reasoning_effort":"low","response_format":{"type":"json_object"},
        "service_tier":"auto","logit_bias":{},"presence_penalty":0,"parallel_tool_calls":true,
        "messages":[{"role":"system","content":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}]},
        {"role":"user","name":"bob","content":[{"type":"text","text":"Look \u00e9\ud83d\ude00"},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==","detail":"low"}}]}]}
        """#,
        #"""
        {"model":"claude-sonnet-4-6","tools":[{"type":"function","function":{"name":"get_weather","description":"d",
        "parameters":{"type":"object","properties":{"city":{"type":"string"}}},"strict":false}}],"tool_choice":"auto",
        "messages":[{"role":"user","content":"weather?"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_1",
        "type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Rome\"}"}}]},
        {"role":"tool","tool_call_id":"call_1","content":"sunny"},{"role":"user","content":"thanks"}]}
        """#,
    ]

    private static var replacements: [Any] {
        [
            NSNull(), true, 0, -1, 1.5, 1e300, "", "text", "\u{0}", [Any](), [1, "a", NSNull()], [String: Any](),
            ["type": "text"], [[String: Any]](), String(repeating: "x", count: 5_000),
        ]
    }

    /// SplitMix64 (Steele, Lea and Flood 2014), so that a failure can be had again.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    @Test func mutatedBytesNeverHurt() async throws {
        try await GatewayHarness.run { gateway in
            var random = Generator(state: 2_026)
            let client = try gateway.client()
            for round in 0..<400 {
                var bytes = Array((Self.seeds.randomElement(using: &random) ?? "").utf8)
                for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<5, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
                    case 1: bytes.remove(at: place)
                    case 2: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
                    case 3: bytes.removeSubrange(place..<min(bytes.count, place + 20))
                    default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 20)], at: place)
                    }
                }
                try Self.check(bytes, over: client, "round \(round)")
            }
            #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
            #expect(!gateway.lines.all.contains { $0.hasPrefix("warning") })
        }
    }

    @Test func everyValueReplacedByEveryTypeNeverHurts() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            var count = 0
            for seed in Self.seeds {
                let value = try JSONSerialization.jsonObject(with: Data(seed.utf8))
                for mutation in Self.mutations(of: value) {
                    let bytes = try JSONSerialization.data(withJSONObject: mutation, options: .fragmentsAllowed)
                    try Self.check(Array(bytes), over: client, String(decoding: bytes.prefix(3_000), as: UTF8.self))
                    count += 1
                }
            }
            #expect(count > 1_000)
            #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
        }
    }

    /// Every value with one of its parts replaced, or left out.
    private static func mutations(of value: Any) -> [Any] {
        var mutations = replacements
        if let object = value as? [String: Any] {
            for (key, member) in object {
                var rest = object
                rest[key] = nil
                mutations.append(rest)
                for mutation in Self.mutations(of: member) {
                    var changed = object
                    changed[key] = mutation
                    mutations.append(changed)
                }
            }
        } else if let array = value as? [Any] {
            for (index, element) in array.enumerated() {
                for mutation in Self.mutations(of: element) {
                    var changed = array
                    changed[index] = mutation
                    mutations.append(changed)
                }
            }
        }
        return mutations
    }

    private static func check(_ bytes: [UInt8], over client: SocketClient, _ name: String) throws {
        let head =
            "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(GatewayHarness.key)\r\n"
            + "Content-Length: \(bytes.count)\r\n\r\n"
        client.send(Array(head.utf8) + bytes)
        let answer = try client.answer()
        if answer.status == 200 {
            let isStream = answer.field("content-type")?.hasPrefix("text/event-stream") == true
            #expect(isStream ? answer.events.last == "[DONE]" : !answer.json.choices.isEmpty, "\(name)")
        } else {
            #expect((400..<500).contains(answer.status), "\(name): \(answer.text.prefix(300))")
            #expect(answer.flaw(asErrorWith: answer.status) == nil, "\(name)")
        }
        #expect(answer.field("connection")?.lowercased() != "close", "\(name)")
    }

    @Test func malformedBodiesSayWhereAndKeepTheConnection() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            let deep = String(repeating: "[", count: 100_000)
            let bodies = [
                "", " ", "{", "}", "nonsense", #"{"model":"x",}"#, #"{"a":01}"#, #"{"a":"\x"}"#, "\u{FEFF}{}",
                "{} {}", #"{"a":NaN}"#, "{'a':1}", deep, #"{"a":\#(deep)"#, "model=x&messages=y",
            ]
            for body in bodies {
                client.post(body)
                let answer = try client.answer()
                #expect(answer.flaw(asErrorWith: 400) == nil, "\(body.prefix(40))")
                #expect(
                    answer.code == "invalid_json" || answer.code == "missing_required_parameter",
                    "\(body.prefix(40))"
                )
            }
            // Bytes that are not UTF-8.
            let head = SocketClient.request(
                "POST",
                "/v1/chat/completions",
                headers: ["Authorization": "Bearer \(GatewayHarness.key)", "Content-Length": "6"],
                body: nil
            )
            client.send(Array(head.utf8) + [0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x7D])
            #expect(try client.answer().code == "invalid_json")
            client.post(ChatBody.saying("Hello"))
            #expect(try client.answer().status == 200)
        }
    }

    @Test func stalledAndTornRequestsAreAnsweredOnceTheyAreWhole() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            let request = SocketClient.request(
                "POST",
                "/v1/chat/completions",
                headers: ["Authorization": "Bearer \(GatewayHarness.key)"],
                body: ChatBody.saying("Hello")
            )
            for byte in request.utf8 { client.send([byte]) }
            #expect(try client.answer().status == 200)
            let chunked = ChatBody.saying("Hello").utf8.map { "1\r\n\(Character(Unicode.Scalar($0)))\r\n" }.joined()
            client.send(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(GatewayHarness.key)\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n\(chunked)0\r\n\r\n"
            )
            #expect(try client.answer().status == 200)
            // Two at once, answered in order.
            client.send(request + SocketClient.request("GET", "/health", headers: [:], body: nil))
            #expect(try client.answer().json.string("object") == "chat.completion")
            #expect(try client.answer().json.string("status") == "ok")
        }
    }
}
