import JSON
import NIOCore

/// Reads a Converse body whose shape is right, and enforces the rules that no shape can say.
struct ConverseReader {
    private let call: SimulatedCall
    private var prompt = Prompt()
    private var conversation = ToolPairing()
    private var documentNames: Set<String> = []
    private var cachePoints = 0
    private var usesTools = false
    /// The text that ends the turn being read.
    private var lastText: String?
    private var documents = 0

    init(call: SimulatedCall) {
        self.call = call
    }

    mutating func read() throws(SimulatorError) -> Prompt {
        let body = call.body
        try readTools(body["toolConfig"])
        try readSystem(body["system"])
        try readMessages(body["messages"])
        try readInference(body["inferenceConfig"])
        if usesTools, body["toolConfig"] == nil {
            throw .validation("The toolConfig field must be defined when using toolUse and toolResult content blocks.")
        }
        if let guardrail = body["guardrailConfig"] {
            guard (guardrail["guardrailIdentifier"] == nil) == (guardrail["guardrailVersion"] == nil) else {
                throw .validation("guardrailIdentifier and guardrailVersion must be given together.")
            }
            prompt.guardrail = guardrail["guardrailIdentifier"]?.string ?? ""
            prompt.wantsGuardrailTrace = guardrail["trace"].map { !$0.equals("disabled") } ?? false
        }
        if let text = body["outputConfig"]?["textFormat"]?["structure"]?["jsonSchema"]?["schema"]?.string {
            guard let schema = try? JSONValue.parse(text), schema.kind == .object else {
                throw .validation(
                    "The value at outputConfig.textFormat.structure.jsonSchema.schema is not a JSON object."
                )
            }
            prompt.schema = schema
        }
        prompt.responseFieldPaths = body["additionalModelResponseFieldPaths"]?.elements.compactMap(\.string) ?? []
        for (index, path) in prompt.responseFieldPaths.enumerated() where !path.hasPrefix("/") {
            throw .validation("The value at additionalModelResponseFieldPaths.\(index) is not a JSON pointer.")
        }
        prompt.loop = conversation.loop
        try ModelRules.check(&prompt, of: call)
        return prompt
    }

    private mutating func readInference(_ inference: JSONValue?) throws(SimulatorError) {
        guard let inference else { return }
        prompt.maximumTokens = inference["maxTokens"]?.int
        prompt.stopSequences = inference["stopSequences"]?.elements.compactMap(\.string) ?? []
    }

    private mutating func count(cachePoint: JSONValue) throws(SimulatorError) {
        cachePoints += 1
        guard cachePoints <= 4 else {
            throw .validation("A maximum of 4 blocks with cache_control may be provided. Found \(cachePoints).")
        }
        guard ModelRules.allowsCaching(call.model) else {
            throw .validation(
                "You invoked an unsupported model or your request did not allow prompt caching. See the documentation for "
                    + "more information."
            )
        }
        try prompt.cachePoint(ttl: cachePoint["ttl"])
    }

    private mutating func readTools(_ config: JSONValue?) throws(SimulatorError) {
        guard let config, let tools = config["tools"] else { return }
        for (index, tool) in tools.elements.enumerated() {
            if let point = tool["cachePoint"] { try count(cachePoint: point) }
            guard let spec = tool["toolSpec"], let name = spec["name"]?.string else { continue }
            prompt.textBytes += spec.rawBytes.readableBytes
            if prompt.tools.contains(where: { $0.name == name }) {
                throw .validation("The tool name \(name) at toolConfig.tools.\(index) is already defined.")
            }
            guard let schema = spec["inputSchema"]?["json"], schema["type"]?.equals("object") == true else {
                throw .validation(
                    "The value at toolConfig.tools.\(index).toolSpec.inputSchema.json.type must be one of the following: object."
                )
            }
            prompt.tools.append(Prompt.Tool(name: name, schema: schema))
        }
        guard let choice = config["toolChoice"] else { return }
        if choice["any"] != nil { prompt.toolChoice = .any }
        if let name = choice["tool"]?["name"]?.string {
            guard prompt.tools.contains(where: { $0.name == name }) else {
                throw .validation("The tool \(name) at toolConfig.toolChoice is not one of toolConfig.tools.")
            }
            prompt.toolChoice = .named(name)
        }
    }

    private mutating func readSystem(_ system: JSONValue?) throws(SimulatorError) {
        guard let system else { return }
        if system.count > 0, ModelTraits(of: call.model).contains(.noSystem) {
            throw .validation("This model doesn't support system messages. Try again without them.")
        }
        for (index, block) in system.elements.enumerated() {
            if let point = block["cachePoint"] { try count(cachePoint: point) }
            guard let text = block["text"]?.text ?? block["guardContent"]?["text"]?["text"]?.text else { continue }
            guard !text.isBlank else {
                throw .validation(
                    "The text field in the SystemContentBlock object at system.\(index) is blank. Add text to "
                        + "the text field, and try again."
                )
            }
            prompt.read(text)
            prompt.system.append(text.string)
        }
    }
}

// MARK: Messages

extension ConverseReader {
    private mutating func readMessages(_ messages: JSONValue?) throws(SimulatorError) {
        guard let messages, messages.count > 0 else {
            if call.model.isPrompt { return }
            throw .validation("The value at messages is empty. Add a message to the messages field and try again.")
        }
        prompt.turns = messages.count
        var previous = "assistant"
        for (index, message) in messages.elements.enumerated() {
            let place = "messages.\(index)"
            guard let role = message["role"]?.string, let content = message["content"] else { continue }
            if index == 0, role != "user" {
                throw .validation(
                    "A conversation must start with a user message. Try again with a conversation that starts with a user "
                        + "message."
                )
            }
            if role == previous {
                throw .validation(
                    "A conversation must alternate between user and assistant roles. Make sure the conversation alternates "
                        + "between user and assistant roles and try again."
                )
            }
            guard content.count > 0 else {
                throw .validation(
                    "The content field in the Message object at \(place) is empty. Add a ContentBlock object to the content "
                        + "field and try again."
                )
            }
            if role != "system" { previous = role }
            let isLast = role == "user" && index >= messages.count - 2
            if role == "user" { startUserTurn() }
            try readContent(content, role: role, place: "\(place).content", isLast: isLast)
            if role != "system" { try conversation.endTurn(role: role, place: "\(place).content") }
        }
        try conversation.end(place: "messages.\(messages.count).content")
        guard previous == "assistant", call.model.isClaude else { return }
        prompt.isContinued = true
        do throws(SimulatorError) {
            try ClaudeRules.checkPrefill(lastText, model: call.model)
        } catch {
            throw error.asModelError
        }
    }

    /// Forgets what earlier turns said: the answer is to the last one.
    private mutating func startUserTurn() {
        prompt.lastUserText = ""
        prompt.toolResults = []
        prompt.attachments = []
    }

    private mutating func readContent(
        _ content: JSONValue,
        role: String,
        place: String,
        isLast: Bool
    ) throws(SimulatorError) {
        var hasText = false
        var hasDocument = false
        var order = ResultOrder()
        lastText = nil
        for (index, block) in content.elements.enumerated() {
            guard let (key, value) = block.members.first(where: { !$0.value.isNull }), let kind = key.string else {
                continue
            }
            let place = "\(place).\(index)"
            if kind != "cachePoint" {
                order.meet(kind)
                lastText = nil
            }
            switch kind {
            case "text":
                try readText(value, role: role, place: place)
                lastText = role == "assistant" ? value.string : nil
                hasText = true
            case "guardContent":
                if let text = value["text"]?["text"] { try readText(text, role: role, place: place) }
                hasText = true
            case "image", "video", "audio":
                guard role == "user" else { throw .wrongRole(kind, role, place) }
                try readMedia(value, kind: kind, place: place)
            case "document":
                guard role == "user" else { throw .wrongRole(kind, role, place) }
                try readDocument(value, place: place)
                hasDocument = true
            case "toolUse":
                guard role == "assistant" else { throw .wrongRole(kind, role, place) }
                try readToolUse(value, place: place)
            case "toolResult":
                try readToolResult(value, role: role, place: place)
            case "cachePoint":
                guard index > 0 else {
                    throw .validation("The cachePoint block at \(place) must follow the content that it covers.")
                }
                try count(cachePoint: value)
            case "reasoningContent":
                guard role == "assistant" else { throw .wrongRole(kind, role, place) }
                guard ModelRules.takesReasoning(call.model) else { throw .unsupportedField("reasoningContent") }
                try ClaudeRules.checkReplay(of: value, model: call.model, place: place)
                conversation.hasThinking = true
            default:
                prompt.textBytes += value.rawBytes.readableBytes
            }
            // Nova's own bodies put it inside the block that it follows.
            if kind != "cachePoint", let point = block["cachePoint"] { try count(cachePoint: point) }
        }
        try order.check(call.model, place: place)
        if hasDocument, !hasText {
            throw .validation(
                "The content at \(place) has a document block: add a text block next to it, and try again."
            )
        }
    }

    private mutating func readText(_ value: JSONValue, role: String, place: String) throws(SimulatorError) {
        guard let text = value.text else { return }
        guard !text.isBlank else { throw .blankText(place) }
        prompt.read(text)
        if role == "user" {
            if !prompt.lastUserText.isEmpty { prompt.lastUserText += "\n" }
            prompt.lastUserText += text.string
        }
    }

    private mutating func readToolUse(_ value: JSONValue, place: String) throws(SimulatorError) {
        usesTools = true
        prompt.textBytes += value.rawBytes.readableBytes
        guard value["input"]?.kind == .object else {
            throw .validation(
                "The value at \(place).toolUse.input is invalid. Provide a json object for the field and try again."
            )
        }
        if value["type"]?.equals("server_tool_use") == true { return }
        try conversation.use(value["toolUseId"]?.string ?? "", place: place)
    }

    private mutating func readToolResult(_ value: JSONValue, role: String, place: String) throws(SimulatorError) {
        if role == "assistant", value["type"] != nil { return }
        guard role == "user" else { throw .wrongRole("toolResult", role, place) }
        usesTools = true
        conversation.result(of: value["toolUseId"]?.string ?? "")
        let content = value["content"]
        if value["status"]?.equals("error") == true, content?.count == 0 {
            throw .validation(
                "The content at \(place).toolResult is empty, and its status is error. Say what went wrong."
            )
        }
        var said: [String] = []
        for (index, part) in (content ?? value).elements.enumerated() {
            let place = "\(place).toolResult.content.\(index)"
            if let text = part["text"]?.text {
                guard !text.isBlank else { throw .blankText(place) }
                prompt.read(text)
                said.append(text.string)
            } else if let json = part["json"] {
                prompt.textBytes += json.rawBytes.readableBytes
                said.append(json.description)
            } else if let image = part["image"] {
                guard ModelRules.seesToolResults(call.model) else { throw .unsupportedField("toolResult.image") }
                try readMedia(image, kind: "image", place: place)
            } else if let document = part["document"] {
                try readDocument(document, place: place)
            }
        }
        prompt.toolResults.append(said.joined(separator: " "))
    }
}

// MARK: Attachments

extension ConverseReader {
    private mutating func readMedia(_ value: JSONValue, kind: String, place: String) throws(SimulatorError) {
        guard let format = value["format"]?.string else { return }
        try ModelRules.check(content: kind, model: call.model)
        let text = value["source"]?["bytes"]?.text?.decodedBytes
        let bytes = text?.withUnsafeReadableBytes { Base64.decodedCount($0) }
        if let text, kind == "image" {
            let start = text.withUnsafeReadableBytes { Base64.prefix($0) }
            guard ImageFormat(startingWith: start)?.rawValue == format else {
                throw .validation(
                    "The model returned the following errors: \(place).image.source.base64.data: Image does not match the "
                        + "provided media type image/\(format)"
                )
            }
        }
        prompt.attachments.append(Prompt.Attachment(kind: kind, details: [format], bytes: bytes))
    }

    private mutating func readDocument(_ value: JSONValue, place: String) throws(SimulatorError) {
        guard let name = value["name"]?.string, let source = value["source"] else { return }
        try ModelRules.check(content: "document", model: call.model)
        documents += 1
        guard documents <= 5 else {
            throw .validation("The document at \(place) is one too many: a conversation may have 5 documents.")
        }
        var wasSpace = false
        for scalar in name.unicodeScalars {
            let isSpace = scalar.properties.isWhitespace
            guard
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "-()[]".unicodeScalars.contains(scalar)
                    || (isSpace && !wasSpace)
            else {
                throw .validation(
                    "The document name at \(place) can only contain alphanumeric characters, whitespace characters, hyphens, "
                        + "parentheses, and square brackets, and no more than one consecutive whitespace character."
                )
            }
            wasSpace = isSpace
        }
        guard documentNames.insert(name).inserted else {
            throw .validation("The document name at \(place) is used more than once in the conversation.")
        }
        let blob = source["bytes"]?.text?.decodedBytes.withUnsafeReadableBytes { Base64.decodedCount($0) }
        if let text = source["text"]?.text {
            guard !text.isBlank else { throw .blankText(place) }
            prompt.read(text)
        }
        let format = value["format"]?.string ?? "text"
        let bytes = blob ?? source["text"]?.text?.decodedBytes.readableBytes
        prompt.attachments.append(Prompt.Attachment(kind: "document", details: [format, "\"\(name)\""], bytes: bytes))
    }
}
