internal import Synchronization

/// Replaces secret values by `***` in everything that is shown. Values can be added while a run goes on.
///
/// Safe to use from several threads. Text is to be sanitized first: a value broken up by escape sequences is found only
/// once they are gone.
package final class Masker: Sendable {
    /// The values as bytes, by their first byte, the longest first.
    private struct Values {
        var byFirst = [[[UInt8]]](repeating: [], count: 256)
        var isEmpty = true
    }

    private let values = Mutex(Values())

    /// Shortest value that is masked: shorter ones would blank out everything.
    package static let shortest = 4
    /// Shortest line of a value of several lines that is masked on its own.
    package static let shortestLine = 8

    package init() {}

    /// From now on masks this value, the same as it looks when sanitized, and each longer line of it.
    package func add(_ secret: String) {
        var forms = [secret, Sanitizer.text(secret), Sanitizer.line(secret)].filter { $0.utf8.count >= Self.shortest }
        for form in forms {
            let lines = form.split(separator: "\n").map(String.init)
            if lines.count > 1 { forms += lines.filter { $0.utf8.count >= Self.shortestLine } }
        }
        let new = forms.map { Array($0.utf8) }
        values.withLock { values in
            for value in new {
                let first = Int(value[0])
                guard !values.byFirst[first].contains(value) else { continue }
                values.byFirst[first].append(value)
                values.byFirst[first].sort { $0.count > $1.count }
                values.isEmpty = false
            }
        }
    }

    /// From now on masks these values.
    package func add(_ secrets: some Sequence<String>) {
        for secret in secrets { add(secret) }
    }

    package var isEmpty: Bool { values.withLock { $0.isEmpty } }

    /// The text with every stretch that values cover, overlapping ones together, replaced by one `***`.
    package func mask(_ text: String) -> String {
        let values = values.withLock { $0 }
        guard !values.isEmpty else { return text }
        let bytes = Array(text.utf8)
        let covered = Self.stretches(of: values, in: bytes)
        guard !covered.isEmpty else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = 0
        for stretch in covered {
            result += bytes[position..<stretch.lowerBound]
            result += [0x2A, 0x2A, 0x2A]
            position = stretch.upperBound
        }
        result += bytes[position...]
        return String(decoding: result, as: UTF8.self)
    }

    /// Where values stand, merged where they overlap or touch; ascending.
    private static func stretches(of values: Values, in bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for position in bytes.indices {
            let candidates = values.byFirst[Int(bytes[position])]
            guard !candidates.isEmpty,
                let value = candidates.first(where: { bytes[position...].starts(with: $0) })
            else { continue }
            let end = position + value.count
            if let last = found.last, last.upperBound >= position {
                found[found.count - 1] = last.lowerBound..<max(last.upperBound, end)
            } else {
                found.append(position..<end)
            }
        }
        return found
    }
}
