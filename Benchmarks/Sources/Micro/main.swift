import Adapters
import BedrockRuntime
import Catalog
import Glibc
import JSON
import NIOCore
import OpenAISchema

// Micro [models.yaml [NAME [RUNS]]]: translation alone, without a socket; only the measures whose names hold NAME. With RUNS
// the work is done so often and nothing is timed: for a profiler.

/// The program's version, which the sources of the gateway ask for; `Gateway/Main.swift` is left out.
enum Version {
    static let current = "benchmark"
}

let catalog = CommandLine.arguments.dropFirst().first ?? "models.yaml"
let models = try ModelTable(catalog: try ModelCatalog.load(path: catalog))
let configuration = try GatewayConfiguration(Settings(environment: [:], dotEnv: [:]))
let caller = try CallerKey.parse(
    "us-east-1.AKIDEXAMPLE.wJalrXUtnFEMIexampleexampleexample",
    regions: configuration.regions,
    defaultRegion: nil
)
let preparation = ChatPreparation(
    models: models,
    region: caller.region,
    configuration: configuration,
    isStrict: false,
    memory: ThinkingMemory(store: ThinkingStore(), caller: caller)
)

func prose(_ count: Int) -> String {
    let text = "Please read the following notes with care and answer in two short paragraphs. "
    return String(String(repeating: text, count: count / text.count + 1).prefix(count))
}

/// An OpenAI request of about 2 KB.
func request(_ more: String) -> ByteBuffer {
    ByteBuffer(
        string: """
            {"model":"Claude-4-Sonnet","messages":[{"role":"system","content":"\(prose(400))"},\
            {"role":"user","content":"\(prose(500))"},{"role":"assistant","content":"\(prose(300))"},\
            {"role":"user","content":"\(prose(550))"}],"max_tokens":512,"temperature":0.7\(more)}
            """
    )
}

func prepared(_ body: ByteBuffer) throws -> ChatPreparation.Prepared {
    try preparation.translate(try preparation.decode(body), images: [:])
}

// MARK: Requests

let anthropic = request("")
let converse = request(#","use_converse_api":true"#)
print("a request of \(anthropic.readableBytes) bytes, least CPU time of 12 rounds")
try Clock.measure("parse") { keep(try JSONValue.parse(anthropic)) }
let parsed = try JSONValue.parse(anthropic)
try Clock.measure("decode, parsed already") { keep(try ChatCompletionRequest.decode(parsed)) }
try Clock.measure("parse, decode, resolve") { keep(try preparation.decode(anthropic)) }
try Clock.measure("the whole way to a Converse body", bar: 3_000) { keep(try prepared(converse)) }
try Clock.measure("the whole way to an Anthropic body", bar: 3_000) { keep(try prepared(anthropic)) }

let call = try prepared(converse).call
let signer = SigV4Signer()
var second = 1_767_225_600
Clock.measure("SHA-256 of the body") { keep(Digest.sha256(call.body)) }
Clock.measure("sign, SHA-256 of the body included") {
    keep(
        signer.request(
            for: call,
            with: caller,
            resolver: configuration.endpoints,
            at: SigningDate(secondsSince1970: second)
        )
    )
}

// MARK: Events

let identity = ReplyIdentity(id: "chatcmpl-0123456789abcdef0123456789abcdef", created: second, model: "Claude-4-Sonnet")

/// Measures a fold over deltas, each one fed alone, and many fed at once.
func measureFold(_ name: String, _ body: ByteBuffer, opening: [ByteBuffer], delta: ByteBuffer) throws {
    let prepared = try prepared(body)
    var fold = ReplyFold(prepared: prepared, identity: identity, choice: 0, requestID: nil)
    var output = ByteBuffer()
    for frame in opening { try fold.receive(frame, into: &output) }
    try Clock.measure("\(name), one event a read", bar: 500) {
        output.clear()
        try fold.receive(delta, into: &output)
    }
    var many = ByteBuffer()
    for _ in 0..<200 { many.writeImmutableBuffer(delta) }
    try Clock.measure("\(name), 200 events a read", bar: 500, units: 200) {
        output.clear()
        try fold.receive(many, into: &output)
    }
    var reader = BedrockEventReader()
    try Clock.measure("    of that: unframe, both checksums") {
        reader.append(delta)
        while let event = try reader.next() { keep(event) }
    }
}

print("an event: frame in, server-sent event out")
try measureFold(
    "Converse",
    request(#","use_converse_api":true,"stream":true"#),
    opening: [Frame.event("messageStart", #"{"p":"abcdefghij","role":"assistant"}"#)],
    delta: Frame.event(
        "contentBlockDelta",
        #"{"contentBlockIndex":0,"delta":{"text":" and then the next words"},"p":"abcdefghijklmno"}"#
    )
)
try measureFold(
    "Anthropic",
    request(#","stream":true"#),
    opening: [
        Frame.chunk(
            #"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"#
                + #""usage":{"input_tokens":480,"output_tokens":1}}}"#
        ),
        Frame.chunk(#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#),
    ],
    delta: Frame.chunk(
        #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" and then the next words"}}"#
    )
)
