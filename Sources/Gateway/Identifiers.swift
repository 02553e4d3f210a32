import Glibc
import Synchronization

/// Where ids come from; tests bring their own.
struct Identifiers: Sendable {
    /// 64 bits that no one else has.
    let next: @Sendable () -> UInt64

    /// Random ids: SplitMix64 from a seed of the system's, which costs no call to the system an id.
    ///
    /// Ids are no secrets: they only have to differ.
    static let random: Identifiers = {
        let source = RandomSource()
        return Identifiers { source.next() }
    }()

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

/// Numbers that look random and do not repeat ([SplitMix64](https://doi.org/10.1145/2714064.2660195)).
private final class RandomSource: Sendable {
    private let state = Atomic(UInt64.random(in: .min ... .max))

    func next() -> UInt64 {
        var mixed = state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
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
