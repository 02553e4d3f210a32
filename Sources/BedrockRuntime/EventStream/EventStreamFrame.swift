public import NIOCore

/// One frame of an event stream, whose checksums have been verified.
///
/// Both parts share memory with the bytes that were read.
public struct EventStreamFrame: Sendable {
    /// The encoded headers.
    public var headers: ByteBuffer
    /// The payload.
    public var payload: ByteBuffer
}

/// The value of a frame's header.
public enum EventStreamHeaderValue: Hashable, Sendable {
    /// `true` or `false`, which take no bytes.
    case bool(Bool)
    /// A signed integer of one, two, four or eight bytes.
    case integer(Int64)
    /// Bytes.
    case bytes([UInt8])
    /// Text.
    case string(String)
    /// Milliseconds since 1970.
    case timestamp(Int64)
    /// The 16 bytes of a UUID.
    case uuid([UInt8])
}

extension EventStreamFrame {
    /// Every header in the order it was sent.
    ///
    /// - Throws: ``EventStreamError/malformedHeaders``.
    public func decodedHeaders() throws(EventStreamError) -> [(name: String, value: EventStreamHeaderValue)] {
        var decoded: [(name: String, value: EventStreamHeaderValue)] = []
        let isWellFormed = headers.withUnsafeReadableBytes { bytes in
            EventStreamHeaders.scan(bytes) { name, type, value in
                decoded.append((String(decoding: name, as: UTF8.self), Self.value(of: type, value)))
            }
        }
        guard isWellFormed else { throw .malformedHeaders }
        return decoded
    }

    private static func value(of type: EventStreamHeaderType, _ bytes: UnsafeRawBufferPointer) -> EventStreamHeaderValue
    {
        switch type {
        case .true: .bool(true)
        case .false: .bool(false)
        case .int8, .int16, .int32, .int64: .integer(integer(bytes))
        case .bytes: .bytes(Array(bytes))
        case .string: .string(String(decoding: bytes, as: UTF8.self))
        case .timestamp: .timestamp(integer(bytes))
        case .uuid: .uuid(Array(bytes))
        }
    }

    /// Reads a big-endian two's complement integer of any width.
    private static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        let isNegative = (bytes.first ?? 0) & 0x80 != 0
        return bytes.reduce(isNegative ? -1 : 0) { $0 << 8 | Int64($1) }
    }
}

/// The types of header value, by the byte that stands for them on the wire.
enum EventStreamHeaderType: UInt8 {
    case `true`, `false`, int8, int16, int32, int64, bytes, string, timestamp, uuid
}

/// Reads a frame's headers in place: `nameLength name type value`, again and again.
enum EventStreamHeaders {
    /// Calls a closure for each header, with slices of the bytes.
    ///
    /// - Parameters:
    ///   - bytes: The encoded headers.
    ///   - visit: Takes a header's name, type and value; a value with a length stands without it.
    /// - Returns: Whether the headers end exactly where the bytes do.
    @inline(__always)
    static func scan(
        _ bytes: UnsafeRawBufferPointer,
        _ visit: (UnsafeRawBufferPointer, EventStreamHeaderType, UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        var position = 0
        while position < bytes.count {
            let nameStart = position + 1
            let nameEnd = nameStart + Int(bytes[position])
            guard nameEnd < bytes.count, let type = EventStreamHeaderType(rawValue: bytes[nameEnd]) else {
                return false
            }
            var valueStart = nameEnd + 1
            let length: Int
            switch type {
            case .true, .false: length = 0
            case .int8: length = 1
            case .int16: length = 2
            case .int32: length = 4
            case .int64, .timestamp: length = 8
            case .uuid: length = 16
            case .bytes, .string:
                guard valueStart + 2 <= bytes.count else { return false }
                length = Int(bytes[valueStart]) << 8 | Int(bytes[valueStart + 1])
                valueStart += 2
            }
            guard valueStart + length <= bytes.count else { return false }
            visit(
                UnsafeRawBufferPointer(rebasing: bytes[nameStart..<nameEnd]),
                type,
                UnsafeRawBufferPointer(rebasing: bytes[valueStart..<valueStart + length])
            )
            position = valueStart + length
        }
        return true
    }
}
