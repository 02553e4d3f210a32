import CYaml

/// libyaml's event parser over bytes that it keeps.
///
/// A class, because libyaml's parser must not move and must be freed once.
final class YAMLEvents {
    /// One event that matters to a tree.
    struct Event {
        enum Kind {
            case scalar(String, isPlain: Bool)
            case alias(String)
            case sequenceStart
            case mappingStart
            /// The end of a sequence or mapping.
            case end
            case streamEnd
            /// The start of the stream, and the borders of documents.
            case other
        }

        var kind: Kind
        var location: SourceLocation
        var anchor: String?
        var hasTag = false
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    /// The characters of the whole text, and whether it ends with a line break.
    private let characterCount: Int
    private let endsWithBreak: Bool

    init(_ text: [UInt8]) {
        let bytes = Self.withoutByteOrderMark(text)
        // Never without memory: libyaml takes no null pointer.
        let storage = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + 1)
        input = UnsafeMutableBufferPointer(start: storage, count: bytes.count)
        _ = input.initialize(from: bytes)
        characterCount = bytes.count { $0 & 0xC0 != 0x80 }
        endsWithBreak = bytes.last == 0x0A || bytes.last == 0x0D
        parser = .allocate(capacity: 1)
        yaml_parser_initialize(parser)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    /// The text without the mark that some editors put before it.
    ///
    /// With an encoding set, libyaml takes the mark for a character: it counts a column for it, and finds no document where
    /// a second top-level key or a `---` follows.
    private static func withoutByteOrderMark(_ text: [UInt8]) -> ArraySlice<UInt8> {
        text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text[...]
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// Reads the next event.
    func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        let location = location(event.start_mark)
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return Event(
                kind: .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE),
                location: location,
                anchor: Self.string(scalar.anchor),
                hasTag: scalar.tag != nil
            )
        case YAML_ALIAS_EVENT:
            return Event(kind: .alias(Self.string(event.data.alias.anchor) ?? ""), location: location)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return Event(
                kind: .sequenceStart,
                location: location,
                anchor: Self.string(start.anchor),
                hasTag: start.tag != nil
            )
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return Event(
                kind: .mappingStart,
                location: location,
                anchor: Self.string(start.anchor),
                hasTag: start.tag != nil
            )
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return Event(kind: .end, location: location)
        case YAML_STREAM_END_EVENT: return Event(kind: .streamEnd, location: location)
        default: return Event(kind: .other, location: location)
        }
    }

    /// libyaml's complaint with its place; its reader knows only a byte offset, which is turned into a line.
    private func failure() -> YAMLError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the text is not YAML"
        guard parser.pointee.error != YAML_READER_ERROR else {
            let location = place(after: input.prefix(parser.pointee.problem_offset))
            return YAMLError(location: location, message: problem, fix: "the file must be UTF-8 text")
        }
        let context = parser.pointee.context.map { ", " + String(cString: $0) } ?? ""
        return YAMLError(location: location(parser.pointee.problem_mark), message: problem + context)
    }

    /// The place of a mark; the end of a last line without a line break counts as on that line.
    private func location(_ mark: yaml_mark_t) -> SourceLocation {
        guard mark.index >= characterCount, mark.column == 0, mark.line > 0, !endsWithBreak else {
            return SourceLocation(line: mark.line + 1, column: mark.column + 1)
        }
        return place(after: input[...])
    }

    /// The place just after some of the text.
    private func place(after text: Slice<UnsafeMutableBufferPointer<UInt8>>) -> SourceLocation {
        let lineStart = text.lastIndex(of: 0x0A).map { $0 + 1 } ?? text.startIndex
        return SourceLocation(
            line: text.count { $0 == 0x0A } + 1,
            column: String(decoding: text[lineStart...], as: UTF8.self).unicodeScalars.count + 1
        )
    }

    private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(decodingCString: $0, as: UTF8.self) }
    }
}
