internal import Model

/// The format as a JSON schema (draft 7, which editors read), made from the table of its keys.
package enum SchemaJSON {
    /// What a document of the schema is.
    package enum Part: String, Sendable, CaseIterable {
        case frontMatter = "front-matter"
        /// Of one block.
        case metadata
    }

    /// - Parameter part: nil: a document may be either.
    package static func text(_ part: Part?) -> String {
        let roots: [JSONValue] =
            switch part {
            case .frontMatter: [reference("frontMatter")]
            case .metadata: [reference("metadata")]
            case nil: [reference("frontMatter"), reference("metadata")]
            }
        let blocks: [FormatPlace] = [.step, .file, .undo, .prelude]
        var definitions: [JSONValue.Member] = [.init("metadata", any(blocks.map { reference("\($0)") }))]
        for place in FormatPlace.allCases where place != .gate && !FormatPlace.gateOptions.values.contains(place) {
            definitions.append(.init("\(place)", mapping(place)))
        }
        definitions.append(.init("gate", gate()))
        let schema = JSONValue.object([
            .init("$schema", .string("http://json-schema.org/draft-07/schema#")),
            .init("title", .string(part.map { "Runbook: \($0.rawValue)" } ?? "Runbook")), .init("anyOf", .array(roots)),
            .init("definitions", .object(definitions)),
        ])
        return schema.prettyText
    }

    // MARK: - Mappings

    private static func mapping(_ place: FormatPlace) -> JSONValue {
        let required: [String] =
            switch place {
            case .step, .file, .undo, .prelude: [place.rawValue]
            case .include: ["file"]
            case .question: ["command"]
            default: []
            }
        return object(FormatKey.all(in: place), required: required)
    }

    private static func object(_ keys: [FormatKey], required: [String]) -> JSONValue {
        let properties = keys.filter { !$0.isReserved }.map { key in
            JSONValue.Member(
                key.name,
                .object([
                    .init("description", .string(key.sentence)), .init("allOf", .array([schema(of: key.value)])),
                ]))
        }
        var members: [JSONValue.Member] = [.init("type", .string("object")), .init("properties", .object(properties))]
        if !required.isEmpty { members.append(.init("required", .array(required.map { .string($0) }))) }
        members.append(.init("additionalProperties", .bool(false)))
        return .object(members)
    }

    /// A shell command, or a mapping with one kind, its options and those of every gate.
    private static func gate() -> JSONValue {
        let all = FormatKey.all(in: .gate)
        let kinds = all.filter(\.isKind).map { kind in
            let options = FormatPlace.gateOptions[kind.name].map { FormatKey.all(in: $0) } ?? []
            return object([kind] + options + all.filter { !$0.isKind }, required: [kind.name])
        }
        return any([.object([.init("type", .string("string"))])] + kinds)
    }

    // MARK: - Values

    private static func schema(of value: FormatValue) -> JSONValue {
        switch value {
        case .text: type("string", "number", "boolean")
        case .id:
            any([
                .object([
                    .init("type", .string("string")),
                    .init("pattern", .string("^[a-z0-9][a-z0-9_-]*$|\(interpolated)")),
                    .init("maxLength", .int(Names.limit)),
                ]), type("integer"),
            ])
        case .flag: any([type("boolean"), pattern("^(true|false)$")])
        case .duration:
            any([
                pattern("^(0|(?=[0-9])([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$"),
                .object([.init("const", .int(0))]),
            ])
        case .integer(let range): any([within(range, "integer"), pattern("^[0-9]+$")])
        case .number(let range): any([within(range, "number"), pattern("^[0-9.]+$")])
        case .word(let words):
            .object([
                .init("enum", .array(words.map { .string($0) } + (words.contains("true") ? [.bool(true)] : [])))
            ])
        case .list(let item):
            any([
                schema(of: item), .object([.init("type", .string("array")), .init("items", schema(of: item))]),
            ])
        case .map(let item):
            .object([.init("type", .string("object")), .init("additionalProperties", schema(of: item))])
        case .mapping(let place): reference("\(place)")
        case .gate: reference("gate")
        case .nothing: type("null")
        case .any(let values): any(values.map(schema))
        }
    }

    /// Text that is only known once references are replaced.
    private static let interpolated = #"\$\{"#

    private static func pattern(_ pattern: String) -> JSONValue {
        .object([.init("type", .string("string")), .init("pattern", .string("\(pattern)|\(interpolated)"))])
    }

    private static func within(_ range: ClosedRange<Int>, _ type: String) -> JSONValue {
        .object([
            .init("type", .string(type)), .init("minimum", .int(range.lowerBound)),
            .init("maximum", .int(range.upperBound)),
        ])
    }

    private static func type(_ names: String...) -> JSONValue {
        .object([.init("type", names.count == 1 ? .string(names[0]) : .array(names.map { .string($0) }))])
    }

    private static func any(_ schemas: [JSONValue]) -> JSONValue { .object([.init("anyOf", .array(schemas))]) }

    private static func reference(_ name: String) -> JSONValue {
        .object([.init("$ref", .string("#/definitions/\(name)"))])
    }
}
