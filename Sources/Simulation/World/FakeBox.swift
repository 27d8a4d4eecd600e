import Execution

/// Seals secrets so that they can be told from plain text, and opened again.
final class FakeBox: SecretBox {
    private static let mask: UInt8 = 0x5A

    func seal(_ text: String) throws(JournalError) -> [UInt8] { text.utf8.map { $0 ^ Self.mask } }

    func open(_ sealed: [UInt8]) throws(JournalError) -> String {
        Self.opened(sealed)
    }

    static func opened(_ sealed: [UInt8]) -> String { String(decoding: sealed.map { $0 ^ mask }, as: UTF8.self) }

    func digest(_ text: String) throws(JournalError) -> String {
        var dice = Dice(0, "digest", text)
        return String(dice.next(), radix: 16)
    }
}
