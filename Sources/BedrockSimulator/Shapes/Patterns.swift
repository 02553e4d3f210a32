/// The patterns of AWS's model, as code: none of them needs a regular expression at run time.
extension Shape.Pattern {
    static let toolName = Shape.Pattern(expression: "[a-zA-Z0-9_-]+") { text in
        !text.isEmpty
            && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    static let toolUseID = Shape.Pattern(expression: "[a-zA-Z0-9_.:-]+") { text in
        !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || contains("_.:-", $0) }
    }

    static let metadataKey = Shape.Pattern(expression: #"[a-zA-Z0-9\s:_@$#=/+,-.]{1,256}"#) { text in
        (1...256).contains(text.utf8.count) && text.utf8.allSatisfy(isMetadata)
    }

    static let metadataValue = Shape.Pattern(expression: #"[a-zA-Z0-9\s:_@$#=/+,-.]{0,256}"#) { text in
        text.utf8.count <= 256 && text.utf8.allSatisfy(isMetadata)
    }

    static let accountID = Shape.Pattern(expression: "[0-9]{12}") { text in
        text.utf8.count == 12 && text.utf8.allSatisfy(isDigit)
    }

    static let guardrailVersion = Shape.Pattern(expression: "(|([1-9][0-9]{0,7})|(DRAFT))") { text in
        if text.isEmpty || text == "DRAFT" { return true }
        return text.utf8.count <= 8 && text.utf8.allSatisfy(isDigit) && text.utf8.first != UInt8(ascii: "0")
    }

    static let guardrailIdentifier = Shape.Pattern(
        expression: "(|([a-z0-9]+)|(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+))"
    ) { text in
        if text.utf8.allSatisfy(isLower) { return true }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", isPartition(parts[1]), parts[2] == "bedrock" else { return false }
        guard (1...20).contains(parts[3].utf8.count), parts[4].utf8.count == 12 else { return false }
        guard parts[3].utf8.allSatisfy({ isLower($0) || $0 == UInt8(ascii: "-") }) else { return false }
        guard parts[4].utf8.allSatisfy(isDigit), parts[5].hasPrefix("guardrail/") else { return false }
        let name = parts[5].dropFirst("guardrail/".count)
        return !name.isEmpty && name.utf8.allSatisfy(isLower)
    }

    /// The only stop texts that Titan takes (INVOKE.md, Amazon Titan Text).
    static let titanStop = Shape.Pattern(expression: #"(\|+|User:)"#) { text in
        text == "User:" || (!text.isEmpty && text.utf8.allSatisfy { $0 == UInt8(ascii: "|") })
    }

    static let objectURI = Shape.Pattern(
        expression: #"s3://[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9](/.*)?"#
    ) { text in
        guard text.hasPrefix("s3://"), !text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return false }
        let bucket = text.dropFirst(5).prefix { $0 != "/" }.utf8
        guard (3...63).contains(bucket.count), let first = bucket.first, let last = bucket.last else { return false }
        guard isLower(first), isLower(last) else { return false }
        return bucket.allSatisfy { isLower($0) || contains(".-", $0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    private static func isLower(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "a") < 26 || isDigit(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || isDigit(byte)
    }

    private static func contains(_ set: StaticString, _ byte: UInt8) -> Bool {
        set.withUTF8Buffer { $0.contains(byte) }
    }

    /// The bytes `,-.` are a range in the expression, and mean themselves all the same; `\s` is ASCII white space.
    private static func isMetadata(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || contains(" \t\n\u{B}\u{C}\r:_@$#=/+,-.", byte)
    }

    private static func isPartition(_ text: Substring) -> Bool {
        text == "aws" || (text.hasPrefix("aws-") && text.utf8.count > 4)
    }
}
