/* A disk whose every sync takes SLOW_SYNC_MS milliseconds longer, as that of a network: to be put before the C library.
 *
 *   cc -O2 -shared -fPIC -o slow-sync.so benchmarks/slow-sync.c -ldl
 *   SLOW_SYNC_MS=10 LD_PRELOAD=./slow-sync.so PROGRAM…
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static void wait_a_little(void) {
    static long milliseconds = -1;
    if (milliseconds < 0) {
        const char *text = getenv("SLOW_SYNC_MS");
        milliseconds = text ? strtol(text, NULL, 10) : 0;
    }
    struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

int fsync(int descriptor) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_a_little();
    return real(descriptor);
}

int fdatasync(int descriptor) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_a_little();
    return real(descriptor);
}
