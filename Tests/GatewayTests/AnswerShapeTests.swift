import BedrockSimulator
import Foundation
import HTTPServer
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

/// The shapes that clients parse, over a real socket: CHAT.md §3 and §4.
@Suite struct AnswerShapeTests {
    /// The model goes on behind a stop text that only the gateway knows, and what it says is billed.
    @Test func tokenCountsThatDoNotComeAreNotWaitedForLong() async throws {
        try await GatewayHarness.run { gateway in
            let more = #""stream":true,"stop":["7 "],"stream_options":{"include_usage":true},"#
            let said = "simulate:slow=50 simulate:events=400"
            let answer = try gateway.chat(ChatBody.saying(said, more, model: "Gemma-3-27b"))
            #expect(answer.events.last == "[DONE]")
            #expect(answer.chunks.compactMap { $0.choices.first?.string("finish_reason") } == ["stop"])
            // They come with the model's end, after twenty seconds.
            #expect(answer.chunks.allSatisfy { $0["usage"] == nil || $0["usage"] is NSNull })
        }
    }

    @Test func aWholeAnswerHasEveryRequiredMember() async throws {
        try await GatewayHarness.run { gateway in
            let answer = try gateway.chat(ChatBody.saying("Hello"))
            #expect(answer.status == 200)
            #expect(answer.field("content-type") == "application/json")
            #expect(answer.field("x-request-id")?.isEmpty == false)
            #expect(answer.field("x-amzn-requestid")?.isEmpty == false)
            let json = answer.json
            #expect(json.string("object") == "chat.completion")
            #expect(json.string("id")?.hasPrefix("chatcmpl-") == true)
            #expect(json.string("model") == ChatBody.model)
            #expect(abs((json.int("created") ?? 0) - Int(Date().timeIntervalSince1970)) < 60)
            #expect(json["system_fingerprint"] is NSNull)
            #expect(json.choices.count == 1)
            let choice = try #require(json.choices.first)
            #expect(choice.int("index") == 0)
            #expect(choice.string("finish_reason") == "stop")
            #expect(choice["logprobs"] is NSNull)
            #expect(choice.message.string("role") == "assistant")
            #expect(choice.message.string("content")?.isEmpty == false)
            #expect(choice.message["refusal"] is NSNull)
            #expect(choice.message["tool_calls"] == nil)
            let usage = json.object("usage")
            let prompt = try #require(usage.int("prompt_tokens"))
            let completion = try #require(usage.int("completion_tokens"))
            #expect(prompt > 0 && completion > 0)
            #expect(usage.int("total_tokens") == prompt + completion)
            #expect(usage.object("prompt_tokens_details").int("cached_tokens") == 0)
            #expect(usage.object("completion_tokens_details").int("reasoning_tokens") != nil)
        }
    }

    @Test func aStreamHasOneRoleOneFinishAndDone() async throws {
        try await GatewayHarness.run { gateway in
            let answer = try gateway.chat(ChatBody.saying("simulate:events=12", #""stream":true,"#))
            #expect(answer.status == 200)
            #expect(answer.field("content-type") == "text/event-stream; charset=utf-8")
            #expect(answer.field("cache-control") == "no-cache")
            #expect(answer.field("x-accel-buffering") == "no")
            #expect(answer.field("x-request-id")?.isEmpty == false)
            #expect(answer.events.last == "[DONE]")
            #expect(answer.text.hasSuffix("data: [DONE]\n\n"))
            let chunks = answer.chunks
            #expect(chunks.count == answer.events.count - 1)
            #expect(chunks.allSatisfy { $0.string("object") == "chat.completion.chunk" })
            #expect(Set(chunks.map { $0.string("id") }).count == 1)
            #expect(chunks.allSatisfy { $0["usage"] == nil })
            #expect(chunks.allSatisfy { $0.choices.count == 1 && $0.choices[0].int("index") == 0 })
            let roles = chunks.map { $0.choices[0].delta.string("role") }
            #expect(roles.first == "assistant")
            #expect(roles.compactMap { $0 }.count == 1)
            #expect(chunks.first?.choices[0].delta.string("content") == "")
            let finishes = chunks.compactMap { $0.choices[0].string("finish_reason") }
            #expect(finishes == ["stop"])
            #expect(chunks.last?.choices[0].string("finish_reason") == "stop")
            #expect(chunks.last?.choices[0].delta.isEmpty == true)
            let text = chunks.dropFirst().compactMap { $0.choices[0].delta.string("content") }.joined()
            #expect(text.contains("1") && text.contains("12"))
        }
    }

    @Test func usageComesOnceAtTheEndAndOnlyWhenAsked() async throws {
        try await GatewayHarness.run { gateway in
            let more = #""stream":true,"stream_options":{"include_usage":true},"#
            let answer = try gateway.chat(ChatBody.saying("Hello", more))
            let chunks = answer.chunks
            let usages = chunks.filter { !$0.object("usage").isEmpty }
            #expect(usages.count == 1)
            #expect(chunks.last?.choices.isEmpty == true)
            #expect(chunks.last?.object("usage").int("completion_tokens") ?? 0 > 0)
            #expect(chunks.dropLast().allSatisfy { $0["usage"] is NSNull })
            #expect(answer.events.last == "[DONE]")
        }
    }

    @Test func thePathWithoutVersionAndDoubledSlashesWork() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            for path in ["/chat/completions", "//v1//chat/completions/", "/v1/chat/completions?api-version=1"] {
                client.post(ChatBody.saying("Hello"), to: path)
                #expect(try client.answer().status == 200, "\(path)")
            }
        }
    }

    @Test func severalChoicesHaveTheirIndexesAndOneSum() async throws {
        try await GatewayHarness.run { gateway in
            let one = try gateway.chat(ChatBody.saying("Hello")).json.object("usage")
            for count in [1, 2, 8] {
                let json = try gateway.chat(ChatBody.saying("Hello", #""n":\#(count),"#)).json
                #expect(json.choices.map { $0.int("index") } == Array(0..<count))
                #expect(json.choices.allSatisfy { $0.message.string("content")?.isEmpty == false })
                #expect(json.object("usage").int("completion_tokens") == (one.int("completion_tokens") ?? 0) * count)
                #expect(json.object("usage").int("prompt_tokens") == (one.int("prompt_tokens") ?? 0) * count)
            }
            let more = #""n":3,"stream":true,"stream_options":{"include_usage":true},"#
            let answer = try gateway.chat(ChatBody.saying("simulate:events=5", more))
            for index in 0..<3 {
                let own = answer.chunks.filter { $0.choices.first?.int("index") == index }
                #expect(own.compactMap { $0.choices[0].delta.string("role") } == ["assistant"])
                #expect(own.compactMap { $0.choices[0].string("finish_reason") } == ["stop"])
                #expect(own.last?.choices[0].string("finish_reason") == "stop")
            }
            #expect(answer.chunks.filter { $0.choices.isEmpty }.count == 1)
            #expect(answer.events.filter { $0 == "[DONE]" }.count == 1)
            #expect(answer.events.last == "[DONE]")
            let nine = try gateway.chat(ChatBody.saying("Hello", #""n":9,"#))
            #expect(nine.flaw(asErrorWith: 400) == nil)
            #expect(nine.param == "n")
        }
    }

    /// Answers every other call with what a guardrail did.
    private final class SecondIsBlocked: Sendable {
        private let count = Atomic<Int>(0)

        func answer(_ exchange: Exchange) {
            let isBlocked = count.add(1, ordering: .relaxed).newValue.isMultiple(of: 2)
            let more = isBlocked ? #","trace":{"guardrail":{"g":1}},"serviceTier":{"type":"flex"}"# : ""
            let body = """
                {"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn",\
                "usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}\(more)}
                """
            exchange.collectBody(upTo: 1 << 20) { _ in
                exchange.respond(.ok, headers: [("content-type", "application/json")], body: ByteBuffer(string: body))
            }
        }
    }

    @Test func whatAnyChoiceSaysOfTheWholeIsShown() async throws {
        let blocking = SecondIsBlocked()
        let script: @Sendable (Exchange) -> Void = { blocking.answer($0) }
        try await GatewayHarness.run(script: script) { gateway in
            // Whichever of the two choices is the blocked one.
            for _ in 0..<4 {
                let json = try gateway.chat(ChatBody.saying("Hello", #""n":2,"use_converse_api":true,"#)).json
                #expect(json.choices.count == 2)
                #expect(json.object("guardrail_trace").int("g") == 1)
                #expect(json.string("service_tier") == "flex")
                // One more, so that the next pair is the other way round.
                _ = try gateway.chat(ChatBody.saying("Hello", #""use_converse_api":true,"#))
            }
        }
    }

    @Test func aFailureOfOneOfSeveralChoicesEndsThemAll() async throws {
        try await GatewayHarness.run { gateway in
            let refused = try gateway.chat(ChatBody.saying("simulate:throttle", #""n":4,"#))
            #expect(refused.flaw(asErrorWith: 429) == nil)
            let cut = try gateway.chat(ChatBody.saying("simulate:fail-mid-stream", #""n":4,"stream":true,"#))
            #expect(cut.chunks.last?.object("error").string("code") == "model_error")
            #expect(!cut.events.contains("[DONE]"))
            #expect(cut.events.filter { $0.contains("\"error\"") }.count == 1)
            #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
        }
    }

    @Test func defaultStreamDecidesWhereTheRequestIsSilent() async throws {
        try await GatewayHarness.run(["DEFAULT_STREAM": "true"]) { gateway in
            #expect(try gateway.chat(ChatBody.saying("Hello")).events.last == "[DONE]")
            #expect(try gateway.chat(ChatBody.saying("Hello", #""stream":null,"#)).events.last == "[DONE]")
            let whole = try gateway.chat(ChatBody.saying("Hello", #""stream":false,"#))
            #expect(whole.json.string("object") == "chat.completion")
        }
    }

    @Test func bothApisAnswerAlike() async throws {
        try await GatewayHarness.run { gateway in
            var texts: [String?] = []
            for converse in [true, false] {
                let answer = try gateway.chat(
                    ChatBody.saying("simulate:events=4", #""use_converse_api":\#(converse),"#)
                )
                texts.append(answer.json.choices.first?.message.string("content"))
            }
            #expect(texts[0] != nil && texts[0] == texts[1])
            let operations = gateway.simulator.counts.operations
            #expect(operations["converse"] == 1 && operations["invoke"] == 1)
        }
    }
}
