/// The parts of Linux that Swift's Glibc module does not show, each as a plain function.
///
/// Unless it says otherwise, a function returns 0 or a descriptor on success and the negated errno on failure, and
/// every descriptor it opens is closed on exec.
#pragma once

#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Starting processes

/// What `platform_spawn` starts.
struct platform_launch {
    /// Absolute path, or a path with a slash relative to `directory`.
    const char *program;
    char *const *arguments;
    char *const *environment;
    /// Working directory; NULL keeps the caller's.
    const char *directory;
    /// File that the child itself opens for appending (made with mode 0600) as its output and error; NULL: see `output`.
    const char *log;
    /// Descriptors that become the child's output and error when there is no `log`, -1 for /dev/null.
    int output;
    int error;
    /// Not 0: the child keeps the caller's session, input, output and error, in a process group of its own.
    int shares_terminal;
    /// With `shares_terminal`: the terminal whose foreground group the child becomes; -1 for none.
    int terminal;
};

/// Starts a process; returns once it has executed its program or has failed to.
///
/// Its signals are at their defaults, none is blocked, and it has no descriptor but 0, 1 and 2. Unless it shares the
/// terminal it leads a session of its own and reads from /dev/null.
///
/// - Returns: 0, or the (positive) errno of whatever failed: opening the log, changing the directory, executing.
int platform_spawn(const struct platform_launch *launch, pid_t *pid);

/// A descriptor that becomes readable when the process ends.
int platform_pidfd_open(pid_t pid);

enum { PLATFORM_RUNNING = 0, PLATFORM_EXITED = 1, PLATFORM_SIGNALED = 2 };

/// Reaps a child that has ended, without waiting.
///
/// - Parameter value: its exit status or the signal that ended it.
/// - Returns: `PLATFORM_RUNNING`, `PLATFORM_EXITED`, `PLATFORM_SIGNALED`, or -errno (-ECHILD: not a child of ours).
int platform_reap(int pidfd, int *value);

// MARK: Looking at processes

/// The fields of /proc/PID/stat that tell processes apart.
struct platform_process {
    pid_t pid;
    pid_t parent;
    pid_t group;
    pid_t session;
    /// `R`, `S`, `D`, `Z`, …
    char state;
    /// Clock ticks since boot.
    uint64_t start;
};

int platform_process_read(pid_t pid, struct platform_process *process);

/// The pids of all processes, at most `capacity`; returns how many there were.
int platform_process_list(pid_t *pids, int capacity);

long platform_ticks_per_second(void);

/// Mask of file mode bits that the process takes away from files it makes; read without changing it.
unsigned int platform_umask(void);

/// Keeps room on the disk for the first `size` bytes of a file, which does not get longer by it; 0 or a negative errno.
int platform_reserve(int descriptor, off_t size);

/// Seconds since boot, suspended time included.
double platform_uptime(void);

// MARK: Threads

/// What debuggers and `top -H` call this thread: at most 15 bytes, the rest is cut off.
void platform_name_thread(const char *name);

// MARK: Waiting

int platform_epoll_create(void);
/// Watches a descriptor for being readable; `tag` comes back with each of its events.
int platform_epoll_add(int epoll, int descriptor, uint64_t tag);
int platform_epoll_remove(int epoll, int descriptor);
/// Fills `tags` with what is ready; 0 milliseconds polls, -1 waits without limit.
///
/// - Parameter capacity: at most 256.
/// - Returns: the number of tags, or -errno.
int platform_epoll_wait(int epoll, uint64_t *tags, int capacity, int milliseconds);

/// A counter that other threads can make readable; non-blocking.
int platform_eventfd(void);
/// Makes an event descriptor readable.
void platform_eventfd_raise(int descriptor);
/// Makes it unreadable again.
void platform_eventfd_clear(int descriptor);

/// A timer on the clock of `platform_uptime`; non-blocking.
int platform_timer_create(void);
/// Readable from `uptime` seconds after boot on; 0 never.
int platform_timer_set(int timer, double uptime);

/// A pipe that is closed on exec, its reading end non-blocking.
int platform_pipe(int descriptors[2]);

// MARK: Signals

/// Blocks SIGINT, SIGTERM and SIGHUP in this thread and those it starts later, except for those that are ignored
/// (as `nohup` and background jobs ask for), and returns a non-blocking descriptor that delivers them.
int platform_signals_open(void);
/// The next delivered signal, or 0 when there is none.
int platform_signals_next(int descriptor);
/// Ends what `platform_signals_open` began; signals that are still pending are dropped.
void platform_signals_close(int descriptor);

/// Writing to a closed pipe or past a file size limit is an error code from now on and ends nothing.
void platform_ignore_broken_pipes(void);

/// Opens /dev/null on those of descriptors 0, 1 and 2 that are closed, so that no file is opened in their place.
int platform_hold_standard_descriptors(void);

// MARK: Terminals

/// Columns of a terminal, or 0 when it is none or does not say.
int platform_terminal_width(int descriptor);
/// Rows of a terminal, or 0 when it is none or does not say.
int platform_terminal_height(int descriptor);
/// Makes a process group the terminal's foreground group, also from the background.
int platform_terminal_give(int descriptor, pid_t group);

/// A terminal's modes, to be put back after a program that may have changed them.
struct platform_terminal_modes {
    int32_t saved;
    unsigned char bytes[124];
};

void platform_terminal_save(int descriptor, struct platform_terminal_modes *modes);
void platform_terminal_restore(int descriptor, const struct platform_terminal_modes *modes);

/// From now on Ctrl-Z gives a terminal back as it was found before it stops the program: the cursor is shown, on a line
/// of its own, and the modes of the input are those of now.
///
/// - Parameter output: the terminal that is drawn on.
void platform_suspend_watch(int output, int input);
/// How often the program has gone on after it was stopped.
int platform_suspend_count(void);
/// Ctrl-Z has its usual meaning again.
void platform_suspend_unwatch(void);

/// Ends the program at SIGINT, SIGTERM or SIGHUP, which the first process of a container does not do by itself.
void platform_end_by_signals(void);

// MARK: Files

/// Opens a folder as a place to start other calls from (O_PATH).
///
/// - Parameter directory: where relative paths start; -1 is the working directory.
/// - Parameter is_confined: not 0: neither `..` nor symbolic links may lead out of `directory`.
/// - Returns: a descriptor, -EXDEV when the path would leave the directory, -ENOSYS on a kernel older than 5.6 when it
///   is to be confined, or another -errno.
int platform_open_folder(int directory, const char *path, int is_confined);

/// Takes a lock on a whole file that the kernel drops when the last holder of this open file ends or closes it.
///
/// It is a lock of the open file (`flock`), so it is seen through links and bind mounts, and closing another
/// descriptor of the same file keeps it. It carries no holder: write who holds it into the file.
///
/// - Returns: 0, -EWOULDBLOCK when somebody else holds it, or another -errno.
int platform_lock(int descriptor);
int platform_unlock(int descriptor);

#ifdef __cplusplus
}
#endif
