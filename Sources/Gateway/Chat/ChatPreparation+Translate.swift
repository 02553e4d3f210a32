import Adapters
import BedrockRuntime
import Catalog
import OpenAISchema

extension ChatPreparation {
    /// Normalises and translates, with the first adapter that has words for the conversation.
    ///
    /// - Parameters:
    ///   - decoded: The request.
    ///   - images: The fetched images by URL.
    /// - Returns: The call and all that reading its answer needs.
    /// - Throws: `OpenAIError`, a 400 that names what cannot be done.
    func translate(_ decoded: Decoded, images: [String: ImageBlock]) throws(OpenAIError) -> Prepared {
        let model = decoded.resolved.model
        guard model.apis.contains(.chat) else {
            throw .badRequest(
                .unsupportedValue,
                param: "model",
                "The model '\(model.name)' answers the Responses API only, which this gateway does not serve yet."
            )
        }
        // Only Claude signs its thinking and wants it back.
        let memory = model.followsClaudesRules ? memory : nil
        let (conversation, toolNames) = try Conversation.from(
            ConversationInput(
                decoded: decoded,
                images: images,
                rememberedThinking: { memory?.blocks(for: $0, model: model.name) },
                operatorGuardrail: guardrail,
                headerGuardrail: headerGuardrail,
                visionExamples: models.visionExamples
            )
        )
        let wantsStream = decoded.request.stream ?? defaultStream
        var (call, adapter, context) = try firstCall(for: conversation, decoded: decoded, wantsStream: wantsStream)
        context.toolNames = toolNames
        for note in decoded.lacks { context.report.adjust(note) }
        if !context.report.isEmpty {
            context.report.rename { decoded.request.spelling(of: $0) }
            if isStrict { try Self.refuseStrictly(context.report, decoded.request) }
        }
        return Prepared(
            call: call,
            adapter: adapter,
            context: context,
            decoded: decoded,
            streams: wantsStream,
            memory: memory
        )
    }

    private func firstCall(
        for conversation: Conversation,
        decoded: Decoded,
        wantsStream: Bool
    ) throws(OpenAIError) -> (BedrockCall, any ModelAdapter, ReplyContext) {
        let failed = FailedCall(
            model: decoded.resolved.model,
            modelID: decoded.resolved.modelID,
            region: region.rawValue
        )
        var refusal: AdapterError?
        do throws(AdapterError) {
            for candidate in try models.adapters(for: decoded.resolved, usesConverse: decoded.request.usesConverse) {
                var fitted = conversation
                if case .cannotSay(let what)? = refusal { fitted.report.adjust("api=converse (\(what))") }
                try CapabilityPolicy(model: decoded.resolved.model, api: candidate.api).fit(&fitted)
                // Asked once the policy is through, for it adds tools of its own.
                let capabilities = decoded.resolved.model.capabilities
                let streaming = wantsStream && capabilities.streams(withTools: !fitted.tools.isEmpty)
                do throws(AdapterError) {
                    var (call, context) = try candidate.adapter.call(for: fitted, streaming: streaming)
                    var report = fitted.report
                    report.add(context.report)
                    context.report = report
                    return (call, candidate.adapter, context)
                } catch {
                    guard case .cannotSay = error else { throw error }
                    refusal = error
                }
            }
        } catch {
            var refused = OpenAIError.from(error, for: failed)
            refused.param = refused.param.map { decoded.request.spelling(of: $0) }
            throw refused
        }
        throw .from(refusal ?? .cannotSay("this request"), for: failed)
    }

    /// Refuses what would be dropped or adjusted; how structured output is reached is no loss.
    private static func refuseStrictly(
        _ report: TranslationReport,
        _ request: ChatCompletionRequest
    ) throws(OpenAIError) {
        let reasons = ReportReason.dropped(in: report) + ReportReason.adjusted(in: report)
        guard let first = reasons.first else { return }
        let notes = (report.dropped.map { "\($0) (not sent)" } + report.adjusted).joined(separator: ", ")
        throw .badRequest(
            .unsupportedParameter,
            param: request.spelling(of: first.field),
            "Strict mode: the model cannot take the request as it is: \(notes)."
        )
    }
}
