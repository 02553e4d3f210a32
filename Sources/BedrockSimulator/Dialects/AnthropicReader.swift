import JSON
import NIOCore

/// Reads a Claude body whose shape is right, and enforces the rules that no shape can say.
struct AnthropicReader {
    private let call: SimulatedCall
    private var prompt = Prompt()
    private var cachePoints = 0

    init(call: SimulatedCall) {
        self.call = call
    }

    mutating func read() throws(SimulatorError) -> Prompt {
        let body = call.body
        prompt.maximumTokens = body["max_tokens"]?.int
        prompt.stopSequences = body["stop_sequences"]?.elements.compactMap(\.string) ?? []
        for (index, sequence) in prompt.stopSequences.enumerated() where JSONText(sequence).isBlank {
            throw .validation("stop_sequences.\(index): each stop sequence must contain non-whitespace")
        }
        prompt.schema = body["output_config"]?["format"]?["schema"]
        try readTools(body)
        if let system = body["system"] { try readSystem(system) }
        if let messages = body["messages"] { try readMessages(messages) }
        try ClaudeRules.checkSampling(body, call)
        try ClaudeRules.checkToolChoice(prompt.toolChoice, model: call.model)
        try ClaudeRules.checkThinking(&prompt, body, call)
        return prompt
    }

    private mutating func readTools(_ body: JSONValue) throws(SimulatorError) {
        for (index, tool) in (body["tools"]?.elements ?? body.elements).enumerated() {
            let type = tool["type"]?.string ?? "custom"
            guard let name = tool["name"]?.string ?? (type == "custom" ? "" : nil) else {
                throw .validation("tools.\(index).\(type).name: Field required")
            }
            if type == "custom" {
                let path: [ShapeProblem.Step] = [.member("tools"), .element(index), .member("custom")]
                try ShapeCheck.check(tool, AnthropicShapes.customTool, voice: .anthropic, at: path)
                guard tool["input_schema"]?["type"]?.equals("object") == true else {
                    throw .validation("tools.\(index).custom.input_schema.type: Input should be 'object'")
                }
            }
            if prompt.tools.contains(where: { $0.name == name }) {
                throw .validation("tools: Tool names must be unique.")
            }
            prompt.tools.append(Prompt.Tool(name: name, schema: tool["input_schema"]))
            prompt.textBytes += tool.rawBytes.readableBytes
            try readCacheControl(of: tool)
        }
        guard let choice = body["tool_choice"] else { return }
        try ShapeCheck.check(choice, AnthropicShapes.toolChoice, voice: .anthropic, at: [.member("tool_choice")])
        guard !prompt.tools.isEmpty else {
            throw .validation("tool_choice: `tool_choice` may only be specified while providing tools.")
        }
        if choice["disable_parallel_tool_use"]?.bool == true { prompt.maximumToolCalls = 1 }
        switch choice["type"]?.string {
        case "any": prompt.toolChoice = .any
        case "none": prompt.toolChoice = .none
        case "tool":
            let name = choice["name"]?.string ?? ""
            guard prompt.tools.contains(where: { $0.name == name }) else {
                throw .validation("Tool '\(name)' not found in provided tools")
            }
            prompt.toolChoice = .named(name)
        default: break
        }
    }

    private mutating func readSystem(_ system: JSONValue) throws(SimulatorError) {
        if let text = system.text {
            prompt.read(text)
            prompt.system = [text.string]
        }
        for block in system.elements {
            guard let text = block["text"]?.text else { continue }
            guard !text.isBlank else { throw .validation("system: text content blocks must be non-empty") }
            prompt.read(text)
            prompt.system.append(text.string)
            try readCacheControl(of: block)
        }
    }

    private mutating func readCacheControl(of value: JSONValue) throws(SimulatorError) {
        guard let control = value["cache_control"], !control.isNull else { return }
        cachePoints += 1
        guard cachePoints <= 4 else {
            throw .validation("A maximum of 4 blocks with cache_control may be provided. Found \(cachePoints).")
        }
        try prompt.cachePoint(ttl: control["ttl"])
    }
}

// MARK: Messages

extension AnthropicReader {
    private mutating func readMessages(_ messages: JSONValue) throws(SimulatorError) {
        prompt.turns = messages.count
        var open: [String] = []
        var previousRole = ""
        for (index, message) in messages.elements.enumerated() {
            guard let role = message["role"]?.string, let content = message["content"] else { continue }
            if index == 0, role != "user" {
                throw .validation("messages: first message must use the \"user\" role")
            }
            if role == "user", previousRole != "user" {
                prompt.lastUserText = ""
                prompt.toolResults = []
                prompt.attachments = []
            }
            previousRole = role
            let isLast = index == messages.count - 1
            var turn = AnthropicTurn(role: role, place: "messages.\(index)", mayBeEmpty: isLast && role == "assistant")
            try read(content, of: &turn)
            if role == "user" {
                try turn.checkResults(of: open, previous: index - 1)
                prompt.loop.user(answersCalls: !open.isEmpty)
                open = []
            } else {
                if !open.isEmpty { throw AnthropicTurn.unanswered(open, previous: index - 1) }
                open = turn.uses
                prompt.loop.assistant(thinks: turn.hasThinking)
                guard isLast, open.isEmpty else { continue }
                prompt.isContinued = true
                try ClaudeRules.checkPrefill(AnthropicTurn.end(of: content), model: call.model)
            }
        }
        if !open.isEmpty { throw AnthropicTurn.unanswered(open, previous: messages.count - 1) }
    }

    private mutating func read(_ content: JSONValue, of turn: inout AnthropicTurn) throws(SimulatorError) {
        if let text = content.text {
            if text.isEmpty, !turn.mayBeEmpty {
                throw .validation(
                    "\(turn.place): all messages must have non-empty content except for the optional final "
                        + "assistant message"
                )
            }
            return read(text, role: turn.role)
        }
        guard content.count > 0 || turn.mayBeEmpty else {
            throw .validation(
                "\(turn.place): all messages must have non-empty content except for the optional final assistant "
                    + "message"
            )
        }
        for (index, block) in content.elements.enumerated() {
            try read(block, of: &turn, place: "\(turn.place).content.\(index)")
            try readCacheControl(of: block)
        }
    }

    private mutating func read(_ text: JSONText, role: String) {
        prompt.read(text)
        guard role == "user" else { return }
        if !prompt.lastUserText.isEmpty { prompt.lastUserText += "\n" }
        prompt.lastUserText += text.string
    }

    private mutating func read(
        _ block: JSONValue,
        of turn: inout AnthropicTurn,
        place: String
    ) throws(SimulatorError) {
        turn.meet(block["type"]?.string)
        switch block["type"]?.string {
        case "text":
            guard let text = block["text"]?.text else { return }
            guard !text.isBlank else { throw .blankAnthropicText }
            read(text, role: turn.role)
        case "image", "document":
            try readAttachment(block, place: place)
        case "tool_use":
            guard turn.role == "assistant" else {
                throw .validation("\(turn.place): `tool_use` blocks can only be in `assistant` messages")
            }
            try turn.use(block["id"]?.string ?? "")
            prompt.textBytes += block.rawBytes.readableBytes
        case "tool_result":
            guard turn.role == "user" else {
                throw .validation("\(turn.place): `tool_result` blocks can only be in `user` messages")
            }
            turn.results.append(block["tool_use_id"]?.string ?? "")
            try readResult(block, place: place)
        case "thinking":
            guard turn.role == "assistant" else {
                throw .validation("\(turn.place): `thinking` blocks can only be in `assistant` messages")
            }
            turn.hasThinking = true
            let text = block["thinking"]?.string ?? ""
            try ClaudeRules.checkSignature(block["signature"]?.string, of: text, place: place)
        case "redacted_thinking":
            turn.hasThinking = true
        default:
            prompt.textBytes += block.rawBytes.readableBytes
        }
    }

    private mutating func readResult(_ block: JSONValue, place: String) throws(SimulatorError) {
        guard let content = block["content"] else { return prompt.toolResults.append("") }
        if let text = content.text {
            prompt.read(text)
            return prompt.toolResults.append(text.string)
        }
        if block["is_error"]?.bool == true, content.count == 0 {
            throw .validation("\(place).tool_result: content cannot be empty if `is_error` is true")
        }
        var said: [String] = []
        for (index, part) in content.elements.enumerated() {
            if let text = part["text"]?.text {
                guard !text.isBlank else { throw .blankAnthropicText }
                prompt.read(text)
                said.append(text.string)
            } else {
                try readAttachment(part, place: "\(place).tool_result.content.\(index)")
            }
        }
        prompt.toolResults.append(said.joined(separator: " "))
    }

    private mutating func readAttachment(_ block: JSONValue, place: String) throws(SimulatorError) {
        guard let kind = block["type"]?.string, let source = block["source"] else { return }
        let type = source["media_type"]?.string ?? "content"
        let format = type.split(separator: "/").last.map(String.init) ?? type
        var details = [format]
        if let title = block["title"]?.string { details.append("\"\(title)\"") }
        guard source["type"]?.equals("base64") == true, let data = source["data"]?.text?.decodedBytes else {
            if let text = source["data"]?.text { prompt.read(text) }
            let bytes = source["data"]?.text?.decodedBytes.readableBytes
            return prompt.attachments.append(Prompt.Attachment(kind: kind, details: details, bytes: bytes))
        }
        let (count, start) = data.withUnsafeReadableBytes { (Base64.decodedCount($0), Base64.prefix($0)) }
        if kind == "image" {
            guard let found = ImageFormat(startingWith: start) else { throw .validation("Could not process image") }
            guard found.rawValue == format else {
                throw .validation(
                    "\(place).image.source.base64: The image was specified using the \(type) media type, but the image appears "
                        + "to be a image/\(found.rawValue) image"
                )
            }
        } else if !start.starts(with: Array("%PDF".utf8)) {
            throw .validation("\(place).document.source.base64.data: The PDF specified was not valid.")
        }
        prompt.attachments.append(Prompt.Attachment(kind: kind, details: details, bytes: count))
    }
}

/// What one turn of a Claude conversation held, for the rules about its neighbours.
struct AnthropicTurn {
    let role: String
    let place: String
    let mayBeEmpty: Bool
    var hasThinking = false
    var results: [String] = []
    /// Whether something stands before a result: Claude wants results first (CONVERSE.md §2.1).
    private(set) var hasLateResult = false
    private var hasOther = false
    private(set) var uses: [String] = []

    init(role: String, place: String, mayBeEmpty: Bool) {
        self.role = role
        self.place = place
        self.mayBeEmpty = mayBeEmpty
    }

    /// Takes note of the order of a turn's blocks.
    mutating func meet(_ kind: String?) {
        if kind != "tool_result" { hasOther = true } else if hasOther { hasLateResult = true }
    }

    mutating func use(_ id: String) throws(SimulatorError) {
        guard !uses.contains(id) else { throw .validation("\(place): `tool_use` ids must be unique") }
        uses.append(id)
    }

    /// Compares the results in this turn with the calls of the one before it.
    func checkResults(of open: [String], previous: Int) throws(SimulatorError) {
        let missing = open.filter { !results.contains($0) }
        guard missing.isEmpty else { throw Self.unanswered(missing, previous: previous) }
        for result in results where !open.contains(result) {
            throw .validation(
                "\(place): unexpected `tool_use_id` found in `tool_result` blocks: \(result). Each `tool_result` block must "
                    + "have a corresponding `tool_use` block in the previous message."
            )
        }
        guard !hasLateResult else { throw Self.unanswered(open, previous: previous) }
        guard Set(results).count == results.count else {
            throw .validation("\(place): each tool_use must have a single result. Found multiple `tool_result` blocks.")
        }
    }

    /// The text at the end of a turn.
    static func end(of content: JSONValue) -> String? {
        var last = content.text
        for block in content.elements { last = block["text"]?.text }
        return last?.string
    }

    static func unanswered(_ ids: [String], previous: Int) -> SimulatorError {
        .validation(
            "messages.\(previous): `tool_use` ids were found without `tool_result` blocks immediately after: "
                + "\(ids.joined(separator: ", ")). Each `tool_use` block must have a corresponding `tool_result` block in the "
                + "next message."
        )
    }
}

extension SimulatorError {
    fileprivate static let blankAnthropicText = validation("messages: text content blocks must be non-empty")
}
