/// Short, stable stand-ins for names that are too long or hold the wrong characters.
///
/// Not for secrets.
public enum StableName {
    /// The 64-bit FNV-1a hash of a text as up to 13 digits of base 32, in lower case.
    ///
    /// Constants from draft-eastlake-fnv.
    public static func of(_ text: String) -> String {
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(hash, radix: 32)
    }
}
