import Foundation
import JSON
import NIOCore

/// Foundation's opinion of a text, compared with ours.
enum FoundationOracle {
    /// How the two parsers differ over a text.
    enum Disagreement {
        /// Foundation accepts what we refuse.
        case weRefuse(JSONError)
        /// We accept what Foundation refuses.
        case foundationRefuses
        /// Both accept; a number differs.
        case number(JSONValue, foundation: Double)
        /// Both accept; a string differs.
        case string(String, foundation: String)
        /// Both accept; an object's keys differ.
        case keys([String], foundation: [String])
        /// Both accept, and something else differs.
        case value(JSONValue)
    }

    /// What both parsers made of a text.
    struct Judgement {
        var accepted: Bool
        var disagreement: Disagreement?
    }

    static func judge(_ bytes: [UInt8]) -> Judgement {
        let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        do throws(JSONError) {
            let ours = try JSONValue.parse(ByteBuffer(bytes: bytes))
            guard let theirs else { return Judgement(accepted: true, disagreement: .foundationRefuses) }
            return Judgement(accepted: true, disagreement: difference(ours, theirs))
        } catch {
            return Judgement(accepted: false, disagreement: theirs == nil ? nil : .weRefuse(error))
        }
    }

    /// The first difference between two values; nil when they are the same.
    private static func difference(_ value: JSONValue, _ object: Any) -> Disagreement? {
        switch value.kind {
        case .null: return object is NSNull ? nil : .value(value)
        case .bool: return object as? Bool == value.bool ? nil : .value(value)
        case .string:
            guard let theirs = object as? String, let ours = value.string else { return .value(value) }
            return theirs.utf8.elementsEqual(ours.utf8) ? nil : .string(ours, foundation: theirs)
        case .number:
            guard let theirs = (object as? NSNumber)?.doubleValue else { return .value(value) }
            return theirs == value.double ? nil : .number(value, foundation: theirs)
        case .array:
            guard let array = object as? [Any], array.count == value.count else { return .value(value) }
            for (ours, theirs) in zip(value.elements, array) {
                if let found = difference(ours, theirs) { return found }
            }
            return nil
        case .object:
            guard let object = object as? [String: Any] else { return .value(value) }
            let ours = value.members.compactMap(\.key.string)
            let names = Set(ours.map { Array($0.utf8) })
            guard names == Set(object.keys.map { Array($0.utf8) }) else {
                return .keys(ours, foundation: Array(object.keys))
            }
            for name in Set(ours) {
                // The subscript gives the last of a repeated key, as Foundation's dictionary does.
                guard let ours = value[name], let theirs = object[name] else { return .value(value) }
                if let found = difference(ours, theirs) { return found }
            }
            return nil
        }
    }
}
