import Glibc
import NIOCore

/// Stops accepting for a moment when the system has no descriptor or memory for a connection.
///
/// The waiting client keeps the listening socket readable, so that trying again at once would only spin. SwiftNIO's own
/// handler holds back reads, but a failed accept leaves the socket registered for them.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = Channel

    private static let pause = TimeAmount.milliseconds(500)
    private static let reportInterval = TimeAmount.minutes(1)

    private let report: @Sendable (String) -> Void
    private var isPaused = false
    private var lastReport: NIODeadline?

    /// - Parameter report: Is told of a shortage, in words, at most once a minute.
    init(report: @escaping @Sendable (String) -> Void) {
        self.report = report
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let code = (error as? IOError)?.errnoCode, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) else {
            return context.fireErrorCaught(error)
        }
        guard !isPaused else { return }
        isPaused = true
        let now = NIODeadline.now()
        if lastReport.map({ now - $0 >= Self.reportInterval }) ?? true {
            lastReport = now
            report("no connection can be accepted: \(String(cString: strerror(code)))")
        }
        let channel = context.channel
        _ = channel.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            self.isPaused = false
            _ = channel.setOption(.autoRead, value: true)
        }
    }
}
