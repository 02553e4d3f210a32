/// What any body for InvokeModel may say of the guardrail that its headers name.
///
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-invoke-api.html>
enum GuardrailShape {
    static let member = Shape.Member(
        "amazon-bedrock-guardrailConfig",
        .structure([
            .init("tagSuffix", .string(length: 1...20)),
            .init("streamProcessingMode", .enumeration(["SYNCHRONOUS", "ASYNCHRONOUS"])),
        ])
    )
}
