import JSON

/// What Bedrock demands of a Converse body beyond its shape (CONVERSE.md §2.1, §2.3 and §5).
///
/// These rules are in no model that AWS publishes; each line of ``problems`` is a request that AWS would refuse.
struct ConverseRules {
    private(set) var problems: [String] = []
    private var documentNames: Set<String> = []
    private var cachePoints = 0

    /// - Parameters:
    ///   - body: The body.
    ///   - mixesResults: Whether the model takes text beside tool results, as Claude and Nova do.
    init(body: JSONValue, mixesResults: Bool = true) {
        let messages = Array(body["messages"]?.elements ?? body.elements)
        var calls: [String] = []
        for (index, message) in messages.enumerated() {
            let role = message["role"]?.string ?? ""
            let content = Array(message["content"]?.elements ?? message.elements)
            if role != (index.isMultiple(of: 2) ? "user" : "assistant") { note(index, "is \(role)'s: turns alternate") }
            if content.isEmpty { note(index, "is empty") }
            checkResults(content, of: calls, index)
            calls = content.compactMap { $0["toolUse"]?["toolUseId"]?.string }
            if Set(calls).count < calls.count { note(index, "has a tool use id twice") }
            let marks = content.map { $0["cachePoint"] != nil }
            if marks.first == true { note(index, "begins with a cache point") }
            if zip(marks, marks.dropFirst()).contains(where: { $0 && $1 }) {
                note(index, "has two cache points in one place")
            }
            if role == "assistant" { checkAssistant(content, index) } else { checkUser(content, index) }
            for block in content { check(block, index) }
            let hasResults = content.contains { $0["toolResult"] != nil }
            let hasMore = content.contains { $0["toolResult"] == nil && $0["cachePoint"] == nil }
            if !mixesResults, hasResults, hasMore { note(index, "mixes tool results and other content") }
        }
        if !calls.isEmpty { note(messages.count - 1, "ends with unanswered calls") }
        let usesTools = messages.contains { message in
            message["content"]?.elements.contains { $0["toolUse"] != nil || $0["toolResult"] != nil } == true
        }
        if usesTools, body["toolConfig"] == nil { problems.append("toolConfig is missing") }
        checkTools(body)
        for block in body["system"]?.elements ?? body.elements where block["cachePoint"] != nil { cachePoints += 1 }
        for tool in body["toolConfig"]?["tools"]?.elements ?? body.elements where tool["cachePoint"] != nil {
            cachePoints += 1
        }
        if cachePoints > 4 { problems.append("there are \(cachePoints) cache points") }
        checkThinking(body)
    }

    private mutating func note(_ index: Int, _ problem: String) {
        problems.append("messages[\(index)] \(problem)")
    }

    /// Every call is answered in the next turn, once, before anything else is said.
    private mutating func checkResults(_ content: [JSONValue], of calls: [String], _ index: Int) {
        let results = content.compactMap { $0["toolResult"]?["toolUseId"]?.string }
        if results != calls { note(index, "answers \(results), the calls were \(calls)") }
        let kinds = content.filter { $0["cachePoint"] == nil }.map { $0["toolResult"] != nil }
        if kinds != kinds.sorted(by: { $0 && !$1 }) { note(index, "has a tool result behind other content") }
    }

    /// Thinking, then text, then calls; no media.
    private mutating func checkAssistant(_ content: [JSONValue], _ index: Int) {
        let ranks = content.compactMap { block -> Int? in
            if block["cachePoint"] != nil { return nil }
            return block["reasoningContent"] != nil ? 0 : block["toolUse"] != nil ? 2 : 1
        }
        if ranks != ranks.sorted() { note(index, "is not in the order thinking, text, calls") }
        if content.contains(where: { $0["image"] != nil || $0["document"] != nil || $0["toolResult"] != nil }) {
            note(index, "has a user's content")
        }
        let afterThinking = zip(content, content.dropFirst()).contains {
            $0["reasoningContent"] != nil && $1["cachePoint"] != nil
        }
        if afterThinking { note(index, "has a cache point behind thinking") }
    }

    private mutating func checkUser(_ content: [JSONValue], _ index: Int) {
        if content.contains(where: { $0["toolUse"] != nil || $0["reasoningContent"] != nil }) {
            note(index, "has an assistant's content")
        }
        if content.contains(where: { $0["document"] != nil }), !content.contains(where: { $0["text"] != nil }) {
            note(index, "has a document without a text")
        }
        if content.allSatisfy({ $0["cachePoint"] != nil }) { note(index, "holds cache points only") }
    }

    private mutating func check(_ block: JSONValue, _ index: Int) {
        if let text = block["text"]?.string, text.allSatisfy(\.isWhitespace) { note(index, "has a blank text") }
        if block["cachePoint"] != nil { cachePoints += 1 }
        if let name = block["document"]?["name"]?.string {
            if !documentNames.insert(name).inserted { note(index, "repeats the document name \(name)") }
            if name.contains("  ") { note(index, "has two spaces in a document name") }
        }
        guard let result = block["toolResult"]?["content"] else { return }
        if result.count == 0 { note(index, "has an empty tool result") }
        for inner in result.elements { check(inner, index) }
    }

    private mutating func checkTools(_ body: JSONValue) {
        guard let tools = body["toolConfig"]?["tools"] else { return }
        let specs = tools.elements.compactMap { $0["toolSpec"] }
        let names = specs.compactMap { $0["name"]?.string }
        if Set(names).count < names.count { problems.append("two tools have one name") }
        for spec in specs where spec["inputSchema"]?["json"]?["type"]?.equals("object") != true {
            problems.append("a tool's schema is no object schema")
        }
        if let chosen = body["toolConfig"]?["toolChoice"]?["tool"]?["name"]?.string, !names.contains(chosen) {
            problems.append("the chosen tool is not offered")
        }
        if specs.isEmpty { problems.append("there is no tool in toolConfig") }
    }

    /// Claude's rules while it thinks (CONVERSE.md §7.1).
    private mutating func checkThinking(_ body: JSONValue) {
        let fields = body["additionalModelRequestFields"]
        let config = body["inferenceConfig"]
        guard let thinking = fields?["thinking"], thinking["type"]?.equals("disabled") != true else { return }
        if let budget = thinking["budget_tokens"]?.int {
            if budget < 1024 { problems.append("the budget is \(budget)") }
            if budget >= config?["maxTokens"]?.int ?? 0 { problems.append("the budget is not below maxTokens") }
        }
        if let temperature = config?["temperature"]?.double, temperature != 1 {
            problems.append("temperature while thinking")
        }
        if fields?["top_k"] != nil { problems.append("top_k while thinking") }
        if let topP = config?["topP"]?.double, topP < 0.95 { problems.append("topP while thinking") }
        if body["toolConfig"]?["toolChoice"]?["auto"] == nil, body["toolConfig"]?["toolChoice"] != nil {
            problems.append("a forced tool while thinking")
        }
        if let last = body["messages"]?.elements.reversed().first, last["role"]?.equals("assistant") == true {
            problems.append("prefill while thinking")
        }
    }
}
