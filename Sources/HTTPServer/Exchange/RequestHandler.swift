/// What answers the requests of a server.
public protocol RequestHandler: Sendable {
    /// Answers one request.
    ///
    /// Called on the connection's event loop when the request's head is complete, before its body is read. The answer may come
    /// later; the connection keeps the exchange alive until then, and starts the client's next request after it.
    ///
    /// - Parameter exchange: The request and its answer.
    func handle(_ exchange: Exchange)
}
