public import BedrockRuntime
import Catalog
import JSON

/// Translates `chat.completion.chunk` objects, whether InvokeModel frames them or they come as server-sent events.
///
/// The end is told with Bedrock's counts, which InvokeModel sends last, or when the stream ends.
public struct OpenAIEventDecoder: ChatEventDecoder {
    private struct ToolCall {
        /// The index that the model gives it.
        var wireIndex: Int
        var id: JSONText?
        /// Arguments that came before the name.
        var held: [JSONText] = []
        /// Its place among the calls that were started.
        var index: Int?
        var progress = JSONProgress()
        var hasArguments = false
        var isFinished = false
    }

    private let counting: UsageCounting
    private let hidesThinking: Bool
    private var calls: [ToolCall] = []
    private var ids: Set<JSONText> = []
    private var answer = ""
    private var hasUsage = false
    private var tier: String?
    private var end = HeldEnd()

    init(model: Model) {
        counting = model.usage
        hidesThinking = model.thinking.isHidden
    }

    /// Translates one chunk.
    public mutating func decode(_ event: BedrockEvent, into events: inout [ChatEvent]) throws(AdapterError) {
        guard event.kind == .chunk || event.kind == .data else { return }
        let chunk = try JSONValue.parse(answer: event.payload, part: "a chunk")
        var choice: JSONValue?
        var isLast = false
        for (key, value) in chunk.members {
            if key.equals("choices") {
                choice = value.elements.first { _ in true }
            } else if key.equals("usage") {
                if let usage = OpenAIVocabulary.usage(value) {
                    hasUsage = true
                    events.append(.usage(usage))
                }
            } else if key.equals("id") {
                if answer.isEmpty { answer = value.string ?? "" }
            } else if key.equals("amazon-bedrock-invocationMetrics") {
                isLast = true
                guard !hasUsage, let usage = OpenAIVocabulary.usage(InvocationCounts(value), counting) else { continue }
                events.append(.usage(usage))
            } else if key.equals("amazon-bedrock-guardrailAction") {
                if value.equals("INTERVENED") { end.isIntervened = true }
            } else if key.equals("amazon-bedrock-trace") {
                if let trace = value["guardrail"] { events.append(.guardrailTrace(trace)) }
            } else if key.equals("service_tier") {
                guard tier == nil, let word = value.string else { continue }
                tier = word
                events.append(.serviceTier(word))
            } else if key.equals("error"), let failure = OpenAIVocabulary.failure(in: chunk) {
                throw failure
            }
        }
        if let choice, !end.isReached { decode(choice, &events) }
        if isLast { tellEnd(&events) }
    }

    /// A stream that closes without a finish reason was cut, unless a guardrail stepped in, which may give none.
    public mutating func finish(into events: inout [ChatEvent]) throws(AdapterError) {
        tellEnd(&events)
        guard end.isReached else { throw .streamCutShort }
    }

    /// The end that is held back, for the answer was complete.
    public mutating func breakOff(into events: inout [ChatEvent]) {
        end.tell(&events)
    }

    private mutating func tellEnd(_ events: inout [ChatEvent]) {
        if end.isIntervened { reachEnd(nil, &events) }
        end.tell(&events)
    }

    private mutating func decode(_ choice: JSONValue, _ events: inout [ChatEvent]) {
        if let delta = choice["delta"] ?? choice["message"] {
            OpenAIVocabulary.appendContent(of: delta, hidesThinking: hidesThinking, to: &events)
            if let fragments = delta["tool_calls"] {
                for (place, fragment) in fragments.elements.enumerated() { toolCall(fragment, place: place, &events) }
            }
        } else if let text = choice["text"]?.text, !text.isEmpty {
            events.append(.text(text))
        }
        let word = (choice["finish_reason"] ?? choice["stop_reason"])?.string
        if let word, !word.isEmpty { reachEnd(word, &events) }
    }

    /// Ends the answer and the calls that it made; the word is nil where nothing says why.
    private mutating func reachEnd(_ word: String?, _ events: inout [ChatEvent]) {
        guard !end.isReached else { return }
        let started = calls.indices.filter { calls[$0].index != nil }
        for place in started { finishCall(at: place, &events) }
        end.hold(OpenAIVocabulary.finishReason(word, hasToolCalls: !started.isEmpty))
    }

    // MARK: Tool calls

    private mutating func toolCall(_ fragment: JSONValue, place: Int, _ events: inout [ChatEvent]) {
        let function = fragment["function"]
        let id = fragment["id"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        let name = function?["name"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        let wireIndex = fragment["index"]?.int ?? implied(by: id, name: name, place: place)
        var known = calls.lastIndex { $0.wireIndex == wireIndex }
        // A new id and a name under an old index begin a new call.
        if let old = known, name != nil, let id, let oldID = calls[old].id, oldID != id, calls[old].index != nil {
            known = nil
        }
        let call = known ?? calls.count
        if known == nil { calls.append(ToolCall(wireIndex: wireIndex)) }
        // Copies: a slice would keep its whole chunk in memory for as long as the answer streams.
        if calls[call].id == nil { calls[call].id = id.map { JSONText($0.string) } }
        if calls[call].index == nil, let name { start(call, named: name, &events) }
        guard let arguments = Self.arguments(function?["arguments"]) else { return }
        guard let index = calls[call].index else {
            calls[call].held.append(arguments)
            return
        }
        append(arguments, to: call, index: index, &events)
        // Others that began meanwhile have their turn.
        if calls[call].progress.isComplete, index < ids.count - 1 { finishCall(at: call, &events) }
    }

    private mutating func append(_ arguments: JSONText, to call: Int, index: Int, _ events: inout [ChatEvent]) {
        guard !calls[call].isFinished, calls[call].hasArguments || !arguments.isBlank else { return }
        calls[call].hasArguments = true
        calls[call].progress.read(arguments)
        events.append(.toolCallArguments(index: index, arguments))
    }

    /// Without an index a new id begins a new call, and so does a name where there is no id; what has neither continues
    /// the last one.
    private func implied(by id: JSONText?, name: JSONText?, place: Int) -> Int {
        if let id, let known = calls.last(where: { $0.id == id }) { return known.wireIndex }
        guard let last = calls.last else { return place }
        if id == nil, name == nil || last.index == nil { return last.wireIndex }
        let (next, isBeyond) = (calls.map(\.wireIndex).max() ?? -1).addingReportingOverflow(1)
        return isBeyond ? -1 - calls.count : next
    }

    private mutating func start(_ call: Int, named name: JSONText, _ events: inout [ChatEvent]) {
        // One whose arguments are still to come is not over because another starts.
        for place in calls.indices where place != call && calls[place].progress.isComplete {
            finishCall(at: place, &events)
        }
        let index = ids.count
        let id = OpenAICallID.unique(calls[call].id, answer: answer, index: index, taken: ids)
        ids.insert(id)
        calls[call].index = index
        events.append(.toolCallStarted(index: index, id: id, name: name))
        for arguments in calls[call].held { append(arguments, to: call, index: index, &events) }
        calls[call].held = []
    }

    private mutating func finishCall(at place: Int, _ events: inout [ChatEvent]) {
        guard !calls[place].isFinished, let index = calls[place].index else { return }
        calls[place].isFinished = true
        if !calls[place].hasArguments { events.append(.toolCallArguments(index: index, "{}")) }
        events.append(.toolCallFinished(index: index))
    }

    /// A piece of arguments; an object where the model sends one instead of its text.
    private static func arguments(_ value: JSONValue?) -> JSONText? {
        guard let value, !value.isNull else { return nil }
        if let text = value.text { return text.isEmpty ? nil : text }
        return JSONText(value.description)
    }
}
