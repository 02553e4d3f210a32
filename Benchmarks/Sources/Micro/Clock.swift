import Glibc

/// Measures how long a piece of work takes, in CPU time of this thread: what else the machine does counts less.
enum Clock {
    /// The part of a name that measures must have to be made, if any is given.
    private static let chosen = CommandLine.arguments.dropFirst(2).first ?? ""
    /// How often the work is done for a profiler, and not timed, if that is given.
    private static let profiledRuns = CommandLine.arguments.dropFirst(3).first.flatMap { Int($0) }

    /// Prints the least time of several rounds.
    ///
    /// - Parameters:
    ///   - name: What is measured.
    ///   - bar: The time it may take, in nanoseconds.
    ///   - units: How many things one run of the work does.
    ///   - work: The work.
    static func measure(_ name: String, bar: Int? = nil, units: Int = 1, _ work: () throws -> Void) rethrows {
        guard name.contains(chosen) else { return }
        if let profiledRuns {
            for _ in 0..<profiledRuns { try work() }
            return
        }
        var runs = 1
        // As many runs as take about 20 ms.
        while true {
            let begun = now()
            for _ in 0..<runs { try work() }
            if now() - begun > 20_000_000 || runs > 10_000_000 { break }
            runs *= 2
        }
        var least = Int.max
        for _ in 0..<12 {
            let begun = now()
            for _ in 0..<runs { try work() }
            least = min(least, (now() - begun) / (runs * units))
        }
        let padded = name + String(repeating: " ", count: max(1, 58 - name.count))
        let figure = String(repeating: " ", count: max(0, 9 - String(least).count)) + String(least)
        print(padded + figure + " ns" + (bar.map { "   at most \($0): " + (least <= $0 ? "met" : "MISSED") } ?? ""))
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}

/// Keeps the compiler from leaving out work whose outcome nobody reads.
@inline(never)
func keep<Value: ~Copyable>(_ value: borrowing Value) { withExtendedLifetime(value) {} }
