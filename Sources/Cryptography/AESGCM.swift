private import COpenSSL

/// AES-256-GCM (NIST SP 800-38D): what is sealed can neither be read nor changed by anybody without the key.
package enum AESGCM {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    private static let keySize = 32
    private static let nonceSize = 12
    private static let tagSize = 16

    /// - Parameter key: 32 bytes.
    /// - Returns: a random nonce of 12 bytes, the sealed bytes, and a tag of 16 bytes.
    package static func seal(_ bytes: [UInt8], key: [UInt8]) throws(Failure) -> [UInt8] {
        var nonce = [UInt8](repeating: 0, count: nonceSize)
        guard RAND_bytes(&nonce, Int32(nonceSize)) == 1 else {
            throw Failure(description: "no random bytes are to be had")
        }
        let context = try context(key: key, nonce: nonce, seals: true)
        defer { EVP_CIPHER_CTX_free(context) }
        var sealed = [UInt8](repeating: 0, count: bytes.count + 1)
        var count: Int32 = 0
        var rest: Int32 = 0
        var tag = [UInt8](repeating: 0, count: tagSize)
        var none: UInt8 = 0
        guard EVP_EncryptUpdate(context, &sealed, &count, bytes, Int32(bytes.count)) == 1,
            EVP_EncryptFinal_ex(context, &none, &rest) == 1, Int(count) == bytes.count, rest == 0,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagSize), &tag) == 1
        else { throw Failure(description: "AES-GCM failed") }
        return nonce + sealed.prefix(bytes.count) + tag
    }

    /// - Parameter sealed: what `seal` returned.
    /// - Throws: where it is too short, was changed, or sealed with another key.
    package static func open(_ sealed: ArraySlice<UInt8>, key: [UInt8]) throws(Failure) -> [UInt8] {
        guard sealed.count >= nonceSize + tagSize else { throw Failure(description: "it is too short") }
        let body = Array(sealed.dropFirst(nonceSize).dropLast(tagSize))
        var tag = Array(sealed.suffix(tagSize))
        let context = try context(key: key, nonce: Array(sealed.prefix(nonceSize)), seals: false)
        defer { EVP_CIPHER_CTX_free(context) }
        var bytes = [UInt8](repeating: 0, count: body.count + 1)
        var count: Int32 = 0
        var rest: Int32 = 0
        var none: UInt8 = 0
        // Nothing of it counts before the tag was compared, which the last of these does.
        guard EVP_DecryptUpdate(context, &bytes, &count, body, Int32(body.count)) == 1, Int(count) == body.count,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagSize), &tag) == 1,
            EVP_DecryptFinal_ex(context, &none, &rest) == 1, rest == 0
        else { throw Failure(description: "it was changed, or sealed with another key") }
        return Array(bytes.prefix(body.count))
    }

    private static func context(key: [UInt8], nonce: [UInt8], seals: Bool) throws(Failure) -> OpaquePointer {
        precondition(key.count == keySize && nonce.count == nonceSize)
        guard let context = EVP_CIPHER_CTX_new() else { throw Failure(description: "no memory is to be had") }
        // Twelve bytes of nonce are the default of GCM.
        guard EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce, seals ? 1 : 0) == 1 else {
            EVP_CIPHER_CTX_free(context)
            throw Failure(description: "libcrypto has no AES-GCM")
        }
        return context
    }
}
