/// How much a model is asked to think; the order is the order of effort.
public enum EffortLevel: String, Hashable, Sendable, CaseIterable, Comparable {
    case none
    case minimal
    case low
    case medium
    case high
    case xhigh
    case max

    /// Whether one level asks for less than another.
    public static func < (left: EffortLevel, right: EffortLevel) -> Bool {
        allCases.firstIndex(of: left).map { $0 < (allCases.firstIndex(of: right) ?? 0) } ?? false
    }
}
