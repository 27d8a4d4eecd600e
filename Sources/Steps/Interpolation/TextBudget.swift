/// How much text references may still be replaced by, in all files of a load: a param may hold another one twice, and
/// so on.
final class TextBudget {
    /// In bytes.
    static let limit = 64 << 20

    private var left = TextBudget.limit
    /// True from the first text on that went past the limit.
    private(set) var isSpent = false

    /// False when there is not that much left.
    func take(_ count: Int) -> Bool {
        guard !isSpent, count <= left else {
            isSpent = true
            return false
        }
        left -= count
        return true
    }
}
