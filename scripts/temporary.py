"""Where the test scripts in Python put what they make: in a folder of their own, which is gone when they were interrupted."""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile


def use(name):
    """Makes every temporary folder from now on one below a fresh folder of that name.

    At the end it is removed if nothing was kept in it on purpose (of what failed, say). TERM, HUP and INT end the script at once, and
    what it started with it, and remove the folder with all that is in it.
    """
    base = tempfile.mkdtemp(prefix=f"runbook-{name}-")
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
            with open("/proc/self/mounts", encoding="utf-8", errors="replace") as mounts:
                for mount in [line.split()[1] for line in mounts if line.split()[1].startswith(base)]:
                    subprocess.run(["umount", "-l", mount], capture_output=True, check=False)
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
