import Glibc

// The commands beside this file are written and not wired up yet; see docs/decisions/0001-state-of-the-build.md.
fputs("runbook: the command line is not wired up yet (docs/decisions/0001-state-of-the-build.md)\n", stderr)
exit(2)
