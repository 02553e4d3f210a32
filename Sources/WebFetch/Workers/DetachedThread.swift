import Glibc

/// Runs a closure on a thread of its own that nobody waits for, and answers whether there is such a thread.
///
/// The thread blocks `SIGPIPE`, which OpenSSL raises by writing to a connection that the server has closed.
func startDetachedThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // Owned by the thread from its start; by us again if there is none.
    let start = Unmanaged.passRetained(ThreadStart(body: body))
    var thread = pthread_t()
    let code = pthread_create(
        &thread,
        &attributes,
        { pointer in
            guard let pointer else { return nil }
            Unmanaged<ThreadStart>.fromOpaque(pointer).takeRetainedValue().run()
            return nil
        },
        start.toOpaque()
    )
    if code != 0 { start.release() }
    return code == 0
}

private final class ThreadStart: Sendable {
    private let body: @Sendable () -> Void

    init(body: @escaping @Sendable () -> Void) {
        self.body = body
    }

    func run() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        body()
    }
}
