@testable import Terminal

/// Keeps what is written, one entry a write, and shows it on a screen where there is one.
final class FakeSink: LineSink {
    var writes: [String] = []
    var isReady = true
    var isClosed = false
    var screen: Screen?

    init(screen: Screen? = nil) {
        self.screen = screen
    }

    func write(_ text: String) {
        writes.append(text)
        screen?.write(text)
    }

    var text: String { writes.joined() }
}
