/// Something to correct in models.yaml: where it is, what is wrong and what to write instead.
public struct CatalogDiagnostic: Hashable, Sendable {
    /// Whether the catalog can be used nevertheless.
    public enum Severity: String, Hashable, Sendable {
        case error
        case warning
    }

    /// The file as its reader was given it.
    public var file: String
    /// The place; nil when it is the file as a whole.
    public var location: SourceLocation?
    /// Whether the catalog can be used nevertheless.
    public var severity: Severity
    /// What is wrong, without a full stop.
    public var message: String
    /// What to do about it, without a full stop.
    public var fix: String?

    /// Creates a diagnostic.
    public init(
        file: String,
        location: SourceLocation?,
        severity: Severity = .error,
        message: String,
        fix: String? = nil
    ) {
        self.file = file
        self.location = location
        self.severity = severity
        self.message = message
        self.fix = fix
    }

    /// The line, from 1; 0 when it is the file as a whole.
    public var line: Int { location?.line ?? 0 }

    /// The column in characters, from 1; 0 when it is the file as a whole.
    public var column: Int { location?.column ?? 0 }
}

extension CatalogDiagnostic: CustomStringConvertible {
    /// One line as compilers write it: `models.yaml:12:5: error: … (fix)`.
    public var description: String {
        let place = location.map { "\(file):\($0.line):\($0.column)" } ?? file
        return "\(place): \(severity.rawValue): \(message)" + (fix.map { "; \($0)" } ?? "")
    }
}
