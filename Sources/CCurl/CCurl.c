#define _GNU_SOURCE
#include "CCurl.h"

#include <pthread.h>
#include <string.h>

const void *gates_find(const void *bytes, size_t count, const void *wanted, size_t length) {
    return memmem(bytes, count, wanted, length);
}

void gates_name_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
}
