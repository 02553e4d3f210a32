/// Makes names for documents that AWS accepts (CONVERSE.md §2.3).
///
/// Letters, digits, single spaces, hyphens, parentheses and square brackets, 1 to 200 characters, unique within a
/// conversation. The same documents in the same order always get the same names, so that prompt caches hold.
public struct DocumentNames: Sendable {
    private var used: Set<String> = []

    /// Starts without any name given out.
    public init() {}

    /// Makes a legal name out of a file's name, without its extension.
    public mutating func name(for filename: String?) -> String {
        var base = Self.legal(Self.withoutExtension(filename ?? ""))
        if base.isEmpty { base = "document" }
        var name = String(base.prefix(200))
        var number = 2
        while !used.insert(name).inserted {
            let suffix = " \(number)"
            name = String(base.prefix(200 - suffix.count)) + suffix
            number += 1
        }
        return name
    }

    private static func withoutExtension(_ filename: String) -> String {
        let file = filename.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? filename
        guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
        return String(file[..<dot])
    }

    private static func legal(_ name: String) -> String {
        var legal = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "(", ")", "[", "]", "-": legal.unicodeScalars.append(scalar)
            case " ": if legal.last != " ", !legal.isEmpty { legal.append(" ") }
            default: if legal.last != "-" { legal.append("-") }
            }
        }
        while let last = legal.last, last == " " || last == "-" { legal.removeLast() }
        while let first = legal.first, first == " " || first == "-" { legal.removeFirst() }
        return legal
    }
}

/// The formats of documents that Bedrock reads.
public enum DocumentFormat {
    private static let byMediaType = [
        "application/pdf": "pdf", "text/csv": "csv", "application/msword": "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.ms-excel": "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx", "text/html": "html",
        "text/plain": "txt", "text/markdown": "md",
    ]
    private static let byExtension = [
        "pdf": "pdf", "csv": "csv", "doc": "doc", "docx": "docx", "xls": "xls", "xlsx": "xlsx", "html": "html",
        "htm": "html",
        "txt": "txt", "text": "txt", "log": "txt", "json": "txt", "xml": "txt", "yaml": "txt", "yml": "txt", "md": "md",
        "markdown": "md",
    ]

    /// AWS's word for a document's format, told by its file name or else its media type; nil for one it does not take.
    public static func detect(filename: String?, mediaType: String) -> String? {
        if let filename, let dot = filename.lastIndex(of: ".") {
            if let format = byExtension[filename[filename.index(after: dot)...].lowercased()] { return format }
        }
        return byMediaType[mediaType] ?? (mediaType.hasPrefix("text/") ? "txt" : nil)
    }
}
