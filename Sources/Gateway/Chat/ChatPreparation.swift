import Adapters
import BedrockRuntime
import Catalog
import JSON
import NIOCore
import OpenAISchema

/// The way from a request's bytes to a Bedrock call: pure, and therefore free to run on any thread.
///
/// It stops once in the middle if the request names images by URL; what they hold comes in from outside.
///
/// A class, because all that a request goes through holds on to it.
final class ChatPreparation: Sendable {
    let models: ModelTable
    let region: AWSRegion
    /// The guardrail that the operator set; a client's own never replaces it.
    let operatorGuardrail: Guardrail?
    /// The guardrail that the client named in headers.
    let headerGuardrail: Guardrail?
    /// Whether either is there.
    let hasGuardrail: Bool
    let defaultStream: Bool
    /// Whether mantle may be called.
    let offersMantle: Bool
    /// Whether what would be dropped or adjusted is refused.
    let isStrict: Bool
    /// The thinking of earlier answers, and whose it is.
    let memory: ThinkingMemory

    init(
        models: ModelTable,
        region: AWSRegion,
        configuration: GatewayConfiguration,
        isStrict: Bool,
        memory: ThinkingMemory,
        headerGuardrail: Guardrail? = nil
    ) {
        self.models = models
        self.region = region
        operatorGuardrail = configuration.guardrail
        self.headerGuardrail = headerGuardrail
        hasGuardrail = configuration.guardrail != nil || headerGuardrail != nil
        defaultStream = configuration.defaultStream
        offersMantle = configuration.endpoints.offers(.mantle)
        self.isStrict = isStrict
        self.memory = memory
    }

    /// A decoded request whose model is known.
    ///
    /// A class, because it goes through many hands: a copy would count a reference for each of its fields.
    final class Decoded: Sendable {
        let request: ChatCompletionRequest
        let resolved: ResolvedModel
        /// The images to fetch.
        let remoteImages: [RemoteImage]
        /// What was left out because Bedrock refused it, as notes for the client.
        let lacks: [String]

        init(
            request: consuming ChatCompletionRequest,
            resolved: ResolvedModel,
            remoteImages: [RemoteImage],
            lacks: [String] = []
        ) {
            self.request = request
            self.resolved = resolved
            self.remoteImages = remoteImages
            self.lacks = lacks
        }
    }

    /// Everything there is to know about a call before it is signed.
    ///
    /// A class, because all that has to do with the answer holds on to it.
    final class Prepared: Sendable {
        let call: BedrockCall
        let candidate: ModelTable.Candidate
        let context: ReplyContext
        let style: ReplyStyle
        let resolved: ResolvedModel
        let requestedModel: String
        let streams: Bool
        let choices: Int
        /// Where the answer's thinking is kept; nil for a model that signs none.
        let memory: ThinkingMemory?

        /// Whether the client streams an answer that Bedrock gives whole.
        var replaysAsStream: Bool { streams && call.framing == .whole }
        var report: TranslationReport { context.report }
        var model: Model { resolved.model }
        var adapter: any ModelAdapter { candidate.adapter }

        init(
            call: BedrockCall,
            candidate: ModelTable.Candidate,
            context: ReplyContext,
            decoded: Decoded,
            streams: Bool,
            memory: ThinkingMemory?
        ) {
            self.call = call
            self.candidate = candidate
            self.context = context
            style = ReplyStyle(decoded.request, of: decoded.resolved)
            resolved = decoded.resolved
            requestedModel = decoded.request.model
            self.streams = streams
            choices = decoded.request.choiceCount
            self.memory = memory
        }

        private init(_ other: Prepared, call: BedrockCall) {
            self.call = call
            candidate = other.candidate
            context = other.context
            style = other.style
            resolved = other.resolved
            requestedModel = other.requestedModel
            streams = other.streams
            choices = other.choices
            memory = other.memory
        }

        /// Reads a whole answer: what the adapter makes of it, with the tier that its headers name where its body names none.
        func events(from reply: BedrockReply) throws(AdapterError) -> [ChatEvent] {
            var events = try adapter.events(from: reply, for: context)
            if let tier = reply.header(BedrockReply.serviceTierHeader) { events.insert(.serviceTier(tier), at: 0) }
            var pipeline = ReplyPipeline(context: context)
            pipeline.process(&events)
            return events
        }

        /// The same without the call's bytes.
        func withoutBody() -> Prepared {
            var call = call
            call.body = BedrockBody(ByteBuffer())
            return Prepared(self, call: call)
        }
    }

    /// Parses, validates and resolves.
    func decode(_ body: ByteBuffer) throws(OpenAIError) -> Decoded {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(body)
        } catch {
            throw .from(error)
        }
        let request = try ChatCompletionRequest.decode(value)
        let resolved: ResolvedModel
        do throws(ResolutionError) {
            resolved = try models.catalog.resolve(request.model, region: region.rawValue)
        } catch {
            throw .from(error)
        }
        // The catalog's own ids were checked at start.
        if resolved.isUncatalogued || resolved.modelID.hasPrefix("arn:") {
            do throws(ModelIdentifierError) {
                try ModelIdentifier(resolved.modelID).requireRegion(region)
            } catch {
                throw .from(error)
            }
        }
        let images = Self.remoteImages(in: request)
        if let first = images.first, !resolved.model.capabilities.contains(.vision) {
            // Nothing is fetched for a model that cannot look at it.
            throw MediaParts.blind(resolved.model, path: first.part, visionExamples: models.visionExamples)
        }
        return Decoded(request: request, resolved: resolved, remoteImages: images)
    }

    /// The images to fetch: those that stand where an image may.
    private static func remoteImages(in request: borrowing ChatCompletionRequest) -> [RemoteImage] {
        var images: [RemoteImage] = []
        for index in request.messages.indices {
            guard case .parts(let parts) = request.messages[index].content else { continue }
            switch request.messages[index].role {
            case .user, .tool, .function: break
            case .system, .developer, .assistant: continue
            }
            collect(parts, path: "messages[\(index)]", into: &images)
        }
        return images
    }

    private static func collect(_ parts: [ContentPart], path: String, into images: inout [RemoteImage]) {
        for (index, part) in parts.enumerated() {
            switch part {
            case .image(let url, _):
                // Only the first letters are looked at: a data URL may be megabytes long.
                let start = url.escaped.getString(
                    at: url.escaped.readerIndex,
                    length: min(8, url.escaped.readableBytes)
                )
                guard start?.lowercased().hasPrefix("http") == true else { continue }
                images.append(RemoteImage(url: url, part: "\(path).content[\(index)]"))
            case .toolResult(let result): collect(result.content, path: "\(path).content[\(index)]", into: &images)
            default: continue
            }
        }
    }
}
