import BedrockSimulator
import Catalog
import Foundation
import HTTPServer
import NIOCore
import NIOHTTP1
import NIOPosix
import OpenAISchema
import Synchronization
import TestSupport
import Testing
import WebFetch

@testable import Gateway

/// Large bodies, images from URLs, and what becomes of fields that nobody takes.
@Suite struct LargeAndRemoteBodyTests {
    private static let png = Data(
        base64Encoded:
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )

    private static func images(_ urls: [String], model: String = ChatBody.model) -> String {
        let parts = urls.map { #"{"type":"image_url","image_url":{"url":"\#($0)"}}"# }
        let text = #"{"type":"text","text":"simulate:echo-body"}"#
        return
            #"{"model":"\#(model)","messages":[{"role":"user","content":[\#((parts + [text]).joined(separator: ","))]}]}"#
    }

    @Test func bodiesBeyondAQuarterMegabyteAreTranslatedElsewhereAndAnswerAlike() async throws {
        try await GatewayHarness.run { gateway in
            let small = try gateway.chat(ChatBody.saying("simulate:events=4"))
            for size in [200_000, 262_144, 300_000, 2_000_000] {
                let padding = String(repeating: "a", count: size)
                for more in ["", #""stream":true,"#] {
                    let answer = try gateway.chat(ChatBody.saying("simulate:events=4 \(padding)", more))
                    #expect(answer.status == 200)
                    let text =
                        more.isEmpty
                        ? answer.json.choices.first?.message.string("content")
                        : answer.chunks.compactMap { $0.choices[0].delta.string("content") }.joined()
                    #expect(text == small.json.choices.first?.message.string("content"))
                }
                let refused = try gateway.chat(ChatBody.saying(padding, #""temperature":7,"#))
                #expect(refused.flaw(asErrorWith: 400) == nil)
                #expect(refused.param == "temperature")
                let broken = try gateway.chat("{" + padding)
                #expect(broken.code == "invalid_json")
            }
        }
    }

    @Test func aLargeBodyNeedsNoSignatureWithABedrockKey() async throws {
        try await GatewayHarness.run { gateway in
            let key = ["Authorization": "Bearer us-east-1.\(SimulatorConfiguration.demoBearerKey)"]
            let padding = String(repeating: "a", count: 300_000)
            let answer = try gateway.chat(ChatBody.saying(padding), headers: key)
            #expect(answer.status == 200)
        }
    }

    @Test func bodiesBeyondTheLimitAreRefusedBeforeTheyAreRead() async throws {
        try await GatewayHarness.run(["MAX_REQUEST_BODY_SIZE": "10kb"]) { gateway in
            let announced = try gateway.chat(ChatBody.saying(String(repeating: "a", count: 20_000)))
            #expect(announced.flaw(asErrorWith: 413) == nil)
            #expect(announced.code == "request_too_large")
            #expect((announced.error["message"] as? String)?.contains("MAX_REQUEST_BODY_SIZE") == true)
            let client = try gateway.client()
            client.send(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(GatewayHarness.key)\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n4000\r\n\(String(repeating: "a", count: 16_384))\r\n0\r\n\r\n"
            )
            #expect(try client.answer().flaw(asErrorWith: 413) == nil)
            #expect(try gateway.chat(ChatBody.saying("Hello")).status == 200)
        }
    }

    // MARK: Images by URL

    /// A server of images on the loopback.
    private static func serving(
        _ asked: @escaping @Sendable (String) -> Void = { _ in },
        _ test: (Int) async throws -> Void
    ) async throws {
        let server = try await HTTPServer.start(
            listeners: [Listener(host: "127.0.0.1", port: 0)],
            group: MultiThreadedEventLoopGroup.singleton,
            handler: Pictures(asked: asked)
        )
        do {
            try await test(server.localPorts[0])
        } catch {
            await server.drain(within: .zero)
            throw error
        }
        await server.drain(within: .zero)
    }

    private struct Pictures: RequestHandler {
        /// Is told what is asked for.
        let asked: @Sendable (String) -> Void

        func handle(_ exchange: Exchange) {
            asked(exchange.path)
            switch exchange.path {
            case "/a.png", "/b.png":
                let headers = [(name: "content-type", value: "application/octet-stream")]
                exchange.respond(.ok, headers: headers, body: ByteBuffer(bytes: png ?? Data()))
            case "/caf%c3%a9.png", "/cafe%cc%81.png":
                // Each another picture.
                let image = (png ?? Data()) + Data(exchange.path.utf8)
                exchange.respond(.ok, headers: [], body: ByteBuffer(bytes: image))
            case "/large.png":
                let image = (png ?? Data()) + Data(count: 200_000)
                exchange.respond(.ok, headers: [], body: ByteBuffer(bytes: image))
            case "/page": exchange.respond(.ok, headers: [], body: ByteBuffer(string: "<html>no image</html>"))
            case "/never": break
            default: exchange.respond(.notFound, headers: [], body: ByteBuffer())
            }
        }
    }

    /// A gateway that may fetch from a server of images, whose address the test gets, before a Bedrock that keeps its last request.
    private static func fetching(
        _ asked: @escaping @Sendable (String) -> Void = { _ in },
        _ test: (GatewayHarness, String) async throws -> Void
    ) async throws {
        try await serving(asked) { port in
            var simulation = SimulatorConfiguration()
            simulation.recordedRequests = 1
            let settings = ["IMAGE_URL_ALLOWED_HOSTS": "127.0.0.1:\(port)"]
            try await GatewayHarness.run(settings, simulation: simulation) { gateway in
                try await test(gateway, "http://127.0.0.1:\(port)")
            }
        }
    }

    /// Waits without giving its thread away: what the test looks at lasts for seconds only, and its turn may come later.
    private static func holds(_ condition: () -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(10)
        while !condition(), ContinuousClock.now < end { usleep(1_000) }
        return condition()
    }

    @Test func imagesAreFetchedFromAllowedHostsAndAFailingOneIsNamed() async throws {
        let asked = Mutex<Set<String>>([])
        try await Self.fetching { path in
            asked.withLock { _ = $0.insert(path) }
        } _: { gateway, base in
            let client = try gateway.client()
            client.post(Self.images(["\(base)/a.png", "\(base)/b.png", "\(base)/a.png"]))
            let answer = try client.answer()
            #expect(answer.status == 200, "\(answer.text)")
            let sent = try #require(gateway.simulator.records.last).body
            let encoded = Self.png?.base64EncodedString() ?? "?"
            #expect(String(buffer: sent).components(separatedBy: encoded).count == 4)
            let cases = [
                (["\(base)/a.png", "\(base)/gone.png"], 1, "invalid_image_url"),
                (["\(base)/page"], 0, "invalid_image"),
                (["data:image/png;base64,AAAA"], 0, "invalid_image"),
                (["\(base)/a.png", "ftp://example.com/a.png"], 1, "invalid_image_url"),
                (["\(base.replacing("://", with: "://user:secretword@"))/a.png"], 0, "invalid_image_url"),
            ]
            for (urls, index, code) in cases {
                client.post(Self.images(urls))
                let refused = try client.answer()
                #expect(refused.flaw(asErrorWith: 400) == nil)
                #expect(refused.param?.hasPrefix("messages[0].content[\(index)]") == true, "\(refused.text)")
                #expect(refused.code == code, "\(refused.text)")
                #expect(!refused.text.contains("secretword"))
            }
            // As many as a request may name are fetched, each once.
            client.post(Self.images((0..<20).map { "\(base)/a.png?\($0)" }))
            #expect(try client.answer().status == 200)
            let all = try #require(gateway.simulator.records.last).body
            #expect(String(buffer: all).components(separatedBy: encoded).count == 21)
            // Nobody may fetch without end.
            client.post(Self.images((0..<21).map { "\(base)/\($0).png" }))
            #expect(try client.answer().flaw(asErrorWith: 400) == nil)
            // A client that leaves while its image is awaited.
            let leaver = try gateway.client()
            leaver.post(Self.images(["\(base)/never"]))
            #expect(Self.holds { asked.withLock { $0.contains("/never") } })
            #expect(Self.holds { gateway.openChats == 1 })
            leaver.close()
            #expect(Self.holds { gateway.openChats == 0 })
        }
    }

    /// One URL in many parts makes a long body of a short one: it is refused before that is written.
    @Test func aRepeatedImageCountsAsOftenAsItIsNamed() async throws {
        try await Self.fetching { gateway, base in
            let url = "\(base)/large.png"
            let client = try gateway.client()
            // 266,760 bytes each in base64: 93 of them are as many as fit into 25,000,000.
            client.post(Self.images(Array(repeating: url, count: 93)))
            #expect(try client.answer().status == 200)
            let before = gateway.simulator.counts.requests
            for count in [94, 3_000] {
                client.post(Self.images(Array(repeating: url, count: count)))
                let refused = try client.answer()
                #expect(refused.flaw(asErrorWith: 413) == nil, "\(refused.text)")
                #expect(refused.code == "request_too_large")
                #expect(refused.param == "messages[0].content[0]")
            }
            #expect(gateway.simulator.counts.requests == before)
        }
    }

    /// AWS never sees the key of what is only explained: whoever came could read images of the gateway's own network.
    @Test func aDryRunFetchesNothing() async throws {
        let asked = Mutex(0)
        try await Self.fetching { _ in
            asked.withLock { $0 += 1 }
        } _: { gateway, base in
            let key = ["Authorization": "Bearer us-east-1.anyone", "x-gateway-explain": "true"]
            for more in ["", String(repeating: "a", count: 300_000)] {
                let images = Self.images(["\(base)/a.png"]).replacing("echo-body", with: more)
                let answer = try gateway.chat(images, headers: key)
                #expect(answer.flaw(asErrorWith: 400) == nil)
                #expect(answer.param == "messages[0].content[0]")
            }
            #expect(asked.withLock { $0 } == 0)
        }
    }

    @Test func addressesThatOnlyLookAlikeAreTwoImages() async throws {
        try await Self.fetching { gateway, base in
            let urls = ["caf\u{E9}", "cafe\u{301}"].map { "\(base)/\($0).png" }
            #expect(try gateway.chat(Self.images(urls)).status == 200)
            let sent = String(buffer: try #require(gateway.simulator.records.last).body)
            for path in ["/caf%c3%a9.png", "/cafe%cc%81.png"] {
                let image = (Self.png ?? Data()) + Data(path.utf8)
                #expect(sent.contains(image.base64EncodedString()), "\(path)")
            }
        }
    }

    /// Trying again would not help, so it is no 503.
    @Test func imagesThatAreTooLargeTogetherAreTheClientsFault() {
        for failure in [WebFetchError.groupTooLarge(limit: 18_750_000), .tooLarge(limit: 18_750_000)] {
            let error = OpenAIError.from(failure, part: "messages[0].content[3]")
            #expect(error.status == 413 && error.code == "request_too_large")
            #expect(error.param == "messages[0].content[3]")
            #expect(error.message.contains("25000000 bytes in base64"))
        }
    }

    @Test func imagesOfPrivateAddressesAreRefused() async throws {
        try await Self.serving { port in
            try await GatewayHarness.run { gateway in
                for host in ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "2130706433", "0.0.0.0"] {
                    let answer = try gateway.chat(Self.images(["http://\(host):\(port)/a.png"]))
                    #expect(answer.flaw(asErrorWith: 400) == nil, "\(host)")
                    #expect(answer.code == "invalid_image_url", "\(host)")
                    #expect(answer.param == "messages[0].content[0]")
                }
                #expect(gateway.simulator.counts.requests == 0)
            }
        }
    }

    @Test func aBlindModelNamesThoseThatSee() async throws {
        try await GatewayHarness.run { gateway in
            let models = try GatewayHarness.models.get().catalog.models
            let blind = try #require(models.first { !$0.capabilities.contains(.vision) && $0.apis.contains(.chat) })
            let url = "data:image/png;base64,\(Self.png?.base64EncodedString() ?? "")"
            let answer = try gateway.chat(Self.images([url], model: blind.name))
            #expect(answer.flaw(asErrorWith: 400) == nil)
            #expect(answer.param == "messages[0].content[0]")
            #expect((answer.error["message"] as? String)?.contains("Use a model that can") == true)
            // Not even looked at: this address would be refused.
            let remote = try gateway.chat(Self.images(["http://127.0.0.1:1/a.png"], model: blind.name))
            #expect(remote.flaw(asErrorWith: 400) == nil)
            #expect(remote.code == "unsupported_value")
            #expect(remote.param == "messages[0].content[0]")
        }
    }

    // MARK: Fields that nobody takes

    @Test func unknownFieldsAreReportedByHarmlessNames() async throws {
        try await GatewayHarness.run { gateway in
            let answer = try gateway.chat(
                ChatBody.saying(
                    "Hello",
                    #""my_field":1,"x\r\nSet-Cookie: a=b":2,"né,e":3,"seed":4,"logit_bias":{"1":2},"#
                )
            )
            #expect(answer.status == 200)
            let dropped = try #require(answer.field("x-gateway-dropped")).components(separatedBy: ", ")
            for name in ["my_field", "x??Set-Cookie??a?b", "n???e", "seed", "logit_bias"] {
                #expect(dropped.contains(name), "\(name) in \(dropped)")
            }
            #expect(answer.field("set-cookie") == nil)
            let many = (0..<500).map { "\"field_\($0)\":1," }.joined()
            let few = try gateway.chat(ChatBody.saying("Hello", many)).field("x-gateway-dropped")
            #expect(few?.components(separatedBy: ", ").count == 16)
            let long = try gateway.chat(ChatBody.saying("Hello", "\"\(String(repeating: "y", count: 5_000))\":1,"))
            #expect(long.field("x-gateway-dropped") == String(repeating: "y", count: 64))
            #expect(try gateway.chat(ChatBody.saying("Hello")).field("x-gateway-dropped") == nil)
        }
    }

    @Test func strictRequestsAreRefusedInsteadOfTrimmed() async throws {
        let body = ChatBody.saying("Hello", #""seed":4,"#)
        try await GatewayHarness.run { gateway in
            let refused = try gateway.chat(body, headers: ["x-gateway-strict": "true"])
            #expect(refused.flaw(asErrorWith: 400) == nil)
            #expect(refused.param == "seed")
            #expect(refused.code == "unsupported_parameter")
            #expect(try gateway.chat(body).status == 200)
            #expect(try gateway.chat(ChatBody.saying("Hello"), headers: ["x-gateway-strict": "true"]).status == 200)
        }
        try await GatewayHarness.run(["STRICT_PARAMETERS": "true"]) { gateway in
            let refused = try gateway.chat(body)
            #expect(refused.status == 400)
            #expect(try gateway.chat(body, headers: ["x-gateway-strict": "false"]).status == 200)
        }
    }

    @Test func modelsThatCannotBeCalledSayWhy() async throws {
        try await GatewayHarness.run { gateway in
            let cases = [
                ("no-such-model", 404, "model_not_found"), ("gpt-4.1", 404, "model_not_found"),
                ("arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-6", 400, "invalid_value"),
                ("arn:aws:s3:::bucket", 400, "invalid_value"), ("a%zz", 400, "invalid_value"),
                (String(repeating: "m", count: 3_000), 400, "invalid_value"),
                ("../../etc/passwd", 404, "model_not_found"),
            ]
            for (model, status, code) in cases {
                let answer = try gateway.chat(ChatBody.saying("Hello", model: model))
                #expect(answer.flaw(asErrorWith: status) == nil, "\(model.prefix(40))")
                #expect(answer.code == code, "\(model.prefix(40))")
                #expect(answer.param == "model")
            }
            #expect(gateway.simulator.counts.requests == 0)
        }
    }
}
