/// The shapes of bodies that hold one text, from AWS's pages on each family's inference parameters.
enum TextShapes {
    static func request(of family: TextDialect.Family) -> Shape {
        switch family {
        case .llama: llama
        case .mistral: mistral
        case .deepSeek: deepSeek
        case .titan: titan
        }
    }

    private static let text = Shape.string(length: 1...Int.max)
    private static let sampling: [Shape.Member] = [.init("temperature", .float(0...1)), .init("top_p", .float(0...1))]

    private static let llama = Shape.structure(
        [
            .init("prompt", text, required: true),
            .init("max_gen_len", .integer(1...8_192)),
            .init("images", .list(.blob(minimum: 1))),
            GuardrailShape.member,
        ] + sampling
    )

    private static let mistral = Shape.structure(
        [
            .init("prompt", text, required: true),
            .init("max_tokens", .integer(1...8_192)),
            .init("stop", .list(text, count: 0...10)),
            .init("top_k", .integer(1...200)),
            GuardrailShape.member,
        ] + sampling
    )

    private static let deepSeek = Shape.structure(
        [
            .init("prompt", text, required: true),
            .init("max_tokens", .integer(1...32_768)),
            .init("stop", .list(text, count: 0...10)),
            GuardrailShape.member,
        ] + sampling
    )

    private static let titan = Shape.structure([
        .init("inputText", text, required: true),
        GuardrailShape.member,
        .init(
            "textGenerationConfig",
            .structure([
                .init("maxTokenCount", .integer(1...8_192)),
                .init("temperature", .float(0...1)),
                .init("topP", .float(0...1)),
                .init("stopSequences", .list(.string(pattern: .titanStop), count: 0...1)),
            ])
        ),
    ])
}
