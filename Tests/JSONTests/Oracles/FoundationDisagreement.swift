import Foundation
import JSON
import NIOCore

/// The known ways in which Foundation's `JSONSerialization` and we differ, each with its reason.
enum FoundationDisagreement: String, CaseIterable {
    case encodingIsGuessed = "Foundation skips a byte order mark and reads UTF-16 and UTF-32; we read UTF-8 only"
    case trailingComma = "Foundation allows a comma before a closing bracket; RFC 8259 does not"
    case numberOverflows = "Foundation refuses a number beyond the range of a Double; RFC 8259 does not, nor do we"
    case numberIsRounded = "Foundation reads a number of more than 15 digits a few units off; we round correctly"
    case markIsDropped = "Foundation drops U+FEFF from strings and keys; it is a character like any other"
    case keysAreEquivalent = "Foundation takes composed and decomposed accents for one key; they are other bytes"

    /// The listed reason for a disagreement; nil when there is none.
    static func reason(
        for disagreement: FoundationOracle.Disagreement,
        over bytes: [UInt8]
    ) -> FoundationDisagreement? {
        allCases.first { $0.explains(disagreement, over: bytes) }
    }

    private func explains(_ disagreement: FoundationOracle.Disagreement, over bytes: [UInt8]) -> Bool {
        switch (self, disagreement) {
        case (.encodingIsGuessed, .weRefuse): Self.isValidInAnotherEncoding(bytes)
        case (.trailingComma, .weRefuse(let error)): Self.isValidWithoutTrailingCommas(bytes, error)
        case (.numberOverflows, .foundationRefuses): Self.holdsInfinity(bytes)
        case (.numberIsRounded, .number(let ours, let theirs)): Self.isRounded(ours, theirs)
        case (.markIsDropped, .string(let ours, let theirs)): Self.withoutMarks(ours) == Self.withoutMarks(theirs)
        case (.markIsDropped, .keys(let ours, let theirs)):
            Set(ours.map(Self.withoutMarks)) == Set(theirs.map(Self.withoutMarks))
        // `String`'s own == is the equivalence that Foundation's dictionary uses.
        case (.keysAreEquivalent, .keys(let ours, let theirs)): Set(ours) == Set(theirs)
        default: false
        }
    }

    /// Whether the text is valid once a byte order mark is dropped or once it is read as UTF-16 or UTF-32.
    private static func isValidInAnotherEncoding(_ bytes: [UInt8]) -> Bool {
        let encodings: [String.Encoding] = [
            .utf8, .utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian, .utf32BigEndian,
        ]
        return encodings.contains { encoding in
            guard let text = String(data: Data(bytes), encoding: encoding) else { return false }
            let unmarked = Array(String(String.UnicodeScalarView(text.unicodeScalars.drop { $0 == "\u{FEFF}" })).utf8)
            guard unmarked != bytes else { return false }
            guard let error = outcome(of: unmarked) else { return true }
            return isValidWithoutTrailingCommas(unmarked, error)
        }
    }

    /// Whether taking out commas before closing brackets is all it takes to make a text acceptable.
    private static func isValidWithoutTrailingCommas(_ bytes: [UInt8], _ error: JSONError) -> Bool {
        var bytes = bytes
        var next: JSONError? = error
        while let error = next {
            guard error.reason == .unexpectedByte, [0x5D, 0x7D].contains(bytes[error.offset]),
                let before = bytes[..<error.offset].lastIndex(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }),
                bytes[before] == UInt8(ascii: ",")
            else { return false }
            bytes.remove(at: before)
            next = outcome(of: bytes)
        }
        return true
    }

    private static func holdsInfinity(_ bytes: [UInt8]) -> Bool {
        func holds(_ value: JSONValue) -> Bool {
            value.double?.isInfinite == true || value.elements.contains(where: holds)
                || value.members.contains { holds($0.value) }
        }
        guard let value = try? JSONValue.parse(ByteBuffer(bytes: bytes)) else { return false }
        return holds(value)
    }

    private static func isRounded(_ ours: JSONValue, _ theirs: Double) -> Bool {
        let digits = ours.withRawBytes { $0.count { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } }
        guard digits > 15, let double = ours.double else { return false }
        return abs(double - theirs) <= 8 * double.ulp
    }

    private static func withoutMarks(_ string: String) -> [UInt8] {
        Array(String(String.UnicodeScalarView(string.unicodeScalars.filter { $0 != "\u{FEFF}" })).utf8)
    }
}
