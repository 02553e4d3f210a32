public import NIOCore
import NIOSSL

/// The way out: one pool of connections for each event loop of a group.
///
/// Loops share what is made once, the TLS context and the cache of names, and nothing that changes on a request.
public final class UpstreamClient: Sendable {
    private let pools: [ObjectIdentifier: NIOLoopBoundBox<UpstreamPool>]
    private let loops: [any EventLoop]
    private let names: NameCache

    /// Creates a client and reads the certificate authorities.
    ///
    /// - Parameters:
    ///   - configuration: Limits, time-outs, trust and proxy.
    ///   - group: The loops that requests will be sent from.
    /// - Throws: ``UpstreamError/invalidTrust(file:reason:)`` that names the file.
    public convenience init(
        configuration: UpstreamConfiguration = UpstreamConfiguration(),
        group: any EventLoopGroup
    ) throws(UpstreamError) {
        try self.init(
            configuration: configuration,
            group: group,
            lookup: SystemNames.lookup,
            clock: { .now() },
            ticksItself: true
        )
    }

    init(
        configuration: UpstreamConfiguration,
        group: any EventLoopGroup,
        lookup: @escaping NameCache.Lookup,
        clock: @escaping @Sendable () -> NIODeadline,
        ticksItself: Bool
    ) throws(UpstreamError) {
        let names = NameCache(lookup: lookup, clock: clock)
        let opener = ConnectionOpener(
            names: names,
            tlsContext: try TrustedRoots.context(for: configuration.trust),
            configuration: configuration
        )
        var pools: [ObjectIdentifier: NIOLoopBoundBox<UpstreamPool>] = [:]
        var loops: [any EventLoop] = []
        for loop in group.makeIterator() {
            let pool = UpstreamPool(
                eventLoop: loop,
                configuration: configuration,
                opener: opener,
                clock: clock,
                ticksItself: ticksItself
            )
            pools[ObjectIdentifier(loop)] = NIOLoopBoundBox.makeBoxSendingValue(pool, eventLoop: loop)
            loops.append(loop)
        }
        self.names = names
        self.pools = pools
        self.loops = loops
    }

    /// Finds the pool of a loop, without a lock.
    ///
    /// - Parameter eventLoop: A loop of the client's group, which is the current one.
    /// - Returns: The loop's own pool.
    public func pool(for eventLoop: any EventLoop) -> UpstreamPool {
        guard let pool = pools[ObjectIdentifier(eventLoop)] else {
            preconditionFailure("The loop does not belong to the group that the upstream client was made with.")
        }
        return pool.value
    }

    /// Closes every connection; what is still under way fails with ``UpstreamError/shutDown``.
    ///
    /// Let calls end first: this does not wait for them.
    public func shutdown() async {
        for loop in loops {
            try? await loop.submit { [self] in pool(for: loop).shutDown() }.get()
        }
        names.shutDown()
    }
}
