import Dispatch
import Glibc
import Logging
import Synchronization

/// Writes log lines to standard error from a thread of its own, so that a slow terminal never holds up an event loop.
///
/// The queue is bounded: lines beyond it are dropped and counted, and the count is written once there is room.
final class ConsoleLog: Sendable {
    private struct State {
        var waiting = 0
        var dropped = 0
    }

    /// How many lines may wait to be written.
    private static let capacity = 10_000

    private let queue = DispatchQueue(label: "console-log")
    private let state = Mutex(State())

    /// Queues a line.
    func write(_ line: String) {
        let dropped: Int? = state.withLock { state in
            guard state.waiting < Self.capacity else {
                state.dropped += 1
                return nil
            }
            state.waiting += 1
            defer { state.dropped = 0 }
            return state.dropped
        }
        guard let dropped else { return }
        queue.async { [self] in
            Self.put(dropped > 0 ? "\(dropped) log lines were dropped\n\(line)\n" : line + "\n")
            state.withLock { $0.waiting -= 1 }
        }
    }

    /// Waits until everything queued so far is written, or for a second: whoever reads the log may have stopped.
    func flush() {
        let written = DispatchSemaphore(value: 0)
        queue.async { written.signal() }
        _ = written.wait(timeout: .now() + .seconds(1))
    }

    private static func put(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while rest.count > 0 {
                let written = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }
}

/// The log handler behind `Logger`: time, level, message.
struct ConsoleLogHandler: LogHandler {
    let console: ConsoleLog
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    init(console: ConsoleLog) {
        self.console = console
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        console.write("\(Self.timestamp()) \(event.level.rawValue) \(event.message)")
    }

    /// The time as `2026-01-15T12:34:56.789Z`.
    private static func timestamp() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(parts.tm_year + 1900)-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
        let time = "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2)):\(padded(Int(parts.tm_sec), 2))"
        return "\(date)T\(time).\(padded(now.tv_nsec / 1_000_000, 3))Z"
    }
}
