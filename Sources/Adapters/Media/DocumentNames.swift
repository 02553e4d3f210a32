/// Makes names for documents that AWS accepts (CONVERSE.md §2.3).
///
/// Letters, digits, single spaces, hyphens, parentheses and square brackets, 1 to 200 characters, unique within a
/// conversation. The same documents in the same order always get the same names, so that prompt caches hold.
public struct DocumentNames: Sendable {
    private var used: Set<String> = []
    /// The number to try next for a name that is taken: counting up from 2 each time would be quadratic.
    private var nextNumber: [String: Int] = [:]

    /// AWS's limit, in characters.
    private static let maximumLength = 200
    /// What a numbered name keeps of the file's, in characters: the rest is room for any number.
    private static let maximumStem = 180

    /// Starts without any name given out.
    public init() {}

    /// Makes a legal name out of a file's name, without its extension.
    public mutating func name(for filename: String?) -> String {
        var base = Self.legal(Self.withoutExtension(filename ?? ""), limit: Self.maximumLength)
        if base.isEmpty { base = "document" }
        if used.insert(base).inserted { return base }
        let stem = Self.legal(base[...], limit: Self.maximumStem)
        var number = nextNumber[stem] ?? 2
        while !used.insert("\(stem) \(number)").inserted { number += 1 }
        nextNumber[stem] = number + 1
        return "\(stem) \(number)"
    }

    private static func withoutExtension(_ filename: String) -> Substring {
        let file = filename.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? filename[...]
        guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
        return file[..<dot]
    }

    /// The legal characters of a name, up to a limit, without spaces and hyphens at its ends.
    private static func legal(_ name: Substring, limit: Int) -> String {
        let space = UInt8(ascii: " ")
        let hyphen = UInt8(ascii: "-")
        var legal: [UInt8] = []
        for scalar in name.unicodeScalars {
            guard legal.count < limit else { break }
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "(", ")", "[", "]":
                legal.append(UInt8(truncatingIfNeeded: scalar.value))
            case "-": if !legal.isEmpty { legal.append(hyphen) }
            case " ": if let last = legal.last, last != space { legal.append(space) }
            default: if let last = legal.last, last != hyphen { legal.append(hyphen) }
            }
        }
        while let last = legal.last, last == space || last == hyphen { legal.removeLast() }
        return String(decoding: legal, as: UTF8.self)
    }
}
