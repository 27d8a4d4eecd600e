/// Replaces secret values in text by `***`.
package struct SecretMask: Sendable {
    /// Longest first, so that a secret that contains another disappears whole.
    package private(set) var secrets: [String] = []

    package init() {}

    /// Adds a value; ones shorter than four bytes are refused before they become secrets, and ignored here.
    /// Each line of a longer value is masked too, since output is shown line by line.
    package mutating func add(_ secret: String) {
        var values = [secret]
        if secret.utf8.contains(0x0A) { values += secret.split(separator: "\n").map(String.init) }
        for value in values where value.utf8.count >= 4 && !secrets.contains(value) {
            secrets.append(value)
        }
        secrets.sort { ($0.utf8.count, $1) > ($1.utf8.count, $0) }
    }

    package func mask(_ text: String) -> String {
        guard !secrets.isEmpty else { return text }
        var masked = text
        for secret in secrets where masked.contains(secret) {
            masked = masked.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
        }
        return masked
    }
}
