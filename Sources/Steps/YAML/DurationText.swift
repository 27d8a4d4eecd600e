import Model

/// Durations as people write them: `500ms`, `3s`, `5m`, `1h30m`, `2d`.
enum DurationText {
    struct Problem: Error, Equatable {
        var message: String
        var hint: String
    }

    /// Nothing lasts longer than this.
    static let longest = Duration.seconds(366 * 86_400)

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    static func parse(_ text: String) throws(Problem) -> Duration {
        let shown = text.count > 30 ? String(text.prefix(30)) + "…" : text
        let general = Problem(
            message: "`\(shown)` is not a duration", hint: "write it like `500ms`, `3s`, `5m`, `1h30m` or `2d`")
        var bytes = Substring(text).utf8
        guard !bytes.isEmpty, text.utf8.count <= 30 else { throw general }
        if bytes.allSatisfy(Names.isDigit) {
            if text == "0" { return .zero }
            throw Problem(message: "the duration `\(shown)` has no unit", hint: "`\(shown)s` is that many seconds")
        }
        var total: Int64 = 0
        var firstUnit = 0
        while !bytes.isEmpty {
            let digits = bytes.prefix(while: Names.isDigit)
            bytes = bytes.dropFirst(digits.count)
            let unit = bytes.prefix { !Names.isDigit($0) }
            bytes = bytes.dropFirst(unit.count)
            guard !digits.isEmpty, let count = Int64(Substring(digits)) else { throw general }
            guard let index = units.firstIndex(where: { $0.name == String(Substring(unit)) }) else {
                if unit.first == UInt8(ascii: ".") {
                    throw Problem(
                        message: "the duration `\(shown)` has a fraction", hint: "use a smaller unit: `1500ms` for 1.5s"
                    )
                }
                throw general
            }
            guard index >= firstUnit else {
                throw Problem(
                    message: "the units of `\(shown)` are not in order", hint: "larger units come first: `1h30m`")
            }
            firstUnit = index + 1
            let (product, overflow) = count.multipliedReportingOverflow(by: units[index].milliseconds)
            let (sum, more) = total.addingReportingOverflow(product)
            guard !overflow, !more, sum <= 366 * 86_400_000 else {
                throw Problem(message: "`\(shown)` is longer than a year", hint: "the longest duration is `366d`")
            }
            total = sum
        }
        return .milliseconds(total)
    }

    /// A duration in the same notation.
    static func text(_ duration: Duration) -> String {
        var left = duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
        if left == 0 { return "0s" }
        var text = ""
        for unit in units where left >= unit.milliseconds {
            text += "\(left / unit.milliseconds)\(unit.name)"
            left %= unit.milliseconds
        }
        return text
    }
}
