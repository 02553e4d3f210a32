import BedrockRuntime
import HTTPUpstream
import NIOCore

/// What the exchanges of one event loop share: connections, signing keys, and the tick that keeps quiet streams open.
///
/// Belongs to its loop; nothing of it is locked.
final class LoopContext {
    let eventLoop: any EventLoop
    let signer = SigV4Signer()
    let shared: GatewayShared
    private var watched: [ObjectIdentifier: ChatExchange] = [:]
    private var tick: RepeatedTask?
    private let client: UpstreamClient

    init(eventLoop: any EventLoop, client: UpstreamClient, shared: GatewayShared) {
        self.eventLoop = eventLoop
        self.client = client
        self.shared = shared
    }

    /// The loop's connections.
    private(set) lazy var pool: UpstreamPool = client.pool(for: eventLoop)

    /// Begins to look after an exchange once a second.
    func watch(_ exchange: ChatExchange) {
        watched[ObjectIdentifier(exchange)] = exchange
        guard tick == nil else { return }
        let context = NIOLoopBound(self, eventLoop: eventLoop)
        tick = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            context.value.look()
        }
    }

    /// Stops looking after an exchange.
    func unwatch(_ exchange: ChatExchange) {
        watched[ObjectIdentifier(exchange)] = nil
        guard watched.isEmpty else { return }
        tick?.cancel()
        tick = nil
    }

    private func look() {
        let now = NIODeadline.now()
        for exchange in Array(watched.values) { exchange.tick(now) }
    }
}
