import Foundation
import NIOCore
import TestSupport
import Testing

@testable import Gateway

@Suite struct RateLimitTests {
    private static func address(_ text: String) throws -> ClientAddress {
        try #require(ClientAddress(SocketAddress(ipAddress: text, port: 1234)))
    }

    private static func limiter(_ maximum: Int, milliseconds: Int64 = 1_000, capacity: Int = 100) -> RateLimiter {
        RateLimiter(
            GatewayConfiguration.RateLimit(window: .milliseconds(milliseconds), maximumRequests: maximum),
            capacity: capacity
        )
    }

    @Test func theWindowBeginsWithTheFirstRequestAndEndsWithTheTime() throws {
        let limiter = Self.limiter(2)
        let client = try Self.address("192.0.2.1")
        let start = NIODeadline.uptimeNanoseconds(5_000_000_000)
        #expect(limiter.count(client, at: start) == .allowed)
        #expect(limiter.count(client, at: start + .milliseconds(400)) == .allowed)
        #expect(limiter.count(client, at: start + .milliseconds(900)) == .refused(.milliseconds(100)))
        #expect(limiter.count(client, at: start + .milliseconds(999)) == .refused(.milliseconds(1)))
        #expect(limiter.count(client, at: start + .milliseconds(1_000)) == .allowed)
        #expect(limiter.count(client, at: start + .milliseconds(1_001)) == .allowed)
        #expect(limiter.count(client, at: start + .milliseconds(1_002)) == .refused(.milliseconds(998)))
    }

    @Test func addressesAreCountedApartAndNetworksTogether() throws {
        let limiter = Self.limiter(1)
        let now = NIODeadline.uptimeNanoseconds(1)
        #expect(limiter.count(try Self.address("192.0.2.1"), at: now) == .allowed)
        #expect(limiter.count(try Self.address("192.0.2.2"), at: now) == .allowed)
        #expect(limiter.count(try Self.address("2001:db8:1:2::1"), at: now) == .allowed)
        #expect(limiter.count(try Self.address("2001:db8:1:2:ffff::9"), at: now) != .allowed)
        #expect(limiter.count(try Self.address("2001:db8:1:3::1"), at: now) == .allowed)
        // A dual-stack socket shows IPv4 clients so.
        #expect(limiter.count(try Self.address("::ffff:192.0.2.1"), at: now) != .allowed)
        #expect(try Self.address("::ffff:192.0.2.7") == Self.address("192.0.2.7"))
        // The IPv6 network whose first half is the number of an IPv4 address is another client.
        #expect(try Self.address("0:0:c000:0207::1") != Self.address("192.0.2.7"))
    }

    @Test func memoryIsBoundedHoweverManyAddressesCome() throws {
        let limiter = Self.limiter(1, milliseconds: 60_000, capacity: 500)
        var now = NIODeadline.uptimeNanoseconds(1)
        for number in 0..<20_000 {
            let address = try Self.address("10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)")
            #expect(limiter.count(address, at: now) == .allowed)
            now = now + .milliseconds(1)
        }
        #expect(limiter.remembered <= 500)
        // The one counted last is still known.
        #expect(limiter.count(try Self.address("10.0.78.31"), at: now) != .allowed)
    }

    @Test func oneAddressThatComesForeverTakesOnePlace() throws {
        let limiter = Self.limiter(1, milliseconds: 1)
        let client = try Self.address("192.0.2.1")
        for number in 0..<20_000 {
            let now = NIODeadline.uptimeNanoseconds(UInt64(number) * 2_000_000)
            #expect(limiter.count(client, at: now) == .allowed)
        }
        #expect(limiter.remembered == 1)
    }

    @Test func theGatewayAnswersWithTheErrorObjectAndATimeToWait() async throws {
        let settings = [
            "IP_RATE_LIMIT_ENABLED": "true", "IP_RATE_LIMIT_MAX_REQUESTS": "3", "IP_RATE_LIMIT_WINDOW_MS": "30000",
        ]
        try await GatewayHarness.run(settings) { gateway in
            for _ in 0..<10 {
                let client = try gateway.client()
                client.get("/health")
                #expect(try client.answer().status == 200)
            }
            for path in ["/v1/models", "/"] {
                let client = try gateway.client()
                client.get(path)
                #expect(try client.answer().status == 200)
            }
            #expect(try gateway.chat(ChatBody.saying("Hello")).status == 200)
            for _ in 0..<2 {
                let refused = try gateway.chat(ChatBody.saying("Hello"))
                #expect(refused.flaw(asErrorWith: 429) == nil)
                #expect(refused.code == "rate_limit_exceeded")
                #expect(refused.error["type"] as? String == "rate_limit_error")
                let seconds = try #require(refused.field("retry-after").flatMap { Int($0) })
                #expect(1...30 ~= seconds)
                let milliseconds = try #require(refused.field("retry-after-ms").flatMap { Int($0) })
                #expect(1...30_001 ~= milliseconds)
            }
            let client = try gateway.client()
            client.get("/v1/models")
            #expect(try client.answer().flaw(asErrorWith: 429) == nil)
            client.get("/health")
            #expect(try client.answer().status == 200)
        }
    }
}
