import Glibc
import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import HTTPServer

/// Accepting when the system has no descriptor left.
struct AcceptPauseTests {
    @Test func acceptingPausesAndGoesOn() async throws {
        let reports = Reports()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let channel = try await ServerBootstrap(group: group).serverChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(AcceptPause { reports.add($0) })
            }
        }
        .bind(host: "127.0.0.1", port: 0).get()
        // Within one turn of the loop, so that the pause cannot end meanwhile.
        let isPaused = try await channel.eventLoop.submit {
            for _ in 0..<3 { channel.pipeline.fireErrorCaught(IOError(errnoCode: EMFILE, reason: "accept")) }
            return try channel.syncOptions.map { try !$0.getOption(.autoRead) }
        }.get()
        #expect(isPaused == true)
        #expect(reports.all.count == 1)
        while try await !channel.getOption(.autoRead).get() { await Task.yield() }
        try await channel.close()
        try await group.shutdownGracefully()
    }

    /// What comes during a pause does not end the next one early.
    @Test func errorsDuringAPauseAreOfThatPause() throws {
        let channel = EmbeddedChannel(handler: AcceptPause { _ in })
        func fail(after milliseconds: Int64) {
            channel.embeddedEventLoop.advanceTime(by: .milliseconds(milliseconds))
            channel.pipeline.fireErrorCaught(IOError(errnoCode: EMFILE, reason: "accept"))
        }
        func accepts(after milliseconds: Int64) -> Bool? {
            channel.embeddedEventLoop.advanceTime(by: .milliseconds(milliseconds))
            return channel.options.first?.value as? Bool
        }
        fail(after: 0)
        fail(after: 300)
        #expect(accepts(after: 199) == false)
        #expect(accepts(after: 1) == true)
        // A timer of the second error would be due at 800 ms.
        fail(after: 100)
        #expect(accepts(after: 499) == false)
        #expect(accepts(after: 1) == true)
    }

    @Test func otherErrorsGoOn() throws {
        let channel = EmbeddedChannel(handler: AcceptPause { _ in })
        channel.pipeline.fireErrorCaught(IOError(errnoCode: EBADF, reason: "accept"))
        #expect(throws: IOError.self) { try channel.throwIfErrorCaught() }
    }

    private final class Reports: Sendable {
        private let kept = Mutex<[String]>([])

        var all: [String] { kept.withLock { $0 } }

        func add(_ report: String) { kept.withLock { $0.append(report) } }
    }
}
