public import JSON

extension ChatCompletionRequest {
    /// Decodes and validates a body.
    ///
    /// - Parameter body: The parsed body.
    /// - Returns: The request.
    /// - Throws: ``OpenAIError``, a 400 that names the first field at fault.
    public static func decode(_ body: JSONValue) throws(OpenAIError) -> ChatCompletionRequest {
        guard body.kind == .object else {
            throw .badRequest(.invalidType, param: nil, "The request body must be a JSON object.")
        }
        var request = ChatCompletionRequest(body: body)
        var reasoning = ReasoningFields()
        var maxTokens: Int?
        var messages: JSONValue?
        for (key, value) in body.members {
            guard let field = Field.names[key] else {
                if !value.isNull { request.noteUnknown(key) }
                continue
            }
            switch field {
            case .model: request.model = try RequestReader.string(value, field.name) ?? ""
            case .messages: messages = value
            case .maxTokens: maxTokens = try RequestReader.int(value, in: 1...Int.max, field.name)
            default:
                if try request.decodeAnswerField(field, value) { continue }
                if try request.decodeSamplingField(field, value) { continue }
                if try request.decodeToolField(field, value) { continue }
                try request.decodeExtension(field, value, &reasoning)
            }
        }
        request.maxTokens = request.maxTokens ?? maxTokens
        if !request.fieldsByName.isEmpty { request.mergeFields() }
        if !request.stopsByName.isEmpty { try request.mergeStops() }
        // `function_call` has room for one: a second would be lost.
        if request.usesLegacyFunctions { request.allowsParallelToolCalls = false }
        (request.reasoning, request.lostReasoningFields) = reasoning.resolved()
        guard !request.model.isEmpty else { throw RequestReader.missing("model") }
        try request.decodeMessages(messages)
        try request.checkToolChoice()
        return request
    }

    /// Notes a field for the report, as long as there are few: a body may hold millions.
    private mutating func noteUnknown(_ key: JSONValue) {
        if unknownFields.count < Self.maximumUnknownFields { unknownFields.append(key.string ?? "") }
    }

    private mutating func decodeMessages(_ value: JSONValue?) throws(OpenAIError) {
        guard let value, let array = try RequestReader.array(value, "messages") else {
            if body["input"] != nil {
                throw .badRequest(
                    .missingRequiredParameter,
                    param: "messages",
                    "Missing required parameter: 'messages'. The body has 'input', which belongs to the Responses API; "
                        + "this is the chat completions API."
                )
            }
            throw RequestReader.missing("messages")
        }
        guard array.count > 0 else {
            throw .badRequest(.invalidValue, param: "messages", "'messages' must hold at least one message.")
        }
        messages = try Array(capacity: array.count) { (messages: inout OutputSpan<ChatMessage>) throws(OpenAIError) in
            for element in array.elements {
                messages.append(try ChatMessage.decode(element, path: "messages[\(messages.count)]"))
            }
        }
    }

    /// How the answer comes back: streaming, count, format.
    private mutating func decodeAnswerField(_ field: Field, _ value: JSONValue) throws(OpenAIError) -> Bool {
        switch field {
        case .stream: stream = try RequestReader.bool(value, field.name)
        case .streamOptions:
            guard let options = try RequestReader.object(value, field.name) else { return true }
            if let usage = options["include_usage"] {
                includesUsage = try RequestReader.bool(usage, "stream_options.include_usage") ?? false
            }
            // Padding against guessing lengths, which is never sent here.
            _ = try RequestReader.bool(options["include_obfuscation"], "stream_options.include_obfuscation")
        case .choiceCount:
            choiceCount = try RequestReader.int(value, in: 1...Int.max, field.name) ?? 1
            guard choiceCount <= Self.maximumChoices else {
                throw .badRequest(
                    .unsupportedValue,
                    param: field.name,
                    "'n' can be \(Self.maximumChoices) at most here."
                )
            }
        case .responseFormat: responseFormat = try ResponseFormat(value)
        case .logprobs:
            if try RequestReader.bool(value, field.name) == true {
                throw Self.unsupported(field.name, "Bedrock returns no log probabilities.")
            }
        case .topLogprobs:
            if let count = try RequestReader.int(value, in: 0...20, field.name), count > 0 {
                throw Self.unsupported(field.name, "Bedrock returns no log probabilities.")
            }
        case .modalities:
            guard let list = try RequestReader.array(value, field.name) else { return true }
            for (index, element) in list.elements.enumerated() {
                guard try RequestReader.string(element, "modalities[\(index)]") == "text" else {
                    throw .badRequest(
                        .unsupportedValue,
                        param: field.name,
                        "Only the modality 'text' can be answered here."
                    )
                }
            }
        case .webSearchOptions:
            if try RequestReader.object(value, field.name) != nil {
                throw Self.unsupported(
                    field.name,
                    "No web search is configured, so an answer would only look searched."
                )
            }
        default: return try decodeHint(field, value)
        }
        return true
    }

    /// Hints and bookkeeping that change nothing about the answer; only their types are checked.
    private mutating func decodeHint(_ field: Field, _ value: JSONValue) throws(OpenAIError) -> Bool {
        switch field {
        case .prediction, .audio, .promptCacheOptions: _ = try RequestReader.object(value, field.name)
        case .moderation: try decodeModeration(value)
        case .promptCacheKey, .promptCacheRetention: _ = try RequestReader.string(value, field.name)
        case .store: if try RequestReader.bool(value, field.name) == true { ignoredFields.append(field.name) }
        case .verbosity: if try RequestReader.string(value, field.name) != nil { ignoredFields.append(field.name) }
        default: return false
        }
        return true
    }

    /// Scores are a by-product that nobody waits for; blocking is a promise.
    private mutating func decodeModeration(_ value: JSONValue) throws(OpenAIError) {
        let policy = try RequestReader.object(RequestReader.object(value, "moderation")?["policy"], "moderation.policy")
        for side in ["input", "output"] {
            let path = "moderation.policy.\(side)"
            guard let rule = try RequestReader.object(policy?[side], path) else { continue }
            if try RequestReader.string(rule["mode"], "\(path).mode") == "block" { blocksByModeration = true }
        }
    }

    private mutating func decodeSamplingField(_ field: Field, _ value: JSONValue) throws(OpenAIError) -> Bool {
        switch field {
        case .maxCompletionTokens: maxTokens = try RequestReader.int(value, in: 1...Int.max, field.name)
        case .temperature: temperature = try RequestReader.double(value, in: 0...2, field.name)
        case .topP: topP = try RequestReader.double(value, in: 0...1, field.name)
        case .topK: topK = try RequestReader.int(value, in: 0...Int.max, field.name)
        case .seed: seed = try RequestReader.int(value, in: Int.min...Int.max, field.name)
        case .frequencyPenalty: frequencyPenalty = try RequestReader.double(value, in: -2...2, field.name)
        case .presencePenalty: presencePenalty = try RequestReader.double(value, in: -2...2, field.name)
        case .logitBias: hasLogitBias = (try RequestReader.object(value, field.name)?.count ?? 0) > 0
        case .stop, .stopSequences: try addStop(value, field)
        default: return false
        }
        return true
    }

    private mutating func addStop(_ value: JSONValue, _ field: Field) throws(OpenAIError) {
        if value.isNull { return }
        var texts: [JSONText] = []
        if let text = value.text {
            texts = [text]
        } else if value.kind == .array {
            for (index, element) in value.elements.enumerated() {
                guard let text = element.text else {
                    throw RequestReader.wrongType(element, "a string", "\(field.name)[\(index)]")
                }
                texts.append(text)
            }
        } else {
            throw RequestReader.wrongType(value, "a string or an array of strings", field.name)
        }
        stopsByName.removeAll { $0.name == field.name }
        stopsByName.append((field.name, texts))
    }

    /// Merges the stop texts of both spellings; of a repeated name the last value counts.
    private mutating func mergeStops() throws(OpenAIError) {
        var seen: Set<JSONText> = []
        var bytes = 0
        for (name, texts) in stopsByName {
            for text in texts {
                bytes += text.byteCount
                guard bytes <= Self.maximumStopBytes else {
                    throw .badRequest(
                        .invalidValue,
                        param: name,
                        "The texts of '\(name)' may have at most \(Self.maximumStopBytes) bytes together."
                    )
                }
            }
            for text in texts where !text.isEmpty && seen.insert(text).inserted { stop.append(text) }
            guard stop.count <= Self.maximumStops else {
                throw .badRequest(.invalidValue, param: name, "'\(name)' may hold at most \(Self.maximumStops) texts.")
            }
        }
        stopsByName = []
    }

    private mutating func decodeToolField(_ field: Field, _ value: JSONValue) throws(OpenAIError) -> Bool {
        switch field {
        case .tools:
            let list = try ToolDefinition.list(value, field.name)
            guard !list.isEmpty else { return true }
            if usesLegacyFunctions { ignoredFields.append("functions") }
            tools = list
            usesLegacyFunctions = false
        case .functions: try decodeFunctions(value, field)
        case .toolChoice: toolChoice = try ToolChoiceOption.decode(value, field.name) ?? toolChoice
        case .functionCall:
            if toolChoice == nil { toolChoice = try ToolChoiceOption.decodeFunctionCall(value, field.name) }
        case .parallelToolCalls: allowsParallelToolCalls = try RequestReader.bool(value, field.name) ?? true
        default: return false
        }
        return true
    }

    /// The deprecated form of `tools`, which count where both are given.
    private mutating func decodeFunctions(_ value: JSONValue, _ field: Field) throws(OpenAIError) {
        let list = try ToolDefinition.functions(value, field.name)
        guard !list.isEmpty else { return }
        guard tools.isEmpty else { return ignoredFields.append(field.name) }
        tools = list
        usesLegacyFunctions = true
    }

    /// A choice must name tools that exist; without tools only `auto` and `none` make sense.
    private func checkToolChoice() throws(OpenAIError) {
        let names: [JSONText]
        switch toolChoice {
        case .named(let name)?: names = [name]
        case .allowed(let allowed, _)?: names = allowed
        case .required? where tools.isEmpty:
            let param = spelling(of: "tool_choice")
            throw .badRequest(.invalidValue, param: param, "'\(param)' demands a tool call, but there are no tools.")
        default: return
        }
        let known = Set(tools.map(\.name))
        for name in names where !known.contains(name) {
            let param = spelling(of: "tool_choice")
            throw .badRequest(.invalidValue, param: param, "'\(param)' names a tool that is not in the list of tools.")
        }
    }

    static func unsupported(_ name: String, _ reason: String) -> OpenAIError {
        .badRequest(.unsupportedParameter, param: name, "'\(name)' is not supported: \(reason)")
    }
}

extension ChatCompletionRequest.ResponseFormat {
    init(_ value: JSONValue) throws(OpenAIError) {
        guard let format = try RequestReader.object(value, "response_format") else {
            self = .text
            return
        }
        switch try RequestReader.string(format["type"], "response_format.type") {
        case "text": self = .text
        case "json_object": self = .jsonObject
        case "json_schema":
            guard let schema = try RequestReader.object(format["json_schema"], "response_format.json_schema") else {
                throw RequestReader.missing("response_format.json_schema")
            }
            self = .jsonSchema(
                name: try RequestReader.requiredText(schema, "name", "response_format.json_schema"),
                description: try RequestReader.text(
                    schema["description"],
                    "response_format.json_schema.description"
                ),
                schema: try RequestReader.object(schema["schema"], "response_format.json_schema.schema"),
                strict: try RequestReader.bool(schema["strict"], "response_format.json_schema.strict") ?? false
            )
        default:
            throw .badRequest(
                .invalidValue,
                param: "response_format.type",
                "'response_format.type' must be text, json_object or json_schema."
            )
        }
    }
}
