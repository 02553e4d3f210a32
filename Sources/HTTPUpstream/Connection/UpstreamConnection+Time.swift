import NIOCore

extension UpstreamConnection {
    /// Looks at the clock: called once a second.
    func tick(now: NIODeadline, limits: UpstreamConfiguration) {
        switch phase {
        case .opening:
            if isOver(limits.connectTimeout, now) { end(with: .connectTimeout(host: host)) }
        case .idle:
            if isOver(limits.pooledIdleLimit, now) { close() }
        case .awaitingHead:
            if call?.isReadingPaused == true { break }
            if isOver(limits.firstByteTimeout, now) { end(with: .firstByteTimeout(host: host)) }
        case .receiving:
            if call?.isReadingPaused == true { break }
            if isOver(limits.idleTimeout, now) { end(with: .idleTimeout(host: host)) }
        case .closed:
            break
        }
    }

    /// Stamps are up to a tick old, so a tick is added: nothing ends early.
    private func isOver(_ limit: TimeAmount, _ now: NIODeadline) -> Bool {
        now - since > limit + UpstreamPool.tickInterval
    }
}
