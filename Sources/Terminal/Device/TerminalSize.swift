internal import Glibc

/// How many columns and rows there are to write on.
package struct TerminalSize: Hashable, Sendable {
    package var columns: Int
    package var rows: Int

    /// At least 1 × 1, at most 10 000 × 10 000.
    package init(columns: Int, rows: Int) {
        self.columns = min(max(columns, 1), 10_000)
        self.rows = min(max(rows, 1), 10_000)
    }

    /// Measured anew at every call: what the terminal behind the descriptor says; where there is none, `COLUMNS` and
    /// `LINES`; else 80 × 24.
    package static func measure(_ descriptor: Int32 = STDOUT_FILENO, environment: [String: String]) -> TerminalSize {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 {
            return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
        }
        func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }
        return TerminalSize(columns: number("COLUMNS") ?? 80, rows: number("LINES") ?? 24)
    }
}
