/// The shape of a Nova body, `messages-v1`: that of Converse but for cache points, `topK` and documents.
///
/// <https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html>
enum NovaShapes {
    static let request = Shape.structure([
        .init("schemaVersion", .enumeration(["messages-v1"])),
        .init("system", .list(.structure([.init("text", .string(length: 1...Int.max), required: true), cachePoint]))),
        .init(
            "messages",
            .list(
                .structure([
                    .init("role", .enumeration(["user", "assistant"]), required: true),
                    .init("content", .list(block, count: 1...Int.max), required: true),
                ]),
                count: 1...Int.max
            ),
            required: true
        ),
        .init(
            "inferenceConfig",
            .structure([
                .init("maxTokens", .integer(1...Int.max)),
                .init("temperature", .float(0.00001...1)),
                .init("topP", .float(0...1)),
                .init("topK", .integer(0...128)),
                .init("stopSequences", .list(.string(length: 1...Int.max), count: 0...4)),
            ])
        ),
        .init("toolConfig", ConverseShapes.tools),
        GuardrailShape.member,
        .init(
            "reasoningConfig",
            .structure([
                .init("type", .enumeration(["enabled", "disabled"]), required: true),
                .init("maxReasoningEffort", .enumeration(["low", "medium", "high"])),
            ])
        ),
    ])

    private static let cachePoint = Shape.Member("cachePoint", ConverseShapes.cachePoint)

    private static let block = Shape.structure([
        .init("text", .string()),
        cachePoint,
        .init("image", ConverseShapes.image),
        .init("video", ConverseShapes.video),
        .init("audio", ConverseShapes.audio),
        .init("toolUse", ConverseShapes.toolUse),
        .init("toolResult", ConverseShapes.toolResult),
        .init("reasoningContent", ConverseShapes.reasoning),
    ])
}
