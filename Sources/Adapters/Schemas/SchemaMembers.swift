import JSON
import NIOCore

/// The properties of an object schema, in their order, and which of them are required.
struct SchemaMembers {
    /// What a property may be: as any of some schemas says.
    private struct Property {
        var name: JSONText
        var schemas: [ByteBuffer]
        /// The same, to find one again.
        var known: Set<ByteBuffer>
    }

    private var properties: [Property] = []
    private var places: [JSONText: Int] = [:]
    private var required: [JSONText] = []
    private var isRequired: Set<JSONText> = []

    /// How many members there are.
    var count: Int { properties.count + required.count }

    init() {}

    /// Reads a schema's own members.
    init(of schema: JSONValue) {
        if let own = schema["properties"], own.kind == .object {
            for (key, value) in own.members {
                if let name = key.text { add(name, [value.rawBytes]) }
            }
        }
        if let names = schema["required"], names.kind == .array {
            for name in names.elements.lazy.compactMap(\.text) { require(name) }
        }
    }

    /// Joins alternatives: a property may be as any of them says, and is required if it is in each.
    init(anyOf alternatives: [SchemaMembers]) {
        for alternative in alternatives {
            for property in alternative.properties { add(property.name, property.schemas) }
        }
        for name in alternatives.first?.required ?? [] where alternatives.allSatisfy({ $0.isRequired.contains(name) }) {
            require(name)
        }
    }

    /// Adds what holds beside these members; a property that is here already stays as it is.
    mutating func add(_ others: SchemaMembers) {
        for property in others.properties where places[property.name] == nil { add(property.name, property.schemas) }
        for name in others.required { require(name) }
    }

    /// Writes `properties`, and `required` if there is any.
    func write(to writer: inout JSONWriter) {
        writer.key("properties")
        writer.beginObject()
        for property in properties {
            writer.key(property.name)
            if property.schemas.count == 1 {
                writer.raw(property.schemas[0])
            } else {
                writer.beginObject()
                writer.key("anyOf")
                writer.beginArray()
                for schema in property.schemas { writer.raw(schema) }
                writer.endArray()
                writer.endObject()
            }
        }
        writer.endObject()
        guard !required.isEmpty else { return }
        writer.key("required")
        writer.beginArray()
        for name in required { writer.string(name) }
        writer.endArray()
    }

    private mutating func add(_ name: JSONText, _ schemas: [ByteBuffer]) {
        let place = places[name] ?? properties.count
        if place == properties.count {
            places[name] = place
            properties.append(Property(name: name, schemas: [], known: []))
        }
        for schema in schemas where properties[place].known.insert(schema).inserted {
            properties[place].schemas.append(schema)
        }
    }

    private mutating func require(_ name: JSONText) {
        if isRequired.insert(name).inserted { required.append(name) }
    }
}
