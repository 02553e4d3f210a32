public import JSON

/// One entry of `tools`.
public struct ToolDefinition: Sendable {
    /// The function's name as the client wrote it.
    public var name: JSONText
    /// What it does.
    public var description: JSONText?
    /// The JSON Schema of its arguments; nil for none.
    public var parameters: JSONValue?
    /// Whether the arguments must follow the schema exactly.
    public var strict: Bool
    /// Whether this is a custom tool, which takes free text: answered with `custom` calls.
    public var isCustom: Bool
    /// Whether this is a custom tool whose text must follow a grammar.
    public var hasGrammar: Bool
    /// A cache mark.
    public var cacheControl: CacheControl?

    /// The longest name: it is held for as long as the answer streams.
    static let maximumNameBytes = 1_024
}

/// The value of `tool_choice`, or of the deprecated `function_call`.
public enum ToolChoiceOption: Sendable {
    case none
    case auto
    case required
    case named(JSONText)
    /// Only these tools, and whether one of them must be called.
    case allowed([JSONText], required: Bool)
}

extension ToolDefinition {
    /// Decodes `tools`, whose names must differ.
    static func list(_ value: JSONValue, _ path: String) throws(OpenAIError) -> [ToolDefinition] {
        try list(value, path) { element, path throws(OpenAIError) in try ToolDefinition(element, path: path) }
    }

    /// Decodes the deprecated `functions`, whose names must differ.
    static func functions(_ value: JSONValue, _ path: String) throws(OpenAIError) -> [ToolDefinition] {
        try list(value, path) { element, path throws(OpenAIError) in
            try ToolDefinition(function: element, isCustom: false, cacheControl: nil, path: path)
        }
    }

    private static func list(
        _ value: JSONValue,
        _ path: String,
        _ decode: (JSONValue, String) throws(OpenAIError) -> ToolDefinition
    ) throws(OpenAIError) -> [ToolDefinition] {
        guard let array = try RequestReader.array(value, path) else { return [] }
        var tools: [ToolDefinition] = []
        var names: Set<JSONText> = []
        for (index, element) in array.elements.enumerated() {
            let path = "\(path)[\(index)]"
            guard element.kind == .object else { throw RequestReader.wrongType(element, "an object", path) }
            let tool = try decode(element, path)
            guard names.insert(tool.name).inserted else {
                throw .badRequest(.invalidValue, param: path, "Two tools have the same name; names must be unique.")
            }
            tools.append(tool)
        }
        return tools
    }

    private init(_ tool: JSONValue, path: String) throws(OpenAIError) {
        let cacheControl = CacheControl(tool["cache_control"]) ?? CacheControl(tool["function"]?["cache_control"])
        switch try RequestReader.string(tool["type"], "\(path).type") {
        case "custom"? where tool["custom"]?.kind != .object && RequestReader.member(tool, "input_schema") != nil:
            // Anthropic calls every tool custom that is the client's own.
            try self.init(function: tool, isCustom: false, cacheControl: cacheControl, path: path)
        case "custom"?:
            let custom = tool["custom"]?.kind == .object ? tool["custom"] ?? tool : tool
            try self.init(function: custom, isCustom: true, cacheControl: cacheControl, path: "\(path).custom")
        case "function"?:
            // The flat form carries name and parameters beside type.
            let inner = RequestReader.member(tool, "function")
            let isFlat = inner == nil && RequestReader.member(tool, "name") != nil
            guard let function = isFlat ? tool : inner else {
                throw RequestReader.missing("\(path).function")
            }
            guard function.kind == .object else {
                throw RequestReader.wrongType(function, "an object", "\(path).function")
            }
            let functionPath = isFlat ? path : "\(path).function"
            try self.init(function: function, isCustom: false, cacheControl: cacheControl, path: functionPath)
        case nil where tool["input_schema"] != nil:
            try self.init(function: tool, isCustom: false, cacheControl: cacheControl, path: path)
        case nil: throw RequestReader.missing("\(path).type")
        default:
            throw .badRequest(
                .unsupportedValue,
                param: "\(path).type",
                "'\(path).type' must be function or custom; other tool types run on the provider's servers, which "
                    + "Bedrock does not offer here."
            )
        }
    }

    /// Decodes a function object: also the entries of the deprecated `functions`.
    init(function: JSONValue, isCustom: Bool, cacheControl: CacheControl?, path: String) throws(OpenAIError) {
        name = try RequestReader.requiredText(function, "name", path)
        guard !name.isEmpty else {
            throw .badRequest(.invalidValue, param: "\(path).name", "'\(path).name' must not be empty.")
        }
        guard name.byteCount <= Self.maximumNameBytes else {
            throw .badRequest(
                .invalidValue,
                param: "\(path).name",
                "'\(path).name' may have at most \(Self.maximumNameBytes) bytes."
            )
        }
        description = try RequestReader.text(function["description"], "\(path).description")
        let schema = RequestReader.member(function, "parameters") ?? function["input_schema"]
        parameters = try RequestReader.object(schema, "\(path).parameters")
        strict = try RequestReader.bool(function["strict"], "\(path).strict") ?? false
        self.isCustom = isCustom
        let format = isCustom ? try RequestReader.object(function["format"], "\(path).format") : nil
        hasGrammar = format?["type"]?.equals("grammar") == true
        self.cacheControl = cacheControl
    }
}

extension ToolChoiceOption {
    /// Decodes `tool_choice`; nil for `null`.
    static func decode(_ value: JSONValue, _ path: String) throws(OpenAIError) -> ToolChoiceOption? {
        if value.isNull { return nil }
        if let word = value.string {
            switch word {
            case "none": return ToolChoiceOption.none
            case "auto": return .auto
            case "required", "any": return .required
            default:
                throw .badRequest(.invalidValue, param: path, "'\(path)' must be none, auto, required or an object.")
            }
        }
        guard value.kind == .object else { throw RequestReader.wrongType(value, "a string or an object", path) }
        switch try RequestReader.string(value["type"], "\(path).type") {
        case "function", "custom", "tool": return .named(try name(in: value, path))
        case "allowed_tools": return try allowed(value, path)
        case "auto": return .auto
        case "any", "required": return .required
        case "none": return ToolChoiceOption.none
        default:
            throw .badRequest(.invalidValue, param: "\(path).type", "'\(path).type' must be function or allowed_tools.")
        }
    }

    /// The name in `{"function": {"name"}}`, `{"custom": {"name"}}` or `{"name"}`.
    private static func name(in value: JSONValue, _ path: String) throws(OpenAIError) -> JSONText {
        for key in ["function", "custom"] {
            if let inner = try RequestReader.object(value[key], "\(path).\(key)") {
                return try RequestReader.requiredText(inner, "name", "\(path).\(key)")
            }
        }
        return try RequestReader.requiredText(value, "name", path)
    }

    private static func allowed(_ value: JSONValue, _ path: String) throws(OpenAIError) -> ToolChoiceOption {
        let inner = try RequestReader.object(value["allowed_tools"], "\(path).allowed_tools")
        let allowed = inner ?? value
        let path = inner == nil ? path : "\(path).allowed_tools"
        guard let list = try RequestReader.array(allowed["tools"], "\(path).tools") else {
            throw RequestReader.missing("\(path).tools")
        }
        var names: [JSONText] = []
        for (index, element) in list.elements.enumerated() {
            guard element.kind == .object else {
                throw RequestReader.wrongType(element, "an object", "\(path).tools[\(index)]")
            }
            names.append(try name(in: element, "\(path).tools[\(index)]"))
        }
        let mode = try RequestReader.string(allowed["mode"], "\(path).mode") ?? "auto"
        guard mode == "auto" || mode == "required" else {
            throw .badRequest(.invalidValue, param: "\(path).mode", "'\(path).mode' must be auto or required.")
        }
        guard mode == "auto" || !names.isEmpty else {
            throw .badRequest(
                .invalidValue,
                param: "\(path).tools",
                "'\(path).tools' must name the tools of which one is to be called."
            )
        }
        return .allowed(names, required: mode == "required")
    }

    /// Decodes the deprecated `function_call`.
    static func decodeFunctionCall(_ value: JSONValue, _ path: String) throws(OpenAIError) -> ToolChoiceOption? {
        if value.kind == .object { return .named(try RequestReader.requiredText(value, "name", path)) }
        return try decode(value, path)
    }
}
