import JSON
import NIOHTTP1

/// A call to a model whose caller was let in.
struct SimulatedCall {
    /// What is asked of the model.
    enum Operation: String {
        case converse
        case converseStream = "converse-stream"
        case invoke
        case invokeStream = "invoke-with-response-stream"

        /// Chat completions, on an endpoint of their own.
        case chat = "chat-completions"

        var isConverse: Bool { self == .converse || self == .converseStream }
        var isInvoke: Bool { self == .invoke || self == .invokeStream }
    }

    var operation: Operation
    var model: ModelID
    var headers: HTTPHeaders
    var body: JSONValue

    /// Whether the answer is to be streamed; for chat completions the body says so.
    var isStream: Bool {
        switch operation {
        case .converse, .invoke: false
        case .converseStream, .invokeStream: true
        case .chat: body["stream"]?.bool ?? false
        }
    }
}

/// A model's id or ARN, decoded from its place in the path.
struct ModelID {
    let raw: String
    /// The id without ARN and geography, such as `amazon.nova-lite-v1:0`; the ARN itself if it hides the model.
    let name: Substring

    /// Reads a path label, undoing its percent-encoding once; nil when what comes out cannot be a model's id.
    init?(label: Substring) {
        var bytes: [UInt8] = []
        var iterator = label.utf8.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(Self.hexDigit), let low = iterator.next().flatMap(Self.hexDigit)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        let raw = String(decoding: bytes, as: UTF8.self)
        guard (1...2_048).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else { return nil }
        let isARN = raw.hasPrefix("arn:")
        if !isARN, bytes.contains(UInt8(ascii: "/")) { return nil }
        self.raw = raw
        var name = Substring(raw)
        if isARN, let slash = raw.firstIndex(of: "/"), raw.contains("/") {
            let resource = raw[..<slash]
            if resource.hasSuffix(":foundation-model") || resource.hasSuffix(":inference-profile") {
                name = raw[raw.index(after: slash)...]
            }
        }
        for geography in ["us.", "us-gov.", "eu.", "apac.", "jp.", "au.", "in.", "ca.", "global."]
        where name.hasPrefix(geography) {
            name = name.dropFirst(geography.count)
            break
        }
        self.name = name
    }

    var isClaude: Bool { name.hasPrefix("anthropic.") }
    /// Whether the id is a prompt's, which brings its own messages.
    var isPrompt: Bool { raw.contains(":prompt/") }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8(truncatingIfNeeded: $0) }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: ":"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
