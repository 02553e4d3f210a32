import NIOCore

/// The connections of one event loop to all upstreams.
///
/// Made by an ``UpstreamClient``. Belongs to its loop: everything is called there, so nothing is locked.
public final class UpstreamPool {
    static let tickInterval = TimeAmount.seconds(1)

    let configuration: UpstreamConfiguration
    let eventLoop: any EventLoop
    let opener: ConnectionOpener
    /// The time as of the last tick: stamps need no call to the system.
    private(set) var now: NIODeadline
    private(set) var isShutDown = false

    private var endpoints: [UpstreamEndpoint: EndpointPool] = [:]
    private let allocator = ByteBufferAllocator()
    private let clock: @Sendable () -> NIODeadline
    /// Whether ticks come by themselves; a test makes its own.
    private let ticksItself: Bool
    private var isTicking = false

    init(
        eventLoop: any EventLoop,
        configuration: UpstreamConfiguration,
        opener: ConnectionOpener,
        clock: @escaping @Sendable () -> NIODeadline,
        ticksItself: Bool
    ) {
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.opener = opener
        self.clock = clock
        self.ticksItself = ticksItself
        now = clock()
    }

    /// Sends a request.
    ///
    /// The receiver is first called after this has returned, also when the request fails at once.
    ///
    /// - Parameters:
    ///   - request: The request with its whole body.
    ///   - receiver: What is told of the answer; held until the call ends.
    /// - Returns: The call, to steer and to cancel. It may be dropped: the request goes on.
    @discardableResult
    public func send(_ request: UpstreamRequest, receiver: any UpstreamResponseReceiver) -> UpstreamCall {
        eventLoop.preconditionInEventLoop()
        let endpoint = request.endpoint
        do throws(UpstreamError) {
            if isShutDown { throw .shutDown }
            let message = try RequestMessage(request, allocator: allocator)
            let call = UpstreamCall(endpoint: endpoint, message: message, receiver: receiver)
            call.holdingBack(on: eventLoop) { connections(to: endpoint).serve(call) }
            return call
        } catch {
            let call = UpstreamCall(endpoint: endpoint, message: nil, receiver: receiver)
            failSoon(call, error)
            return call
        }
    }

    /// How many unused connections to an endpoint are kept now.
    ///
    /// - Parameter endpoint: The endpoint asked about.
    /// - Returns: Their number.
    public func pooledCount(for endpoint: UpstreamEndpoint) -> Int {
        eventLoop.preconditionInEventLoop()
        return endpoints[endpoint]?.idleCount ?? 0
    }

    private func connections(to endpoint: UpstreamEndpoint) -> EndpointPool {
        if let known = endpoints[endpoint] { return known }
        let new = EndpointPool(endpoint: endpoint, pool: self)
        endpoints[endpoint] = new
        return new
    }

    /// Fails a call from the loop's next turn, so that its sender is not called back from inside `send`.
    func failSoon(_ call: UpstreamCall, _ error: UpstreamError) {
        eventLoop.assumeIsolated().execute { call.fail(error) }
    }

    func shutDown() {
        guard !isShutDown else { return }
        isShutDown = true
        for endpoint in endpoints.values { endpoint.shutDown() }
        endpoints = [:]
    }

    // MARK: Time

    /// Makes the one timer of the loop run while there are connections.
    func startTicking() {
        guard !isTicking else { return }
        now = clock()
        guard ticksItself else { return }
        isTicking = true
        scheduleTick()
    }

    private func scheduleTick() {
        eventLoop.assumeIsolated().scheduleTask(in: Self.tickInterval) { [weak self] in
            guard let self else { return }
            tick(now: clock())
            if endpoints.isEmpty {
                isTicking = false
            } else {
                scheduleTick()
            }
        }
    }

    /// Ends what has taken too long, and forgets endpoints without connections.
    func tick(now: NIODeadline) {
        self.now = now
        for (endpoint, connections) in endpoints {
            connections.tick(now: now)
            if connections.isEmpty { endpoints[endpoint] = nil }
        }
    }
}
