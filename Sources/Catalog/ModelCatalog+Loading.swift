import Glibc

extension ModelCatalog {
    /// Reads a file and checks everything in it.
    ///
    /// - Parameters:
    ///   - path: The file; errors name it as it is given here.
    ///   - adapters: The dialects that entries may name, which check the options of entries.
    /// - Returns: The catalog.
    /// - Throws: ``CatalogError`` with every error found.
    public static func load(
        path: String,
        adapters: [Dialect] = Dialect.standard
    ) throws(CatalogError) -> ModelCatalog {
        try parse(try read(path), file: path, adapters: adapters)
    }

    /// Reads a text and checks everything in it.
    ///
    /// - Parameters:
    ///   - text: The content of a models.yaml.
    ///   - file: What errors call it.
    ///   - adapters: The dialects that entries may name, which check the options of entries.
    /// - Returns: The catalog.
    /// - Throws: ``CatalogError`` with every error found.
    public static func parse(
        _ text: String,
        file: String = "models.yaml",
        adapters: [Dialect] = Dialect.standard
    ) throws(CatalogError) -> ModelCatalog {
        try parse(Array(text.utf8), file: file, adapters: adapters)
    }

    /// Reads the bytes of a text and checks everything in it.
    ///
    /// - Parameters:
    ///   - bytes: The content of a models.yaml, in UTF-8.
    ///   - file: What errors call it.
    ///   - adapters: The dialects that entries may name, which check the options of entries.
    /// - Returns: The catalog.
    /// - Throws: ``CatalogError`` with every error found.
    public static func parse(
        _ bytes: [UInt8],
        file: String,
        adapters: [Dialect] = Dialect.standard
    ) throws(CatalogError) -> ModelCatalog {
        let (catalog, diagnostics) = CatalogLoader.load(bytes, file: file, adapters: adapters, today: nil)
        guard let catalog else { throw CatalogError(diagnostics.filter { $0.severity == .error }) }
        return catalog
    }

    /// Everything that is wrong or doubtful in a text, in the order of the file; empty when all is well.
    ///
    /// - Parameters:
    ///   - bytes: The content of a models.yaml, in UTF-8.
    ///   - file: What diagnostics call it.
    ///   - adapters: The dialects that entries may name, which check the options of entries.
    ///   - today: With a day, models whose end has come or comes within 60 days get a warning.
    /// - Returns: Errors and warnings.
    public static func check(
        _ bytes: [UInt8],
        file: String,
        adapters: [Dialect] = Dialect.standard,
        today: CalendarDate? = nil
    ) -> [CatalogDiagnostic] {
        CatalogLoader.load(bytes, file: file, adapters: adapters, today: today).diagnostics
    }

    /// Everything that is wrong or doubtful in a file, in its order; empty when all is well.
    ///
    /// - Parameters:
    ///   - path: The file; diagnostics name it as it is given here.
    ///   - adapters: The dialects that entries may name, which check the options of entries.
    ///   - today: With a day, models whose end has come or comes within 60 days get a warning.
    /// - Returns: Errors and warnings; one error when the file cannot be read.
    public static func check(
        path: String,
        adapters: [Dialect] = Dialect.standard,
        today: CalendarDate? = nil
    ) -> [CatalogDiagnostic] {
        do throws(CatalogError) {
            return check(try read(path), file: path, adapters: adapters, today: today)
        } catch {
            return error.diagnostics
        }
    }

    /// The bytes of a file, at most one more than a catalog may have.
    private static func read(_ path: String) throws(CatalogError) -> [UInt8] {
        func failure(_ code: Int32) -> CatalogError {
            let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
            return CatalogError([
                CatalogDiagnostic(
                    file: path,
                    location: nil,
                    message: "cannot read the file: \(reason)",
                    fix: "name a models.yaml that exists and is readable"
                )
            ])
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= YAMLParser.maximumBytes {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(errno)
            }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }
}
