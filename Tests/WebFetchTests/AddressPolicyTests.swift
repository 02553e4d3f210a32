import Glibc
import Testing

@testable import WebFetch

/// The ranges are those of the IANA special-purpose registries, and the metadata addresses of the large clouds.
struct AddressPolicyTests {
    struct Block: Sendable {
        let first: String
        let last: String
        /// The addresses just outside, where those are public.
        let neighbours: [String]

        init(_ first: String, _ last: String, outside neighbours: String...) {
            self.first = first
            self.last = last
            self.neighbours = neighbours
        }
    }

    static let refusedIPv4 = [
        Block("0.0.0.0", "0.255.255.255", outside: "1.0.0.0"),
        Block("10.0.0.0", "10.255.255.255", outside: "9.255.255.255", "11.0.0.0"),
        Block("100.64.0.0", "100.127.255.255", outside: "100.63.255.255", "100.128.0.0"),
        Block("127.0.0.0", "127.255.255.255", outside: "126.255.255.255", "128.0.0.0"),
        Block("168.63.129.16", "168.63.129.16", outside: "168.63.129.15", "168.63.129.17"),
        Block("169.254.0.0", "169.254.255.255", outside: "169.253.255.255", "169.255.0.0"),
        Block("172.16.0.0", "172.31.255.255", outside: "172.15.255.255", "172.32.0.0"),
        Block("192.0.0.0", "192.0.0.255", outside: "191.255.255.255", "192.0.1.0"),
        Block("192.0.2.0", "192.0.2.255", outside: "192.0.1.255", "192.0.3.0"),
        Block("192.88.99.0", "192.88.99.255", outside: "192.88.98.255", "192.88.100.0"),
        Block("192.168.0.0", "192.168.255.255", outside: "192.167.255.255", "192.169.0.0"),
        Block("198.18.0.0", "198.19.255.255", outside: "198.17.255.255", "198.20.0.0"),
        Block("198.51.100.0", "198.51.100.255", outside: "198.51.99.255", "198.51.101.0"),
        Block("203.0.113.0", "203.0.113.255", outside: "203.0.112.255", "203.0.114.0"),
        Block("224.0.0.0", "239.255.255.255", outside: "223.255.255.255"),
        Block("240.0.0.0", "255.255.255.255"),
    ]

    static let refusedIPv6 = [
        Block("::", "::"),
        Block("::1", "::1"),
        Block("::127.0.0.1", "::255.255.255.255"),
        Block("::ffff:0.0.0.0", "::ffff:255.255.255.255"),
        Block("::ffff:8.8.8.8", "::ffff:169.254.169.254"),
        Block("64:ff9b::", "64:ff9b::ffff:ffff"),
        Block("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
        Block("100::", "100::ffff:ffff:ffff:ffff"),
        Block("1000::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", outside: "2000::"),
        Block("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", outside: "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        Block("2001:2::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", outside: "2001:200::"),
        Block(
            "2001:db8::",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            outside: "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db9::"
        ),
        Block(
            "2002::",
            "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            outside: "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "2003::"
        ),
        Block(
            "3fff::",
            "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
            outside: "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "3fff:1000::",
            "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
        ),
        Block("4000::", "5f00::1"),
        Block("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        Block("fd00:ec2::254", "fd20:ce::254"),
        Block("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        Block("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        Block("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ]

    @Test(arguments: refusedIPv4) func specialIPv4BlocksAreRefusedToTheirEdges(block: Block) {
        #expect(!isPublicIPv4(block.first))
        #expect(!isPublicIPv4(block.last))
        for neighbour in block.neighbours { #expect(isPublicIPv4(neighbour), "\(neighbour)") }
    }

    @Test(arguments: refusedIPv6) func specialIPv6BlocksAreRefusedToTheirEdges(block: Block) {
        #expect(!isPublicIPv6(block.first))
        #expect(!isPublicIPv6(block.last))
        for neighbour in block.neighbours { #expect(isPublicIPv6(neighbour), "\(neighbour)") }
    }

    @Test(arguments: ["1.1.1.1", "8.8.8.8", "52.94.236.248", "151.101.1.140"])
    func wellKnownIPv4ServersArePublic(address: String) {
        #expect(isPublicIPv4(address))
    }

    @Test(arguments: ["2606:4700:4700::1111", "2001:4860:4860::8888", "2600:1f18::1", "2a00:1450:4001::200e"])
    func wellKnownIPv6ServersArePublic(address: String) {
        #expect(isPublicIPv6(address))
    }

    @Test func otherFamiliesAndCutAddressesAreRefused() {
        var local = sockaddr_un()
        local.sun_family = sa_family_t(AF_UNIX)
        #expect(!withUnsafeBytes(of: &local) { AddressPolicy.isPublic(socketAddress: $0) })
        var address = socketAddressIPv4("8.8.8.8")
        withUnsafeBytes(of: &address) { bytes in
            #expect(AddressPolicy.isPublic(socketAddress: bytes))
            for count in 0..<MemoryLayout<sockaddr_in>.size {
                #expect(!AddressPolicy.isPublic(socketAddress: UnsafeRawBufferPointer(rebasing: bytes[..<count])))
            }
        }
    }

    /// A host with one public address that does not answer is not at fault for another that is refused.
    @Test func aHostIsRefusedOnlyIfEveryAddressIs() {
        let budget = ByteBudget(limit: 1)
        let transfer = Transfer(isExempt: false, handle: FetchHandle(), limit: 1, lease: ByteLease(of: budget))
        #expect(!transfer.refusedEveryAddress)
        for (text, isPublic) in [("10.0.0.1", false), ("192.168.0.1", false), ("8.8.8.8", true), ("10.0.0.2", false)] {
            var address = socketAddressIPv4(text)
            #expect(withUnsafeBytes(of: &address) { transfer.mayConnect(to: $0) } == isPublic)
            #expect(transfer.refusedEveryAddress == ["10.0.0.1", "192.168.0.1"].contains(text))
        }
    }

    private func socketAddressIPv4(_ text: String) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        #expect(inet_pton(AF_INET, text, &address.sin_addr) == 1, "\(text)")
        return address
    }

    private func isPublicIPv4(_ text: String) -> Bool {
        var address = socketAddressIPv4(text)
        return withUnsafeBytes(of: &address) { AddressPolicy.isPublic(socketAddress: $0) }
    }

    private func isPublicIPv6(_ text: String) -> Bool {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        #expect(inet_pton(AF_INET6, text, &address.sin6_addr) == 1, "\(text)")
        return withUnsafeBytes(of: &address) { AddressPolicy.isPublic(socketAddress: $0) }
    }
}
