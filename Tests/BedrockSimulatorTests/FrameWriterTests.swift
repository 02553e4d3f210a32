import JSON
import NIOCore
import Testing

@testable import BedrockSimulator

struct FrameWriterTests {
    @Test func framesAreThoseOfTheVectors() throws {
        let vectors = try Vectors.json("frames")
        #expect(vectors.count > 20)
        for vector in vectors.elements {
            let headers = vector["headers"]?.elements.map { pair in
                let halves = pair.elements.map { $0.string ?? "" }
                return (name: halves[0], value: halves[1])
            }
            let type = headers?.first { $0.name == ":event-type" || $0.name == ":exception-type" }?.value ?? ""
            let kind = headers?.last?.value
            let own: FrameWriter.Headers =
                switch kind {
                case "event": .event(type)
                case "exception": .exception(type)
                default: .error(code: headers?[0].value ?? "", message: headers?[1].value ?? "")
                }
            var buffer = ByteBuffer(string: "before")
            FrameWriter.write(own, to: &buffer) { $0.writeString(vector["payload"]?.string ?? "") }
            buffer.moveReaderIndex(forwardBy: 6)
            let expected = try #require(vector["frame"]?.string.flatMap(decodeBase64))
            #expect(Array(buffer.readableBytesView) == expected, "\(vector["case"]?.string ?? "")")
        }
    }

    /// The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
    @Test func checksumHasItsCheckValue() {
        var crc = CRC32()
        Array("123456789".utf8).withUnsafeBytes { crc.add($0) }
        #expect(crc.value == 0xCBF4_3926)
    }

    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
    func base64AgreesWithFoundation(text: String) throws {
        let encoded = Base64.string(Array(text.utf8))
        #expect(decodeBase64(encoded) == Array(text.utf8))
        let count = Array(encoded.utf8).withUnsafeBytes { Base64.decodedCount($0) }
        #expect(count == text.utf8.count)
        #expect(Array(encoded.utf8).withUnsafeBytes { Base64.prefix($0) } == Array(text.utf8))
    }

    @Test(arguments: ["a", "ab=c", "a===", "====", "ab c", "_-__", "YWJ\u{E9}"])
    func whatIsNotBase64IsRefused(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { Base64.decodedCount($0) } == nil)
    }
}
