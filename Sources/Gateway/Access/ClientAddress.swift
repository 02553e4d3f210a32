import CNIOLinux
import NIOCore

/// Whose requests are counted together: an IPv4 address, or an IPv6 network of 64 bits, which one client has to itself.
struct ClientAddress: Hashable, Sendable {
    private var high: UInt64
    private var isIPv6: Bool

    /// The address of a connection's other end; nil for a socket without one.
    init?(_ address: SocketAddress?) {
        switch address {
        case .v4(let address)?:
            // sin_addr is in network byte order.
            high = UInt64(UInt32(bigEndian: address.address.sin_addr.s_addr))
            isIPv6 = false
        case .v6(let address)?:
            let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
            // ::ffff:a.b.c.d is how a dual-stack socket shows an IPv4 client.
            if bytes[0..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
                high = bytes[12...].reduce(0) { $0 << 8 | UInt64($1) }
                isIPv6 = false
            } else {
                high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
                isIPv6 = true
            }
        default: return nil
        }
    }
}
