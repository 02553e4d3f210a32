import Glibc

extension AddressPolicy {
    /// Answers whether the address of a socket is public.
    ///
    /// - Parameter socketAddress: A `sockaddr_in` or `sockaddr_in6`, borrowed for the call and at any alignment.
    /// - Returns: The answer, `false` for anything but a complete IPv4 or IPv6 address.
    static func isPublic(socketAddress: UnsafeRawBufferPointer) -> Bool {
        guard socketAddress.count >= MemoryLayout<sa_family_t>.size else { return false }
        switch Int32(socketAddress.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET where socketAddress.count >= MemoryLayout<sockaddr_in>.size:
            let address = socketAddress.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr
            return isPublic(ipv4: UInt32(bigEndian: address))
        case AF_INET6 where socketAddress.count >= MemoryLayout<sockaddr_in6>.size:
            var address = socketAddress.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return isPublic(ipv6: withUnsafeBytes(of: &address) { $0.reduce(0) { $0 << 8 | UInt128($1) } })
        default:
            return false
        }
    }
}
