#define _GNU_SOURCE

#include "CPlatform.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

// MARK: Looking at processes

int platform_process_read(pid_t pid, struct platform_process *process) {
    char path[48];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -errno;
    char text[1024];
    ssize_t size = read(file, text, sizeof text - 1);
    int error = errno;
    close(file);
    if (size < 0) return -error;
    text[size] = 0;
    // The second field is the program's name in parentheses and may itself contain any of `) `.
    const char *rest = strrchr(text, ')');
    if (rest == NULL) return -EPROTO;
    int parent, group, session;
    uint64_t start;
    int found = sscanf(
        rest + 1, " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %" SCNu64,
        &process->state, &parent, &group, &session, &start);
    if (found != 5) return -EPROTO;
    process->pid = pid;
    process->parent = parent;
    process->group = group;
    process->session = session;
    process->start = start;
    return 0;
}

int platform_process_list(pid_t *pids, int capacity) {
    DIR *folder = opendir("/proc");
    if (folder == NULL) return -errno;
    int count = 0;
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        if (count < capacity) pids[count] = (pid_t)strtol(entry->d_name, NULL, 10);
        count++;
    }
    closedir(folder);
    return count;
}

long platform_ticks_per_second(void) { return sysconf(_SC_CLK_TCK); }

unsigned int platform_umask(void) {
    unsigned int mask = 0;
    FILE *status = fopen("/proc/thread-self/status", "re");
    if (status == NULL) return 022;
    char line[256];
    while (fgets(line, sizeof line, status) != NULL) {
        if (sscanf(line, "Umask: %o", &mask) == 1) break;
    }
    fclose(status);
    return mask;
}

int platform_reserve(int descriptor, off_t size) {
    return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, size) == 0 ? 0 : -errno;
}

double platform_uptime(void) {
    struct timespec time;
    clock_gettime(CLOCK_BOOTTIME, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// MARK: Waiting

int platform_epoll_create(void) {
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    return epoll < 0 ? -errno : epoll;
}

int platform_epoll_add(int epoll, int descriptor, uint64_t tag) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = tag};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) < 0 ? -errno : 0;
}

int platform_epoll_remove(int epoll, int descriptor) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL) < 0 ? -errno : 0;
}

int platform_epoll_wait(int epoll, uint64_t *tags, int capacity, int milliseconds) {
    struct epoll_event events[256];
    if (capacity > 256) capacity = 256;
    int count = epoll_wait(epoll, events, capacity, milliseconds);
    if (count < 0) return -errno;
    for (int index = 0; index < count; index++) tags[index] = events[index].data.u64;
    return count;
}

int platform_eventfd(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

void platform_eventfd_raise(int descriptor) {
    uint64_t one = 1;
    // The only possible failure is a counter that is full already, which is as readable as it gets.
    ssize_t ignored = write(descriptor, &one, sizeof one);
    (void)ignored;
}

void platform_eventfd_clear(int descriptor) {
    uint64_t count;
    ssize_t ignored = read(descriptor, &count, sizeof count);
    (void)ignored;
}

int platform_timer_create(void) {
    int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    return timer < 0 ? -errno : timer;
}

int platform_timer_set(int timer, double uptime) {
    struct itimerspec when = {0};
    if (uptime > 0) {
        if (uptime > 1e12) uptime = 1e12;
        when.it_value.tv_sec = (time_t)uptime;
        // Rounded up, so that a timer never fires before the moment it stands for.
        when.it_value.tv_nsec = (long)((uptime - (double)when.it_value.tv_sec) * 1e9) + 1;
        if (when.it_value.tv_nsec > 999999999) when.it_value.tv_nsec = 999999999;
    }
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL) < 0 ? -errno : 0;
}

int platform_pipe(int descriptors[2]) {
    if (pipe2(descriptors, O_CLOEXEC) < 0) return -errno;
    if (fcntl(descriptors[0], F_SETFL, O_NONBLOCK) < 0) {
        int error = errno;
        close(descriptors[0]);
        close(descriptors[1]);
        return -error;
    }
    return 0;
}

// MARK: Threads

void platform_name_thread(const char *name) {
    char cut[16];
    snprintf(cut, sizeof cut, "%s", name);
    pthread_setname_np(pthread_self(), cut);
}

// MARK: Signals

static const int stopping_signals[] = {SIGINT, SIGTERM, SIGHUP};

static void stopping_set(sigset_t *set) {
    sigemptyset(set);
    for (size_t index = 0; index < sizeof stopping_signals / sizeof stopping_signals[0]; index++) {
        struct sigaction action;
        sigaction(stopping_signals[index], NULL, &action);
        if (action.sa_handler != SIG_IGN) sigaddset(set, stopping_signals[index]);
    }
}

int platform_signals_open(void) {
    sigset_t set;
    stopping_set(&set);
    int descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor < 0) return -errno;
    int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (error != 0) {
        close(descriptor);
        return -error;
    }
    return descriptor;
}

int platform_signals_next(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

void platform_signals_close(int descriptor) {
    while (platform_signals_next(descriptor) != 0) {}
    close(descriptor);
    sigset_t set;
    stopping_set(&set);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void platform_ignore_broken_pipes(void) {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

int platform_hold_standard_descriptors(void) {
    for (;;) {
        int descriptor = open("/dev/null", O_RDWR);
        if (descriptor < 0) return -errno;
        if (descriptor > 2) return close(descriptor) < 0 ? -errno : 0;
    }
}

// MARK: Terminals

int platform_terminal_width(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) < 0 ? 0 : size.ws_col;
}

int platform_terminal_height(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) < 0 ? 0 : size.ws_row;
}

int platform_terminal_give(int descriptor, pid_t group) {
    // A background process that does this is stopped by SIGTTOU unless it blocks that signal.
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &set, &old);
    int result = tcsetpgrp(descriptor, group) < 0 ? -errno : 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return result;
}

void platform_terminal_save(int descriptor, struct platform_terminal_modes *modes) {
    struct termios state;
    _Static_assert(sizeof state <= sizeof modes->bytes, "the modes of a terminal fit");
    modes->saved = tcgetattr(descriptor, &state) == 0;
    if (modes->saved) memcpy(modes->bytes, &state, sizeof state);
}

void platform_terminal_restore(int descriptor, const struct platform_terminal_modes *modes) {
    if (!modes->saved) return;
    struct termios state;
    memcpy(&state, modes->bytes, sizeof state);
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &set, &old);
    // At once: draining would wait for ever on a terminal that was stopped (Ctrl-S).
    tcsetattr(descriptor, TCSANOW, &state);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static volatile sig_atomic_t suspensions;
static int suspend_output = -1, suspend_input = -1;
static struct platform_terminal_modes suspend_modes;

// Calls nothing but what may be called in a handler.
static void on_suspend(int number) {
    (void)number;
    int error = errno;
    if (suspend_output >= 0 && tcgetpgrp(suspend_output) == getpgrp()) {
        struct pollfd request = {.fd = suspend_output, .events = POLLOUT};
        static const char shown[] = "\033[?25h\r\n";
        if (poll(&request, 1, 0) == 1 && (request.revents & POLLOUT)) {
            ssize_t ignored = write(suspend_output, shown, sizeof shown - 1);
            (void)ignored;
        }
        platform_terminal_restore(suspend_input, &suspend_modes);
    }
    struct sigaction usual = {.sa_handler = SIG_DFL}, ours;
    sigaction(SIGTSTP, &usual, &ours);
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    raise(SIGTSTP);
    // Here it stops.
    pthread_sigmask(SIG_UNBLOCK, &set, &before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &ours, NULL);
    suspensions++;
    errno = error;
}

static void on_continue(int number) {
    (void)number;
    suspensions++;
}

void platform_suspend_watch(int output, int input) {
    suspend_output = output;
    suspend_input = input;
    platform_terminal_save(input, &suspend_modes);
    struct sigaction usual;
    // Who ignores Ctrl-Z goes on doing so.
    if (sigaction(SIGTSTP, NULL, &usual) == 0 && usual.sa_handler == SIG_DFL) {
        struct sigaction ours = {.sa_handler = on_suspend, .sa_flags = SA_RESTART};
        sigaction(SIGTSTP, &ours, NULL);
    }
    struct sigaction going_on = {.sa_handler = on_continue, .sa_flags = SA_RESTART};
    sigaction(SIGCONT, &going_on, NULL);
}

int platform_suspend_count(void) { return suspensions; }

void platform_suspend_unwatch(void) {
    struct sigaction now, usual = {.sa_handler = SIG_DFL};
    if (sigaction(SIGTSTP, NULL, &now) == 0 && now.sa_handler == on_suspend) sigaction(SIGTSTP, &usual, NULL);
    if (sigaction(SIGCONT, NULL, &now) == 0 && now.sa_handler == on_continue) sigaction(SIGCONT, &usual, NULL);
    suspend_output = -1;
}

static void on_end(int number) { _exit(128 + number); }

void platform_end_by_signals(void) {
    for (size_t index = 0; index < sizeof stopping_signals / sizeof stopping_signals[0]; index++) {
        struct sigaction usual, ours = {.sa_handler = on_end};
        int number = stopping_signals[index];
        if (sigaction(number, NULL, &usual) == 0 && usual.sa_handler == SIG_DFL) sigaction(number, &ours, NULL);
    }
}

// MARK: Files

int platform_open_folder(int directory, const char *path, int is_confined) {
    int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
    if (directory < 0) directory = AT_FDCWD;
    if (!is_confined) {
        int folder = openat(directory, path, flags);
        return folder < 0 ? -errno : folder;
    }
    struct open_how how = {
        .flags = (uint64_t)(unsigned int)flags,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    for (int attempt = 0; attempt < 16; attempt++) {
        long folder = syscall(SYS_openat2, directory, path, &how, sizeof how);
        if (folder >= 0) return (int)folder;
        // EAGAIN: something was renamed meanwhile and the kernel could not rule out an escape.
        if (errno != EAGAIN && errno != EINTR) return -errno;
    }
    return -EAGAIN;
}

int platform_lock(int descriptor) {
    while (flock(descriptor, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EINTR) return -errno;
    }
    return 0;
}

int platform_unlock(int descriptor) { return flock(descriptor, LOCK_UN) < 0 ? -errno : 0; }
