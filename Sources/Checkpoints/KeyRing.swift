import Cryptography
package import Execution
import Glibc

/// Seals secrets with a key that the user keeps outside every state folder.
///
/// The key is 32 random bytes in `$XDG_CONFIG_HOME/runbook/key` (else `~/.config/runbook/key`), made at first use. It
/// is touched by nothing but a secret: a run without one works without it, and without a home folder.
package final class KeyRing: SecretBox {
    private let environment: [String: String]
    private var keys: KeyFile.Keys?

    /// - Parameter environment: where `XDG_CONFIG_HOME` and `HOME` are looked up.
    package init(environment: [String: String]) {
        self.environment = environment
    }

    package func prepare() throws(JournalError) { _ = try unlocked(canCreate: true) }

    /// One byte of version, eight that tell the key, then nonce, text and tag of AES-GCM.
    package func seal(bytes: [UInt8]) throws(JournalError) -> [UInt8] {
        let keys = try unlocked(canCreate: true)
        do {
            return [Self.version] + keys.mark + (try AESGCM.seal(bytes, key: keys.sealing))
        } catch {
            throw JournalError(message: "A secret cannot be sealed: \(error).")
        }
    }

    package func bytes(of sealed: [UInt8]) throws(JournalError) -> [UInt8] {
        let keys = try unlocked(canCreate: false)
        let headSize = 1 + keys.mark.count
        guard sealed.count > headSize, sealed[0] == Self.version else {
            throw JournalError(
                message: "A sealed secret cannot be read: it is damaged, or was sealed by a newer runbook. "
                    + "Run the step that made it again (`reset` it, then `resume`).")
        }
        guard Array(sealed[1..<headSize]) == keys.mark else {
            throw JournalError(
                message:
                    "A secret was sealed with another key than the one in \(keys.path). Put that key back there, "
                    + "or run the step that made the secret again (`reset` it, then `resume`).")
        }
        do {
            return try AESGCM.open(sealed[headSize...], key: keys.sealing)
        } catch {
            throw JournalError(
                message: "A sealed secret is damaged: the key in \(keys.path) does not open it. "
                    + "Run the step that made it again (`reset` it, then `resume`).")
        }
    }

    /// 32 hexadecimal digits of HMAC-SHA256.
    package func digest(_ text: String) throws(JournalError) -> String {
        let keys = try unlocked(canCreate: true)
        return Digest.hmac(Array(text.utf8), key: keys.digesting).prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private static let version: UInt8 = 1

    private func unlocked(canCreate: Bool) throws(JournalError) -> KeyFile.Keys {
        if let keys { return keys }
        do {
            let read = try KeyFile(environment: environment).read(canCreate: canCreate)
            keys = read
            return read
        } catch {
            throw JournalError(error)
        }
    }
}
