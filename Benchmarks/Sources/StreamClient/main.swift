import Glibc
import NIOCore
import NIOPosix

// StreamClient PORT PATH BODYFILE STREAMS SECONDS [Header: value …]
//
// Opens that many streams, reads each to its end, and says how many ended and how many bytes came. Streams without end are held open
// until the time is over.

let arguments = CommandLine.arguments
guard arguments.count >= 6, let port = Int(arguments[1]), let streams = Int(arguments[4]),
    let seconds = Int64(arguments[5])
else {
    print("usage: StreamClient PORT PATH BODYFILE STREAMS SECONDS [Header: value …]")
    exit(2)
}

func contents(of path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&piece, 1, piece.count, file)
        if count == 0 { return bytes }
        bytes += piece[..<count]
    }
}

let body = contents(of: arguments[3])
var head = "POST \(arguments[2]) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n"
for header in arguments.dropFirst(6) { head += header + "\r\n" }
head += "Content-Length: \(body.count)\r\n\r\n"
var written = ByteBuffer(string: head)
written.writeBytes(body)
let request = written

/// The streams of the one loop that all are on.
final class Tally {
    var expected = 0
    var open = 0
    var ended = 0
    var failed = 0
    var bytes = 0
    var firstAnswer = ""
}

/// Reads one stream.
final class StreamReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let tally: Tally
    private let finished: EventLoopPromise<Void>
    private var isBegun = false
    private var isOver = false

    init(_ tally: Tally, _ finished: EventLoopPromise<Void>) {
        self.tally = tally
        self.finished = finished
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if !isBegun {
            isBegun = true
            if tally.firstAnswer.isEmpty {
                tally.firstAnswer = String(buffer: bytes).prefix { $0 != "\r\n" }.description
            }
            if bytes.getString(at: bytes.readerIndex, length: 12) != "HTTP/1.1 200" { tally.failed += 1 }
        }
        tally.bytes += bytes.readableBytes
        let tail = bytes.getString(
            at: bytes.writerIndex - min(5, bytes.readableBytes),
            length: min(5, bytes.readableBytes)
        )
        if tail == "0\r\n\r\n" { end(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isOver { tally.failed += 1 }
        end(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func end(_ context: ChannelHandlerContext) {
        guard !isOver else { return }
        isOver = true
        tally.ended += 1
        tally.open -= 1
        context.close(promise: nil)
        if tally.ended == tally.expected { finished.succeed() }
    }
}

var limits = rlimit()
getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
limits.rlim_cur = limits.rlim_max
setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)

let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let loop = group.next()
let tally = NIOLoopBoundBox.makeBoxSendingValue(Tally(), eventLoop: loop)
let finished = loop.makePromise(of: Void.self)
let bootstrap = ClientBootstrap(group: loop).channelOption(.tcpOption(.tcp_nodelay), value: 1).channelInitializer {
    channel in
    channel.eventLoop.makeCompletedFuture {
        tally.value.open += 1
        try channel.pipeline.syncOperations.addHandler(StreamReader(tally.value, finished))
    }
}
try await loop.submit { tally.value.expected = streams }.get()
for _ in 0..<streams {
    let channel = try await bootstrap.connect(host: "127.0.0.1", port: port).get()
    channel.writeAndFlush(request, promise: nil)
}
loop.scheduleTask(in: .seconds(seconds)) { finished.succeed() }
try await finished.futureResult.get()
let report = try await loop.submit {
    let tally = tally.value
    return
        "{\"ended\": \(tally.ended), \"failed\": \(tally.failed), \"open\": \(tally.open), \"bytes\": \(tally.bytes), "
        + "\"first\": \"\(tally.firstAnswer)\"}"
}.get()
print(report)
