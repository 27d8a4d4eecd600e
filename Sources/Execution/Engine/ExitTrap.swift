/// What makes a body leave its exit status behind, for an executor that was not there to see its end.
///
/// A line `STEP ATTEMPT STATUS` is appended to `$RUNBOOK_EXITS`. Nothing is noted, so that the status counts as
/// unknown, when the body is ended by a signal, sets an EXIT trap of its own, replaces its shell (`exec program`), or
/// has a syntax error in its first line.
package enum ExitTrap {
    /// Put before the first line of a shell body, and part of that line, so that line numbers stay what they were.
    ///
    /// The body's exit status is unchanged whether or not the note can be written. Subshells, pipelines and background
    /// jobs note nothing. The line begins with a line end, so that one torn by a power failure spoils no other.
    ///
    /// Bash runs EXIT traps also when a signal ends it, with whatever `$?` was then, often 0: there the signals that
    /// it can outlive are caught, the trap is taken away, and the signal is raised again. Bash then ends when its
    /// foreground command does. Cost by measurement: 25 µs for dash, 130 µs for bash.
    package static let prefix =
        #"trap 'command printf "\n%s %s %s\n" "${RUNBOOK_STEP-}" "${RUNBOOK_ATTEMPT-}" "$?" "#
        + #">>"${RUNBOOK_EXITS:-/dev/null}" || :' EXIT; case ${BASH_VERSION-} in ?*) "#
        + signals.map { #"trap "trap - \#($0) EXIT; kill -\#($0) \$\$" \#($0); "# }.joined()
        + ";; esac; "

    /// Put before the program and arguments of a body in another language: a shell that waits for it and notes its
    /// status. It costs another half a millisecond.
    ///
    /// A program ended by signal N is noted, and reported, as status 128 + N. When asked to stop, the shell goes on
    /// waiting for the program, which is in the same process group and was asked as well.
    package static let wrapper = [
        "/bin/sh", "-c",
        #"trap : HUP INT TERM; "$@"; s=$?; "#
            + #"printf "\n%s %s %s\n" "${RUNBOOK_STEP-}" "${RUNBOOK_ATTEMPT-}" "$s" >>"${RUNBOOK_EXITS:-/dev/null}"; "#
            + #"exit "$s""#,
        "sh",
    ]

    private static let signals = ["HUP", "INT", "PIPE", "ALRM", "TERM", "USR1", "USR2", "XCPU", "XFSZ"]
}
