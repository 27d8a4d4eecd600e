"""What the system tests in Python share.

Temporary folders that go, whatever ends the test; running the program, and what it started; counting, and the closing line.
"""

import argparse
import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
NAME = os.path.basename(sys.argv[0])
NAMESPACE = "RUNBOOK_TEST_NAMESPACE"


class Broken(Exception):
    """A rule does not hold, or the program did what it must not."""


# What a test is asked for, and what it tells


def parser(doc):
    """The options of a test whose first argument is the program."""
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("program", nargs="?", default=".build/debug/runbook")
    return made


def parse(made):
    """The options, with the whole path of the program; ends the test where there is none."""
    options = made.parse_args()
    options.program = os.path.realpath(options.program)
    if not os.access(options.program, os.X_OK):
        sys.exit(f"{NAME}: there is no program at {options.program}; build it with: swift build --build-tests")
    return options


def tell_failure(what, complaint, replay="", kept=""):
    """What failed, the options that do it again, and where to look."""
    print(f"FAILED  {what}: {complaint}")
    if replay:
        print(f"        replay: Tests/System/{NAME} {replay}")
    if kept:
        print(f"        kept:   {kept}")
    sys.stdout.flush()


def close(passed, failed, loud=""):
    """The closing line; the exit status."""
    print(f"{passed} passed, {failed} failed{loud}")
    return 1 if failed or not passed else 0


def can_trace(*options):
    """Whether strace is there and may trace, with such options; if not, it is said that nothing was tested."""
    probe = ["strace", "-o", "/dev/null", *options, "true"]
    if shutil.which("strace") and subprocess.run(probe, capture_output=True).returncode == 0:
        return True
    print(f"SKIPPED {NAME}: strace is missing, or may not trace here; NOTHING WAS TESTED")
    return False


# The program, and what it started


class Folder:
    """A folder of its own in which the program runs, with a ledger to which bodies append, and a state folder."""

    def __init__(self, prefix):
        self.folder = tempfile.mkdtemp(prefix=prefix)
        self.state = self.path("state")
        self.environment = environment(self.folder)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def read(self, name):
        try:
            with open(self.path(name), errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def ledger(self):
        return [line.split() for line in self.read("ledger").splitlines()]


def environment(folder, **more):
    """That of the program: nothing of a runbook around it, and settings in `folder`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("RUNBOOK_")}
    return inherited | {"XDG_CONFIG_HOME": os.path.join(folder, "config"), **more}


def bodies(state):
    """The living processes that an executor started for this state folder, each with its step."""
    mark = f"RUNBOOK_WORK={state}/work".encode()
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                entries = file.read().split(b"\0")
        except OSError:
            continue
        if mark in entries:
            step = [entry[13:].decode() for entry in entries if entry.startswith(b"RUNBOOK_STEP=")]
            found[int(name)] = step[0] if step else "?"
    return found


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def hold_sound(database):
    """Raises where SQLite finds a database damaged."""
    answer = database.execute("PRAGMA integrity_check").fetchone()[0]
    if answer != "ok":
        raise Broken(f"the database is damaged: {answer}")


def enter_mount_namespace():
    """Begins the test anew in a mount namespace of its own, where one can be had.

    Returns `privileged`, `unprivileged` (root of a user namespace only), or nothing where there is none.
    """
    if mark := os.environ.pop(NAMESPACE, ""):
        return mark
    for mark, words in {"privileged": ["unshare", "-m"], "unprivileged": ["unshare", "-rm"]}.items():
        if shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True).returncode == 0:
            os.environ[NAMESPACE] = mark
            os.execvp(words[0], [*words, sys.executable, os.path.realpath(sys.argv[0]), *sys.argv[1:]])
    return ""


# Tests of unittest


class FolderCase(unittest.TestCase):
    """One with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name


def run_unittests():
    own_folder()
    unittest.main()


# Temporary folders


def own_folder():
    """Makes every temporary folder from now on one below a fresh folder named after the test.

    At the end it is removed if nothing was kept in it on purpose (of what failed, say). TERM, HUP and INT end the script at once, and
    what it started with it, and remove the folder with all that is in it.
    """
    base = tempfile.mkdtemp(prefix=f"runbook-{NAME}-")
    os.chmod(base, 0o711)  # some try what another user sees
    owner = os.getpid()
    tempfile.tempdir = base

    def end(number, _):
        if os.getpid() != owner:
            os._exit(128 + number)
        for _ in range(3):  # what is killed may just have started something
            for pid in within(owner, base):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            unmount(base)
            shutil.rmtree(base, ignore_errors=True)
        # Not by an exception: that would wait for each thread to come to the end of all its work.
        os._exit(128 + number)

    def clear():
        if os.getpid() == owner:
            try:
                os.rmdir(base)
            except OSError:
                pass  # something was kept

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, end)
    atexit.register(clear)


def unmount(folder):
    """Takes away all mounts below the folder, the last one first: `os.path.ismount` sees no bind mount of the same disk."""
    with open("/proc/self/mounts", encoding="utf-8", errors="replace") as mounts:
        points = [line.split()[1] for line in mounts]
    for point in reversed(points):
        if point.startswith(folder + "/"):
            subprocess.run(["umount", "-l", point], capture_output=True, check=False)


def within(top, base):
    """The processes that this one started, theirs, and so on; and those of a session of their own that know the folder."""
    parents, found = {}, set()
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == top:
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                parents[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
            with open(f"/proc/{entry}/environ", "rb") as file:
                if base.encode() in file.read():
                    found.add(int(entry))
        except (OSError, ValueError, IndexError):
            pass  # it has ended, or is somebody else's
    started = [top]
    while started:
        parent = started.pop()
        children = [pid for pid, its in parents.items() if its == parent]
        found.update(children)
        started += children
    return found
