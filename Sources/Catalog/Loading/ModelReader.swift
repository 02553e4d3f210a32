/// Reads one merged entry, or a template, into a ``Model``.
///
/// For a template only what stands there is checked; what an entry must have, and what must fit together, is checked
/// where everything is merged.
struct ModelReader {
    /// The keys of an entry.
    static let keys = [
        "template", "aliases", "description", "vendor", "bedrock_id", "adapter", "converse", "native", "apis",
        "on_demand",
        "profiles", "profile_order", "allow_global", "context_tokens", "max_output_tokens", "default_max_output_tokens",
        "min_output_tokens", "capabilities", "thinking", "sampling", "stop", "tool_choice", "tool_results",
        "tool_schemas",
        "caching",
        "structured_output", "usage", "prices", "preview", "deprecated", "sunset", "replaced_by", "request", "options",
    ]
    /// More tokens than any limit can mean.
    static let tokens = 1...100_000_000

    let problems: Problems
    let geographies: Geographies
    let adapters: [Dialect]

    /// Reads an entry; nil when it is not a map or lacks what a model cannot be without.
    func model(_ member: YAMLNode.Member, merged: YAMLNode) -> Model? {
        let subject = "model '\(member.key)'"
        guard let map = MapReader(merged, subject: subject, keys: Self.keys, problems: problems) else { return nil }
        var model = Model(name: member.key, bedrockID: "", adapter: .converse)
        model.location = member.keyLocation
        read(map, into: &model)
        for key in ["bedrock_id", "adapter"] where map.node(key) == nil {
            problems.report(
                "'\(key)' is missing",
                at: member.keyLocation,
                subject: subject,
                fix: key == "adapter" ? "name one, or a template that does" : "write the id that Bedrock lists"
            )
        }
        checkRoutes(map, &model, at: member.keyLocation)
        checkAPIs(map, model)
        checkLimits(map, model)
        checkOptions(map, model)
        return model.bedrockID.isEmpty ? nil : model
    }

    /// Reports what is wrong with a template by itself.
    func check(template member: YAMLNode.Member, merged: YAMLNode) {
        let subject = "template '\(member.key)'"
        guard let map = MapReader(merged, subject: subject, keys: Self.keys, problems: problems) else { return }
        if let aliases = map.location("aliases") {
            problems.report("aliases belong to one model", at: aliases, subject: subject, fix: "move them to the entry")
        }
        var model = Model(name: member.key, bedrockID: "", adapter: .converse)
        read(map, into: &model)
    }

    private func read(_ map: MapReader, into model: inout Model) {
        readIdentity(map, into: &model)
        readRoutes(map, into: &model)
        model.contextTokens = map.int("context_tokens", in: Self.tokens)
        model.maxOutputTokens = map.int("max_output_tokens", in: Self.tokens)
        model.defaultMaxOutputTokens = map.int("default_max_output_tokens", in: Self.tokens)
        model.minOutputTokens = map.int("min_output_tokens", in: Self.tokens)
        model.capabilities = map.set("capabilities", Capabilities.spellings) ?? []
        let hasTools = model.capabilities.contains(.tools)
        let toolChoice = map.set("tool_choice", ToolChoiceModes.spellings) ?? .auto
        model.toolChoice = hasTools ? toolChoice : []
        model.toolResults = readToolResults(map)
        model.toolSchemas = map.choice("tool_schemas", ToolSchemaStyle.self) ?? .any
        model.thinking = readThinking(map)
        model.sampling = readSampling(map)
        model.stop = readStop(map, capabilities: model.capabilities)
        model.caching = readCaching(map)
        model.structuredOutput = map.choice("structured_output", StructuredOutput.self) ?? (hasTools ? .tool : .none)
        model.usage = map.choice("usage", UsageCounting.self) ?? .net
        model.prices = readPrices(map)
        model.lifecycle = readLifecycle(map)
        model.request = readObject(map, "request")
        model.options = readObject(map, "options")
        model.optionsLocation = map.location("options")
        model.optionLocations = map.node("options")?.keyLocations ?? [:]
    }

    private func readIdentity(_ map: MapReader, into model: inout Model) {
        model.aliases = map.words("aliases")?.map(\.text) ?? []
        model.summary = map.text("description")
        model.vendor = map.text("vendor")
        if let id = map.text("bedrock_id") {
            model.bedrockID = id
            if !ModelIdentifier.isWellFormed(id) {
                map.report(
                    "bedrock_id",
                    "is no Bedrock id",
                    fix: "write the model's id or ARN as AWS does: letters, digits and . - : _, and / in an ARN"
                )
            } else if id.hasPrefix("arn:"), !ModelIdentifier(id).isARNOfModel {
                map.report(
                    "bedrock_id",
                    "is no ARN of a model",
                    fix: "write it as AWS does: arn:aws:bedrock:region:account:type/id"
                )
            }
            if let prefix = ModelIdentifier(id).geography, geographies.entries.contains(where: { $0.prefix == prefix })
            {
                map.report(
                    "bedrock_id",
                    "begins with the geography '\(prefix)'",
                    fix: "write the id without '\(prefix).' and list the geography under 'profiles'"
                )
            }
        }
        if let name = map.text("adapter") {
            model.adapter = AdapterID(rawValue: name)
            if !adapters.contains(where: { $0.id == model.adapter }) {
                map.report(
                    "adapter",
                    "names no adapter: '\(name)'",
                    fix: Suggestion.fix(for: name, among: adapters.map(\.id.rawValue))
                )
            }
        }
        model.converse = map.bool("converse") ?? true
        model.apis = map.set("apis", ModelAPIs.spellings) ?? .chat
        if let native = map.map("native", keys: ["host", "path", "model_id"]) {
            var endpoint = NativeEndpoint()
            endpoint.host = native.choice("host", NativeEndpoint.Host.self) ?? .runtime
            endpoint.modelID = native.text("model_id")
            if let path = native.text("path") {
                endpoint.path = path
                if !path.hasPrefix("/") || path.hasSuffix("/") {
                    native.report(
                        "path",
                        "must begin with a slash and end without one",
                        fix: "write for instance /openai/v1"
                    )
                } else if !NativeEndpoint.isPath(path) {
                    native.report(
                        "path",
                        "is no path of an endpoint",
                        fix: "write letters, digits and - . _ between slashes, such as /openai/v1"
                    )
                }
            }
            model.native = endpoint
        }
    }
}
