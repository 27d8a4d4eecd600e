extension DiagnosticRenderer {
    /// Longer lines are left out, in bytes: a thousand findings may be on one of a megabyte.
    private static var longestSource: Int { 4_096 }

    /// One object: `{"errors": 1, "warnings": 0, "diagnostics": [{…}]}`; lines and columns count from 1, and 0 means
    /// the whole file or line.
    package static func json(_ diagnostics: [Diagnostic]) -> String {
        let items = diagnostics.map { diagnostic in
            var fields: [(String, JSONText)] = [
                ("code", .string(diagnostic.code)), ("severity", .string(diagnostic.severity.rawValue)),
                ("message", .string(diagnostic.message)),
            ]
            fields += position(diagnostic.place)
            fields.append(("length", .number(diagnostic.length)))
            if let line = diagnostic.sourceLine, line.utf8.count <= longestSource {
                fields.append(("source", .string(line)))
            }
            if let hint = diagnostic.hint { fields.append(("hint", .string(hint))) }
            if !diagnostic.related.isEmpty {
                fields.append(
                    (
                        "related",
                        .list(
                            diagnostic.related.map { related in
                                .object([("message", .string(related.message))] + position(related.place))
                            })
                    ))
            }
            return JSONText.object(fields)
        }
        return JSONText.object([
            ("errors", .number(diagnostics.count { $0.severity == .error })),
            ("warnings", .number(diagnostics.count { $0.severity == .warning })), ("diagnostics", .list(items)),
        ]).text + "\n"
    }

    private static func position(_ place: Place) -> [(String, JSONText)] {
        [("file", .string(place.file)), ("line", .number(place.line)), ("column", .number(place.column))]
    }

    /// SARIF 2.1.0, as code scanning reads it.
    package static func sarif(_ diagnostics: [Diagnostic], version: String) -> String {
        let codes = Set(diagnostics.map(\.code)).sorted()
        let rules = codes.map { code in
            JSONText.object([
                ("id", .string(code)),
                (
                    "shortDescription",
                    .object([("text", .string(summary(of: code)))])
                ),
            ])
        }
        let results = diagnostics.map { diagnostic in
            var fields: [(String, JSONText)] = [
                ("ruleId", .string(diagnostic.code)), ("level", .string(diagnostic.severity.rawValue)),
                ("message", message(diagnostic.message, hint: diagnostic.hint)),
                ("locations", .list([location(diagnostic.place, length: diagnostic.length)])),
            ]
            if !diagnostic.related.isEmpty {
                fields.append(
                    (
                        "relatedLocations",
                        .list(
                            diagnostic.related.enumerated().map { number, related in
                                location(related.place, length: 1, id: number + 1, message: related.message)
                            })
                    ))
            }
            return JSONText.object(fields)
        }
        let driver = JSONText.object([
            ("name", .string("runbook")), ("version", .string(version)), ("rules", .list(rules)),
        ])
        return JSONText.object([
            ("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")), ("version", .string("2.1.0")),
            (
                "runs",
                .list([
                    .object([
                        ("tool", .object([("driver", driver)])), ("columnKind", .string("unicodeCodePoints")),
                        ("results", .list(results)),
                    ])
                ])
            ),
        ]).text + "\n"
    }

    private static func summary(of code: String) -> String {
        DiagnosticCode(rawValue: code)?.summary ?? HazardCode(rawValue: code)?.summary ?? code
    }

    private static func message(_ text: String, hint: String?) -> JSONText {
        .object([("text", .string(hint.map { "\(text)\nhint: \($0)" } ?? text))])
    }

    private static func location(_ place: Place, length: Int, id: Int? = nil, message: String? = nil) -> JSONText {
        var physical: [(String, JSONText)] = [
            ("artifactLocation", .object([("uri", .string(uri(place.file)))]))
        ]
        if place.line > 0 {
            var region: [(String, JSONText)] = [("startLine", .number(place.line))]
            if place.column > 0 {
                region.append(("startColumn", .number(place.column)))
                region.append(("endColumn", .number(place.column + length)))
            }
            physical.append(("region", .object(region)))
        }
        var fields: [(String, JSONText)] = [("physicalLocation", .object(physical))]
        if let id { fields.insert(("id", .number(id)), at: 0) }
        if let message { fields.append(("message", .object([("text", .string(message))]))) }
        return .object(fields)
    }

    private static func uri(_ path: String) -> String {
        var escaped = ""
        for byte in OSText.bytes(of: path) {
            let isPlain = Names.isLetter(byte) || Names.isDigit(byte) || Array("/._-~".utf8).contains(byte)
            if isPlain {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return escaped
    }
}

/// JSON with its keys in the order given.
enum JSONText {
    case string(String)
    case number(Int)
    case list([JSONText])
    case object([(String, JSONText)])

    var text: String {
        switch self {
        case .string(let text): Self.quoted(text)
        case .number(let number): String(number)
        case .list(let items): "[" + items.map(\.text).joined(separator: ",") + "]"
        case .object(let fields):
            "{" + fields.map { Self.quoted($0.0) + ":" + $0.1.text }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        // Spelt out here, so that its backslash is one of JSON's.
        for scalar in OSText.shown(text).unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F || (0x2028...0x2029).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
