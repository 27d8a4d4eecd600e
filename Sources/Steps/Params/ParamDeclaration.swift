import Model
import Patterns

/// One param as the front matter declares it, before its value is decided.
struct ParamDeclaration {
    var name: String
    var kind = Param.Kind.string
    var entry: YAMLEntry
    /// Absolute folder of the file that declares it: relative paths in that file are meant from there.
    var folder: String
    var defaultNode: YAMLNode?
    var isRequired = false
    var choices: [String] = []
    var pattern: String?
    /// Limits as written, with their values: of the number, or of milliseconds.
    var least: (text: String, value: Int64)?
    var most: (text: String, value: Int64)?
    var help: String?

    /// Reads `name: default` or `name: {default: …, type: …}`; nil after a finding that leaves nothing to go on with.
    static func read(_ entry: YAMLEntry, _ reader: Reader) -> ParamDeclaration? {
        guard let name = reader.variable(entry, "param") else { return nil }
        if let reason = Names.reservation(of: name) {
            reader.report(
                .reservedName, "a param cannot be called `\(name)`: \(reason)", key: entry, hint: "choose another name")
            return nil
        }
        var declaration = ParamDeclaration(
            name: name, entry: entry, folder: reader.names.builtin("runbook_dir") ?? "/")
        var isRequired: Bool?
        switch entry.value.value {
        case .scalar:
            if !entry.value.isNull { declaration.defaultNode = entry.value }
        case .sequence:
            reader.report(
                .wrongType, "param `\(name)` must be a default value or a mapping, not a list", at: entry.value,
                hint: "for example `\(name): {default: …, choices: […]}`")
            return nil
        case .mapping(let entries):
            declaration.read(entries, reader, &isRequired)
        }
        declaration.isRequired = isRequired ?? (declaration.defaultNode == nil)
        if declaration.isRequired, declaration.defaultNode != nil {
            reader.report(
                .badParamDeclaration, "param `\(name)` is required and has a default", key: entry,
                hint: "remove one of the two")
        }
        return declaration
    }

    private mutating func read(_ entries: [YAMLEntry], _ reader: Reader, _ isRequired: inout Bool?) {
        var limits: [YAMLEntry] = []
        for item in entries {
            switch item.key {
            case "default": if !item.value.isNull { defaultNode = item.value }
            case "type":
                guard let text = reader.text(item.value, "type") else { continue }
                if let found = Param.Kind(rawValue: text) {
                    kind = found
                } else {
                    let known = Param.Kind.allCases.map(\.rawValue)
                    reader.report(
                        .badValue, "there is no type `\(text)`", at: item.value,
                        hint: Suggestion.hint(for: text, among: known) ?? "the types are \(Reader.list(known))")
                }
            case "choices": choices = reader.items(item.value).compactMap { reader.text($0, "choices") }
            case "pattern": pattern = reader.pattern(item.value, "pattern")
            case "min", "max": limits.append(item)
            case "required": isRequired = reader.flag(item.value, "required")
            case "help": help = reader.text(item.value, "help")
            default: reader.unknownKey(item, in: "param `\(name)`", known: FormatKey.names(in: .param))
            }
        }
        for limit in limits { read(limit: limit, reader) }
        if let least, let most, least.value > most.value {
            reader.report(
                .badParamDeclaration, "param `\(name)` has a `min` of \(least.text) above its `max` of \(most.text)",
                key: entry)
        }
        for choice in choices {
            if case .failure(let problem) = checked(choice) {
                reader.report(
                    .badParamDeclaration, "the choice `\(choice)` of param `\(name)` \(problem.message)", key: entry)
            }
        }
    }

    private mutating func read(limit: YAMLEntry, _ reader: Reader) {
        guard let text = reader.text(limit.value, limit.key) else { return }
        let value: Int64
        switch kind {
        case .int:
            guard let number = Int64(text) else {
                reader.report(.wrongType, "`\(limit.key)` must be a whole number, not `\(text)`", at: limit.value)
                return
            }
            value = number
        case .duration:
            do {
                value = Self.milliseconds(try DurationText.parse(text))
            } catch {
                reader.report(.badDuration, "`\(limit.key)`: \(error.message)", at: limit.value, hint: error.hint)
                return
            }
        case .string, .bool, .path:
            reader.report(
                .badParamDeclaration, "`\(limit.key)` limits only params of type `int` or `duration`", key: limit,
                hint: kind == .string ? "add `type: int`, or use `pattern`" : nil)
            return
        }
        if limit.key == "min" { least = (text, value) } else { most = (text, value) }
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
    }

    // MARK: - Values

    struct Problem: Error, Equatable {
        /// Goes on after `the value …`.
        var message: String
    }

    /// The value in its normal form, or what is wrong with it.
    ///
    /// - Parameter origin: the folder from which a relative path is meant; that of the declaring file when nil.
    func checked(_ text: String, from origin: String? = nil) -> Result<String, Problem> {
        var value = text
        var measure: Int64?
        switch kind {
        case .string: break
        case .path:
            guard !text.isEmpty, !text.utf8.contains(0) else { return .failure(Problem(message: "is not a path")) }
            if let found = ShellPath.begins(text) {
                return .failure(
                    Problem(message: "begins with `\(found.text)`, which only a shell replaces: write the path itself"))
            }
            if !Path.isAbsolute(text) { value = Path.absolute(text, in: origin ?? folder) }
        case .bool:
            guard text == "true" || text == "false" else {
                return .failure(Problem(message: "is not true or false"))
            }
        case .int:
            guard let number = Int64(text) else { return .failure(Problem(message: "is not a whole number")) }
            value = String(number)
            measure = number
        case .duration:
            do {
                measure = Self.milliseconds(try DurationText.parse(text))
            } catch {
                return .failure(Problem(message: "is not a duration such as 30s or 1h30m"))
            }
        }
        if text.utf8.contains(0) { return .failure(Problem(message: "contains a NUL character")) }
        if let measure, let least, measure < least.value {
            return .failure(Problem(message: "is below the least allowed, \(least.text)"))
        }
        if let measure, let most, measure > most.value {
            return .failure(Problem(message: "is above the most allowed, \(most.text)"))
        }
        if !choices.isEmpty, !choices.contains(where: { canonical($0) == canonical(value) }) {
            return .failure(Problem(message: "is not one of \(Reader.list(choices, word: "or"))"))
        }
        if let pattern, (try? Pattern(pattern, .whole))?.search(kind == .path ? text : value) != .match {
            return .failure(Problem(message: "does not match the pattern `\(pattern)`"))
        }
        return .success(value)
    }

    /// One spelling for each value of this type: `007` is `7`, and `1m30s` is `90s`.
    func canonical(_ text: String) -> String {
        switch kind {
        case .string, .bool: text
        case .int: Int64(text).map { String($0) } ?? text
        case .duration: (try? DurationText.parse(text)).map(DurationText.text) ?? text
        case .path: Path.absolute(text, in: folder)
        }
    }

    /// The value that a condition compares with, in its one spelling, or why the param can never have it.
    func comparable(_ text: String) -> Result<String, Problem> {
        // Nothing given is what such a param may have, whatever its type.
        if text.isEmpty, !isRequired, defaultNode == nil { return .success("") }
        return checked(text).map(canonical)
    }
}
