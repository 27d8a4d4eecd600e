import Foundation
import Glibc

/// A small C program or library that a test needs of its machine.
enum Helper: String {
    /// A file system that says what it is and answers nothing else, for as long as it lives: `deadMount FOLDER`.
    case deadMount
    /// Preloaded: while a file `hang` lies in $HELPER, syncing waits, and leaves a file `hangs` there.
    case hangingDisk
    /// Preloaded: the machine has slept for as many seconds as `slept` in $HELPER says.
    case sleptMachine

    static let compiler = ["/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"].first(
        where: FileManager.default.isExecutableFile)

    /// What these tests need and this machine may not have.
    static var canCompile: Bool { compiler != nil }

    /// Whether a file system of one's own can be mounted: root's, and not in every container.
    static let canMount: Bool = {
        guard getuid() == 0, canCompile, access("/dev/fuse", R_OK | W_OK) == 0, let desk = try? Desk() else {
            return false
        }
        guard (try? desk.compile(.deadMount)) != nil else { return false }
        let line = """
            mkdir mnt; ./deadMount mnt >told & p=$!; n=0
            until grep -q mounted told || [ $n = 100 ]; do sleep 0.05; n=$((n+1)); done
            kill -KILL $p; grep -q mounted told
            """
        return (try? desk.inOwnMounts(line))?.status == 0
    }()

    var isLibrary: Bool { self != .deadMount }
}

extension Desk {
    /// Compiles the helper into the desk's folder; its path.
    @discardableResult
    func compile(_ helper: Helper) throws -> String {
        try write(helper.source, to: "\(helper).c")
        let options = helper.isLibrary ? "-shared -fPIC -ldl" : ""
        let built = try bash("\(Helper.compiler ?? "cc") -O1 -o \(helper) \(helper).c \(options)")
        guard built.status == 0 else { throw NoHelper(message: built.all) }
        return path("\(helper)")
    }

    struct NoHelper: Error {
        var message: String
    }

    /// Like `bash`, with mounts that nobody else sees and that end with it.
    func inOwnMounts(_ line: String) throws -> Reply {
        try write("exec >out.mounts 2>error.mounts\n" + line, to: "line.mounts")
        let reply = try bash("unshare -m --propagation private bash line.mounts")
        return Reply(
            status: reply.status, out: read("out.mounts"), error: read("error.mounts") + reply.error)
    }
}

extension Helper {
    fileprivate var source: String {
        switch self {
        case .deadMount: Self.deadMountSource
        case .hangingDisk: Self.hangingDiskSource
        case .sleptMachine: Self.sleptMachineSource
        }
    }

    private static let deadMountSource = #"""
        #include <fcntl.h>
        #include <linux/fuse.h>
        #include <stdio.h>
        #include <sys/mount.h>
        #include <unistd.h>
        int main(int count, char **words) {
            int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
            char options[100];
            snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
            if (count < 2 || device < 0 || mount("dead", words[1], "fuse", 0, options) != 0) return 1;
            static char request[1 << 20];
            while (read(device, request, sizeof request) > 0) {
                struct fuse_in_header *head = (void *)request;
                if (head->opcode != FUSE_INIT) continue;
                struct { struct fuse_out_header head; struct fuse_init_out init; } answer = {{0}};
                answer.head.len = sizeof answer;
                answer.head.unique = head->unique;
                answer.init.major = 7;
                answer.init.minor = 31;
                answer.init.max_write = 4096;
                if (write(device, &answer, sizeof answer) < 0) return 1;
                puts("mounted");
                fflush(stdout);
            }
            return 0;
        }
        """#

    private static let hangingDiskSource = #"""
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static void wait_for_disk(void) {
            const char *folder = getenv("HELPER");
            char hang[4096], hangs[4096];
            if (folder == NULL) return;
            snprintf(hang, sizeof hang, "%s/hang", folder);
            snprintf(hangs, sizeof hangs, "%s/hangs", folder);
            while (access(hang, F_OK) == 0) {
                int told = open(hangs, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
                if (told >= 0) close(told);
                usleep(10000);
            }
        }
        int fsync(int file) { wait_for_disk(); return syscall(SYS_fsync, file); }
        int fdatasync(int file) { wait_for_disk(); return syscall(SYS_fdatasync, file); }
        """#

    private static let sleptMachineSource = #"""
        #define _GNU_SOURCE
        #include <stdio.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <sys/timerfd.h>
        #include <time.h>
        #include <unistd.h>
        static long slept(void) {
            const char *folder = getenv("HELPER");
            char path[4096];
            long seconds = 0;
            if (folder == NULL) return 0;
            snprintf(path, sizeof path, "%s/slept", folder);
            FILE *file = fopen(path, "re");
            if (file == NULL) return 0;
            if (fscanf(file, "%ld", &seconds) != 1) seconds = 0;
            fclose(file);
            return seconds;
        }
        int clock_gettime(clockid_t clock, struct timespec *time) {
            long result = syscall(SYS_clock_gettime, clock, time);
            if (clock == CLOCK_BOOTTIME || clock == CLOCK_REALTIME) time->tv_sec += slept();
            return result;
        }
        int timerfd_settime(int timer, int flags, const struct itimerspec *when, struct itimerspec *before) {
            struct itimerspec moved = *when;
            if ((flags & TFD_TIMER_ABSTIME) && moved.it_value.tv_sec > 0) {
                moved.it_value.tv_sec -= slept();
                if (moved.it_value.tv_sec < 1) moved.it_value.tv_sec = 1;
            }
            return syscall(SYS_timerfd_settime, timer, flags, &moved, before);
        }
        """#
}
