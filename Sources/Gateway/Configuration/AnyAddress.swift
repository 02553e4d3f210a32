import Glibc
import NIOCore

/// The address that stands for every address of this machine.
enum AnyAddress {
    /// `::`, which takes IPv4 clients too; `0.0.0.0` where the system has no IPv6, as many containers.
    static let host: String = canBindIPv6() ? "::" : "0.0.0.0"

    /// Tries it: a system can know IPv6 and yet have it switched off.
    private static func canBindIPv6() -> Bool {
        guard let address = try? SocketAddress(ipAddress: "::", port: 0) else { return false }
        let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return address.withSockAddr { pointer, size in bind(descriptor, pointer, socklen_t(size)) == 0 }
    }
}
