import Foundation
import NIOCore
import Testing

@testable import BedrockRuntime

@Suite struct EventStreamParserTests {
    struct Checksums: Decodable {
        struct Checksum: Decodable {
            var hex: String
            var crc: UInt32
        }
        struct Frame: Decodable {
            var headHex: String
            var payloadLength: Int
            var crc: UInt32
        }
        struct Prelude: Decodable {
            var why: String
            var hex: String
        }
        var checksums: [Checksum]
        var frames: [String: Frame]
        var impossiblePreludes: [Prelude]
    }

    /// Reads a whole stream in pieces of a size.
    static func frames(
        _ stream: [UInt8],
        chunkSize: Int
    ) throws(EventStreamError) -> [EventStreamFrame] {
        var parser = EventStreamParser()
        var frames: [EventStreamFrame] = []
        var position = 0
        while position < stream.count {
            let end = min(position + chunkSize, stream.count)
            parser.append(ByteBuffer(bytes: stream[position..<end]))
            while let frame = try parser.next() { frames.append(frame) }
            position = end
        }
        try parser.finish()
        return frames
    }

    @Test func checksumsAreZlibs() throws {
        let vectors: Checksums = try Vectors.load("crc_vectors.json")
        for vector in vectors.checksums {
            let input = bytes(hex: vector.hex)
            #expect(input.withUnsafeBytes { CRC32.checksum($0) } == vector.crc)
            var inPieces = CRC32()
            for byte in input { withUnsafeBytes(of: byte) { inPieces.update($0) } }
            #expect(inPieces.value == vector.crc)
        }
    }

    @Test func everyTypeOfHeaderIsRead() throws {
        let cases = try EventStreamVector.all()
        let stream = try #require(cases["all_header_types"]).bytes
        for size in [1, 7, 65, stream.count] {
            let frames = try Self.frames(stream, chunkSize: size)
            #expect(frames.count == 1)
            let headers = try #require(frames.first).decodedHeaders()
            #expect(headers.map(\.name) == ["t", "f", "b", "s", "i", "l", "ba", "str", "ts", "u"])
            #expect(
                headers.map(\.value) == [
                    .bool(true), .bool(false), .integer(-5), .integer(-300), .integer(70_000), .integer(-5_000_000_000),
                    .bytes([0, 1]), .string("é"), .timestamp(1_700_000_000_123), .uuid(Array(0...15)),
                ]
            )
            #expect(frames.first?.payload == ByteBuffer(string: "{}"))
        }
    }

    @Test func badChecksumsAreRefused() throws {
        let cases = try EventStreamVector.all()
        for (name, expected) in [
            ("bad_message_crc", EventStreamError.messageChecksum), ("bad_prelude_crc", .preludeChecksum),
        ] {
            let stream = try #require(cases[name]).bytes
            for size in [1, 7, 65, stream.count] {
                #expect(throws: expected) { try Self.frames(stream, chunkSize: size) }
            }
        }
    }

    @Test func everyCorruptionOfOneByteIsRefused() throws {
        let frame = FrameWriter.event("messageStop", payload: #"{"stopReason":"end_turn"}"#)
        for position in frame.indices {
            for difference in UInt8(1)...255 {
                var damaged = frame
                damaged[position] ^= difference
                var parser = EventStreamParser()
                parser.append(ByteBuffer(bytes: damaged))
                let isRefused: Bool
                do {
                    _ = try parser.next()
                    isRefused = false
                } catch {
                    isRefused = true
                }
                #expect(isRefused, "byte \(position) changed by \(difference)")
            }
        }
    }

    @Test func anErrorIsRepeatedWhateverFollows() throws {
        let good = FrameWriter.event("messageStop", payload: "{}")
        var damaged = good
        damaged[9] ^= 1
        var parser = EventStreamParser()
        parser.append(ByteBuffer(bytes: good + damaged + good))
        #expect(try parser.next() != nil)
        for _ in 0..<3 { #expect(throws: EventStreamError.preludeChecksum) { try parser.next() } }
        parser.append(ByteBuffer(bytes: good))
        #expect(throws: EventStreamError.preludeChecksum) { try parser.next() }
        #expect(throws: EventStreamError.preludeChecksum) { try parser.finish() }
    }

    @Test func impossibleLengthsAreRefusedByTheirPreludeAlone() throws {
        let vectors: Checksums = try Vectors.load("crc_vectors.json")
        #expect(vectors.impossiblePreludes.count == 7)
        for prelude in vectors.impossiblePreludes {
            var parser = EventStreamParser()
            parser.append(ByteBuffer(bytes: bytes(hex: prelude.hex)))
            #expect(throws: EventStreamError.invalidLength, "\(prelude.why)") { try parser.next() }
        }
    }

    @Test func theLargestFrameIsAcceptedAndOneByteMoreIsNot() throws {
        let vectors: Checksums = try Vectors.load("crc_vectors.json")
        let largest = try #require(vectors.frames["largest"])
        var parser = EventStreamParser()
        parser.append(ByteBuffer(bytes: bytes(hex: largest.headHex)))
        let piece = ByteBuffer(repeating: UInt8(ascii: "a"), count: 65_536)
        var rest = largest.payloadLength
        while rest > 0 {
            #expect(try parser.next() == nil)
            parser.append(try #require(piece.getSlice(at: 0, length: min(rest, 65_536))))
            rest -= min(rest, 65_536)
        }
        parser.append(ByteBuffer(integer: largest.crc))
        let frame = try #require(try parser.next())
        #expect(frame.payload.readableBytes == EventStreamParser.maximumPayloadLength)
        #expect(throws: Never.self) { try parser.finish() }

        let tooLarge = try #require(vectors.frames["tooLarge"])
        parser.append(ByteBuffer(bytes: bytes(hex: tooLarge.headHex)))
        #expect(throws: EventStreamError.invalidLength) { try parser.next() }
    }

    @Test func memoryGrowsWithWhatArrivesAndNotWithWhatIsAnnounced() throws {
        let vectors: Checksums = try Vectors.load("crc_vectors.json")
        let announcement = bytes(hex: try #require(vectors.frames["largest"]).headHex)
        var parser = EventStreamParser()
        for byte in announcement {
            parser.append(ByteBuffer(bytes: [byte]))
            #expect(try parser.next() == nil)
        }
        #expect(parser.heldCapacity <= 1024)
        for _ in 0..<100 {
            parser.append(ByteBuffer(repeating: UInt8(ascii: "a"), count: 1000))
            #expect(try parser.next() == nil)
        }
        #expect(parser.heldCapacity <= 262_144)
    }

    @Test func aLongStreamOfSplitFramesHoldsNoMoreThanOneFrameAndOneRead() throws {
        let stream = Array(
            repeatElement(
                FrameWriter.event("contentBlockDelta", payload: String(repeating: "x", count: 300)),
                count: 500
            )
            .joined()
        )
        var parser = EventStreamParser()
        var count = 0
        for start in stride(from: 0, to: stream.count, by: 997) {
            parser.append(ByteBuffer(bytes: stream[start..<min(start + 997, stream.count)]))
            while try parser.next() != nil { count += 1 }
            #expect(parser.heldCapacity <= 4096)
        }
        #expect(count == 500)
    }

    @Test func gluedAndSplitFramesAreTheSameFrames() throws {
        let payloads = (0..<20).map { #"{"n":\#($0),"p":"\#(String(repeating: "x", count: $0 * 7))"}"# }
        let stream = payloads.flatMap { FrameWriter.event("contentBlockDelta", payload: $0) }
        for size in [1, 2, 3, 7, 11, 12, 13, 64, 65, 150, 1000, stream.count] {
            let frames = try Self.frames(stream, chunkSize: size)
            #expect(frames.map { String(buffer: $0.payload) } == payloads, "pieces of \(size)")
        }
    }

    @Test func framesThatArriveWholeAreSlicesOfWhatWasRead() throws {
        let stream = FrameWriter.event("messageStop", payload: "{}") + FrameWriter.event("metadata", payload: "{}")
        let read = ByteBuffer(bytes: stream)
        var parser = EventStreamParser()
        parser.append(read)
        let base = read.withUnsafeReadableBytes { $0.baseAddress }
        for _ in 0..<2 {
            let frame = try #require(try parser.next())
            let offset = frame.headers.withUnsafeReadableBytes { headers in
                headers.baseAddress.flatMap { start in base.map { start - $0 } }
            }
            #expect((0..<stream.count).contains(try #require(offset)))
        }
    }

    @Test func takenFramesStayIntactWhenMoreArrives() throws {
        let first = FrameWriter.event("messageStart", payload: #"{"role":"assistant"}"#)
        let second = FrameWriter.event("messageStop", payload: #"{"stopReason":"end_turn"}"#)
        var parser = EventStreamParser()
        parser.append(ByteBuffer(bytes: first.prefix(20)))
        #expect(try parser.next() == nil)
        parser.append(ByteBuffer(bytes: first.dropFirst(20) + second.prefix(30)))
        let taken = try #require(try parser.next())
        #expect(try parser.next() == nil)
        parser.append(ByteBuffer(bytes: second.dropFirst(30)))
        let next = try #require(try parser.next())
        #expect(String(buffer: taken.payload) == #"{"role":"assistant"}"#)
        #expect(String(buffer: next.payload) == #"{"stopReason":"end_turn"}"#)
    }

    @Test func aStreamThatEndsInsideAFrameIsTruncated() throws {
        let frame = FrameWriter.event("messageStop", payload: "{}")
        for length in 1..<frame.count {
            #expect(throws: EventStreamError.truncated) { try Self.frames(Array(frame.prefix(length)), chunkSize: 64) }
        }
        #expect(try Self.frames([], chunkSize: 64).isEmpty)
        #expect(try Self.frames(frame, chunkSize: 64).count == 1)
    }

    @Test func headersThatDoNotFitAreRefused() throws {
        let good = FrameWriter.header(":event-type", "chunk")
        let broken: [[UInt8]] = [
            [5], [0], [3, 65, 66], [1, 65], [1, 65, 10], [1, 65, 255, 0], [1, 65, 2], [1, 65, 5, 0, 0, 0],
            [1, 65, 7, 0], [1, 65, 7, 0, 2, 66], [1, 65, 6, 255, 255], [1, 65, 9] + Array(repeating: 0, count: 15),
            good + [9], Array(good.dropLast()),
        ]
        for headers in broken {
            var reader = BedrockEventReader()
            reader.append(ByteBuffer(bytes: FrameWriter.frame(headers: headers, payload: [])))
            let error = #expect(throws: BedrockError.self, "\(headers)") { try reader.next() }
            #expect(error?.phase == .interrupted)
            let frames = try Self.frames(FrameWriter.frame(headers: headers, payload: []), chunkSize: 7)
            #expect(throws: EventStreamError.malformedHeaders) { try #require(frames.first).decodedHeaders() }
        }
    }
}

/// One of the event streams that botocore's decoder judged.
struct EventStreamVector: Decodable {
    var base64: String
    var bytes: [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }

    static func all() throws -> [String: EventStreamVector] {
        struct File: Decodable {
            var cases: [String: EventStreamVector]
        }
        let file: File = try Vectors.load("eventstream_vectors.json")
        return file.cases
    }
}
