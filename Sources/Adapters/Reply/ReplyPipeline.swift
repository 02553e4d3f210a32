import JSON

/// What happens to chat events between a dialect's decoder and a front API's encoder, the same for every dialect.
///
/// In order: tool calls are put one after another, stray ones are discarded, their names get the client's spelling,
/// thinking between tags is told from the text, structured output becomes text, and the text is cut at stop texts that the
/// model could not honour itself.
public struct ReplyPipeline: Sendable {
    private let context: ReplyContext
    private var calls = ToolCallSequence()
    private var reasoning: TaggedReasoningStage?
    private var structured: StructuredOutputStage?
    private var fences: CodeFenceStage?
    private var preface: PrefaceStage?
    private var stop: StopTextStage?
    private let isTransparent: Bool

    /// Prepares the stages that an answer needs.
    public init(context: ReplyContext) {
        self.context = context
        switch context.structuredOutput {
        case .none: break
        case .native: preface = context.offersTools ? PrefaceStage() : nil
        case .tool(let name): structured = StructuredOutputStage(toolName: name)
        case .instruction:
            fences = CodeFenceStage()
            preface = context.offersTools ? PrefaceStage() : nil
        }
        reasoning = context.reasoningTags.map { TaggedReasoningStage($0) }
        if !context.emulatedStop.isEmpty { stop = StopTextStage(texts: context.emulatedStop) }
        isTransparent =
            reasoning == nil && structured == nil && fences == nil && preface == nil && stop == nil
            && context.toolNames.isEmpty
            && !context.discardsToolCalls
    }

    /// Whether a stop text came: nothing more will be said, and the upstream call can be cancelled.
    public private(set) var isCut = false

    /// Processes a batch of events in place.
    public mutating func process(_ events: inout [ChatEvent]) {
        calls.process(&events)
        guard !isTransparent else { return }
        if context.discardsToolCalls { discardToolCalls(&events) }
        if !context.toolNames.isEmpty { restoreNames(&events) }
        reasoning?.process(&events)
        structured?.process(&events)
        fences?.process(&events)
        preface?.process(&events)
        stop?.process(&events)
        if let stop, stop.isCut { isCut = !context.stopsItself }
    }

    private func restoreNames(_ events: inout [ChatEvent]) {
        for position in events.indices {
            guard case .toolCallStarted(let index, let id, let name) = events[position] else { continue }
            events[position] = .toolCallStarted(index: index, id: id, name: context.toolNames.clientName(for: name))
        }
    }

    private func discardToolCalls(_ events: inout [ChatEvent]) {
        events = events.compactMap { event in
            switch event {
            case .toolCallStarted, .toolCallArguments, .toolCallFinished: nil
            case .finished(.toolCalls): .finished(.stop)
            default: event
            }
        }
    }
}
