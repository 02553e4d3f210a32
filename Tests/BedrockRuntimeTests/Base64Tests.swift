import Foundation
import NIOCore
import Testing

@testable import BedrockRuntime

@Suite struct Base64Tests {
    @Test func encodingAndDecodingAgreeWithFoundation() {
        var generator = SeededGenerator(state: 1)
        for length in Array(0..<100) + [1000, 4095, 4096, 4097] {
            let data = Data((0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
            let text = Base64.encode(ByteBuffer(bytes: data))
            #expect(String(buffer: text) == data.base64EncodedString())
            #expect(Base64.decode(text) == ByteBuffer(bytes: data))
            #expect(Base64.isValid(text))
        }
    }

    @Test func damagedTextIsRefused() {
        let grammar = /([A-Za-z0-9+\/]{4})*([A-Za-z0-9+\/]{2}==|[A-Za-z0-9+\/]{3}=)?/
        var generator = SeededGenerator(state: 2)
        let alphabet = Array("ABCabc019+/=-_ \n\"\\\0".utf8) + [0x80, 0xFF]
        var accepted = 0
        for _ in 0..<20_000 {
            let count =
                Int.random(in: 0...3, using: &generator) * 4 + (Int.random(in: 0..<6, using: &generator) == 0 ? 1 : 0)
            var text = (0..<count).map { _ in UInt8(ascii: "A") + UInt8.random(in: 0..<26, using: &generator) }
            for _ in 0..<Int.random(in: 0...2, using: &generator) where !text.isEmpty {
                text[text.indices.randomElement(using: &generator) ?? 0] =
                    alphabet.randomElement(using: &generator) ?? 0
            }
            if Bool.random(using: &generator), text.count > 1 {
                for index in text.indices.suffix(Int.random(in: 1...2, using: &generator)) {
                    text[index] = UInt8(ascii: "=")
                }
            }
            // Foundation also takes padding in odd places, so the grammar is RFC 4648's and only the bytes are Foundation's.
            let isStrict = String(decoding: text, as: UTF8.self).wholeMatch(of: grammar) != nil
            let expected = isStrict ? Data(base64Encoded: Data(text)) : nil
            let actual = Base64.decode(ByteBuffer(bytes: text))
            #expect(actual == expected.map { ByteBuffer(bytes: $0) }, "\(String(decoding: text, as: UTF8.self))")
            #expect(Base64.isValid(ByteBuffer(bytes: text)) == (expected != nil))
            accepted += expected == nil ? 0 : 1
        }
        #expect(accepted > 2000 && accepted < 18_000)
    }

    @Test func everyByteOutsideTheAlphabetIsRefusedInEveryPlace() {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for byte in UInt8(0)...255 {
            for place in 0..<8 {
                var text = Array("QUJDQUJD".utf8)
                text[place] = byte
                let isPadding = byte == UInt8(ascii: "=") && place == 7
                #expect((Base64.decode(ByteBuffer(bytes: text)) != nil) == (alphabet.contains(byte) || isPadding))
            }
        }
    }

    @Test func aRefusedTextLeavesTheBufferAsItWas() {
        var buffer = ByteBuffer(string: "kept")
        let isValid = Array("QUJD????".utf8).withUnsafeBytes { Base64.decode($0, into: &buffer) }
        #expect(!isValid)
        #expect(String(buffer: buffer) == "kept")
        let isValidNow = Array("QUI=".utf8).withUnsafeBytes { Base64.decode($0, into: &buffer) }
        #expect(isValidNow)
        #expect(String(buffer: buffer) == "keptAB")
    }
}
