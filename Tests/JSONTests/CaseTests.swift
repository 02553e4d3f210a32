import JSON
import NIOCore
import Testing

struct CaseTests {
    @Test(arguments: try CaseTable.load())
    func isAcceptedOrRefusedWithReasonAndOffset(_ item: Case) {
        // The table may not contradict itself.
        if item.verdict == .accept { #expect(item.error == nil) }
        if item.verdict == .reject { #expect(item.error != nil) }
        let outcome = outcome(of: item.bytes)
        #expect(outcome == item.error)
    }

    /// A parser that reads past its bytes, or is misled by the memory around them, answers otherwise here.
    @Test func readsOnlyTheReadableBytes() throws {
        for item in try CaseTable.load() {
            var buffer = ByteBuffer(bytes: Array("\"\\u00[{".utf8) + item.bytes + Array("\"]}1e".utf8))
            buffer.moveReaderIndex(forwardBy: 7)
            buffer.moveWriterIndex(to: 7 + item.bytes.count)
            #expect(outcome(of: buffer) == item.error, "\(item.name)")
        }
    }

    @Test func acceptedTextsGiveTheirBytesBack() throws {
        for item in try CaseTable.load() where item.error == nil {
            let value = try JSONValue.parse(ByteBuffer(bytes: item.bytes))
            let written = trimmed(item.bytes)
            #expect(Array(value.rawBytes.readableBytesView) == written, "\(item.name)")
            var writer = JSONWriter()
            writer.raw(value)
            #expect(Array(writer.buffer.readableBytesView) == written, "\(item.name)")
        }
    }

    @Test func everyTruncationOfAnAcceptedContainerIsRefused() throws {
        for item in try CaseTable.load() where item.error == nil && item.bytes.count < 200 {
            let written = trimmed(item.bytes)
            guard let first = written.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { continue }
            for length in 0..<written.count {
                #expect(outcome(of: Array(written.prefix(length))) != nil, "\(item.name) cut to \(length)")
            }
        }
    }

    @Test func namesAreUniqueAndThereAreEnough() throws {
        let cases = try CaseTable.load()
        #expect(Set(cases.map(\.name)).count == cases.count)
        #expect(cases.count >= 250)
    }

    private func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let space: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        return Array(bytes.drop { space.contains($0) }.reversed().drop { space.contains($0) }.reversed())
    }
}

/// Why a text is refused; nil when it is accepted.
func outcome(of bytes: [UInt8]) -> JSONError? { outcome(of: ByteBuffer(bytes: bytes)) }

/// Why a text is refused; nil when it is accepted.
func outcome(of buffer: ByteBuffer) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONValue.parse(buffer)
        return nil
    } catch {
        return error
    }
}
