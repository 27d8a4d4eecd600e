import Checkpoints
import Cryptography
import Execution
import Foundation
import Testing

@Suite("Digests and sealing")
struct CryptographyTests {
    private func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
        }
    }

    private func sha256(_ text: String) -> [UInt8] { Array(text.utf8).withUnsafeBytes { Digest.sha256($0) } }

    @Test("SHA-256 of the texts of FIPS 180-4")
    func digests() {
        #expect(sha256("") == bytes("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
        #expect(sha256("abc") == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
        let million = [UInt8](repeating: 0x61, count: 1_000_000).withUnsafeBytes { Digest.sha256($0) }
        #expect(million == bytes("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"))
    }

    @Test("HMAC of RFC 4231, cases 1 and 6")
    func authentication() {
        let first = Digest.hmac(Array("Hi There".utf8), key: [UInt8](repeating: 0x0b, count: 20))
        #expect(first == bytes("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"))
        let long = Digest.hmac(
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            key: [UInt8](repeating: 0xaa, count: 131))
        #expect(long == bytes("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"))
    }

    @Test("a derived key of RFC 5869, case 3: without a salt")
    func derived() {
        let key = [UInt8](repeating: 0x0b, count: 22)
        #expect(
            Digest.derivedKey(from: key, for: "", count: 32)
                == bytes("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"))
        #expect(Digest.derivedKey(from: key, for: "", count: 8) == bytes("8da4e775a563c18f"))
    }

    @Test("AES-GCM: what is sealed opens, and nothing else does")
    func sealing() throws {
        let key = [UInt8](0..<32)
        for text in [[], [1], [UInt8](repeating: 7, count: 100_000)] as [[UInt8]] {
            let sealed = try AESGCM.seal(text, key: key)
            #expect(sealed.count == text.count + 28)
            #expect(try AESGCM.open(sealed[...], key: key) == text)
            #expect(throws: AESGCM.Failure.self) { try AESGCM.open(sealed[...], key: [UInt8](1...32)) }
            #expect(throws: AESGCM.Failure.self) { try AESGCM.open(sealed.dropLast(), key: key) }
            for place in [0, 12, sealed.count - 1] {
                var changed = sealed
                changed[place] ^= 1
                #expect(throws: AESGCM.Failure.self) { try AESGCM.open(changed[...], key: key) }
            }
        }
    }

    /// Both were made with another library, under the key of the bytes 0 to 31.
    @Test("what earlier versions sealed opens, and their digests are equal")
    func earlier() throws {
        let sandbox = try Sandbox()
        let folder = sandbox.path + "/config/runbook"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        #expect(
            FileManager.default.createFile(
                atPath: folder + "/key", contents: Data(0..<32), attributes: [.posixPermissions: 0o600]))
        let ring = KeyRing(environment: ["XDG_CONFIG_HOME": sandbox.path + "/config"])
        let sealed = bytes(
            "01e8f6a1412afced5d02079289ec335da7180cd5f1a3d4e88d0cee6076a84a4af631ca44530e433d5deeeb6b6428edea5ed38117799cd03fc27cc94986fee645f396cf03"
        )
        #expect(try ring.open(sealed) == "old-secret-of-the-first-version")
        #expect(try ring.digest("swordfish") == "4fb3013b94f21390f5afe89965845347")
    }
}
