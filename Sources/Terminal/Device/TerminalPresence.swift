internal import CPlatform
internal import Glibc

/// Whether a terminal is ours to draw on: in the background it shows what somebody else writes.
package struct TerminalPresence {
    /// We are the terminal's foreground process group.
    var isForeground: () -> Bool
    /// Changes whenever the program goes on after it was stopped: what it drew may have scrolled away.
    var continuations: () -> Int
    var begin: () -> Void
    var end: () -> Void

    /// A place that is always ours, for tests.
    package static var always: TerminalPresence {
        TerminalPresence(isForeground: { true }, continuations: { 0 }, begin: {}, end: {})
    }

    /// That of the terminal behind a descriptor.
    package static func of(output: Int32 = STDOUT_FILENO, input: Int32 = STDIN_FILENO) -> TerminalPresence {
        TerminalPresence(
            // A terminal that does not control this session has no foreground to be outside of.
            isForeground: {
                let group = tcgetpgrp(output)
                return group < 0 || group == getpgrp()
            },
            continuations: { Int(platform_suspend_count()) },
            begin: { platform_suspend_watch(output, input) },
            end: { platform_suspend_unwatch() })
    }
}
