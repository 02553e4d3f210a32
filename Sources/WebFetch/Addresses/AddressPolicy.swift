/// Which addresses are on the public internet, and so may be fetched from on a stranger's word.
///
/// IPv4 is public unless the IANA special-purpose registry, or the use of multicast and reserved space, says
/// otherwise. IPv6 is public only within 2000::/3, all that IANA has allocated as global unicast, so that every form
/// that embeds or stands for an inner address (mapped, compatible, NAT64, unique local, link-local) is out by itself.
///
/// https://www.iana.org/assignments/iana-ipv4-special-registry
/// https://www.iana.org/assignments/iana-ipv6-special-registry
enum AddressPolicy {
    /// Answers whether an IPv4 address, its first byte the most significant, is public.
    static func isPublic(ipv4 address: UInt32) -> Bool {
        !refusedIPv4.contains { $0.contains(address) }
    }

    /// Answers whether an IPv6 address, its first byte the most significant, is public.
    static func isPublic(ipv6 address: UInt128) -> Bool {
        globalUnicast.contains(address) && !refusedIPv6.contains { $0.contains(address) }
    }

    private static let refusedIPv4: [AddressBlock<UInt32>] = [
        .ipv4(0, 0, 0, 0, prefix: 8),  // this network
        .ipv4(10, 0, 0, 0, prefix: 8),  // private
        .ipv4(100, 64, 0, 0, prefix: 10),  // carrier-grade NAT; Alibaba's metadata
        .ipv4(127, 0, 0, 0, prefix: 8),  // loopback
        .ipv4(168, 63, 129, 16, prefix: 32),  // Azure's host agent, in public space but inside every machine
        .ipv4(169, 254, 0, 0, prefix: 16),  // link-local; metadata of AWS, Azure and Google
        .ipv4(172, 16, 0, 0, prefix: 12),  // private
        .ipv4(192, 0, 0, 0, prefix: 24),  // protocol assignments; Oracle's metadata
        .ipv4(192, 0, 2, 0, prefix: 24),  // documentation
        .ipv4(192, 88, 99, 0, prefix: 24),  // 6to4 relays
        .ipv4(192, 168, 0, 0, prefix: 16),  // private
        .ipv4(198, 18, 0, 0, prefix: 15),  // benchmarks
        .ipv4(198, 51, 100, 0, prefix: 24),  // documentation
        .ipv4(203, 0, 113, 0, prefix: 24),  // documentation
        .ipv4(224, 0, 0, 0, prefix: 4),  // multicast
        .ipv4(240, 0, 0, 0, prefix: 4),  // reserved, and broadcast
    ]

    private static let globalUnicast = AddressBlock<UInt128>.ipv6(0x2000, prefix: 3)

    private static let refusedIPv6: [AddressBlock<UInt128>] = [
        .ipv6(0x2001, prefix: 23),  // protocol assignments: Teredo (an IPv4 address inside), benchmarks, ORCHID
        .ipv6(0x2001, 0x0DB8, prefix: 32),  // documentation
        .ipv6(0x2002, prefix: 16),  // 6to4, an IPv4 address inside
        .ipv6(0x3FFF, prefix: 20),  // documentation
    ]
}

/// The addresses that share their first bits.
private struct AddressBlock<Address: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    let first: Address
    let prefix: Int

    func contains(_ address: Address) -> Bool {
        (address ^ first) >> (Address.bitWidth - prefix) == 0
    }
}

extension AddressBlock<UInt32> {
    static func ipv4(_ bytes: UInt32..., prefix: Int) -> Self {
        Self(first: bytes.reduce(0) { $0 << 8 | $1 }, prefix: prefix)
    }
}

extension AddressBlock<UInt128> {
    static func ipv6(_ groups: UInt128..., prefix: Int) -> Self {
        Self(first: groups.reduce(0) { $0 << 16 | $1 } << (128 - 16 * groups.count), prefix: prefix)
    }
}
