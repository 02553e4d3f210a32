import Foundation
import NIOCore

@testable import BedrockRuntime

/// Files of expected values that were made by AWS's own libraries or by Python's, next to this source.
enum Vectors {
    static func load<Content: Decodable>(_ name: String, as type: Content.Type = Content.self) throws -> Content {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Vectors").appendingPathComponent(name)
        return try JSONDecoder().decode(Content.self, from: Data(contentsOf: file))
    }
}

/// Bytes from pairs of hexadecimal digits.
func bytes(hex: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Substring(hex)
    while let byte = UInt8(rest.prefix(2), radix: 16) {
        bytes.append(byte)
        rest = rest.dropFirst(2)
    }
    return bytes
}

/// Splits a URL without decoding anything in it.
func split(url: String) -> (origin: String, path: String, query: String) {
    let afterScheme = url.range(of: "://")?.upperBound ?? url.startIndex
    let slash = url[afterScheme...].firstIndex(of: "/") ?? url.endIndex
    let rest = url[slash...]
    let mark = rest.firstIndex(of: "?") ?? rest.endIndex
    return (String(url[..<slash]), String(rest[..<mark]), String(rest[mark...].dropFirst()))
}

/// A generator of random numbers that repeats itself: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// One of AWS's error codes, with the status and the spelling in streams that its model gives it.
struct KnownErrorCode: Decodable {
    enum CodingKeys: String, CodingKey {
        case code = "aws_code"
        case status = "aws_http"
        case streamName = "stream_exception"
    }

    var code: String
    var status: Int
    var streamName: String?

    static func all() throws -> [KnownErrorCode] {
        struct File: Decodable {
            var errors: [KnownErrorCode]
        }
        let file: File = try Vectors.load("errors.json")
        return file.errors
    }
}
