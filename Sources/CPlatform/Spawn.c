#define _GNU_SOURCE

#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int add_streams(posix_spawn_file_actions_t *actions, const struct platform_launch *launch) {
    if (launch->shares_terminal) {
        if (launch->terminal < 0) return 0;
        return posix_spawn_file_actions_addtcsetpgrp_np(actions, launch->terminal);
    }
    int error = 0;
    if (launch->log != NULL) {
        error = posix_spawn_file_actions_addopen(actions, 1, launch->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (!error) error = posix_spawn_file_actions_adddup2(actions, 1, 2);
    } else {
        // First of all, since these may be any number above 2, also one that is opened anew below.
        if (launch->output >= 0) {
            error = posix_spawn_file_actions_adddup2(actions, launch->output, 1);
        } else {
            error = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
        }
        if (!error && launch->error >= 0) {
            error = posix_spawn_file_actions_adddup2(actions, launch->error, 2);
        } else if (!error) {
            error = posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0);
        }
    }
    if (!error) error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    return error;
}

static sigset_t ignored;

static void find_ignored(void) {
    sigemptyset(&ignored);
    // The program itself ignores these, maybe later.
    sigaddset(&ignored, SIGPIPE);
    sigaddset(&ignored, SIGXFSZ);
    for (int number = 1; number <= SIGRTMAX; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) sigaddset(&ignored, number);
    }
}

int platform_spawn(const struct platform_launch *launch, pid_t *pid) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    // Handlers go by themselves when a program is executed; what is ignored would stay so. Just those are named, for
    // each costs the child a system call while its parent waits.
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_ignored);
    sigset_t defaults = ignored, none;
    sigemptyset(&none);
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    flags |= launch->shares_terminal ? POSIX_SPAWN_SETPGROUP : POSIX_SPAWN_SETSID;
    if (launch->shares_terminal) {
        // There is no shell that could continue it after Ctrl-Z, so that must not stop it: it inherits that the
        // signal is ignored.
        sigdelset(&defaults, SIGTSTP);
    }

    int error = posix_spawnattr_init(&attributes);
    if (error) return error;
    error = posix_spawn_file_actions_init(&actions);
    if (error) {
        posix_spawnattr_destroy(&attributes);
        return error;
    }
    posix_spawnattr_setflags(&attributes, flags);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);

    error = add_streams(&actions, launch);
    if (!error && launch->directory != NULL) {
        error = posix_spawn_file_actions_addchdir_np(&actions, launch->directory);
    }
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!error) {
        struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
        if (launch->shares_terminal) sigaction(SIGTSTP, &ignore, &before);
        error = posix_spawn(pid, launch->program, &actions, &attributes, launch->arguments, launch->environment);
        if (launch->shares_terminal) sigaction(SIGTSTP, &before, NULL);
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

int platform_pidfd_open(pid_t pid) {
    long descriptor = syscall(SYS_pidfd_open, pid, 0);
    return descriptor < 0 ? -errno : (int)descriptor;
}

// P_PIDFD of <sys/wait.h> is younger than some C libraries that know the rest.
enum { wait_by_pidfd = 3 };

int platform_reap(int pidfd, int *value) {
    siginfo_t info = {0};
    while (waitid((idtype_t)wait_by_pidfd, (id_t)pidfd, &info, WEXITED | WNOHANG) < 0) {
        if (errno != EINTR) return -errno;
    }
    if (info.si_pid == 0) return PLATFORM_RUNNING;
    *value = info.si_status;
    return info.si_code == CLD_EXITED ? PLATFORM_EXITED : PLATFORM_SIGNALED;
}
