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
            let (first, second) = withUnsafeBytes(of: address.address.sin6_addr) { bytes in
                (
                    UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
            // ::ffff:a.b.c.d is how a dual-stack socket shows an IPv4 client.
            isIPv6 = first != 0 || second >> 32 != 0xFFFF
            high = isIPv6 ? first : second & 0xFFFF_FFFF
        default: return nil
        }
    }

    /// A text that no other address has, for whoever counts by texts.
    var key: String { (isIPv6 ? "6:" : "4:") + String(high, radix: 16) }
}
