import Glibc

/// Where ids come from; tests bring their own.
struct Identifiers: Sendable {
    /// 64 bits that no one else has.
    let next: @Sendable () -> UInt64

    /// Random ids.
    static let random = Identifiers { UInt64.random(in: .min ... .max) }

    /// A completion's id: `chatcmpl-` and 32 hexadecimal digits.
    func completion() -> String { "chatcmpl-" + hexadecimal(next()) + hexadecimal(next()) }

    /// A request's id: `req_` and 32 hexadecimal digits.
    func request() -> String { "req_" + hexadecimal(next()) + hexadecimal(next()) }

    private func hexadecimal(_ value: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { digits in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - place * 4)) & 15
                digits[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 16
        }
    }
}

/// Where the time of day comes from; tests bring their own.
struct WallClock: Sendable {
    /// Seconds since 1970.
    let seconds: @Sendable () -> Int

    /// The system's clock.
    static let system = WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec
    }
}
