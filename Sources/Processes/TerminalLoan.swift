import CPlatform
import Glibc

/// The terminal while a child has it: what is to be put back at its end.
struct TerminalLoan {
    /// The terminal; -1 when standard input is none, or when it is not ours to give (we are in the background).
    let descriptor: Int32
    private let reactor: Reactor
    private var modes = platform_terminal_modes()

    /// Leaves the input to the child from now on.
    init(_ reactor: Reactor) {
        self.reactor = reactor
        descriptor = isatty(0) == 1 && tcgetpgrp(0) == getpgrp() ? 0 : -1
        if descriptor >= 0 { platform_terminal_save(descriptor, &modes) }
        reactor.pauseTerminal()
    }

    /// Puts us back into the foreground, with the terminal's modes as they were.
    func takeBack() {
        if descriptor >= 0 {
            _ = platform_terminal_give(descriptor, getpgrp())
            var modes = modes
            platform_terminal_restore(descriptor, &modes)
        }
        reactor.resumeTerminal()
    }
}
