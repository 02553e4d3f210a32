import NIOCore
import NIOHTTP1
import NIOSSL

/// Puts the handlers of a new connection together.
enum ServerPipeline {
    /// Adds the handlers; HTTP/2 will branch off here, after TLS has chosen the protocol.
    ///
    /// - Parameters:
    ///   - channel: The new connection's channel.
    ///   - loop: What the connections of its loop share.
    ///   - tls: The identity to speak TLS with, or `nil`.
    /// - Throws: An error of NIO's when the channel has closed meanwhile.
    static func configure(_ channel: any Channel, loop: ConnectionLoop, tls: TLSIdentity?) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls.context)) }
        try addHTTP1(to: pipeline, loop: loop, isSecure: tls != nil)
    }

    /// Adds what speaks HTTP/1.
    static func addHTTP1(
        to pipeline: ChannelPipeline.SynchronousOperations,
        loop: ConnectionLoop,
        isSecure: Bool
    ) throws {
        let connection = HTTP1Connection(loop: loop, isSecure: isSecure)
        let decoder = RequestDecoder(connection: connection, configuration: loop.configuration)
        try pipeline.addHandler(ByteToMessageHandler(decoder))
        try pipeline.addHandler(connection)
    }
}
