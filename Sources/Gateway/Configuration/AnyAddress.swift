import Glibc

/// The address that stands for every address of this machine.
enum AnyAddress {
    /// `::`, which takes IPv4 clients too; `0.0.0.0` where the system has no IPv6, as many containers.
    static let host: String = canBindIPv6() ? "::" : "0.0.0.0"

    /// Tries it: a system can know IPv6 and yet have it switched off.
    private static func canBindIPv6() -> Bool {
        let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
            }
        }
    }
}
