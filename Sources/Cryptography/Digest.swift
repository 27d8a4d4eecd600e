private import COpenSSL

/// SHA-256 (FIPS 180-4), and what is built on it.
package enum Digest {
    /// Bytes of a digest.
    package static let size = 32

    package static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { digest, count in
            let isMade = EVP_Digest(bytes.baseAddress, bytes.count, digest.baseAddress, nil, algorithm.pointer, nil)
            precondition(isMade == 1, "libcrypto has no SHA-256")
            count = size
        }
    }

    /// HMAC (RFC 2104).
    package static func hmac(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { code, count in
            // A key of no bytes still needs an address: without one libcrypto takes that of the call before.
            let key = key.isEmpty ? [0] : key
            let made = HMAC(algorithm.pointer, key, Int32(key.count), bytes, bytes.count, code.baseAddress, nil)
            precondition(made != nil, "libcrypto has no HMAC")
            count = size
        }
    }

    /// A key of up to 32 bytes for one use, out of another one: HKDF (RFC 5869) without a salt.
    ///
    /// - Parameters:
    ///   - use: tells uses apart (`info`).
    ///   - count: bytes of the key, 1 to 32.
    package static func derivedKey(from key: [UInt8], for use: String, count: Int) -> [UInt8] {
        precondition((1...size).contains(count))
        let extracted = hmac(key, key: [])
        return Array(hmac(Array(use.utf8) + [1], key: extracted).prefix(count))
    }

    /// Looked up once: each look takes longer than a short text's digest.
    private struct Algorithm: @unchecked Sendable {
        let pointer = EVP_MD_fetch(nil, "SHA256", nil)
    }

    private static let algorithm = Algorithm()
}
