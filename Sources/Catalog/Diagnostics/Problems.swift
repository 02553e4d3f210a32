/// Collects what is wrong with a catalog while it is read.
///
/// A problem of a template shows up again in every entry that uses it: each place and message is kept once, with the
/// subject that came first. Belongs to one load.
final class Problems {
    private struct Identity: Hashable {
        var location: SourceLocation?
        var message: String
    }

    private let file: String
    private var seen: Set<Identity> = []
    private(set) var diagnostics: [CatalogDiagnostic] = []

    init(file: String) { self.file = file }

    /// Whether something was found that makes the catalog unusable.
    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Notes a problem; `subject` says whose it is, such as `model 'Nova-Pro'`.
    func report(
        _ message: String,
        at location: SourceLocation?,
        subject: String? = nil,
        fix: String? = nil,
        severity: CatalogDiagnostic.Severity = .error
    ) {
        guard seen.insert(Identity(location: location, message: message)).inserted else { return }
        diagnostics.append(
            CatalogDiagnostic(
                file: file,
                location: location,
                severity: severity,
                message: subject.map { "\($0): \(message)" } ?? message,
                fix: fix
            )
        )
    }

    /// Everything found, in the order of the file.
    var sorted: [CatalogDiagnostic] {
        diagnostics.enumerated()
            .sorted { left, right in
                (left.element.line, left.element.column, left.offset)
                    < (right.element.line, right.element.column, right.offset)
            }
            .map(\.element)
    }
}
