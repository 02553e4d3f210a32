import Adapters
import Catalog
import JSON
import NIOCore
import NIOHTTP1
import OpenAISchema

extension Conversation {
    /// Normalises a chat completions request.
    ///
    /// - Parameter input: The request, its model and its fetched images.
    /// - Returns: The conversation.
    /// - Throws: `OpenAIError`, a 400 that names the part that the model or Bedrock cannot take.
    static func from(_ input: ConversationInput) throws(OpenAIError) -> Conversation {
        var conversation = Conversation(modelID: input.resolved.modelID)
        var normaliser = MessageNormaliser(input: input)
        conversation.tools = try normaliser.tools()
        conversation.toolChoice = normaliser.toolChoice(&conversation.tools)
        // In place: an element taken out of the array would be copied.
        try input.request.messages.withUnsafeBufferPointer { messages throws(OpenAIError) in
            for index in messages.indices { try normaliser.add(messages[index], path: "messages[\(index)]") }
        }
        let mark = normaliser.mark(input.request.cacheControl)
        normaliser.builder.finish(into: &conversation)
        if let mark { conversation.cacheEverything(mark) }
        conversation.toolNames = normaliser.toolNames
        conversation.onlyRemembersThinking = normaliser.onlyRemembersThinking
        try conversation.setParameters(input)
        return conversation
    }

    /// Marks the ends of the instructions and of the last user turn, as Anthropic's automatic caching does.
    private mutating func cacheEverything(_ mark: CacheMark) {
        if let last = system.indices.last, system[last].cacheMark == nil { system[last].cacheMark = mark }
        guard let last = turns.lastIndex(where: { $0.role == .user }) else { return }
        if case .cacheMark? = turns[last].blocks.last { return }
        turns[last].blocks.append(.cacheMark(mark))
        holds.insert(.cacheMarks)
    }

    private mutating func setParameters(_ input: ConversationInput) throws(OpenAIError) {
        sampling.maxOutputTokens = input.request.maxTokens
        sampling.temperature = input.request.temperature
        sampling.topP = input.request.topP
        sampling.topK = input.request.topK
        sampling.seed = input.request.seed
        sampling.frequencyPenalty = input.request.frequencyPenalty
        sampling.presencePenalty = input.request.presencePenalty
        stop = input.request.stop
        allowsParallelToolCalls = input.request.allowsParallelToolCalls
        latency = input.request.latency
        betas = input.request.betas
        thinking = Self.thinking(input.request.reasoning)
        thinkingDisplay = input.request.thinkingDisplay.flatMap { ThinkingDisplay(rawValue: $0) }
        for field in input.request.lostReasoningFields { report.drop(field) }
        setServiceTier(input.request.serviceTier)
        outputFormat = try Self.outputFormat(input.request.responseFormat)
        passthrough = PassthroughBody(chatCompletions: input.request.body)
        additionalFields = try Self.additionalFields(input.request)
        try setGuardrail(input)
        if input.request.hasLogitBias { report.drop("logit_bias") }
        if input.request.tools.contains(where: \.hasGrammar) { report.drop("tools.custom.format") }
        for field in input.request.ignoredFields { report.drop(field) }
        for field in input.request.unknownFields { report.dropUnknown(Self.harmlessName(field)) }
        setMetadata(input.request.metadata)
    }

    /// Decides on the guardrail.
    ///
    /// Precedence: 1. the operator's, which no client replaces; 2. the body's; 3. the headers'.
    private mutating func setGuardrail(_ input: ConversationInput) throws(OpenAIError) {
        let preparation = input.preparation
        guard preparation.hasGuardrail || input.request.guardrailConfig != nil || input.request.blocksByModeration
        else {
            return
        }
        let inBody = try Guardrail(input.request.guardrailConfig, of: input.request)
        guardrail = preparation.operatorGuardrail ?? inBody ?? preparation.headerGuardrail
        if let inBody, inBody != guardrail { report.drop("guardrailConfig") }
        if let inHeaders = preparation.headerGuardrail, inHeaders != guardrail {
            report.drop("X-Amzn-Bedrock-GuardrailIdentifier")
        }
        guard input.request.blocksByModeration, guardrail == nil else { return }
        throw .badRequest(
            .unsupportedValue,
            param: "moderation",
            "'moderation' is to block what it finds, which takes a Bedrock guardrail here: name one in 'guardrailConfig'."
        )
    }

    /// A client's own field name as it may stand in a header: at most 64 letters, digits and `_.-`, the rest as `?`.
    private static func harmlessName(_ name: String) -> String {
        let bytes = name.utf8.prefix(64).map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                byte
            default: UInt8(ascii: "?")
            }
        }
        return bytes.isEmpty ? "?" : String(decoding: bytes, as: UTF8.self)
    }

    private static func thinking(_ option: ChatCompletionRequest.ReasoningOption?) -> ThinkingRequest {
        switch option {
        case nil: .unspecified
        case .off?: .off
        case .adaptive?: .adaptive
        case .budget(let tokens)?: .budget(tokens)
        case .effort(let word)?: EffortLevel(rawValue: word).map { .effort($0) } ?? .unspecified
        }
    }

    /// OpenAI's tiers in AWS's words; `auto` and `default` are what AWS does anyway.
    private mutating func setServiceTier(_ tier: String?) {
        switch tier {
        case nil, "auto"?, "default"?: return
        case "flex"?: serviceTier = "flex"
        case "priority"?, "fast"?: serviceTier = "priority"
        case "reserved"?: serviceTier = "reserved"
        default: report.drop("service_tier")
        }
    }

    private static func outputFormat(
        _ format: ChatCompletionRequest.ResponseFormat
    ) throws(OpenAIError) -> OutputFormat {
        switch format {
        case .text: return .text
        case .jsonObject: return .jsonObject
        // Without a schema there is nothing to follow but JSON itself.
        case .jsonSchema(_, _, let schema, _) where schema?.count ?? 0 == 0: return .jsonObject
        case .jsonSchema(let name, let description, let schema, let strict):
            do throws(ToolSchema.NotAnObject) {
                let (schema, isComposed) = try ToolSchema.objectSchema(schema)
                return .jsonSchema(
                    JSONSchemaFormat(
                        name: name,
                        description: description.flatMap { $0.isBlank ? nil : $0 },
                        schema: schema,
                        isComposed: isComposed,
                        strict: strict
                    )
                )
            } catch {
                throw .notAnObjectSchema(error, param: "response_format.json_schema.schema")
            }
        }
    }

    /// Fields for the model may not reach around a guardrail: AWS's own keys are refused.
    private static func additionalFields(_ request: borrowing ChatCompletionRequest) throws(OpenAIError) -> JSONValue? {
        guard let fields = request.additionalFields, fields.count > 0 else { return nil }
        for (key, _) in fields.members where key.string?.lowercased().hasPrefix("amazon-bedrock-") == true {
            let name = request.spelling(of: "additional_model_request_fields")
            throw .badRequest(
                .unsupportedValue,
                param: name,
                "'\(name)' may not set amazon-bedrock-… keys; use guardrailConfig."
            )
        }
        return fields
    }

    /// Keeps the pairs that AWS records: 16 at most, keys of 1 to 256 and values of up to 256 of its characters.
    private mutating func setMetadata(_ pairs: JSONValue?) {
        guard let pairs else { return }
        for (key, value) in pairs.members {
            guard let key = key.string, let value = value.string, metadata.count < 16, 1...256 ~= key.utf8.count,
                value.utf8.count <= 256, key.utf8.allSatisfy(Self.isMetadataByte),
                value.utf8.allSatisfy(Self.isMetadataByte)
            else {
                report.drop("metadata")
                continue
            }
            if !metadata.contains(where: { $0.key == key }) { metadata.append((key, value)) }
        }
    }

    /// The characters of `[a-zA-Z0-9\s:_@$#=/+,-.]`, less the line breaks, which could not stand in a header.
    private static func isMetadataByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: " :_@$#=/+,-.".utf8.contains(byte)
        }
    }
}
