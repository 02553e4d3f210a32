import Glibc
import NIOCore

/// The current `Date` field, formatted once a second.
struct DateCache {
    private var second = Int.min
    private var field = ByteBuffer()

    /// Gives the line `Date: …` of a moment, with its line end.
    ///
    /// - Parameter now: Seconds since 1970.
    /// - Returns: The line.
    mutating func line(at now: Int = time(nil)) -> ByteBuffer {
        if now != second {
            second = now
            field = ByteBuffer(string: "Date: \(Self.format(now))\r\n")
        }
        return field
    }

    /// Formats a moment as [RFC 9110 §5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7) asks.
    static func format(_ moment: Int) -> String {
        var seconds = time_t(moment)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let date = "\(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(Int(parts.tm_year) + 1_900)"
        let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return "\(days[Int(parts.tm_wday)]), \(date) \(clock) GMT"
    }

    private static func two(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
