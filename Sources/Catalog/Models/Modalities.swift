/// The kinds of content a model reads or writes.
public struct Modalities: OptionSet, Hashable, Sendable {
    /// One bit a modality.
    public let rawValue: UInt8

    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Text.
    public static let text = Modalities(rawValue: 1 << 0)
    /// Images.
    public static let image = Modalities(rawValue: 1 << 1)
    /// Documents.
    public static let document = Modalities(rawValue: 1 << 2)
    /// Video.
    public static let video = Modalities(rawValue: 1 << 3)
    /// Audio.
    public static let audio = Modalities(rawValue: 1 << 4)

    /// The names of the modalities in this set, in the spelling that model lists use.
    public var names: [String] {
        let spellings: [(String, Modalities)] = [
            ("text", .text), ("image", .image), ("document", .document), ("video", .video), ("audio", .audio),
        ]
        return spellings.filter { contains($0.1) }.map(\.0)
    }
}
