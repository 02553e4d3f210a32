/// What a JSON value must look like.
///
/// The cases are those of AWS's service models, and two more for bodies that no service model describes.
indirect enum Shape: Sendable {
    /// An object with known members.
    case structure([Member])
    /// An object with exactly one of its known members.
    case union([Member])
    /// An array.
    case list(Shape, count: ClosedRange<Int> = 0...Int.max)
    /// An object with members of any name.
    case map(key: Shape, value: Shape, count: ClosedRange<Int> = 0...Int.max)
    /// A string.
    case string(length: ClosedRange<Int> = 0...Int.max, pattern: Pattern? = nil)
    /// One of some strings.
    case enumeration([String])
    /// A whole number.
    case integer(ClosedRange<Int> = Int.min...Int.max)
    /// A number.
    case float(ClosedRange<Double>)
    /// `true` or `false`.
    case boolean
    /// Bytes, as base64.
    case blob(minimum: Int = 0)
    /// Any JSON at all.
    case document
    /// An object whose members depend on the string in one of them.
    case tagged(by: String, [Tag])
    /// A string, or else an array of a shape.
    case stringOrList(Shape)

    /// A named part of an object.
    struct Member: Sendable {
        let name: String
        let shape: Shape
        let isRequired: Bool

        init(_ name: String, _ shape: Shape, required: Bool = false) {
            self.name = name
            self.shape = shape
            isRequired = required
        }
    }

    /// One way a tagged object may look.
    struct Tag: Sendable {
        let value: String
        let members: [Member]

        init(_ value: String, _ members: [Member]) {
            self.value = value
            self.members = members
        }
    }

    /// A rule for a whole string, kept with the regular expression that AWS states it as.
    struct Pattern: Sendable {
        let expression: String
        let matches: @Sendable (String) -> Bool
    }
}
