import Glibc

// The commands beside this file are written and not wired up yet; see docs/decisions/0001-state-of-the-build.md.
let message = "runbook: the command line is not wired up yet (docs/decisions/0001-state-of-the-build.md)\n"
_ = message.withCString { write(STDERR_FILENO, $0, strlen($0)) }
exit(2)
