import Catalog
import Foundation

/// The files that the tests of the catalog read.
enum CatalogFiles {
    /// The root of the package.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The catalog that is shipped.
    static let shipped = root.appending(path: "models.yaml").path

    /// The small catalog that stays still.
    static let fixture = root.appending(path: "Tests/Fixtures/models.yaml").path

    /// The content of a vector.
    static func vector(_ name: String) throws -> Data {
        try Data(contentsOf: root.appending(path: "Tests/CatalogTests/Vectors/\(name)"))
    }

    /// The rows of a tab-separated vector, by the names of its columns.
    static func rows(_ name: String) throws -> [[String: String]] {
        let lines = String(decoding: try vector(name), as: UTF8.self).split(separator: "\n")
        let columns = lines[0].split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        return lines.dropFirst().map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(zip(columns, fields)) { first, _ in first }
        }
    }
}
