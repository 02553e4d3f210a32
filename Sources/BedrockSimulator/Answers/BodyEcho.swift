import JSON
import NIOCore

/// A summary of what a request held, as JSON: the answer to `simulate:echo-body`.
///
/// `{"operation","model","headers":{…},"messages":3,"roles":[…],"blocks":[["text"],["toolUse"]],"system":[…],"tools":[names],
/// "toolChoice":…}` and then every other member of the body as it was.
enum BodyEcho {
    static func text(of call: SimulatedCall) -> String {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.key("operation")
        writer.string(call.operation.rawValue)
        writer.key("model")
        writer.string(call.model.raw)
        writer.key("headers")
        writer.beginObject()
        for (name, value) in call.headers where name.lowercased().hasPrefix("x-amzn-bedrock-") {
            writer.key(name.lowercased())
            writer.string(value)
        }
        writer.endObject()
        if let messages = call.body["messages"] { write(messages, to: &writer) }
        if let system = call.body["system"] {
            writer.key("system")
            writer.beginArray()
            if let text = system.text { writer.string(text) }
            for block in system.elements {
                if let text = block["text"]?.text { writer.string(text) } else { writer.raw(block) }
            }
            writer.endArray()
        }
        let tools = call.body["toolConfig"]?["tools"] ?? call.body["tools"]
        if let tools {
            writer.key("tools")
            writer.beginArray()
            for tool in tools.elements { writer.raw(name(of: tool)) }
            writer.endArray()
        }
        if let choice = call.body["toolConfig"]?["toolChoice"] {
            writer.key("toolChoice")
            writer.raw(choice)
        }
        for (key, value) in call.body.members {
            guard let name = key.text, !["messages", "system", "tools", "toolConfig"].contains(name.string) else {
                continue
            }
            writer.key(name)
            writer.raw(value)
        }
        writer.endObject()
        return String(buffer: writer.buffer)
    }

    private static func write(_ messages: JSONValue, to writer: inout JSONWriter) {
        writer.key("messages")
        writer.int(messages.count)
        writer.key("roles")
        writer.beginArray()
        for message in messages.elements { writer.string(message["role"]?.text ?? .empty) }
        writer.endArray()
        writer.key("blocks")
        writer.beginArray()
        for message in messages.elements {
            writer.beginArray()
            if message["content"]?.kind == .string { writer.string(literal: "text") }
            if let content = message["content"] {
                for block in content.elements {
                    writer.string(block["type"]?.text ?? block.members.first { _ in true }?.key.text ?? .empty)
                }
            }
            for _ in 0..<(message["tool_calls"]?.count ?? 0) { writer.string(literal: "tool_calls") }
            writer.endArray()
        }
        writer.endArray()
    }

    /// A tool's name, wherever its dialect has it; the whole tool if nowhere.
    private static func name(of tool: JSONValue) -> JSONValue {
        (tool["toolSpec"] ?? tool["systemTool"] ?? tool["function"] ?? tool)["name"] ?? tool
    }
}
