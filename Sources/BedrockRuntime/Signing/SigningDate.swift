/// A moment as signatures write it, to the second and in UTC.
public struct SigningDate: Hashable, Sendable {
    /// Seconds since 1970, not counting leap seconds; kept within the years 1970 to 9999.
    public let secondsSince1970: Int

    /// Creates the moment so many seconds after the beginning of 1970.
    public init(secondsSince1970: Int) {
        self.secondsSince1970 = min(max(secondsSince1970, 0), 253_402_300_799)
    }

    /// Days since the beginning of 1970.
    var day: Int { secondsSince1970 / 86_400 }

    /// The moment as `X-Amz-Date` has it: `20260115T123456Z`.
    public var timestamp: String {
        let second = secondsSince1970 % 86_400
        return String(unsafeUninitializedCapacity: 16) { target in
            writeDay(to: target)
            target[8] = UInt8(ascii: "T")
            Self.write(second / 3600, digits: 2, to: target, at: 9)
            Self.write(second / 60 % 60, digits: 2, to: target, at: 11)
            Self.write(second % 60, digits: 2, to: target, at: 13)
            target[15] = UInt8(ascii: "Z")
            return 16
        }
    }

    /// The day as a credential scope has it: `20260115`.
    public var date: String {
        String(unsafeUninitializedCapacity: 8) { target in
            writeDay(to: target)
            return 8
        }
    }

    /// Writes the civil date of a day number.
    ///
    /// Years are counted from March, so that the leap day is the last of its year; the arithmetic is that of
    /// http://howardhinnant.github.io/date_algorithms.html#civil_from_days
    private func writeDay(to target: UnsafeMutableBufferPointer<UInt8>) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        Self.write(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), digits: 4, to: target, at: 0)
        Self.write(month, digits: 2, to: target, at: 4)
        Self.write(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, digits: 2, to: target, at: 6)
    }

    private static func write(
        _ number: Int,
        digits: Int,
        to target: UnsafeMutableBufferPointer<UInt8>,
        at start: Int
    ) {
        var rest = number
        for offset in stride(from: digits - 1, through: 0, by: -1) {
            target[start + offset] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
