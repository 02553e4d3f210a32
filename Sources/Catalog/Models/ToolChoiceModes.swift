/// The ways in which a model can be told to use tools; `none` is every adapter's own affair.
public struct ToolChoiceModes: OptionSet, Hashable, Sendable {
    /// One bit a mode.
    public let rawValue: UInt8

    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The model decides.
    public static let auto = ToolChoiceModes(rawValue: 1 << 0)
    /// Some tool must be called: OpenAI's `required`.
    public static let any = ToolChoiceModes(rawValue: 1 << 1)
    /// One named tool must be called.
    public static let tool = ToolChoiceModes(rawValue: 1 << 2)

    /// The spelling of each mode in models.yaml.
    static let spellings: [(String, ToolChoiceModes)] = [("auto", .auto), ("any", .any), ("tool", .tool)]
}
