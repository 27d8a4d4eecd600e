internal import Model
internal import Synchronization

/// Replaces secret values by `***`, in every spelling in which programs commonly print them (`SecretForms`).
///
/// Values can be added while it is used, from any thread. Masking takes time linear in the text.
package final class Redactor: Sendable {
    private struct State {
        var known: Set<[UInt8]> = []
        var patterns: Set<[UInt8]> = []
        /// Nil while something was added since it was made.
        var matcher: ByteMatcher?
    }

    /// Shortest value that is masked, in bytes: shorter ones would blank out everything.
    package static let shortest = 4

    private let state = Mutex(State())
    private let spellings: @Sendable (String) -> [String]

    /// - Parameter spellings: how else a value may look where text is shown.
    package init(spellings: @escaping @Sendable (String) -> [String] = { _ in [] }) {
        self.spellings = spellings
    }

    package var isEmpty: Bool { state.withLock { $0.patterns.isEmpty } }

    /// Adds a value; ones shorter than four bytes are refused before they become secrets, and ignored here.
    package func add(_ secret: String) { add(OSText.bytes(of: secret)) }

    package func add(_ secrets: some Sequence<String>) {
        for secret in secrets { add(secret) }
    }

    package func add(_ secret: [UInt8]) {
        guard secret.count >= Self.shortest, state.withLock({ $0.known.insert(secret).inserted }) else { return }
        var forms = SecretForms.all(of: secret)
        for spelling in spellings(OSText.text(of: secret)) {
            forms += SecretForms.plain(Array(spelling.utf8))
        }
        state.withLock { state in
            let before = state.patterns.count
            state.patterns.formUnion(forms)
            if state.patterns.count > before { state.matcher = nil }
        }
    }

    /// What finds all of them.
    package var matcher: ByteMatcher {
        state.withLock { state in
            if let matcher = state.matcher { return matcher }
            let matcher = ByteMatcher(state.patterns)
            state.matcher = matcher
            return matcher
        }
    }

    /// The text with every stretch that values cover, overlapping ones together, replaced by one `***`.
    ///
    /// Compares bytes: as a Character, the end of a secret may melt into what stands behind it.
    package func mask(_ text: String) -> String {
        let matcher = matcher
        guard !matcher.isEmpty else { return text }
        return Self.masked(OSText.bytes(of: text), matcher).map(OSText.text(of:)) ?? text
    }

    /// The same for bytes that are no text.
    package func mask(_ bytes: [UInt8]) -> [UInt8] {
        let matcher = matcher
        return matcher.isEmpty ? bytes : Self.masked(bytes, matcher) ?? bytes
    }

    /// Nil when there is nothing to mask.
    private static func masked(_ bytes: [UInt8], _ matcher: ByteMatcher) -> [UInt8]? {
        let covered = matcher.stretches(in: bytes)
        guard !covered.isEmpty else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = 0
        for stretch in covered {
            result += bytes[position..<stretch.lowerBound]
            result += [0x2A, 0x2A, 0x2A]
            position = stretch.upperBound
        }
        return result + bytes[position...]
    }
}
