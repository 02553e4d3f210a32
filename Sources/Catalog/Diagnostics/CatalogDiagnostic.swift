/// A place in a file, counted from 1 as editors do.
public struct SourceLocation: Hashable, Sendable, Comparable {
    /// The line, from 1.
    public var line: Int
    /// The column in characters, from 1.
    public var column: Int

    /// Creates a place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Whether one place stands before another.
    public static func < (left: SourceLocation, right: SourceLocation) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

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

/// A catalog that cannot be used, with everything that is wrong with it.
public struct CatalogError: Error, Hashable, Sendable {
    /// The errors in the order of the file; never empty.
    public var diagnostics: [CatalogDiagnostic]

    /// Creates an error.
    public init(_ diagnostics: [CatalogDiagnostic]) { self.diagnostics = diagnostics }
}

extension CatalogError: CustomStringConvertible {
    /// One line a problem.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
