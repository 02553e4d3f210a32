import BedrockSimulator
import Foundation
import TestSupport
import Testing

/// Nothing of a request outlives it, however it ends.
@Suite struct LifetimeTests {
    private static let endings = [
        "Hello", "simulate:throttle", "simulate:first-frame-exception", "simulate:fail-mid-stream", "simulate:cut",
        "simulate:truncate", "simulate:bad-crc", "simulate:html-error", "simulate:empty", "simulate:think",
    ]

    @Test func nothingIsLeftOfRequestsHoweverTheyEnd() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            for directive in Self.endings {
                for more in ["", #""stream":true,"#, #""n":2,"#, #""n":2,"stream":true,"#] {
                    client.post(ChatBody.saying(directive, more))
                    _ = try client.answer()
                }
            }
            for body in ["", "{", "{}", ChatBody.saying("x", model: "none"), #"{"model":1}"#] {
                client.post(body)
                _ = try client.answer()
            }
            client.post("{}", headers: ["Authorization": "Bearer x"])
            _ = try client.answer()
            let image = #"{"type":"image_url","image_url":{"url":"http://127.0.0.1:9/a.png"}}"#
            client.post(#"{"model":"\#(ChatBody.model)","messages":[{"role":"user","content":[\#(image)]}]}"#)
            #expect(try client.answer().status == 400)
            #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
        }
    }

    @Test func nothingIsLeftOfClientsThatLeaveAtAnyByte() async throws {
        try await GatewayHarness.run { gateway in
            let stream = ChatBody.saying("simulate:endless", #""stream":true,"#)
            let request = Array(
                SocketClient.request(
                    "POST",
                    "/v1/chat/completions",
                    headers: ["Authorization": "Bearer \(GatewayHarness.key)"],
                    body: stream
                ).utf8
            )
            for count in stride(from: 1, through: request.count, by: 3) {
                let client = try gateway.client()
                client.send(request[..<count])
                if count % 2 == 0 { client.reset() } else { client.close() }
            }
            for size in [1, 100, 1_000, 10_000] {
                let client = try gateway.client()
                client.send(request)
                _ = try client.head()
                _ = try client.text { $0.utf8.count >= size }
                client.reset()
            }
            #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
            #expect(try await gateway.eventually { gateway.simulator.counts.openStreams == 0 })
            #expect(try gateway.chat(ChatBody.saying("Hello")).status == 200)
        }
    }

    @Test func nothingIsLeftOfClientsThatLeaveDuringWorkElsewhere() async throws {
        try await GatewayHarness.run { gateway in
            let large = ChatBody.saying(String(repeating: "word ", count: 100_000))
            for _ in 0..<10 {
                let client = try gateway.client()
                client.post(large)
                client.close()
            }
            #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
        }
    }
}
