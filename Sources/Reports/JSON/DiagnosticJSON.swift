package import Model

/// Diagnostics as JSON: this program's own form, and the one that code scanning reads. Each is one line, with its end.
package enum DiagnosticJSON {
    /// Longer lines are left out, in bytes: a thousand findings may be on one of a megabyte.
    private static let longestSource = 4_096

    /// One object: `{"errors": 1, "warnings": 0, "diagnostics": [{…}]}`; lines and columns count from 1, and 0 means
    /// the whole file or line.
    package static func report(_ diagnostics: [Diagnostic]) -> String {
        let items = diagnostics.map { diagnostic -> JSONValue in
            var fields: [JSONValue.Member] = [
                .init("code", .string(diagnostic.code)), .init("severity", .string(diagnostic.severity.rawValue)),
                .init("message", .string(diagnostic.message)),
            ]
            fields += position(diagnostic.place)
            fields.append(.init("length", .int(diagnostic.length)))
            if let line = diagnostic.sourceLine, line.utf8.count <= longestSource {
                fields.append(.init("source", .string(line)))
            }
            if let hint = diagnostic.hint { fields.append(.init("hint", .string(hint))) }
            if !diagnostic.related.isEmpty {
                let related = diagnostic.related.map { related -> JSONValue in
                    .object([.init("message", .string(related.message))] + position(related.place))
                }
                fields.append(.init("related", .array(related)))
            }
            return .object(fields)
        }
        let report = JSONValue.object([
            .init("errors", .int(diagnostics.count { $0.severity == .error })),
            .init("warnings", .int(diagnostics.count { $0.severity == .warning })), .init("diagnostics", .array(items)),
        ])
        return report.text + "\n"
    }

    private static func position(_ place: Place) -> [JSONValue.Member] {
        [.init("file", .string(place.file)), .init("line", .int(place.line)), .init("column", .int(place.column))]
    }

    // MARK: - SARIF

    /// SARIF 2.1.0, as code scanning reads it.
    package static func sarif(_ diagnostics: [Diagnostic], version: String) -> String {
        let rules = Set(diagnostics.map(\.code)).sorted().map { code -> JSONValue in
            .object([.init("id", .string(code)), .init("shortDescription", text(summary(of: code)))])
        }
        let results = diagnostics.map { diagnostic -> JSONValue in
            let message = diagnostic.hint.map { "\(diagnostic.message)\nhint: \($0)" } ?? diagnostic.message
            var fields: [JSONValue.Member] = [
                .init("ruleId", .string(diagnostic.code)), .init("level", .string(diagnostic.severity.rawValue)),
                .init("message", text(message)),
                .init("locations", .array([location(diagnostic.place, length: diagnostic.length)])),
            ]
            if !diagnostic.related.isEmpty {
                let related = diagnostic.related.enumerated().map { number, related in
                    location(related.place, length: 1, id: number + 1, message: related.message)
                }
                fields.append(.init("relatedLocations", .array(related)))
            }
            return .object(fields)
        }
        let driver = JSONValue.object([
            .init("name", .string("runbook")), .init("version", .string(version)), .init("rules", .array(rules)),
        ])
        let run = JSONValue.object([
            .init("tool", .object([.init("driver", driver)])), .init("columnKind", .string("unicodeCodePoints")),
            .init("results", .array(results)),
        ])
        let log = JSONValue.object([
            .init("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")),
            .init("version", .string("2.1.0")), .init("runs", .array([run])),
        ])
        return log.text + "\n"
    }

    private static func summary(of code: String) -> String {
        DiagnosticCode(rawValue: code)?.summary ?? HazardCode(rawValue: code)?.summary ?? code
    }

    private static func text(_ text: String) -> JSONValue { .object([.init("text", .string(text))]) }

    private static func location(_ place: Place, length: Int, id: Int? = nil, message: String? = nil) -> JSONValue {
        var physical: [JSONValue.Member] = [
            .init("artifactLocation", .object([.init("uri", .string(uri(place.file)))]))
        ]
        if place.line > 0 {
            var region: [JSONValue.Member] = [.init("startLine", .int(place.line))]
            if place.column > 0 {
                region.append(.init("startColumn", .int(place.column)))
                region.append(.init("endColumn", .int(place.column + length)))
            }
            physical.append(.init("region", .object(region)))
        }
        var fields: [JSONValue.Member] = []
        if let id { fields.append(.init("id", .int(id))) }
        fields.append(.init("physicalLocation", .object(physical)))
        if let message { fields.append(.init("message", text(message))) }
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
