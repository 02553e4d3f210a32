import Foundation
import JSON
import NIOCore
import Testing

@testable import BedrockSimulator

struct ConverseShapesTests {
    private static let model: JSONValue? = try? Vectors.json("converse_shapes")

    /// Compares a shape of the table with one of AWS's model, and says what differs and where.
    private static func differences(_ shape: Shape, _ name: String, _ place: String) -> [String] {
        guard let model = model?[name], let type = model["type"]?.string else { return ["\(place): no \(name)"] }
        let minimum = model["min"]?.int
        let maximum = model["max"]?.int
        func range(_ range: ClosedRange<Int>) -> [String] {
            range == (minimum ?? 0)...(maximum ?? .max) ? [] : ["\(place): limits \(range)"]
        }
        switch (shape, type) {
        case (.document, "structure") where model["document"]?.bool == true: return []
        case (.structure(let members), "structure") where model["union"] == nil: return compare(members, model, place)
        case (.union(let members), "structure") where model["union"]?.bool == true:
            return compare(members, model, place)
        case (.list(let element, let count), "list"):
            return range(count) + differences(element, model["member"]?.string ?? "", "\(place)[]")
        case (.map(let key, let value, let count), "map"):
            return range(count) + differences(key, model["key"]?.string ?? "", "\(place).key")
                + differences(value, model["value"]?.string ?? "", "\(place).value")
        case (.enumeration(let allowed), "string"):
            return model["enum"]?.elements.compactMap(\.string) == allowed ? [] : ["\(place): enumeration"]
        case (.string(let length, let pattern), "string") where model["enum"] == nil:
            let same = pattern?.expression == model["pattern"]?.string
            return range(length) + (same ? [] : ["\(place): pattern"])
        case (.integer(let own), "integer"):
            return own == (minimum ?? .min)...(maximum ?? .max) ? [] : ["\(place): limits"]
        case (.float(let own), "float"):
            return own.lowerBound == model["min"]?.double && own.upperBound == model["max"]?.double
                ? [] : ["\(place): limits"]
        case (.boolean, "boolean"): return []
        case (.blob(let own), "blob"): return own == minimum ?? 0 ? [] : ["\(place): minimum"]
        default: return ["\(place): not a \(type)"]
        }
    }

    private static func compare(_ members: [Shape.Member], _ model: JSONValue, _ place: String) -> [String] {
        var expected: [String: JSONValue] = [:]
        if let all = model["members"] {
            for (key, value) in all.members where value["location"] == nil { expected[key.string ?? ""] = value }
        }
        guard Set(members.map(\.name)) == Set(expected.keys) else { return ["\(place): members"] }
        return members.flatMap { member in
            let place = "\(place).\(member.name)"
            let wanted = expected[member.name]
            let required = wanted?["required"]?.bool ?? false
            return (required == member.isRequired ? [] : ["\(place): required"])
                + differences(member.shape, wanted?["shape"]?.string ?? "", place)
        }
    }

    @Test func theTableIsAWSsModel() {
        #expect(Self.differences(ConverseShapes.request, "ConverseRequest", "") == [])
        #expect(Self.differences(ConverseShapes.streamRequest, "ConverseStreamRequest", "") == [])
        #expect(Self.differences(ConverseShapes.request, "ConverseStreamRequest", "") != [])
    }

    @Test(arguments: [
        "", "a", "A_b-9", "a.b", "a:b-c_d.e", "caf\u{E9}", "a b", "123456789012", "12345678901", "DRAFT", "0", "1",
        "12345678",
        "123456789", "draft", "abc123", "ABC", "team: a@b_c$#=/+,-.", "x;y", "s3://bucket/key", "s3://b/k",
        "s3://Bucket/key",
        "s3://buc-ket.a", "s3://-bucket/k", "s3://bucket-/k", "http://bucket/key",
        "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc",
        "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:guardrail/a1",
        "arn:aws:bedrock:us-east-1:12345678901:guardrail/abc", "arn:aws:bedrock:us-east-1:123456789012:guardrail/",
        "arn:aws:s3:us-east-1:123456789012:guardrail/abc", "arn:awsx:bedrock:us-east-1:123456789012:guardrail/abc",
        "|", "|||", "User:", "|User:",
    ])
    func patternsAgreeWithTheirExpressions(text: String) throws {
        let patterns: [Shape.Pattern] = [
            .toolName, .toolUseID, .metadataKey, .metadataValue, .accountID, .guardrailVersion, .guardrailIdentifier,
            .objectURI, .titanStop,
        ]
        for pattern in patterns {
            let expression = try NSRegularExpression(pattern: "^(?:\(pattern.expression))\\z")
            let whole = NSRange(text.startIndex..., in: text)
            let expected = expression.firstMatch(in: text, range: whole) != nil
            #expect(pattern.matches(text) == expected, "\(pattern.expression) on \(text)")
        }
    }
}
