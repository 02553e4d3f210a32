import Catalog
import JSON
import NIOCore

extension CapabilityPolicy {
    /// By how many bytes the tools of one request may grow.
    private static let maximumGrowth = 8 * SchemaRewriter.maximumBytes

    /// Rewrites schemas into what the model takes: of its tools, and of an answer that it shapes natively.
    ///
    /// - Throws: `AdapterError.unsupported` for a schema that is too large once its references are written out.
    func fitSchemas(_ conversation: inout Conversation) throws(AdapterError) {
        fitStrictness(&conversation)
        let mergesRoots = isClaude || model.toolSchemas == .plainRoot
        if mergesRoots, conversation.tools.contains(where: \.isComposed) {
            for index in conversation.tools.indices where conversation.tools[index].isComposed {
                conversation.tools[index].inputSchema = RootComposition.merged(conversation.tools[index].inputSchema)
            }
            conversation.report.adjust("tools.parameters=merged")
        }
        if model.toolSchemas != .any {
            let rewriter = SchemaRewriter(inlinesReferences: true, hasPlainRoot: model.toolSchemas == .plainRoot)
            var bytes = 0
            for index in conversation.tools.indices {
                let schema = try Self.rewritten(conversation.tools[index].inputSchema, by: rewriter, param: "tools")
                bytes += schema.readableBytes - conversation.tools[index].inputSchema.readableBytes
                guard bytes <= Self.maximumGrowth else { throw Self.tooLarge("tools") }
                conversation.tools[index].inputSchema = schema
            }
        }
        let closing = SchemaRewriter(closesObjects: true, movesLimits: isClaude)
        for index in conversation.tools.indices where conversation.tools[index].strict && !passesBody {
            let schema = conversation.tools[index].inputSchema
            conversation.tools[index].inputSchema = try Self.rewritten(schema, by: closing, param: "tools")
        }
        if conversation.structuredOutput == .native, case .jsonSchema(var format) = conversation.outputFormat {
            format.schema = try Self.rewritten(format.schema, by: closing, param: "response_format")
            conversation.outputFormat = .jsonSchema(format)
        }
    }

    /// Asks for strictness only where the model and a grammar can keep it.
    private func fitStrictness(_ conversation: inout Conversation) {
        guard !passesBody else { return }
        let limits = GrammarLimits(isClaude: isClaude)
        let isKnown = model.capabilities.contains(.strictTools)
        for index in conversation.tools.indices where conversation.tools[index].strict {
            guard !isKnown || !limits.hold(conversation.tools[index].inputSchema) else { continue }
            conversation.tools[index].strict = false
            conversation.report.drop("tools.strict")
        }
    }

    private static func rewritten(
        _ schema: ByteBuffer,
        by rewriter: SchemaRewriter,
        param: String
    ) throws(AdapterError) -> ByteBuffer {
        do throws(SchemaRewriter.TooLarge) {
            return try rewriter.rewritten(schema)
        } catch {
            throw tooLarge(param)
        }
    }

    private static func tooLarge(_ param: String) -> AdapterError {
        .unsupported(
            param: param,
            message:
                "The JSON Schemas in '\(param)' are too large or too deep once their '$ref's are written out, as this "
                + "model needs them: \(SchemaRewriter.maximumBytes) bytes each are the most, and \(maximumGrowth) bytes "
                + "more than were sent. Use fewer or smaller ones."
        )
    }
}
