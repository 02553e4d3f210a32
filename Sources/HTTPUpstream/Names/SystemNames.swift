import Glibc
import NIOCore
import NIOPosix

/// Why a name has no address.
enum NameError: Error, CustomStringConvertible {
    /// `getaddrinfo` says so, in these words.
    case unresolved(String)
    /// Too many names are being looked up, or the client is shut down.
    case busy

    var description: String {
        switch self {
        case .unresolved(let reason): "its name does not resolve (\(reason))"
        case .busy: "its name cannot be looked up now"
        }
    }
}

/// The operating system's resolver.
enum SystemNames {
    /// Looks a name up, blocking for as long as the system's resolver cares to.
    static func lookup(_ host: String) throws(NameError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_protocol = Int32(IPPROTO_TCP)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { throw .unresolved(String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let info = next?.pointee {
            if let raw = UnsafeRawPointer(info.ai_addr) {
                switch info.ai_family {
                case AF_INET:
                    addresses.append(SocketAddress(raw.loadUnaligned(as: sockaddr_in.self), host: host))
                case AF_INET6:
                    addresses.append(SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self), host: host))
                default:
                    break
                }
            }
            next = info.ai_next
        }
        if addresses.isEmpty { throw .unresolved("no usable address") }
        return addresses
    }
}

/// Answers the questions of NIO's happy-eyeballs connector from a ``NameCache``.
struct CachedNames: Resolver, Sendable {
    let cache: NameCache
    let eventLoop: any EventLoop

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        addresses(of: host, port: port, family: .inet)
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        addresses(of: host, port: port, family: .inet6)
    }

    func cancelQueries() {}

    private func addresses(
        of host: String,
        port: Int,
        family: NIOBSDSocket.ProtocolFamily
    ) -> EventLoopFuture<[SocketAddress]> {
        cache.addresses(of: host, on: eventLoop).map { addresses in
            addresses.compactMap { address in
                guard address.protocol == family else { return nil }
                var address = address
                address.port = port
                return address
            }
        }
    }
}
