/// A mapping of the format that has keys of its own.
package enum FormatPlace: String, Hashable, Sendable, CaseIterable {
    case frontMatter = "front matter"
    case step, file, undo, prelude
    case gate
    case http, command, dns
    case fileGate = "file gate"
    case promql
    case param, include, defaults, secret, backoff
    case question = "when, check"
    case output

    /// The option mapping of each kind of gate that has options of its own.
    package static let gateOptions: [String: FormatPlace] = [
        "http": .http, "command": .command, "dns": .dns, "file": .fileGate, "promql": .promql,
    ]
}

/// What a value may be. Where text is expected any scalar will do, as it is written.
package indirect enum FormatValue: Hashable, Sendable {
    case text
    /// Lower-case letters, digits, `-` and `_`.
    case id
    case flag
    /// With units: `90s`.
    case duration
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Int>)
    case word([String])
    /// One, or a list of them.
    case list(FormatValue)
    /// A mapping with any names.
    case map(FormatValue)
    case mapping(FormatPlace)
    /// A gate: its kind with its options.
    case gate
    /// May be left empty.
    case nothing
    case any([FormatValue])

    /// For people.
    package var name: String {
        switch self {
        case .text: "text"
        case .id: "id"
        case .flag: "true, false"
        case .duration: "duration"
        case .integer(let range): "\(range.lowerBound) … \(range.upperBound)"
        case .number(let range): "number, \(range.lowerBound) … \(range.upperBound)"
        case .word(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .list(let value): "\(value.name), or a list"
        case .map(let value): "names, each with: \(value.name)"
        case .mapping(let place): "mapping (\(place.rawValue))"
        case .gate: "gate"
        case .nothing: "nothing"
        case .any(let values): values.map(\.name).joined(separator: " or ")
        }
    }
}

/// One key of the format.
package struct FormatKey: Hashable, Sendable {
    package var name: String
    package var places: [FormatPlace]
    package var value: FormatValue
    /// What it says, in one sentence.
    package var sentence: String
    /// Refused for now.
    package var isReserved: Bool
    /// Makes a gate one of this kind.
    package var isKind: Bool

    init(
        _ name: String, _ places: [FormatPlace], _ value: FormatValue, _ sentence: String, isReserved: Bool = false,
        isKind: Bool = false
    ) {
        self.name = name
        self.places = places
        self.value = value
        self.sentence = sentence
        self.isReserved = isReserved
        self.isKind = isKind
    }
}

extension FormatKey {
    /// The keys of a place, in the order of the table.
    package static func all(in place: FormatPlace) -> [FormatKey] { byPlace[place] ?? [] }

    /// Their names, without those that are refused for now.
    package static func names(in place: FormatPlace) -> [String] {
        all(in: place).filter { !$0.isReserved }.map(\.name)
    }

    package static func key(_ name: String, in place: FormatPlace) -> FormatKey? {
        all(in: place).first { $0.name == name }
    }

    /// The kinds of gates, in the order in which messages list them.
    package static let gateKinds = all(in: .gate).filter(\.isKind).map(\.name)

    private static let byPlace: [FormatPlace: [FormatKey]] = {
        var found: [FormatPlace: [FormatKey]] = [:]
        for key in table { for place in key.places { found[place, default: []].append(key) } }
        return found
    }()

    /// The table as Markdown: key, where, value, meaning.
    package static var markdown: String {
        let rows = table.map { key in
            let value = key.isReserved ? "" : key.value.name
            let places = key.places.map(\.rawValue).joined(separator: ", ")
            return "| `\(key.name)` | \(places) | \(value) | \(key.sentence) |"
        }
        return (["| key | where | value | meaning |", "| --- | --- | --- | --- |"] + rows).joined(separator: "\n")
    }
}
