/// The shapes of a Claude body on InvokeModel.
///
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html>
enum AnthropicShapes {
    /// The whole body.
    static let request = Shape.structure(
        [
            .init("anthropic_version", .enumeration(["bedrock-2023-05-31"]), required: true),
            .init("max_tokens", .integer(1...Int.max), required: true),
            .init("messages", .list(message, count: 1...Int.max), required: true),
            .init("system", .stringOrList(.tagged(by: "type", [text]))),
            GuardrailShape.member,
        ] + optional
    )

    /// What Converse hands through in `additionalModelRequestFields`.
    static let fields = Shape.structure(optional)
    static let fieldNames = optional.map(\.name)

    private static let optional: [Shape.Member] = [
        .init("temperature", .float(0...1)),
        .init("top_p", .float(0...1)),
        .init("top_k", .integer(0...500)),
        .init("stop_sequences", .list(.string(length: 1...Int.max), count: 0...8_191)),
        .init("tools", .list(.document)),
        .init("tool_choice", .document),
        .init(
            "thinking",
            .tagged(
                by: "type",
                [
                    .init(
                        "enabled",
                        [
                            .init("type", .document),
                            .init("budget_tokens", .integer(1_024...Int.max), required: true),
                            .init("display", .string()),
                        ]
                    ),
                    .init("adaptive", [.init("type", .document), .init("display", .string())]),
                    .init("disabled", [.init("type", .document)]),
                ]
            )
        ),
        .init(
            "output_config",
            .structure([
                .init("effort", .enumeration(["low", "medium", "high", "xhigh", "max"])),
                .init(
                    "format",
                    .structure([
                        .init("type", .enumeration(["json_schema"]), required: true),
                        .init("schema", .document, required: true),
                    ])
                ),
            ])
        ),
        .init("metadata", .structure([.init("user_id", .string(length: 0...256))])),
        .init("anthropic_beta", .list(.string(length: 1...Int.max))),
        .init("context_management", .structure([.init("edits", .list(.document))])),
    ]

    private static let message = Shape.structure([
        .init("role", .enumeration(["user", "assistant"]), required: true),
        .init("content", .stringOrList(.tagged(by: "type", blocks)), required: true),
    ])

    private static let cacheControl = Shape.Member(
        "cache_control",
        .structure([
            .init("type", .enumeration(["ephemeral"]), required: true),
            .init("ttl", .enumeration(["5m", "1h"])),
        ])
    )
    private static let type = Shape.Member("type", .document)
    private static let citations = Shape.Member("citations", .document)

    private static let text = Shape.Tag(
        "text",
        [type, cacheControl, citations, .init("text", .string(), required: true)]
    )

    private static let image = Shape.Tag(
        "image",
        [
            type, cacheControl,
            .init(
                "source",
                .tagged(
                    by: "type",
                    [
                        .init(
                            "base64",
                            [
                                type,
                                .init(
                                    "media_type",
                                    .enumeration(["image/jpeg", "image/png", "image/gif", "image/webp"]),
                                    required: true
                                ),
                                .init("data", .blob(minimum: 1), required: true),
                            ]
                        )
                    ]
                ),
                required: true
            ),
        ]
    )

    private static let document = Shape.Tag(
        "document",
        [
            type, cacheControl, citations,
            .init("title", .string()),
            .init("context", .string()),
            .init(
                "source",
                .tagged(
                    by: "type",
                    [
                        .init(
                            "base64",
                            [
                                type,
                                .init("media_type", .enumeration(["application/pdf"]), required: true),
                                .init("data", .blob(minimum: 1), required: true),
                            ]
                        ),
                        .init(
                            "text",
                            [
                                type,
                                .init("media_type", .enumeration(["text/plain"]), required: true),
                                .init("data", .string(length: 1...Int.max), required: true),
                            ]
                        ),
                        .init("content", [type, .init("content", .stringOrList(.document), required: true)]),
                    ]
                ),
                required: true
            ),
        ]
    )

    private static let searchResult = Shape.Tag(
        "search_result",
        [
            type, cacheControl, citations,
            .init("source", .string(), required: true),
            .init("title", .string(), required: true),
            .init("content", .list(.tagged(by: "type", [text])), required: true),
        ]
    )

    private static let toolID = Shape.string(
        length: 1...Int.max,
        pattern: .init(expression: "[a-zA-Z0-9_-]+") { Shape.Pattern.toolName.matches($0) }
    )

    private static let blocks: [Shape.Tag] = [
        text, image, document, searchResult,
        .init(
            "tool_use",
            [
                type, cacheControl,
                .init("id", toolID, required: true),
                .init("name", .string(length: 1...200), required: true),
                .init("input", .map(key: .string(), value: .document), required: true),
            ]
        ),
        .init(
            "tool_result",
            [
                type, cacheControl,
                .init("tool_use_id", toolID, required: true),
                .init("content", .stringOrList(.tagged(by: "type", [text, image, document, searchResult]))),
                .init("is_error", .boolean),
            ]
        ),
        .init(
            "thinking",
            [
                type,
                .init("thinking", .string(), required: true),
                .init("signature", .string(), required: true),
            ]
        ),
        .init("redacted_thinking", [type, .init("data", .string(), required: true)]),
    ]

    /// A tool of the caller's own.
    static let customTool = Shape.structure([
        .init("type", .enumeration(["custom"])),
        .init("name", .string(length: 1...128, pattern: .toolName), required: true),
        .init("description", .string()),
        .init("input_schema", .map(key: .string(), value: .document), required: true),
        .init("strict", .boolean),
        cacheControl,
    ])

    static let toolChoice = Shape.tagged(
        by: "type",
        [
            .init("auto", [type, .init("disable_parallel_tool_use", .boolean)]),
            .init("any", [type, .init("disable_parallel_tool_use", .boolean)]),
            .init("none", [type]),
            .init(
                "tool",
                [type, .init("name", .string(), required: true), .init("disable_parallel_tool_use", .boolean)]
            ),
        ]
    )
}
