package import NIOCore
import NIOPosix

/// An HTTP/1.1 client for tests that shares no code with the server it talks to.
package enum LoopbackClient {
    /// An answer, its chunks put together.
    package struct Answer: Sendable {
        /// The status.
        package var status: Int
        /// The header fields, names in lower case.
        package var headers: [(name: String, value: String)]
        /// The body.
        package var body: ByteBuffer

        /// The value of a header field.
        package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    /// An answer that is not HTTP, or was cut.
    package struct Malformed: Error {
        /// What came.
        package var received: String
    }

    /// Posts a body to 127.0.0.1 and reads the answer to its end.
    package static func post(
        port: Int,
        path: String,
        headers: [(String, String)],
        body: ByteBuffer,
        group: any EventLoopGroup
    ) async throws -> Answer {
        var request = ByteBuffer(string: "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n")
        for (name, value) in headers { request.writeString("\(name): \(value)\r\n") }
        request.writeString("Content-Length: \(body.readableBytes)\r\n\r\n")
        request.writeImmutableBuffer(body)
        let sent = request
        let answered = group.next().makePromise(of: ByteBuffer.self)
        let channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(answered))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(sent).get()
        return try parse(try await answered.futureResult.get())
    }

    private static func parse(_ bytes: ByteBuffer) throws -> Answer {
        let malformed = Malformed(received: String(buffer: bytes))
        let view = bytes.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8)) else { throw malformed }
        let lines = String(decoding: view[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, let status = Int(first.split(separator: " ").dropFirst().first ?? "") else {
            throw malformed
        }
        let headers = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return (name: name.lowercased(), value: String(line.dropFirst(name.count + 1).drop { $0 == " " }))
        }
        var answer = Answer(status: status, headers: headers, body: ByteBuffer(view[end.upperBound...]))
        guard answer.header("transfer-encoding") == "chunked" else { return answer }
        guard let body = unchunked(view[end.upperBound...]) else { throw malformed }
        answer.body = body
        return answer
    }

    /// The content of a chunked body; nil unless it ends as it should.
    private static func unchunked(_ bytes: ByteBufferView) -> ByteBuffer? {
        var body = ByteBuffer()
        var rest = bytes
        while let lineEnd = rest.firstRange(of: Array("\r\n".utf8)) {
            let line = String(decoding: rest[..<lineEnd.lowerBound], as: UTF8.self)
            guard let size = Int(line.prefix { $0 != ";" }, radix: 16) else { return nil }
            rest = rest[lineEnd.upperBound...]
            if size == 0 { return body }
            guard rest.count >= size + 2 else { return nil }
            body.writeBytes(rest.prefix(size))
            rest = rest.dropFirst(size + 2)
        }
        return nil
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let answered: EventLoopPromise<ByteBuffer>
        private var received = ByteBuffer()

        init(_ answered: EventLoopPromise<ByteBuffer>) {
            self.answered = answered
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = Self.unwrapInboundIn(data)
            received.writeBuffer(&bytes)
        }

        func channelInactive(context: ChannelHandlerContext) {
            answered.succeed(received)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            answered.fail(error)
            context.close(promise: nil)
        }
    }
}
