/// A moment as `X-Amz-Date` spells it: `20260115T123456Z`.
struct SignatureDate {
    /// The sixteen characters.
    let text: String
    /// Whole seconds since 1970.
    let seconds: Int

    /// The first eight characters: the day.
    var day: Substring { text.prefix(8) }

    /// Reads the spelling; nil when it is another one or no date.
    init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 16, digits[8] == UInt8(ascii: "T"), digits[15] == UInt8(ascii: "Z") else { return nil }
        var numbers: [Int] = []
        for range in [0..<4, 4..<6, 6..<8, 9..<11, 11..<13, 13..<15] {
            var number = 0
            for digit in digits[range] {
                guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
                number = number * 10 + Int(digit - UInt8(ascii: "0"))
            }
            numbers.append(number)
        }
        guard (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else { return nil }
        guard numbers[3] < 24, numbers[4] < 60, numbers[5] < 61 else { return nil }
        self.text = text
        let days = Self.daysSince1970(year: numbers[0], month: numbers[1], day: numbers[2])
        seconds = days * 86_400 + numbers[3] * 3_600 + numbers[4] * 60 + numbers[5]
    }

    /// Counts days in the Gregorian calendar, with years that begin in March so that the leap day is the last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}
