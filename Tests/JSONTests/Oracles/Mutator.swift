/// Spoils valid documents at random: most of what it makes is nearly JSON.
struct Mutator {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// A document of the corpus with one to four changes.
    mutating func next() -> [UInt8] {
        // The two deepest are long: they come up less often.
        let isDeep = random.below(64) == 0
        var bytes = isDeep ? pick(Self.deepCorpus) : pick(Self.corpus)
        let changes = random.below(2) == 0 ? 1 : 1 + random.below(4)
        for _ in 0..<changes { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let at = random.below(bytes.count)
        let other = Swift.min(bytes.count, at + 1 + random.below(8))
        switch random.below(16) {
        case 0 where !bytes.isEmpty: bytes[at] ^= 1 << UInt8(random.below(8))
        case 1 where !bytes.isEmpty: bytes[at] = UInt8(random.below(256))
        case 2: bytes.removeSubrange(at..<other)
        case 3: bytes.insert(contentsOf: bytes[at..<other], at: random.below(bytes.count))
        case 4 where random.below(4) == 0: bytes.removeSubrange(at...)
        case 5: bytes.insert(contentsOf: pick(Self.corpus).prefix(random.below(24)), at: at)
        case 6 where !bytes.isEmpty: bytes.swapAt(at, random.below(bytes.count))
        case 7 where !bytes.isEmpty: bytes.replaceSubrange(at..<(at + 1), with: pick(Self.tokens))
        case 8, 9: bytes.insert(contentsOf: pick(Self.tokens), at: at)
        default:
            // Letters stand in strings, mostly: this leaves many documents valid.
            guard let letter = bytes[at...].firstIndex(where: { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }) else { break }
            bytes.replaceSubrange(letter..<(letter + random.below(2)), with: pick(Self.stringTokens))
        }
    }

    private mutating func pick(_ choices: [[UInt8]]) -> [UInt8] { choices[random.below(choices.count)] }

    private static let tokens: [[UInt8]] =
        [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\\\", "\\\"", "\\n", "\\u", "\\u0041", "\\u0000", "\\ud83d",
            "\\ude00", "\\ud83d\\ude00", "\\/", "\\x", "null", "true", "false", "0", "-", "-0", "1", ".", "e", "E+",
            "1e5", "1E400", "0.1", "123456789012345678901", "9007199254740993", " ", "\t", "\n", "\r", "\u{B}", "\u{0}",
            "\u{1F}", "\u{7F}", "é", "€", "😀", "\u{FEFF}", "\u{2028}", "NaN", "Infinity", "//", "'", "\"\":",
            "\"a\":1,", "[]", "{}", "[[", "]]",
        ].map { Array($0.utf8) } + [
            [0x80], [0xBF], [0xC0], [0xC0, 0xAF], [0xC3], [0xE0, 0x80, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xFF],
            [0xF0, 0x9F], [0xF4, 0x90, 0x80, 0x80], [0xFE],
        ]

    private static let stringTokens: [[UInt8]] = [
        "a", "Z", "0", " ", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9", "\\ud83d\\ude00", "\\u0000", "é", "€",
        "😀",
        "\u{FEFF}", "\u{7F}", "\u{10FFFF}", "longer than eight", "\\ud800", "\\udc00",
    ].map { Array($0.utf8) }

    private static let corpus: [[UInt8]] = [
        #"{"model":"nova","messages":[{"role":"user","content":"Hi \"there\"\n"}],"max_tokens":256,"stream":true}"#,
        #"{"messages":[{"role":"user","content":[{"type":"text","text":"¿Qué tal? 😀"},{"type":"image_url","image_"#
            + #"url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}],"temperature":0.7,"top_p":1,"stop":["END",null]}"#,
        #"{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"add","#
            + #""arguments":"{\"a\": 1, \"b\": [2, \"x\"]}"}}]}"#,
        #"{"type":"object","properties":{"city":{"type":"string","enum":["Paris","Rome"]},"n":{"type":"integer","#
            + #""minimum":-5,"maximum":1e3}},"required":["city"],"additionalProperties":false}"#,
        #"{"delta":{"text":"\u00e9\ud83d\ude00\/\b\f\r\t\\"},"contentBlockIndex":0,"p":"abcdef"}"#,
        #"["Привет","你好","こんにちは","שלום","a\u0000b","\u2028"]"#,
        #"[0,-0,1,-1,0.5,-2.25e-3,1E+10,123456789,9007199254740993,18446744073709551616,1.7976931348623157e308,5e-324]"#,
        #" { "a" : [ 1 , 2 , { } ] , "b" : { "c" : [ ] } , "a" : false } "#,
        "[[[[[[[[[[{\"x\":[[[[{\"y\":{\"z\":[[[]]]}}]]]]}]]]]]]]]]]",
        #"{"":"","a":{"a":{"a":{"a":1}}},"a\u0062":2,"ab":3}"#,
        "\"just a string of more than sixteen bytes\"", "-12.5e+7", "true", "null", "[]", "{}", "[\n\t1,\r\n\t2\n]\n",
        #"{"usage":{"inputTokens":12,"outputTokens":34,"totalTokens":46},"metrics":{"latencyMs":1234}}"#,
    ].map { Array($0.utf8) }

    private static let deepCorpus: [[UInt8]] = [510, 512].map { depth in
        Array(repeating: UInt8(ascii: "["), count: depth) + Array(repeating: UInt8(ascii: "]"), count: depth)
    }
}
