import BedrockSimulator
import Foundation
import HTTPServer
import NIOCore
import TestSupport
import Testing

@testable import Gateway

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

    @Test func openAnswersEndInAnErrorWhenTheGatewayStops() async throws {
        try await GatewayHarness.run { gateway in
            let streaming = try gateway.client()
            streaming.post(ChatBody.saying("simulate:endless", #""stream":true,"#))
            _ = try streaming.head()
            _ = try streaming.text { $0.contains("content") }
            let whole = try gateway.client()
            whole.post(ChatBody.saying("simulate:quiet=60000"))
            #expect(try await gateway.eventually { gateway.openCalls == 2 })
            async let stopped: Void = gateway.gateway.server.drain(within: .zero)
            var text = ""
            // To the end of the chunked body.
            while let chunk = try streaming.chunk() { text += String(decoding: chunk, as: UTF8.self) }
            let last = try #require(text.components(separatedBy: "\n\n").last { !$0.isEmpty })
            #expect(last.hasPrefix(#"data: {"error":{"#) && last.contains(#""code":"overloaded""#), "\(last)")
            #expect(!text.contains("[DONE]"))
            #expect(try streaming.isClosedByServer())
            let answer = try whole.answer()
            #expect(answer.flaw(asErrorWith: 503) == nil)
            #expect(answer.field("retry-after") == "1")
            await stopped
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
            // None is answered before it leaves.
            let large = ChatBody.saying("simulate:quiet=60000 " + String(repeating: "word ", count: 100_000))
            for _ in 0..<10 {
                let client = try gateway.client()
                client.post(large)
                client.close()
            }
            let haveLeft = try await gateway.eventually {
                gateway.lines.all.filter { $0.contains("client_left") }.count == 10
            }
            #expect(haveLeft)
            #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
        }
    }
}
