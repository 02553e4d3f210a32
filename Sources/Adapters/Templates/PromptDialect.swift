import BedrockRuntime
import Catalog
import JSON

/// What the dialects of models that continue a prompt have in common: a template, a body and a reply.
struct PromptDialect: Sendable {
    private let model: Model
    private let template: PromptTemplate
    private let body: PromptBodyFields
    private let reply: PromptReplyFields
    private let reasoningTags: [String]
    /// Whether the answer begins inside thinking because `reply` ends with the opening tag.
    private let opensInside: Bool

    init(
        model: Model,
        template: PromptTemplate,
        body: PromptBodyFields,
        reply: PromptReplyFields,
        reasoningTags: [String] = []
    ) {
        self.model = model
        self.template = template
        self.body = body
        self.reply = reply
        self.reasoningTags = reasoningTags
        let end = template.reply.text.trimmed()
        opensInside = reasoningTags.contains { end.hasSuffix("<\($0)>") }
    }

    // MARK: Request

    func call(for conversation: consuming Conversation, streaming: Bool) throws(AdapterError) -> (
        BedrockCall, ReplyContext
    ) {
        guard conversation.tools.isEmpty else { throw .cannotSay("tools") }
        guard conversation.structuredOutput != .native else { throw .cannotSay("structured output") }
        var context = ReplyContext(for: conversation)
        let prompt = try template.prompt(
            for: conversation,
            reasoningTags: reasoningTags,
            report: &context.report
        )
        guard prompt.images.isEmpty || body.images != nil else { throw .cannotSay("images") }
        if !reasoningTags.isEmpty {
            let opens = opensInside && !prompt.continuesAnswer
            // What a guardrail says in the model's place closes no tag, and nor does a model that did not think.
            context.reasoningTags = ReasoningTags(names: reasoningTags, opensInside: opens, unclosedIsAnswer: opens)
        }
        var written = write(conversation, prompt, &context)
        if let request = model.request { written = RequestTemplate.merged(under: written, template: request) }
        // A prompt of the client's own would go past the template.
        written = RequestTemplate.merged(
            over: written,
            fields: conversation.additionalFields,
            report: &context.report,
            reservedName: body.reservedName
        )
        let call = BedrockCall.invoke(conversation, body: written, streaming: streaming, report: &context.report)
        return (call, context)
    }

    private func write(
        _ conversation: borrowing Conversation,
        _ prompt: PromptTemplate.Prompt,
        _ context: inout ReplyContext
    ) -> BedrockBody {
        let sampling = conversation.sampling
        var members = PromptBodyWriter(prompt: prompt, fields: body)
        members.add(sampling.maxOutputTokens, body.maxTokens, "max_tokens", &context.report)
        members.add(sampling.temperature, body.temperature, "temperature", &context.report)
        members.add(sampling.topP, body.topP, "top_p", &context.report)
        members.add(sampling.topK, body.topK, "top_k", &context.report)
        members.add(sampling.seed, body.seed, "seed", &context.report)
        members.add(sampling.frequencyPenalty, body.frequencyPenalty, "frequency_penalty", &context.report)
        members.add(sampling.presencePenalty, body.presencePenalty, "presence_penalty", &context.report)
        var stops: [JSONText] = []
        for stop in conversation.stop {
            // A model that thinks in its text would stop inside the thinking, and the answer would be empty.
            if reasoningTags.isEmpty, body.stop != nil, body.acceptedStops?.contains(stop) ?? true {
                stops.append(stop)
            } else {
                context.emulatedStop.append(stop.string)
                context.report.adjust("stop=emulated")
            }
        }
        members.add(stops, body.stop)
        members.add(conversation.guardrail)
        return members.finish()
    }

    // MARK: Reply

    func events(from answer: BedrockReply) throws(AdapterError) -> [ChatEvent] {
        var events: [ChatEvent] = []
        var decoder = PromptEventDecoder(fields: reply)
        try decoder.decode(whole: answer, into: &events)
        return events
    }

    func makeEventDecoder(for context: ReplyContext) -> PromptEventDecoder {
        PromptEventDecoder(fields: reply, countsEarly: !context.emulatedStop.isEmpty)
    }
}
