import Adapters
import BedrockRuntime
import Catalog
import Foundation
import JSON
import NIOCore
import OpenAISchema
import TestSupport

@testable import Gateway

/// A fixture translated there and back without a socket: the same steps as `ChatExchange`, on values.
struct FixtureRun {
    /// What the client receives.
    enum Outcome {
        case whole(ByteBuffer)
        case stream(ByteBuffer)
        case refused(OpenAIError)
    }

    /// The call, unless the request was refused before there was one.
    private(set) var call: BedrockCall?
    /// The headers with which the gateway tells what became of the request's fields.
    private(set) var notes: [(name: String, value: String)] = []
    private(set) var outcome: Outcome

    init(_ fixture: Fixture) throws {
        let setting = try FixtureSetting(fixture)
        let preparation = ChatPreparation(
            models: try FixtureSetting.models.get(),
            region: setting.region,
            configuration: try FixtureSetting.configuration(),
            isStrict: setting.isStrict,
            memory: try FixtureSetting.noMemory()
        )
        let prepared: ChatPreparation.Prepared
        do throws(OpenAIError) {
            let body = try Self.body(of: fixture)
            prepared = try preparation.translate(preparation.decode(body), images: [:])
        } catch {
            outcome = .refused(error)
            return
        }
        call = prepared.call
        let record = RequestRecord(id: "", method: "POST", path: "/v1/chat/completions")
        ResponseHeaders.append(prepared, requestID: nil, record: record, to: &notes)
        notes.removeAll { !$0.name.hasPrefix("x-gateway-") }
        let answer = try fixture.bedrockAnswer(
            asServerSentEvents: prepared.call.framing == .serverSentEvents
        )
        guard let answer else {
            throw Fixture.Malformed(description: "\(fixture): the request reaches Bedrock, but there is no answer")
        }
        outcome = Self.outcome(of: answer, prepared, region: setting.region)
        if case .refused = outcome { notes = [] }
    }

    private static func body(of fixture: Fixture) throws(OpenAIError) -> ByteBuffer {
        guard let text = try? fixture.text(.request) else {
            throw .badRequest(.invalidJSON, param: nil, "\(fixture): request.json cannot be read")
        }
        return ByteBuffer(string: text)
    }

    private static func outcome(
        of answer: Fixture.BedrockAnswer,
        _ prepared: ChatPreparation.Prepared,
        region: AWSRegion
    ) -> Outcome {
        let identity = ReplyIdentity(
            id: FixtureSetting.identifiers.completion(),
            created: FixtureSetting.clock.seconds(),
            model: prepared.requestedModel
        )
        let failed = FailedCall(
            model: prepared.model,
            modelID: prepared.resolved.modelID,
            region: region.rawValue,
            isMantle: prepared.call.host == .mantle
        )
        let body = ByteBuffer(bytes: answer.body)
        guard answer.status == 200 else {
            let error = BedrockError.parse(status: answer.status, headers: answer.headers, body: body)
            return .refused(.from(AdapterError.bedrock(error), for: failed))
        }
        guard prepared.call.framing == .whole else {
            return stream(body, prepared, identity, failed, answer.headers)
        }
        let events: [ChatEvent]
        do throws(AdapterError) {
            let reply = BedrockReply(headers: answer.headers, body: body)
            events = try prepared.events(from: reply)
        } catch {
            return .refused(.from(error, for: failed))
        }
        return prepared.replaysAsStream
            ? replay(events, prepared, identity) : whole(events, prepared, identity)
    }

    private static func whole(
        _ events: [ChatEvent],
        _ prepared: ChatPreparation.Prepared,
        _ identity: ReplyIdentity
    ) -> Outcome {
        let reply = GatheredReply(events, style: prepared.style)
        var usage = reply.usage
        for _ in 1..<prepared.choices { if let more = reply.usage { usage?.add(more) } }
        var completion = ChatCompletion(
            identity: identity,
            choices: Array(repeating: reply.choice, count: prepared.choices),
            usage: usage
        )
        completion.serviceTier = reply.serviceTier
        completion.guardrailTrace = reply.guardrailTrace
        return .whole(completion.body())
    }

    private static func replay(
        _ events: [ChatEvent],
        _ prepared: ChatPreparation.Prepared,
        _ identity: ReplyIdentity
    ) -> Outcome {
        var output = ByteBuffer()
        var encoder = StreamEncoder(identity: identity, choice: 0, style: prepared.style)
        for event in events { encoder.encode(event, into: &output) }
        if prepared.style.includesUsage, let usage = encoder.usage {
            encoder.writeUsage(usage, serviceTier: encoder.serviceTier, into: &output)
        }
        ServerSentEvent.done(into: &output)
        return .stream(output)
    }

    private static func stream(
        _ body: ByteBuffer,
        _ prepared: ChatPreparation.Prepared,
        _ identity: ReplyIdentity,
        _ failed: FailedCall,
        _ headers: [(name: String, value: String)]
    ) -> Outcome {
        let requestID = headers.first { $0.name == "x-amzn-requestid" }?.value
        let tier = headers.first { $0.name.lowercased() == BedrockReply.serviceTierHeader }?.value
        var fold = ReplyFold(
            prepared: prepared,
            identity: identity,
            choice: 0,
            requestID: requestID,
            serviceTier: tier
        )
        var output = ByteBuffer()
        do throws(AdapterError) {
            try fold.receive(body, into: &output)
            try fold.finish(into: &output)
        } catch {
            fold.breakOff(into: &output)
            guard fold.isFinished else {
                let error = OpenAIError.from(error, for: failed)
                guard output.readableBytes > 0 else { return .refused(error) }
                fold.closeThinking(into: &output)
                ServerSentEvent.failure(error, into: &output)
                return .stream(output)
            }
        }
        if prepared.style.includesUsage, let usage = fold.usage {
            fold.encoder.writeUsage(usage, serviceTier: fold.serviceTier, into: &output)
        }
        ServerSentEvent.done(into: &output)
        return .stream(output)
    }
}
