import Execution

/// Seals secrets so that they can be told from plain text, and opened again.
final class FakeBox: SecretBox {
    private static let mask: UInt8 = 0x5A

    func prepare() throws(JournalError) {}

    func seal(bytes: [UInt8]) throws(JournalError) -> [UInt8] { bytes.map { $0 ^ Self.mask } }

    func bytes(of sealed: [UInt8]) throws(JournalError) -> [UInt8] { sealed.map { $0 ^ Self.mask } }

    static func opened(_ sealed: [UInt8]) -> String { String(decoding: sealed.map { $0 ^ mask }, as: UTF8.self) }

    func digest(_ text: String) throws(JournalError) -> String {
        var random = SeededRandom(0, "digest", text)
        return String(random.next(), radix: 16)
    }
}
