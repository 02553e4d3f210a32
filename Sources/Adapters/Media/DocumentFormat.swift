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

    /// The media type of a format.
    static func mediaType(of format: String) -> String {
        byMediaType.first { $0.value == format }?.key ?? "application/octet-stream"
    }
}
