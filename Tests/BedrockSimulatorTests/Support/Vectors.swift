import Foundation
import JSON
import NIOCore

/// The files under `Vectors`.
enum Vectors {
    static func json(_ name: String) throws -> JSONValue {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Vectors/\(name).json"))
        return try JSONValue.parse(ByteBuffer(bytes: data))
    }
}
