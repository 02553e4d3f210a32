import Foundation
import JSON
import NIOCore
import Testing

@testable import BedrockRuntime

@Suite struct BedrockEventReaderTests {
    /// What came of reading a stream: its events, and the error that ended it.
    struct Outcome {
        var kinds: [BedrockEvent.Kind] = []
        var payloads: [String] = []
        var error: BedrockError?
    }

    static func read(_ stream: [UInt8], chunkSize: Int, requestID: String? = nil) -> Outcome {
        var reader = BedrockEventReader(requestID: requestID)
        var outcome = Outcome()
        do {
            for start in stride(from: 0, to: stream.count, by: chunkSize) {
                reader.append(ByteBuffer(bytes: stream[start..<min(start + chunkSize, stream.count)]))
                while let event = try reader.next() {
                    outcome.kinds.append(event.kind)
                    outcome.payloads.append(String(buffer: event.payload))
                }
            }
            try reader.finish()
        } catch {
            outcome.error = error
        }
        return outcome
    }

    static let kinds: [String: BedrockEvent.Kind] = [
        "messageStart": .messageStart, "contentBlockStart": .contentBlockStart, "contentBlockDelta": .contentBlockDelta,
        "contentBlockStop": .contentBlockStop, "messageStop": .messageStop, "metadata": .metadata,
    ]

    static func object(_ text: String) throws -> NSObject {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSObject)
    }

    /// The vectors' file as plain objects, since each case has members of its own.
    static func cases() throws -> [String: [String: Any]] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Vectors/eventstream_vectors.json")
        let root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        return try #require(root?["cases"] as? [String: [String: Any]])
    }

    @Test func everyPublishedStreamIsReadAtEveryChunking() throws {
        let cases = try Self.cases()
        #expect(cases.count == 12)
        var compared = 0
        for (name, content) in cases {
            let encoded = try #require(content["base64"] as? String)
            let stream = Array(try #require(Data(base64Encoded: encoded)))
            for size in [1, 7, 65, stream.count] {
                let outcome = Self.read(stream, chunkSize: size)
                let note = Comment(rawValue: "\(name) in pieces of \(size)")
                if let chunks = content["chunks"] as? [NSObject] {
                    #expect(outcome.kinds == chunks.map { _ in .chunk }, note)
                    #expect(try outcome.payloads.map(Self.object) == chunks, note)
                    #expect(outcome.error == nil, note)
                    compared += 1
                } else if let events = content["events"] as? [[String: Any]] {
                    let whole = events.filter { $0["type"] != nil }
                    #expect(outcome.kinds == whole.map { Self.kinds[$0["type"] as? String ?? ""] }, note)
                    #expect(try outcome.payloads.map(Self.object) == whole.map { $0["payload"] as? NSObject }, note)
                    #expect((outcome.error != nil) == (whole.count != events.count), note)
                    compared += 1
                }
            }
        }
        #expect(compared == 8 * 4)
    }

    @Test func anExceptionInTheStreamIsThrownWithItsModelledStatus() throws {
        let cases = try EventStreamVector.all()
        let throttled = Self.read(
            try #require(cases["converse_midstream_throttle"]).bytes,
            chunkSize: 7,
            requestID: "0a1b-2c"
        )
        #expect(throttled.kinds == [.messageStart, .contentBlockDelta])
        #expect(
            throttled.error
                == BedrockError(
                    phase: .stream,
                    code: "ThrottlingException",
                    status: 429,
                    message: "Too many tokens, please wait before trying again.",
                    requestID: "0a1b-2c"
                )
        )
        let failed = Self.read(try #require(cases["converse_midstream_model_error"]).bytes, chunkSize: 65)
        #expect(
            failed.error
                == BedrockError(
                    phase: .stream,
                    code: "ModelStreamErrorException",
                    status: 424,
                    message: "boom",
                    originalStatusCode: 500,
                    originalMessage: "x"
                )
        )
    }

    @Test func anUnmodelledErrorFrameIsThrown() throws {
        let outcome = try Self.read(#require(EventStreamVector.all()["unmodeled_error_frame"]).bytes, chunkSize: 1)
        #expect(
            outcome.error
                == BedrockError(
                    phase: .stream,
                    code: "InternalError",
                    status: 500,
                    message: "An internal server error occurred"
                )
        )
    }

    @Test func everyModelledStreamExceptionHasItsStatus() throws {
        let inStreams = try KnownErrorCode.all().filter { $0.streamName != nil }
        #expect(inStreams.count == 6)
        for entry in inStreams {
            let frame = FrameWriter.frame(
                [(":message-type", "exception"), (":exception-type", entry.streamName ?? "")],
                payload: #"{"message":"m"}"#
            )
            let error = Self.read(frame, chunkSize: 1000).error
            #expect(error?.code == entry.code)
            #expect(error?.status == entry.status)
            #expect(error?.isStream == true)
        }
    }

    @Test func anUnknownExceptionIsStillAnError() {
        let frame = FrameWriter.frame(
            [(":message-type", "exception"), (":exception-type", "newException")],
            payload: ""
        )
        let error = Self.read(frame, chunkSize: 1000).error
        #expect(error?.code == "NewException")
        #expect(error?.status == 500)
        #expect(error?.message.isEmpty == false)
    }

    @Test func anErrorIsThrownAgainAndAgain() {
        var reader = BedrockEventReader()
        reader.append(
            ByteBuffer(bytes: FrameWriter.frame([(":message-type", "error"), (":error-code", "X")], payload: ""))
        )
        for _ in 0..<3 { #expect(throws: BedrockError.self) { try reader.next() } }
        reader.append(ByteBuffer(bytes: FrameWriter.event("messageStop", payload: "{}")))
        #expect(throws: BedrockError.self) { try reader.next() }
        #expect(throws: BedrockError.self) { try reader.finish() }
    }

    @Test func damageIsAnInterruptionAndNotAnEnd() throws {
        let cases = try EventStreamVector.all()
        for name in ["bad_message_crc", "bad_prelude_crc"] {
            let stream = try #require(cases[name]).bytes
            let error = Self.read(stream, chunkSize: 7).error
            #expect(error?.phase == .interrupted)
            #expect(error?.code == BedrockError.interruptedCode)
            #expect(error?.status == 502)
        }
    }

    @Test func aStreamCutInsideAFrameIsAnInterruption() throws {
        let stream = try #require(EventStreamVector.all()["converse_text"]).bytes
        var boundaries: Set<Int> = [0]
        var position = 0
        while position < stream.count {
            position += stream[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            boundaries.insert(position)
        }
        #expect(boundaries.count == 7)
        for length in 0...stream.count {
            let error = Self.read(Array(stream.prefix(length)), chunkSize: 64).error
            if boundaries.contains(length) {
                #expect(error == nil, "cut at \(length)")
            } else {
                #expect(error?.phase == .interrupted, "cut at \(length)")
            }
        }
    }

    @Test func unknownEventsAreHandedOnAsUnknown() {
        let stream =
            FrameWriter.event("contentBlockPause", payload: "{}")
            + FrameWriter.event("metadatum", payload: "{}")
            + FrameWriter.event("Metadata", payload: "{}")
            + FrameWriter.event("", payload: "{}")
            + FrameWriter.frame([], payload: "")
            + FrameWriter.frame([(":message-type", "ping"), (":event-type", "metadata")], payload: "")
        let outcome = Self.read(stream, chunkSize: 1000)
        #expect(outcome.kinds == Array(repeating: .unknown, count: 6))
        #expect(outcome.error == nil)
    }

    @Test func headersOfOtherTypesAndOrdersChangeNothing() {
        let headers: [UInt8] =
            [1, 65, 0, 1, 66, 4, 0, 0, 0, 1]
            + FrameWriter.header(":message-type", "event")
            + [11] + Array(":event-type".utf8) + [6, 0, 5] + Array("chunk".utf8)
            + FrameWriter.header(":event-type", "messageStop")
            + [1, 67, 9] + Array(repeating: 7, count: 16)
        let outcome = Self.read(FrameWriter.frame(headers: headers, payload: Array("{}".utf8)), chunkSize: 1000)
        #expect(outcome.kinds == [.messageStop])
    }

    @Test func aChunkIsUnwrappedInAnySpelling() {
        let spellings: [(payload: String, expected: String?)] = [
            (#"{"bytes":"eyJhIjoxfQ=="}"#, #"{"a":1}"#),
            (#"{"bytes":"eyJhIjoxfQ==","p":"abcdef"}"#, #"{"a":1}"#),
            (#"{"p":"\"bytes\":\"no\"","bytes":"eyJhIjoxfQ=="}"#, #"{"a":1}"#),
            (#"{ "bytes" : "eyJhIjoxfQ==" }"#, #"{"a":1}"#),
            (#"{"bytes":"Pz8\/"}"#, "???"),
            (#"{"bytes":"Pz8/"}"#, "???"),
            (#"{"bytes":""}"#, ""),
            (#"{"bytes":"eyJhIjoxfQ"}"#, nil),
            (#"{"bytes":"eyJh IjoxfQ=="}"#, nil),
            (#"{"bytes":"eyJhIjoxfQ==\"}"#, nil),
            (#"{"bytes":1}"#, nil),
            (#"{"bytes":"eyJh"#, nil),
            ("", nil),
            ("[]", nil),
        ]
        for (payload, expected) in spellings {
            let outcome = Self.read(FrameWriter.event("chunk", payload: payload), chunkSize: 1000)
            if let expected {
                #expect(outcome.kinds == [.chunk], "\(payload)")
                #expect(outcome.payloads == [expected], "\(payload)")
            } else {
                #expect(outcome.error?.phase == .interrupted, "\(payload)")
            }
        }
        #expect(Self.read(FrameWriter.event("chunk", payload: #"{"p":"a"}"#), chunkSize: 99).kinds == [.unknown])
    }

    @Test func aKeptChunkIsNotOverwrittenByTheNext() throws {
        var reader = BedrockEventReader()
        for text in ["b25l", "dHdv", "dGhyZWU="] {
            reader.append(ByteBuffer(bytes: FrameWriter.event("chunk", payload: #"{"bytes":"\#(text)"}"#)))
        }
        let first = try #require(try reader.next())
        #expect(try reader.next() != nil)
        let third = try #require(try reader.next())
        #expect(String(buffer: first.payload) == "one")
        #expect(String(buffer: third.payload) == "three")
    }
}
