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
        let inlining = SchemaRewriter(inlinesReferences: true, hasPlainRoot: model.toolSchemas == .plainRoot)
        var growth = 0
        for index in conversation.tools.indices {
            var tool = conversation.tools[index]
            let isFormat = conversation.structuredOutput == .tool(tool.name.string)
            do throws(SchemaRewriter.TooLarge) {
                if mergesRoots, tool.isComposed {
                    tool.inputSchema = try RootComposition.merged(tool.inputSchema)
                    conversation.report.adjust(
                        isFormat ? "response_format.schema=merged" : "tools.parameters=merged"
                    )
                }
                if model.toolSchemas != .any { tool.inputSchema = try inlining.rewritten(tool.inputSchema) }
                if tool.strict, !passesBody { tool.inputSchema = try closing.rewritten(tool.inputSchema) }
                growth += tool.inputSchema.readableBytes - conversation.tools[index].inputSchema.readableBytes
                guard growth <= Self.maximumGrowth else { throw SchemaRewriter.TooLarge() }
            } catch {
                throw Self.tooLarge(isFormat ? "response_format" : "tools")
            }
            conversation.tools[index].inputSchema = tool.inputSchema
        }
        guard conversation.structuredOutput == .native, case .jsonSchema(var format) = conversation.outputFormat else {
            return
        }
        do throws(SchemaRewriter.TooLarge) {
            format.schema = try closing.rewritten(format.schema)
        } catch {
            throw Self.tooLarge("response_format")
        }
        conversation.outputFormat = .jsonSchema(format)
    }

    /// What a grammar is made from: closed objects, and for Claude no limits.
    private var closing: SchemaRewriter { SchemaRewriter(closesObjects: true, movesLimits: isClaude) }

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
