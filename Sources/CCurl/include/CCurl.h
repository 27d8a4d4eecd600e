/// What Swift cannot reach by itself in the neighbourhood of libcurl: its variadic functions, through one wrapper per
/// type of value, and the kernel interfaces behind its event loop (epoll, eventfd), which Swift's Glibc module hides.
#pragma once

#include <curl/curl.h>
#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/// Options that take a number or a switch (`CURLOPTTYPE_LONG`, `CURLOPTTYPE_VALUES`).
static inline CURLcode curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

/// Options that take a size that may pass 2 GiB (`CURLOPTTYPE_OFF_T`).
static inline CURLcode curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

/// Options that take a string (`CURLOPTTYPE_STRINGPOINT`); libcurl copies it, except for `CURLOPT_POSTFIELDS`.
static inline CURLcode curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

/// Options that take a pointer handed back to callbacks, or a buffer (`CURLOPTTYPE_CBPOINT`, `CURLOPT_ERRORBUFFER`);
/// it must outlive the transfer.
static inline CURLcode curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

/// Options that take a list (`CURLOPTTYPE_SLISTPOINT`); it must outlive the transfer, and stays the caller's to free.
static inline CURLcode curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/// `CURLOPT_WRITEFUNCTION`: called with each piece of the body; any result other than `size * count` ends the transfer.
static inline CURLcode curl_set_writer(
    CURL *handle, size_t (*writer)(char *bytes, size_t size, size_t count, void *context)) {
    return curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, writer);
}

/// A socket that no child process inherits.
static inline curl_socket_t curl_open_private_socket(
    void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)context;
    (void)purpose;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// `CURLOPT_OPENSOCKETFUNCTION`: makes every socket of this handle close on exec.
static inline CURLcode curl_set_private_sockets(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, curl_open_private_socket);
}

/// Facts that are numbers (`CURLINFO_LONG`); 0 when libcurl cannot tell.
static inline long curl_get_long(CURL *handle, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

/// Facts that are strings (`CURLINFO_STRING`), owned by the handle; null when libcurl cannot tell.
static inline const char *curl_get_string(CURL *handle, CURLINFO info) {
    const char *value = NULL;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : NULL;
}

/// `CURLMOPT_SOCKETFUNCTION` and its context: told which sockets to watch.
static inline CURLMcode curl_multi_set_watcher(
    CURLM *multi, int (*watcher)(CURL *handle, curl_socket_t socket, int what, void *context, void *unused),
    void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watcher);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context) : code;
}

/// `CURLMOPT_TIMERFUNCTION` and its context: told when to call back, in milliseconds; -1 for no more.
static inline CURLMcode curl_multi_set_timer(
    CURLM *multi, int (*timer)(CURLM *multi, long milliseconds, void *context), void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context) : code;
}

/// Options of the multi handle that take a number.
static inline CURLMcode curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// The result of a message of kind `CURLMSG_DONE`, a member of a union that Swift sees only as bytes.
static inline CURLcode curl_message_result(const CURLMsg *message) {
    return message->data.result;
}

/// Why libcurl cannot be used: it is loaded by the first call of it; null when it can be.
const char *curl_fault(void);
