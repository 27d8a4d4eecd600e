internal import Glibc

/// Keeps what is typed from being echoed into a live view, and gives the terminal back as it was.
package final class TerminalInput {
    private let descriptor: Int32
    private var saved: termios?

    package init(_ descriptor: Int32 = STDIN_FILENO) {
        self.descriptor = descriptor
    }

    deinit { restore() }

    /// Turns echo off. Lines and signals go on working. Does nothing without a terminal, or in the background (where
    /// the change would stop this process).
    package func silence() {
        guard saved == nil, isatty(descriptor) == 1, tcgetpgrp(descriptor) == getpgrp() else { return }
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { return }
        let before = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        if tcsetattr(descriptor, TCSANOW, &settings) == 0 { saved = before }
    }

    /// Turns echo off once more after others have used the terminal.
    package func silenceAgain() {
        guard saved != nil, tcgetpgrp(descriptor) == getpgrp() else { return }
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { return }
        settings.c_lflag &= ~tcflag_t(ECHO)
        _ = tcsetattr(descriptor, TCSANOW, &settings)
    }

    /// Puts the settings back that `silence` found.
    package func restore() {
        guard var settings = saved else { return }
        saved = nil
        guard tcgetpgrp(descriptor) == getpgrp() else { return }
        _ = tcsetattr(descriptor, TCSANOW, &settings)
    }
}
