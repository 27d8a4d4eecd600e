package import Execution

/// Replaces secret values by `***` in everything that is shown. Values can be added while a run goes on.
///
/// Safe to use from several threads. Text is to be sanitized first: a value broken up by escape sequences is found only
/// once they are gone.
package final class Masker: Sendable {
    /// The values, which the executor adds to as they become known: the same as they look when sanitized count too.
    package let secrets = SecretMask { [Sanitizer.text($0), Sanitizer.line($0)] }

    package init() {}

    /// From now on masks this value, as it is and as programs commonly spell it, and each longer line of it.
    package func add(_ secret: String) { secrets.add(secret) }

    /// From now on masks these values.
    package func add(_ secrets: some Sequence<String>) {
        for secret in secrets { add(secret) }
    }

    package var isEmpty: Bool { secrets.isEmpty }

    /// The text with every stretch that values cover, overlapping ones together, replaced by one `***`.
    package func mask(_ text: String) -> String { secrets.mask(text) }

    package func mask(_ bytes: [UInt8]) -> [UInt8] { secrets.mask(bytes) }
}
