/// The shape of the bodies that follow OpenAI's chat completions.
enum OpenAIChatShapes {
    static let request = Shape.structure(
        [
            .init("messages", .list(message, count: 1...Int.max), required: true),
            .init("max_tokens", .integer(1...Int.max)),
            .init("max_completion_tokens", .integer(1...Int.max)),
            .init("temperature", .float(0...2)),
            .init("top_p", .float(0...1)),
            .init("top_k", .integer()),
            .init("stop", .stringOrList(.string(length: 1...Int.max))),
            .init("tools", .list(tool, count: 1...Int.max)),
            .init("parallel_tool_calls", .boolean),
            .init("stream", .boolean),
            .init("model", .string()),
            .init("n", .integer(1...16)),
            .init("presence_penalty", .float(-2...2)),
            .init("frequency_penalty", .float(-2...2)),
            .init("seed", .integer()),
            GuardrailShape.member,
        ] + others.map { Shape.Member($0, .document) }
    )

    /// Members that are taken as they are.
    private static let others = [
        "tool_choice", "response_format", "reasoning_effort", "reasoning", "thinking", "stream_options", "logit_bias",
        "logprobs", "top_logprobs", "user", "metadata", "service_tier", "store", "verbosity", "chat_template_kwargs",
        "documents", "repetition_penalty", "min_p", "safety_identifier", "prompt_cache_key", "prediction",
        "include_reasoning", "modalities",
    ]

    private static let message = Shape.structure([
        .init("role", .enumeration(["system", "developer", "user", "assistant", "tool"]), required: true),
        .init("content", .document),
        .init("name", .string()),
        .init(
            "tool_calls",
            .list(
                .structure([
                    .init("id", .string(length: 1...Int.max), required: true),
                    .init("type", .enumeration(["function"])),
                    .init("index", .integer()),
                    .init(
                        "function",
                        .structure([
                            .init("name", .string(length: 1...Int.max), required: true),
                            .init("arguments", .string(), required: true),
                        ]),
                        required: true
                    ),
                ]),
                count: 1...Int.max
            )
        ),
        .init("tool_call_id", .string(length: 1...Int.max)),
        .init("reasoning_content", .string()),
        .init("refusal", .string()),
    ])

    private static let tool = Shape.structure([
        .init("type", .enumeration(["function"]), required: true),
        .init(
            "function",
            .structure([
                .init("name", .string(length: 1...64, pattern: .toolName), required: true),
                .init("description", .string()),
                .init("parameters", .document),
                .init("strict", .boolean),
            ]),
            required: true
        ),
    ])
}
