import Dispatch
import NIOCore
import Synchronization
import Testing

@testable import WebFetch

/// The limits on one fetch and on all of them, and cancellation.
struct FetchLimitTests {
    @Test func aDeclaredLengthAboveTheLimitIsRefused() async throws {
        let server = try await LoopbackServer.start { request in .ok(String(repeating: "x", count: 1_001)) }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.maximumBytes = 1_000 }
        #expect(await fetcher.error(fetching: server.url) == .tooLarge(limit: 1_000))
        let exact = try makeFetcher(allowing: "127.0.0.1") { $0.maximumBytes = 1_001 }
        #expect(try await exact.fetch(server.url).bytes.readableBytes == 1_001)
    }

    @Test(arguments: ["", "Transfer-Encoding: identity\r\n"])
    func aStreamWithoutLengthEndsAtTheLimit(header: String) async throws {
        let server = try await LoopbackServer.start { _ in
            .endless("HTTP/1.1 200 OK\r\n\(header)\r\n", chunk: 65_536, every: .milliseconds(1))
        }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.maximumBytes = 1_000_000 }
        #expect(await fetcher.error(fetching: server.url) == .tooLarge(limit: 1_000_000))
        var departures = server.departures.makeAsyncIterator()
        await departures.next()
    }

    @Test func headersWithoutEndAreCutOff() async throws {
        let server = try await LoopbackServer.start { _ in
            let line = "X-Filler: \(String(repeating: "x", count: 1_000))\r\n"
            return .bytes(Array(("HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 280) + "\r\nbody").utf8))
        }
        let error = try await makeFetcher(allowing: "127.0.0.1").error(fetching: server.url)
        #expect(error == .unreachable(reason: "sent headers that are too long"))
    }

    @Test func aSilentServerIsGivenUpInTime() async throws {
        let server = try await LoopbackServer.start { _ in .silence }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.timeout = .milliseconds(200) }
        let (error, duration) = await fetcher.timedError(fetching: server.url)
        #expect(error == .timedOut)
        #expect(duration >= .milliseconds(190))
        // The limit that holds unless another is set is fifteen seconds.
        #expect(duration < .seconds(14))
    }

    @Test func aServerThatDripsIsGivenUpInTime() async throws {
        let server = try await LoopbackServer.start { _ in
            .endless("HTTP/1.1 200 OK\r\n\r\n", chunk: 1, every: .milliseconds(10))
        }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.timeout = .milliseconds(200) }
        #expect(await fetcher.error(fetching: server.url) == .timedOut)
    }

    @Test func redirectsShareOneTimeLimit() async throws {
        let hop = "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n"
        let server = try await LoopbackServer.start { request in
            request.target == "/next" ? .silence : .bytes(Array(hop.utf8), after: .milliseconds(1_500))
        }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.timeout = .seconds(2) }
        let (error, duration) = await fetcher.timedError(fetching: server.url)
        #expect(error == .timedOut)
        // The time that a second hop with a limit of its own would take: 3.5 s.
        #expect(duration < .seconds(3.4))
        #expect(server.requests.count == 2)
    }

    /// Whose turn did not come in time is told to try again, and not that its server is slow.
    @Test func waitingForOthersCountsAgainstTheTimeLimit() async throws {
        let server = try await LoopbackServer.start { _ in .silence }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") {
            $0.timeout = .milliseconds(200)
            $0.maximumConcurrentFetches = 1
        }
        async let first = fetcher.error(fetching: server.url)
        async let second = fetcher.error(fetching: server.url)
        async let third = fetcher.error(fetching: server.url)
        let errors = await [first, second, third]
        #expect(errors.count { $0 == .timedOut } == 1)
        #expect(errors.count { $0 == .busy } == 2)
    }

    @Test func noMoreFetchesRunAtOnceThanAllowed() async throws {
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx".utf8)
        let server = try await LoopbackServer.start { _ in .bytes(answer, after: .milliseconds(30)) }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.maximumConcurrentFetches = 2 }
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { try await fetcher.fetch(server.url) } }
            try await group.waitForAll()
        }
        #expect(server.requests.count == 8)
        // The client closes before the server has seen it, hence one more a thread.
        #expect(2...4 ~= server.peakConnections)
    }

    /// Who names servers that do not answer holds up himself.
    @Test func anOwnerLeavesTheOthersTheirThreads() async throws {
        let server = try await LoopbackServer.start { $0.target == "/hangs" ? .silence : .ok("x") }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") {
            $0.maximumConcurrentFetches = 3
            $0.maximumConcurrentFetchesPerOwner = 2
            $0.maximumQueuedPerOwner = 4
        }
        let slow = FetchOwner("slow")
        let results = Results()
        // Each in a group of its own, as each request has one: two run, four wait.
        let hanging = (0..<6).map { _ in
            fetcher.fetch("\(server.url)/hangs", in: fetcher.makeGroup(owner: slow), completion: results.add)
        }
        fetcher.fetch("\(server.url)/good", in: fetcher.makeGroup(owner: slow), completion: results.add)
        var errors = results.errors.makeAsyncIterator()
        #expect(await errors.next() == .busy)
        for name in ["a", "b", "a"] {
            let group = fetcher.makeGroup(owner: FetchOwner(name))
            #expect(try await fetcher.fetch("\(server.url)/good", in: group).bytes.readableBytes == 1)
        }
        #expect(try await fetcher.fetch("\(server.url)/good").bytes.readableBytes == 1)
        #expect(server.requests.count { $0.target == "/hangs" } <= 2)
        // Those that waited get their turn when the ones before them are gone.
        for fetch in hanging.dropLast() { fetch.cancel() }
        for _ in hanging.dropLast() { #expect(await errors.next() == .cancelled) }
        let group = fetcher.makeGroup(owner: slow)
        #expect(try await fetcher.fetch("\(server.url)/good", in: group).bytes.readableBytes == 1)
        hanging.last?.cancel()
        #expect(await errors.next() == .cancelled)
    }

    /// Nor does who names large ones.
    @Test func anOwnerLeavesTheOthersTheirBytes() async throws {
        let server = try await LoopbackServer.start { _ in .ok(String(repeating: "x", count: 300)) }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") {
            $0.maximumBytesInFlight = 1_000
            $0.maximumBytesInFlightPerOwner = 600
        }
        func fetch(_ name: String) async throws(WebFetchError) -> FetchedResource {
            try await fetcher.fetch(server.url, in: fetcher.makeGroup(owner: FetchOwner(name)))
        }
        var held = [try await fetch("a"), try await fetch("a")]
        await #expect(throws: WebFetchError.busy) { try await fetch("a") }
        held.append(try await fetch("b"))
        await #expect(throws: WebFetchError.busy) { try await fetch("b") }
        held = []
        held = [try await fetch("a"), try await fetch("a")]
        await #expect(throws: WebFetchError.busy) { try await fetch("a") }
        withExtendedLifetime(held) {}
    }

    @Test func moreWaitingFetchesThanAllowedAreBusy() async throws {
        let server = try await LoopbackServer.start { _ in .silence }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") {
            $0.maximumConcurrentFetches = 1
            $0.maximumQueued = 1
        }
        let results = Results()
        let running = fetcher.fetch(server.url, completion: results.add)
        let waiting = fetcher.fetch(server.url, completion: results.add)
        fetcher.fetch(server.url, completion: results.add)
        var errors = results.errors.makeAsyncIterator()
        #expect(await errors.next() == .busy)
        waiting.cancel()
        #expect(await errors.next() == .cancelled)
        // The place of the cancelled one is free again.
        let next = fetcher.fetch(server.url, completion: results.add)
        next.cancel()
        #expect(await errors.next() == .cancelled)
        running.cancel()
        #expect(await errors.next() == .cancelled)
    }

    @Test func bytesCountAsLongAsTheResourceIsHeld() async throws {
        let server = try await LoopbackServer.start { _ in .ok(String(repeating: "x", count: 600)) }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.maximumBytesInFlight = 1_000 }
        do {
            let first = try await fetcher.fetch(server.url)
            #expect(await fetcher.error(fetching: server.url) == .busy)
            #expect(first.bytes.readableBytes == 600)
            withExtendedLifetime(first) {}
        }
        for _ in 0..<3 {
            #expect(try await fetcher.fetch(server.url).bytes.readableBytes == 600)
        }
    }

    @Test func aGroupThatCannotFitIsToldFromABusyFetcher() async throws {
        let server = try await LoopbackServer.start { _ in .ok(String(repeating: "x", count: 600)) }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.maximumBytesInFlight = 1_000 }
        do {
            let group = fetcher.makeGroup()
            let first = try await fetcher.fetch(server.url, in: group)
            await #expect(throws: WebFetchError.groupTooLarge(limit: 1_000)) {
                try await fetcher.fetch(server.url, in: group)
            }
            // What another group holds is no fault of this one.
            await #expect(throws: WebFetchError.busy) {
                try await fetcher.fetch(server.url, in: fetcher.makeGroup())
            }
            withExtendedLifetime(first) {}
        }
        let group = fetcher.makeGroup()
        for _ in 0..<3 {
            #expect(try await fetcher.fetch(server.url, in: group).bytes.readableBytes == 600)
        }
    }

    @Test func cancellingClosesTheConnection() async throws {
        // Cancelled where the request arrives: a test that waits for its turn could be later than the server's ten seconds.
        let cancel = Mutex<FetchHandle?>(nil)
        let started = DispatchSemaphore(value: 0)
        let server = try await LoopbackServer.start { _ in
            started.wait()
            cancel.withLock {
                $0?.cancel()
                $0?.cancel()
            }
            return .silence
        }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.timeout = .seconds(600) }
        let results = Results()
        let handle = fetcher.fetch(server.url, completion: results.add)
        cancel.withLock { $0 = handle }
        started.signal()
        var errors = results.errors.makeAsyncIterator()
        #expect(await errors.next() == .cancelled)
        var departures = server.departures.makeAsyncIterator()
        let start = ContinuousClock.now
        await departures.next()
        // Far from the ten minutes after which a slow server is given up.
        #expect(ContinuousClock.now - start < .seconds(300))
    }

    @Test func everyFetchCompletesOnceWhateverIsCancelled() async throws {
        let server = try await LoopbackServer.start { _ in .ok("x") }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.maximumQueued = 300 }
        let results = Results()
        for index in 0..<300 {
            let handle = fetcher.fetch(server.url, completion: results.add)
            if index.isMultiple(of: 3) { handle.cancel() }
        }
        var outcomes = results.errors.makeAsyncIterator()
        var successes = 0
        for _ in 0..<300 where try #require(await outcomes.next()) == nil { successes += 1 }
        #expect(200...300 ~= successes)
        results.finish()
        #expect(await outcomes.next() == nil)
    }

    @Test func aSettingThatLibcurlDoesNotTakeStopsTheFetch() async throws {
        let server = try await LoopbackServer.start { _ in .ok("x") }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.userAgent = String(repeating: "x", count: 8_000_001) }
        let error = await fetcher.error(fetching: server.url)
        #expect(error == .unreachable(reason: "was not contacted because libcurl could not be set up"))
        #expect(server.acceptedConnections == 0)
    }

    @Test func cancellingTheTaskCancelsTheFetch() async throws {
        // Cancelled where the request arrives, for the reason above.
        let cancel = Mutex<Task<WebFetchError?, Never>?>(nil)
        let started = DispatchSemaphore(value: 0)
        let server = try await LoopbackServer.start { _ in
            started.wait()
            cancel.withLock { $0?.cancel() }
            return .silence
        }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.timeout = .seconds(600) }
        let url = server.url
        let task = Task { await fetcher.error(fetching: url) }
        cancel.withLock { $0 = task }
        started.signal()
        #expect(await task.value == .cancelled)
        let cancelledBefore = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await fetcher.error(fetching: url)
        }
        #expect(await cancelledBefore.value == .cancelled)
    }
}

/// The errors of fetches with a completion, in the order they came.
private final class Results: Sendable {
    let errors: AsyncStream<WebFetchError?>
    private let continuation: AsyncStream<WebFetchError?>.Continuation

    init() {
        (errors, continuation) = AsyncStream.makeStream()
    }

    func finish() {
        continuation.finish()
    }

    @Sendable func add(_ result: Result<FetchedResource, WebFetchError>) {
        if case .failure(let error) = result { continuation.yield(error) } else { continuation.yield(nil) }
    }
}
