public import HTTPServer
import JSON
import NIOCore
import NIOHTTP1

/// An offline Bedrock that judges what it is sent and answers without a model.
///
/// It recomputes signatures, checks bodies against the rules of the API and of the model's family, and answers each request the
/// same way each time; its answers say that they are a simulator's. It shares no code with the gateway.
///
/// `POST /model/{id}/converse`, `…/converse-stream`, `…/invoke`, `…/invoke-with-response-stream` and
/// `POST /openai/v1/chat/completions` are served, and `GET /simulator/requests`, which tells the counts of ``RequestCounts`` as JSON and asks for no credentials.
///
/// Words in the text of the last user turn tell it what to do; several may stand together:
///
/// | word | what happens |
/// |---|---|
/// | `use the tool` | the first tool, or the first that the text names, is called; its arguments are made from its schema |
/// | `call tools twice` | two calls in one turn |
/// | `then use the tool` | text stands before the call |
/// | `simulate:throttle`, `deny`, `quota`, `not-ready`, `unavailable`, `internal`, `timeout`, `model-error`, `invalid-model`, `on-demand`, `too-long`, `expired-token` | AWS's error of that kind |
/// | `simulate:html-error` | 502 with a page of HTML |
/// | `simulate:first-frame-exception` | a stream that begins with `throttlingException`; 429 without a stream |
/// | `simulate:fail-mid-stream`, `simulate:throttle-mid-stream` | an exception after three deltas; its status without a stream |
/// | `simulate:cut` | the connection closes in the middle of the fourth delta's frame, or of the whole answer |
/// | `simulate:truncate` | the stream ends, whole, after three deltas; half of the answer without a stream |
/// | `simulate:bad-crc` | the third delta's frame has a wrong checksum |
/// | `simulate:slow=20` | 20 ms pass before each event |
/// | `simulate:quiet=500` | 500 ms pass between the head and the first event, or before a whole answer |
/// | `simulate:events=30` | the text is 30 deltas, the numbers 1 to 30 |
/// | `simulate:endless` | the text does not end before the client leaves; needs a stream |
/// | `simulate:think` | thinking, with a signature, before the answer |
/// | `simulate:redacted` | thinking that cannot be read |
/// | `simulate:unicode` | Han, emoji, right-to-left and combining characters, torn across deltas and the bytes of writes |
/// | `simulate:tools-empty-args` | a tool call without any arguments, `{}` |
/// | `simulate:interleave` | two tool calls, or two texts, whose pieces alternate, with numbers that skip some |
/// | `simulate:end-turn-with-tools` | a tool call that ends with `end_turn` |
/// | `simulate:padding` | every event carries `p` |
/// | `simulate:guardrail` | a guardrail's message and `guardrail_intervened`, or what InvokeModel says in its place |
/// | `simulate:refusal` | `refusal`; `content_filtered` on Converse |
/// | `simulate:empty` | no content at all |
/// | `simulate:echo-body` | the answer is a summary of the request, as JSON |
/// | `simulate:system` | the answer quotes the system prompt |
///
/// A word after `simulate:` that is none of these is refused. Thinking that a client sends back must be unchanged.
public final class BedrockSimulator: RequestHandler {
    private let configuration: SimulatorConfiguration
    private let access: AccessCheck
    private let log: RequestLog

    /// Creates a simulator.
    ///
    /// - Parameter configuration: Whom it lets in, and how fast it answers.
    public init(configuration: SimulatorConfiguration = SimulatorConfiguration()) {
        self.configuration = configuration
        access = AccessCheck(configuration: configuration)
        log = RequestLog(keeping: configuration.recordedRequests)
    }

    /// How many requests came, and what became of them.
    public var counts: RequestCounts { log.counts }

    /// The latest requests, oldest first, as many as the configuration keeps.
    public var records: [RequestRecord] { log.records }

    /// Answers one request.
    public func handle(_ exchange: Exchange) {
        if exchange.path == "/simulator/requests" {
            let headers = [(name: "Content-Type", value: "application/json")]
            return exchange.respond(.ok, headers: headers, body: log.counts.json)
        }
        SimulatedExchange(exchange, access: access, log: log, configuration: configuration).start()
    }
}
