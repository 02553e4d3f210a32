import JSON
import NIOCore

extension ContentPart {
    /// Decodes an array of parts.
    static func list(_ array: JSONValue, _ path: @autoclosure () -> String) throws(OpenAIError) -> [ContentPart] {
        var parts: [ContentPart] = []
        parts.reserveCapacity(array.count)
        for (index, element) in array.elements.enumerated() {
            if let text = element.text {
                parts.append(.text(text, nil))
                continue
            }
            guard element.kind == .object else {
                throw RequestReader.wrongType(element, "an object", "\(path())[\(index)]")
            }
            parts.append(try ContentPart(element, path: "\(path())[\(index)]"))
        }
        return parts
    }

    private init(_ part: JSONValue, path: @autoclosure () -> String) throws(OpenAIError) {
        let cacheControl = CacheControl(part["cache_control"]) ?? Self.breakpoint(part["prompt_cache_breakpoint"])
        guard let type = try RequestReader.string(part["type"], "\(path()).type") else {
            throw RequestReader.missing("\(path()).type")
        }
        switch type {
        case "text", "input_text", "output_text":
            self = .text(try RequestReader.requiredText(part, "text", path()), cacheControl)
        case "image_url", "input_image":
            self = .image(url: try Self.url(part["image_url"], "\(path()).image_url"), cacheControl)
        case "image":
            self = .image(url: try Self.anthropicSource(part["source"], "\(path()).source"), cacheControl)
        case "video_url":
            self = .video(url: try Self.url(part["video_url"], "\(path()).video_url"), cacheControl)
        case "input_audio":
            let audio = try Self.object(part, "input_audio", path())
            let data = try RequestReader.requiredText(audio, "data", "\(path()).input_audio")
            let format = try RequestReader.requiredText(audio, "format", "\(path()).input_audio").string
            self = .audio(data: data, format: format, cacheControl)
        case "file", "input_file":
            let file = try RequestReader.object(part["file"], "\(path()).file") ?? part
            guard let data = try RequestReader.text(file["file_data"], "\(path()).file.file_data") else {
                throw .badRequest(
                    .unsupportedValue,
                    param: "\(path()).file",
                    "'\(path()).file' must carry 'file_data' with the file's bytes; stored files (file_id) do not exist here."
                )
            }
            let name = try RequestReader.text(file["filename"], "\(path()).file.filename")
            self = .file(FilePart(data: data, filename: name), cacheControl)
        case "refusal":
            self = .refusal(try RequestReader.requiredText(part, "refusal", path()), cacheControl)
        case "tool_use":
            let id = try RequestReader.requiredText(part, "id", path())
            let name = try RequestReader.requiredText(part, "name", path())
            let input = part["input"]
            self = .toolUse(
                id: id,
                name: name,
                input: input?.kind == .object ? input?.rawBytes ?? Self.noInput : Self.noInput,
                cacheControl
            )
        case "tool_result":
            self = .toolResult(try Self.toolResult(part, cacheControl, path()))
        case "thinking", "redacted_thinking":
            self = ChatMessage.ThinkingPart(part).map { .thinking($0, cacheControl) } ?? .unsignedThinking(cacheControl)
        default:
            throw .badRequest(
                .invalidValue,
                param: "\(path()).type",
                "'\(path()).type' is not a content part that this gateway knows: use text, image_url, file, input_audio, "
                    + "video_url or refusal."
            )
        }
    }

    private static let noInput = ByteBuffer(string: "{}")

    private static func object(
        _ part: JSONValue,
        _ key: String,
        _ path: @autoclosure () -> String
    ) throws(OpenAIError) -> JSONValue {
        guard let value = part[key], let object = try RequestReader.object(value, "\(path()).\(key)") else {
            throw RequestReader.missing("\(path()).\(key)")
        }
        return object
    }

    /// Reads `{"url": …}`, or the bare string that some clients send.
    private static func url(_ value: JSONValue?, _ path: @autoclosure () -> String) throws(OpenAIError) -> JSONText {
        guard let value, !value.isNull else { throw RequestReader.missing(path()) }
        if let text = value.text { return text }
        guard value.kind == .object else { throw RequestReader.wrongType(value, "an object", path()) }
        _ = try RequestReader.string(value["detail"], "\(path()).detail")
        return try RequestReader.requiredText(value, "url", path())
    }

    /// Turns Anthropic's image source into the data URL or URL that it stands for.
    private static func anthropicSource(
        _ value: JSONValue?,
        _ path: @autoclosure () -> String
    ) throws(OpenAIError) -> JSONText {
        guard let value = try RequestReader.object(value, path()) else { throw RequestReader.missing(path()) }
        if let url = try RequestReader.text(value["url"], "\(path()).url") { return url }
        let data = try RequestReader.requiredText(value, "data", path())
        let type = value["media_type"]?.text ?? "image/png"
        var url = ByteBuffer(string: "data:")
        url.writeImmutableBuffer(type.escaped)
        url.writeString(";base64,")
        url.writeImmutableBuffer(data.escaped)
        return JSONText(validEscaped: url, hasEscapes: type.hasEscapes || data.hasEscapes)
    }

    private static func toolResult(
        _ part: JSONValue,
        _ cacheControl: CacheControl?,
        _ path: @autoclosure () -> String
    ) throws(OpenAIError) -> ToolResultPart {
        var content: [ContentPart] = []
        if let value = part["content"], !value.isNull {
            if let text = value.text {
                content = [.text(text, nil)]
            } else if value.kind == .array {
                content = try list(value, "\(path()).content")
            } else {
                throw RequestReader.wrongType(value, "a string or an array of parts", "\(path()).content")
            }
        }
        return ToolResultPart(
            toolUseID: try RequestReader.requiredText(part, "tool_use_id", path()),
            content: content,
            isError: try RequestReader.bool(part["is_error"], "\(path()).is_error") ?? false,
            cacheControl: cacheControl
        )
    }

    /// OpenAI's own cache mark, `{"mode": "explicit", "ttl": "30m" | "12h"}`: a short one is 5m here, a long one 1h.
    private static func breakpoint(_ value: JSONValue?) -> CacheControl? {
        guard let value, value.kind == .object else { return nil }
        return CacheControl(ttl: value["ttl"]?.equals("12h") == true ? "1h" : nil)
    }
}
