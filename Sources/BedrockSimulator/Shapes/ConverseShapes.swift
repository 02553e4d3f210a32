/// The shapes of a Converse request, from AWS's service model `bedrock-runtime` 2023-09-30.
///
/// A test compares them with the model: members, which are required, enumerations, limits and patterns.
enum ConverseShapes {
    /// The body of `Converse`.
    static let request = request(guardrail: guardrail)
    /// The body of `ConverseStream`.
    static let streamRequest = request(
        guardrail: guardrail + [.init("streamProcessingMode", .enumeration(["sync", "async"]))]
    )

    private static func request(guardrail: [Shape.Member]) -> Shape {
        .structure([
            .init("messages", .list(message)),
            .init("system", .list(systemBlock)),
            .init("inferenceConfig", inference),
            .init("toolConfig", tools),
            .init("guardrailConfig", .structure(guardrail)),
            .init("additionalModelRequestFields", .document),
            .init("promptVariables", .map(key: .string(), value: .union([.init("text", .string())]))),
            .init("additionalModelResponseFieldPaths", .list(.string(length: 1...256), count: 0...10)),
            .init("requestMetadata", metadata),
            .init("performanceConfig", .structure([.init("latency", .enumeration(["standard", "optimized"]))])),
            .init(
                "serviceTier",
                .structure([
                    .init("type", .enumeration(["priority", "default", "flex", "reserved"]), required: true)
                ])
            ),
            .init("outputConfig", output),
        ])
    }

    /// What a caller writes into the invocation log.
    static let metadata = Shape.map(
        key: .string(length: 1...256, pattern: .metadataKey),
        value: .string(length: 0...256, pattern: .metadataValue),
        count: 1...16
    )

    private static let message = Shape.structure([
        .init("role", .enumeration(["user", "assistant", "system"]), required: true),
        .init("content", .list(block), required: true),
    ])

    private static let systemBlock = Shape.union([
        .init("text", .string(length: 1...Int.max)),
        .init("guardContent", guardContent),
        .init("cachePoint", cachePoint),
    ])

    private static let inference = Shape.structure([
        .init("maxTokens", .integer(1...Int.max)),
        .init("temperature", .float(0...1)),
        .init("topP", .float(0...1)),
        .init("stopSequences", .list(.string(length: 1...Int.max), count: 0...2_500)),
    ])

    private static let guardrail: [Shape.Member] = [
        .init("guardrailIdentifier", .string(length: 0...2_048, pattern: .guardrailIdentifier)),
        .init("guardrailVersion", .string(pattern: .guardrailVersion)),
        .init("trace", .enumeration(["enabled", "disabled", "enabled_full"])),
    ]

    private static let output = Shape.structure([
        .init(
            "textFormat",
            .structure([
                .init("type", .enumeration(["json_schema"]), required: true),
                .init(
                    "structure",
                    .union([
                        .init(
                            "jsonSchema",
                            .structure([
                                .init("schema", .string(), required: true),
                                .init("name", .string()),
                                .init("description", .string()),
                            ])
                        )
                    ]),
                    required: true
                ),
            ])
        ),
        .init("effort", .string(length: 0...16)),
    ])
}

// MARK: Tools

extension ConverseShapes {
    private static let toolName = Shape.string(length: 1...64, pattern: .toolName)

    static let tools = Shape.structure([
        .init("tools", .list(tool, count: 1...Int.max), required: true),
        .init(
            "toolChoice",
            .union([
                .init("auto", .structure([])),
                .init("any", .structure([])),
                .init("tool", .structure([.init("name", toolName, required: true)])),
            ])
        ),
    ])

    private static let tool = Shape.union([
        .init(
            "toolSpec",
            .structure([
                .init("name", toolName, required: true),
                .init("description", .string(length: 1...Int.max)),
                .init("inputSchema", .union([.init("json", .document)]), required: true),
                .init("strict", .boolean),
            ])
        ),
        .init("systemTool", .structure([.init("name", toolName, required: true)])),
        .init("cachePoint", cachePoint),
    ])

    private static let toolUseID = Shape.string(length: 1...64, pattern: .toolUseID)

    static let toolUse = Shape.structure([
        .init("toolUseId", toolUseID, required: true),
        .init("name", toolName, required: true),
        .init("input", .document, required: true),
        .init("type", .enumeration(["server_tool_use"])),
    ])

    static let toolResult = Shape.structure([
        .init("toolUseId", toolUseID, required: true),
        .init(
            "content",
            .list(
                .union([
                    .init("json", .document),
                    .init("text", .string()),
                    .init("image", image),
                    .init("document", document),
                    .init("video", video),
                    .init("searchResult", searchResult),
                ])
            ),
            required: true
        ),
        .init("status", .enumeration(["success", "error"])),
        .init("type", .string()),
    ])

    private static let toolReference = Shape.structure([
        .init(
            "tool",
            .structure([
                .init("type", .string(length: 1...64)),
                .init("name", .string(length: 1...128)),
                .init("serverName", .string(length: 1...128)),
            ]),
            required: true
        )
    ])
}

// MARK: Blocks

extension ConverseShapes {
    private static let block = Shape.union([
        .init("text", .string()),
        .init("image", image),
        .init("document", document),
        .init("video", video),
        .init("audio", audio),
        .init("toolUse", toolUse),
        .init("toolResult", toolResult),
        .init("guardContent", guardContent),
        .init("cachePoint", cachePoint),
        .init("reasoningContent", reasoning),
        .init("citationsContent", citations),
        .init("searchResult", searchResult),
        .init("toolAddition", toolReference),
        .init("toolRemoval", toolReference),
    ])

    static let reasoning = Shape.union([
        .init(
            "reasoningText",
            .structure([.init("text", .string(), required: true), .init("signature", .string())])
        ),
        .init("redactedContent", .blob()),
    ])

    static let cachePoint = Shape.structure([
        .init("type", .enumeration(["default"]), required: true),
        .init("ttl", .enumeration(["5m", "1h"])),
    ])

    private static let guardContent = Shape.union([
        .init(
            "text",
            .structure([
                .init("text", .string(), required: true),
                .init("qualifiers", .list(.enumeration(["grounding_source", "query", "guard_content"]))),
            ])
        ),
        .init(
            "image",
            .structure([
                .init("format", .enumeration(["png", "jpeg"]), required: true),
                .init("source", .union([.init("bytes", .blob(minimum: 1))]), required: true),
            ])
        ),
    ])

    private static let location = Shape.structure([
        .init("uri", .string(length: 1...1_024, pattern: .objectURI), required: true),
        .init("bucketOwner", .string(pattern: .accountID)),
    ])

    private static let media = Shape.union([.init("bytes", .blob(minimum: 1)), .init("s3Location", location)])
    private static let mediaError = Shape.structure([.init("message", .string())])
    private static let citationsConfig = Shape.structure([.init("enabled", .boolean, required: true)])
    private static let textUnion = Shape.union([.init("text", .string())])

    static let image = Shape.structure([
        .init("format", .enumeration(["png", "jpeg", "gif", "webp"]), required: true),
        .init("source", media, required: true),
        .init("error", mediaError),
    ])

    private static let document = Shape.structure([
        .init("format", .enumeration(["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"])),
        .init("name", .string(length: 1...200), required: true),
        .init(
            "source",
            .union([
                .init("bytes", .blob(minimum: 1)),
                .init("s3Location", location),
                .init("text", .string()),
                .init("content", .list(textUnion)),
            ]),
            required: true
        ),
        .init("context", .string()),
        .init("citations", citationsConfig),
    ])

    static let video = Shape.structure([
        .init(
            "format",
            .enumeration(["mkv", "mov", "mp4", "webm", "flv", "mpeg", "mpg", "wmv", "three_gp"]),
            required: true
        ),
        .init("source", media, required: true),
    ])

    static let audio = Shape.structure([
        .init(
            "format",
            .enumeration([
                "mp3", "opus", "wav", "aac", "flac", "mp4", "ogg", "mkv", "mka", "x-aac", "m4a", "mpeg", "mpga", "pcm",
                "webm",
            ]),
            required: true
        ),
        .init("source", media, required: true),
        .init("error", mediaError),
    ])

    private static let searchResult = Shape.structure([
        .init("source", .string(), required: true),
        .init("title", .string(), required: true),
        .init("content", .list(.structure([.init("text", .string(), required: true)])), required: true),
        .init("citations", citationsConfig),
    ])

    private static let citations = Shape.structure([
        .init("content", .list(textUnion)),
        .init(
            "citations",
            .list(
                .structure([
                    .init("title", .string()),
                    .init("source", .string()),
                    .init("sourceContent", .list(textUnion)),
                    .init(
                        "location",
                        .union([
                            .init("web", .structure([.init("url", .string()), .init("domain", .string())])),
                            .init("documentChar", range(of: "documentIndex")),
                            .init("documentPage", range(of: "documentIndex")),
                            .init("documentChunk", range(of: "documentIndex")),
                            .init("searchResultLocation", range(of: "searchResultIndex")),
                        ])
                    ),
                ])
            )
        ),
    ])

    private static func range(of index: String) -> Shape {
        .structure([
            .init(index, .integer(0...Int.max)),
            .init("start", .integer(0...Int.max)),
            .init("end", .integer(0...Int.max)),
        ])
    }
}
