import Adapters
import BedrockRuntime
import Catalog
import JSON
import OpenAISchema

extension ChatPreparation {
    /// Normalises and translates, with the first adapter that has words for the conversation.
    ///
    /// - Parameters:
    ///   - decoded: The request.
    ///   - images: The fetched images by URL.
    /// - Returns: The call and all that reading its answer needs.
    /// - Throws: `OpenAIError`, a 400 that names what cannot be done.
    func translate(_ decoded: Decoded, images: [JSONText: ImageBlock]) throws(OpenAIError) -> Prepared {
        guard decoded.resolved.model.apis.contains(.chat) else {
            throw .badRequest(
                .unsupportedValue,
                param: "model",
                "The model '\(decoded.resolved.model.name)' answers the Responses API only, which this gateway does not serve "
                    + "yet."
            )
        }
        // Only Claude signs its thinking and wants it back.
        let memory = decoded.resolved.model.followsClaudesRules ? memory : nil
        let input = ConversationInput(
            decoded: decoded,
            images: images,
            memory: memory,
            preparation: self
        )
        let wantsStream = decoded.request.stream ?? defaultStream
        var (call, candidate, context) = try firstCall(for: input, wantsStream: wantsStream)
        if call.host == .mantle { try requireMantle(decoded.resolved) }
        for note in decoded.lacks { context.report.adjust(note) }
        if !context.report.isEmpty {
            context.report.rename { decoded.request.spelling(of: $0) }
            if isStrict { try Self.refuseStrictly(context.report, decoded.request) }
        }
        return Prepared(
            call: call,
            candidate: candidate,
            context: consume context,
            decoded: decoded,
            streams: wantsStream,
            memory: memory
        )
    }

    /// Refuses what mantle would answer from somewhere else than was asked for: it has neither inference profiles nor FIPS
    /// endpoints (WIRE.md §8).
    private func requireMantle(_ resolved: ResolvedModel) throws(OpenAIError) {
        let start = "The model '\(resolved.model.name)' is served by bedrock-mantle, which has no "
        if let geography = resolved.geography {
            throw .badRequest(
                .invalidValue,
                param: "model",
                start + "'\(geography.rawValue)' profile: use '\(resolved.model.name)' with a key of the region meant."
            )
        }
        guard offersMantle else {
            throw .badRequest(
                .unsupportedValue,
                param: "model",
                start + "FIPS endpoint, and AWS_USE_FIPS_ENDPOINT is set."
            )
        }
    }

    private func firstCall(
        for input: ConversationInput,
        wantsStream: Bool
    ) throws(OpenAIError) -> (BedrockCall, ModelTable.Candidate, ReplyContext) {
        let decoded = input.decoded
        var refusal: AdapterError?
        let candidates: [ModelTable.Candidate]
        do throws(AdapterError) {
            candidates = try models.adapters(for: decoded.resolved, usesConverse: decoded.request.usesConverse)
        } catch {
            throw refused(error, decoded)
        }
        for candidate in candidates {
            // Made anew for the rare second candidate: fitting one to the first has changed it.
            var conversation = try Conversation.from(input)
            if decoded.request.usesConverse == true, candidate.api != .converse {
                conversation.report.adjust("use_converse_api=false")
            }
            do throws(AdapterError) {
                if case .cannotSay(let what)? = refusal { conversation.report.adjust("api=converse (\(what))") }
                try CapabilityPolicy(model: decoded.resolved.model, api: candidate.api).fit(&conversation)
                // Asked once the policy is through, for it adds tools of its own.
                let capabilities = decoded.resolved.model.capabilities
                let streaming = wantsStream && capabilities.streams(withTools: !conversation.tools.isEmpty)
                let (call, context) = try candidate.adapter.call(for: conversation, streaming: streaming)
                return (call, candidate, context)
            } catch {
                guard case .cannotSay = error else { throw refused(error, decoded) }
                refusal = error
            }
        }
        throw .from(refusal ?? .cannotSay("this request"), for: failedCall(decoded))
    }

    private func failedCall(_ decoded: Decoded) -> FailedCall {
        FailedCall(model: decoded.resolved.model, modelID: decoded.resolved.modelID, region: region.rawValue)
    }

    /// An adapter's refusal, with the field as the client spelled it.
    private func refused(_ error: AdapterError, _ decoded: Decoded) -> OpenAIError {
        var refused = OpenAIError.from(error, for: failedCall(decoded))
        refused.param = refused.param.map { decoded.request.spelling(of: $0) }
        return refused
    }

    /// Refuses what would be dropped or adjusted; how structured output is reached is no loss.
    private static func refuseStrictly(
        _ report: TranslationReport,
        _ request: borrowing ChatCompletionRequest
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
