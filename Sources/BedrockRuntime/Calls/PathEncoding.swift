/// Percent-encoding as AWS's rest-json protocol does it in paths.
public enum PathEncoding {
    /// Encodes one path label: only `A–Z a–z 0–9 - . _ ~` stay bare, so that an ARN is one segment.
    ///
    /// Characters beyond ASCII are encoded as the bytes of their UTF-8.
    public static func encode(label: String) -> String {
        var label = label
        return label.withUTF8 { label in
            String(unsafeUninitializedCapacity: label.count * 3) { write(encoding: label, to: $0) }
        }
    }

    /// The path `/model/{label}` and what follows, in one piece.
    static func modelPath(_ label: String, _ end: StaticString) -> String {
        let begin: StaticString = "/model/"
        var label = label
        return label.withUTF8 { label in
            let capacity = begin.utf8CodeUnitCount + label.count * 3 + end.utf8CodeUnitCount
            return String(unsafeUninitializedCapacity: capacity) { target in
                var at = write(begin, to: target)
                at += write(encoding: label, to: UnsafeMutableBufferPointer(rebasing: target[at...]))
                return at + write(end, to: UnsafeMutableBufferPointer(rebasing: target[at...]))
            }
        }
    }

    private static func write(_ text: StaticString, to target: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return target.update(fromContentsOf: bytes)
    }

    private static func write(
        encoding label: UnsafeBufferPointer<UInt8>,
        to target: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var at = 0
        for byte in label {
            if ASCII.isUnreserved(byte) {
                target[at] = byte
                at += 1
            } else {
                target[at] = UInt8(ascii: "%")
                target[at + 1] = ASCII.upperHexDigit(byte >> 4)
                target[at + 2] = ASCII.upperHexDigit(byte & 15)
                at += 3
            }
        }
        return at
    }

    /// Decodes percent escapes once; nil when one is malformed or stands for a byte that is not visible ASCII.
    static func decodeOnce(_ text: some StringProtocol) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.utf8.count)
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let first = bytes.next(), let second = bytes.next(), let high = ASCII.hexValue(first),
                let low = ASCII.hexValue(second), ASCII.isVisible(high << 4 | low)
            else { return nil }
            decoded.append(high << 4 | low)
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}

/// The paths of the operations, percent-encoded once as they are sent.
public enum BedrockPath {
    /// The path of Converse, or of ConverseStream.
    public static func converse(modelID: String, streaming: Bool) -> String {
        PathEncoding.modelPath(modelID, streaming ? "/converse-stream" : "/converse")
    }

    /// The path of InvokeModel, or of InvokeModelWithResponseStream.
    public static func invoke(modelID: String, streaming: Bool) -> String {
        PathEncoding.modelPath(modelID, streaming ? "/invoke-with-response-stream" : "/invoke")
    }
}
