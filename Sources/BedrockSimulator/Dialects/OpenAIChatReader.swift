import JSON
import NIOCore

/// Reads a chat-completions body whose shape is right, and enforces the rules that no shape can say.
struct OpenAIChatReader {
    private let call: SimulatedCall
    private var prompt = Prompt()
    private var isMistral: Bool { call.model.name.hasPrefix("mistral.") }
    /// Kimi K2 takes text only, and no demand for a tool (INVOKE.md, OpenAI-style families).
    private var isKimi: Bool {
        call.model.name.hasPrefix("moonshot.kimi-k2") || call.model.name.hasPrefix("moonshotai.kimi-k2")
    }
    /// These take tools, and no word about them (INVOKE.md, OpenAI-style families).
    private var refusesToolChoice: Bool {
        call.model.name.hasPrefix("nvidia.nemotron-nano-9b") || call.model.name.hasPrefix("nvidia.nemotron-nano-12b")
    }

    init(call: SimulatedCall) {
        self.call = call
    }

    mutating func read() throws(SimulatorError) -> Prompt {
        let body = call.body
        prompt.maximumTokens = (body["max_completion_tokens"] ?? body["max_tokens"])?.int
        if let stop = body["stop"] {
            prompt.stopSequences = stop.string.map { [$0] } ?? stop.elements.compactMap(\.string)
        }
        if body["parallel_tool_calls"]?.bool == false { prompt.maximumToolCalls = 1 }
        let effort = body["reasoning_effort"] ?? body["reasoning"]?["effort"]
        prompt.thinks = effort.map { !$0.equals("none") } ?? call.model.name.hasPrefix("openai.gpt-oss")
        if let format = body["response_format"] {
            if format["type"]?.equals("json_schema") == true { prompt.schema = format["json_schema"]?["schema"] }
            if format["type"]?.equals("json_object") == true { prompt.schema = format }
        }
        for tool in body["tools"].map({ $0.elements.map { $0 } }) ?? [] {
            guard let function = tool["function"], let name = function["name"]?.string else { continue }
            prompt.tools.append(Prompt.Tool(name: name, schema: function["parameters"]))
            prompt.textBytes += tool.rawBytes.readableBytes
        }
        try readChoice(body["tool_choice"])
        if let messages = body["messages"] { try readMessages(messages) }
        return prompt
    }

    private mutating func readChoice(_ choice: JSONValue?) throws(SimulatorError) {
        guard let choice, !choice.isNull else { return }
        guard !refusesToolChoice else { throw .validation("tool_choice: the field is not supported by this model.") }
        if let name = choice["function"]?["name"]?.string {
            guard !isMistral, prompt.tools.contains(where: { $0.name == name }) else {
                throw .validation("tool_choice: the function \(name) can't be chosen.")
            }
            prompt.toolChoice = .named(name)
            return
        }
        switch choice.string {
        case "auto": break
        case "none": prompt.toolChoice = .none
        case "required" where isKimi:
            throw .validation("tool_choice: required is not supported by this model.")
        case "any" where isMistral, "required" where !isMistral: prompt.toolChoice = .any
        default:
            let last = isMistral ? "any" : "required"
            throw .validation("tool_choice: must be one of auto, none, \(last).")
        }
    }

    private mutating func readMessages(_ messages: JSONValue) throws(SimulatorError) {
        prompt.turns = messages.count
        var open: [String] = []
        for (index, message) in messages.elements.enumerated() {
            let place = "messages[\(index)]"
            let role = message["role"]?.string ?? ""
            let content = message["content"]
            if role != "tool", !open.isEmpty { throw Self.unanswered(open) }
            switch role {
            case "tool":
                let id = message["tool_call_id"]?.string ?? ""
                guard let answered = open.firstIndex(of: id) else {
                    throw .validation(
                        "\(place): a message of role 'tool' must answer a preceding message with 'tool_calls'."
                    )
                }
                guard let content, !content.isNull, content.kind != .array || content.count > 0 else {
                    throw .validation("\(place): a message of role 'tool' must have content.")
                }
                open.remove(at: answered)
                prompt.lastUserText = ""
                prompt.toolResults.append(try text(of: content, place: place))
            case "assistant":
                let calls = message["tool_calls"]
                let said =
                    try content.map { content throws(SimulatorError) in try text(of: content, place: place) } ?? ""
                if said.isEmpty, calls == nil { throw .validation("\(place): an assistant message must not be empty.") }
                prompt.toolResults = []
                for call in calls.map({ $0.elements.map { $0 } }) ?? [] {
                    open.append(try identifier(of: call, place: place))
                }
            case "user":
                prompt.lastUserText = ""
                prompt.toolResults = []
                prompt.attachments = []
                prompt.lastUserText = try text(of: content, place: place)
                if prompt.lastUserText.isEmpty, prompt.attachments.isEmpty {
                    throw .validation("\(place): a user message must not be empty.")
                }
            default:
                prompt.system.append(try text(of: content, place: place))
            }
        }
        if !open.isEmpty { throw Self.unanswered(open) }
    }

    private func identifier(of call: JSONValue, place: String) throws(SimulatorError) -> String {
        let id = call["id"]?.string ?? ""
        if isMistral {
            guard id.utf8.count == 9, id.utf8.allSatisfy({ ($0 | 0x20) &- 97 < 26 || $0 &- 48 < 10 }) else {
                throw .validation("Tool call id was \(id) but must be a-z, A-Z, 0-9, with a length of 9.")
            }
        }
        let arguments = call["function"]?["arguments"]?.string ?? ""
        guard let value = try? JSONValue.parse(arguments), value.kind == .object else {
            throw .validation("\(place): the arguments of tool call \(id) are not a JSON object.")
        }
        return id
    }

    /// Reads a message's text, and takes note of what else it holds.
    private mutating func text(of content: JSONValue?, place: String) throws(SimulatorError) -> String {
        guard let content, !content.isNull else { return "" }
        if let text = content.text {
            prompt.read(text)
            return text.string
        }
        guard !isKimi else { throw .validation("\(place): content must be a string.") }
        guard content.kind == .array else { throw .validation("\(place): content must be a string or an array.") }
        var texts: [String] = []
        for (index, part) in content.elements.enumerated() {
            let place = "\(place).content[\(index)]"
            switch part["type"]?.string {
            case "text":
                guard let text = part["text"]?.text else { throw .validation("\(place): text is missing.") }
                prompt.read(text)
                texts.append(text.string)
            case "image_url":
                let url = part["image_url"]?["url"]?.text ?? part["image_url"]?.text
                try readImage(url ?? .empty, place: place)
            case "input_audio":
                let format = part["input_audio"]?["format"]?.string ?? "audio"
                prompt.attachments.append(Prompt.Attachment(kind: "audio", details: [format], bytes: nil))
            case "file":
                // OpenAI's own part; which of Bedrock's models read it is not published.
                guard part["file"]?["file_data"]?.string?.hasPrefix("data:") == true else {
                    throw .validation("\(place): file_data must be a data URL.")
                }
                prompt.attachments.append(Prompt.Attachment(kind: "document", details: [], bytes: nil))
            default:
                throw .validation("\(place): a part of type '\(part["type"]?.string ?? "")' is not supported.")
            }
        }
        return texts.joined(separator: "\n")
    }

    /// Reads `data:image/png;base64,…`.
    private mutating func readImage(_ url: JSONText, place: String) throws(SimulatorError) {
        let bytes = url.decodedBytes
        let head = bytes.readableBytesView.prefix(64).prefix { $0 != UInt8(ascii: ",") }
        let words = String(decoding: head, as: UTF8.self).split { $0 == ":" || $0 == "/" || $0 == ";" }
        guard words.count == 4, words[0] == "data", words[1] == "image", words[3] == "base64" else {
            throw .validation("\(place): image_url must be a base64 data URL.")
        }
        let (count, start) = bytes.readableBytesView.dropFirst(head.count + 1).withUnsafeBytes {
            (Base64.decodedCount($0), Base64.prefix($0))
        }
        guard let count, let format = ImageFormat(startingWith: start) else {
            throw .validation("\(place): the image could not be processed.")
        }
        prompt.attachments.append(Prompt.Attachment(kind: "image", details: [format.rawValue], bytes: count))
    }

    private static func unanswered(_ ids: [String]) -> SimulatorError {
        .validation(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The "
                + "following tool_call_ids did not have response messages: \(ids.joined(separator: ", "))"
        )
    }
}
