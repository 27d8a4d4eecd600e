/* A server that is fast and never well: 503 to every request, any number of connections, on a port of loopback that it prints.
 * For each byte on its input it prints how many requests, and how many connections, there have been; it ends with its input.
 *
 *   cc -O2 -o gate-server benchmarks/gate-server.c
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const char reply[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

static void fail(const char *what) {
    fprintf(stderr, "gate-server: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void watch(int epoll, int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
}

/* One request a read: what is asked here is shorter than any segment. */
static long answer(int descriptor) {
    char bytes[8192];
    ssize_t count = read(descriptor, bytes, sizeof bytes);
    if (count < 0 && errno == EAGAIN) return 0;
    if (count > 0 && write(descriptor, reply, sizeof reply - 1) == (ssize_t)sizeof reply - 1) return 1;
    close(descriptor);
    return 0;
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 4096) != 0
        || getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        fail("listen");
    }
    int epoll = epoll_create1(0);
    if (epoll < 0) fail("epoll_create1");
    watch(epoll, listener);
    watch(epoll, 0);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    long requests = 0, connections = 0;
    struct epoll_event events[256];
    for (;;) {
        int count = epoll_wait(epoll, events, 256, -1);
        for (int index = 0; index < count; index++) {
            int descriptor = events[index].data.fd;
            if (descriptor == listener) {
                int connection;
                while ((connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    connections++;
                    watch(epoll, connection);
                }
            } else if (descriptor == 0) {
                char byte;
                if (read(0, &byte, 1) != 1) return 0;
                printf("%ld %ld\n", requests, connections);
                fflush(stdout);
            } else {
                requests += answer(descriptor);
            }
        }
    }
}
