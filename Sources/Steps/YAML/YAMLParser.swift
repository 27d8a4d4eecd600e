import CYAML

/// A place in YAML text as libyaml counts: lines and columns from 1, columns in scalars.
struct YAMLMark {
    var line: Int
    var column: Int

    init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    fileprivate init(_ mark: yaml_mark_t) {
        line = Int(mark.line) + 1
        column = Int(mark.column) + 1
    }
}

/// Why YAML text cannot be parsed, in libyaml's words.
enum YAMLParseError: Error {
    /// - context: what was being parsed, and where that began.
    case syntax(problem: String, context: (text: String, mark: YAMLMark)?, mark: YAMLMark)
    /// A character that no YAML text may have, at an offset in bytes.
    case character(problem: String, offset: Int)
    /// The first of two equal keys of one mapping.
    case duplicateKey(String, first: YAMLMark)
    case keyNotText(YAMLMark)
    case outOfMemory
}

/// What libyaml reads, before anything is made of it. An alias is the node that its anchor names.
final class YAMLTree {
    enum Content {
        case scalar(String, YAMLNode.Style)
        case sequence([YAMLTree])
        case mapping([(key: YAMLTree, value: YAMLTree)])
    }

    let content: Content
    /// As written and resolved; nil where there is none.
    let tag: String?
    let mark: YAMLMark

    fileprivate init(_ content: Content, tag: String?, mark: YAMLMark) {
        self.content = content
        self.tag = tag
        self.mark = mark
    }
}

/// Composes the one document of a YAML text.
///
/// Recursive: how deeply text is nested has to be looked at before (`YAMLGuard`); libyaml itself stops at 1,000 levels.
struct YAMLParser {
    private var parser = yaml_parser_t()
    private var anchors: [String: YAMLTree] = [:]

    /// The root; nil for a text without one.
    static func read(_ text: String) throws(YAMLParseError) -> YAMLTree? {
        var text = text
        // A closure loses the type of what it throws.
        let result: Result<YAMLTree?, YAMLParseError> = text.withUTF8 { bytes in
            do throws(YAMLParseError) {
                return .success(try read(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(YAMLParseError) -> YAMLTree? {
        var composer = YAMLParser()
        guard yaml_parser_initialize(&composer.parser) == 1 else { throw .outOfMemory }
        defer { yaml_parser_delete(&composer.parser) }
        yaml_parser_set_encoding(&composer.parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(&composer.parser, bytes.baseAddress, bytes.count)
        return try composer.document()
    }

    private mutating func document() throws(YAMLParseError) -> YAMLTree? {
        _ = try next()
        guard try next().kind != YAML_STREAM_END_EVENT else { return nil }
        let root = try node(from: try next())
        _ = try next()
        let end = try next()
        guard end.kind == YAML_STREAM_END_EVENT else {
            throw .syntax(
                problem: "but found another document",
                context: ("expected a single document in the stream", YAMLMark(line: 1, column: 1)), mark: end.mark)
        }
        return root
    }

    private mutating func next() throws(YAMLParseError) -> YAMLEvent {
        let event = YAMLEvent()
        guard yaml_parser_parse(&parser, &event.raw) == 1 else { throw failure }
        return event
    }

    private var failure: YAMLParseError {
        let problem = parser.problem.map { String(cString: $0) } ?? ""
        switch parser.error {
        case YAML_MEMORY_ERROR: return .outOfMemory
        case YAML_READER_ERROR: return .character(problem: problem, offset: Int(parser.problem_offset))
        default:
            let context = parser.context.map { (String(cString: $0), YAMLMark(parser.context_mark)) }
            return .syntax(problem: problem, context: context, mark: YAMLMark(parser.problem_mark))
        }
    }

    private mutating func node(from event: YAMLEvent) throws(YAMLParseError) -> YAMLTree {
        let node: YAMLTree
        switch event.kind {
        case YAML_ALIAS_EVENT:
            guard let name = event.anchor, let node = anchors[name] else {
                throw .syntax(problem: "found undefined alias", context: nil, mark: event.mark)
            }
            return node
        case YAML_SEQUENCE_START_EVENT: node = try sequence(from: event)
        case YAML_MAPPING_START_EVENT: node = try mapping(from: event)
        default: node = YAMLTree(event.scalar, tag: event.tag, mark: event.mark)
        }
        // After its content: an alias inside it names an earlier anchor, or none.
        if let name = event.anchor { anchors[name] = node }
        return node
    }

    private mutating func sequence(from start: YAMLEvent) throws(YAMLParseError) -> YAMLTree {
        var items: [YAMLTree] = []
        var event = try next()
        while event.kind != YAML_SEQUENCE_END_EVENT {
            items.append(try node(from: event))
            event = try next()
        }
        return YAMLTree(.sequence(items), tag: start.tag, mark: start.mark)
    }

    private mutating func mapping(from start: YAMLEvent) throws(YAMLParseError) -> YAMLTree {
        var pairs: [(key: YAMLTree, value: YAMLTree)] = []
        var event = try next()
        while event.kind != YAML_MAPPING_END_EVENT {
            let key = try node(from: event)
            pairs.append((key, try node(from: try next())))
            event = try next()
        }
        try requireDistinctKeys(pairs.map(\.key))
        return YAMLTree(.mapping(pairs), tag: start.tag, mark: start.mark)
    }

    private func requireDistinctKeys(_ keys: [YAMLTree]) throws(YAMLParseError) {
        var marks: [String: YAMLMark] = [:]
        var twice: Set<String> = []
        for key in keys {
            guard case .scalar(let name, _) = key.content else { throw .keyNotText(key.mark) }
            if marks[name] == nil { marks[name] = key.mark } else { twice.insert(name) }
        }
        if let name = twice.min(), let first = marks[name] { throw .duplicateKey(name, first: first) }
    }
}

/// One event of libyaml, let go with its memory.
private final class YAMLEvent {
    var raw = yaml_event_t()

    deinit { yaml_event_delete(&raw) }

    var kind: yaml_event_type_t { raw.type }
    var mark: YAMLMark { YAMLMark(raw.start_mark) }

    /// The name of an anchor, or the one that an alias names.
    var anchor: String? {
        switch kind {
        case YAML_ALIAS_EVENT: text(raw.data.alias.anchor)
        case YAML_SCALAR_EVENT: text(raw.data.scalar.anchor)
        case YAML_SEQUENCE_START_EVENT: text(raw.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT: text(raw.data.mapping_start.anchor)
        default: nil
        }
    }

    var tag: String? {
        switch kind {
        case YAML_SCALAR_EVENT: raw.data.scalar.quoted_implicit == 1 ? nil : text(raw.data.scalar.tag)
        case YAML_SEQUENCE_START_EVENT: text(raw.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT: text(raw.data.mapping_start.tag)
        default: nil
        }
    }

    var scalar: YAMLTree.Content {
        let bytes = UnsafeBufferPointer(start: raw.data.scalar.value, count: Int(raw.data.scalar.length))
        let style: YAMLNode.Style =
            switch raw.data.scalar.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
            case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
            default: .plain
            }
        return .scalar(String(decoding: bytes, as: UTF8.self), style)
    }

    private func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}
