#define _GNU_SOURCE
#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

// libcurl is loaded with the first call of it: it brings 28 libraries along, which most commands have no use for. What stands
// here under its names is this program's alone (hidden), so that libcurl finds its own.

#define HIDDEN __attribute__((visibility("hidden")))

/// Every function that is called, with what it gives where there is no libcurl.
#define FUNCTIONS(each) \
    each(curl_global_init) each(curl_easy_init) each(curl_easy_setopt) each(curl_easy_getinfo) each(curl_easy_perform) \
    each(curl_easy_strerror) each(curl_easy_reset) each(curl_easy_cleanup) each(curl_multi_init) each(curl_multi_setopt) \
    each(curl_multi_add_handle) each(curl_multi_remove_handle) each(curl_multi_info_read) each(curl_multi_socket_action) \
    each(curl_multi_strerror) each(curl_multi_cleanup) each(curl_slist_append) each(curl_slist_free_all) each(curl_free) \
    each(curl_url) each(curl_url_set) each(curl_url_get) each(curl_url_cleanup)

static struct {
#define MEMBER(name) __typeof__(&name) name;
    FUNCTIONS(MEMBER)
} table;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char fault[512];

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        strncpy(fault, reason ? reason : "libcurl.so.4 cannot be loaded", sizeof fault - 1);
        return;
    }
#define FIND(name) \
    if (!(table.name = (__typeof__(table.name))dlsym(library, #name)) && !fault[0]) { \
        strncpy(fault, "libcurl.so.4 lacks " #name, sizeof fault - 1); \
    }
    FUNCTIONS(FIND)
}

const char *curl_fault(void) {
    pthread_once(&once, load);
    return fault[0] ? fault : NULL;
}

#define OR(otherwise) if (curl_fault()) return otherwise

HIDDEN CURLcode curl_global_init(long flags) { OR(CURLE_FAILED_INIT); return table.curl_global_init(flags); }
HIDDEN CURL *curl_easy_init(void) { OR(NULL); return table.curl_easy_init(); }
HIDDEN CURLcode curl_easy_perform(CURL *handle) { OR(CURLE_FAILED_INIT); return table.curl_easy_perform(handle); }
HIDDEN const char *curl_easy_strerror(CURLcode code) { OR(fault); return table.curl_easy_strerror(code); }
HIDDEN void curl_easy_reset(CURL *handle) { OR(); table.curl_easy_reset(handle); }
HIDDEN void curl_easy_cleanup(CURL *handle) { OR(); table.curl_easy_cleanup(handle); }
HIDDEN CURLM *curl_multi_init(void) { OR(NULL); return table.curl_multi_init(); }
HIDDEN CURLMcode curl_multi_add_handle(CURLM *multi, CURL *handle) {
    OR(CURLM_INTERNAL_ERROR);
    return table.curl_multi_add_handle(multi, handle);
}
HIDDEN CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *handle) {
    OR(CURLM_INTERNAL_ERROR);
    return table.curl_multi_remove_handle(multi, handle);
}
HIDDEN CURLMsg *curl_multi_info_read(CURLM *multi, int *left) { OR(NULL); return table.curl_multi_info_read(multi, left); }
HIDDEN CURLMcode curl_multi_socket_action(CURLM *multi, curl_socket_t socket, int mask, int *running) {
    OR(CURLM_INTERNAL_ERROR);
    return table.curl_multi_socket_action(multi, socket, mask, running);
}
HIDDEN const char *curl_multi_strerror(CURLMcode code) { OR(fault); return table.curl_multi_strerror(code); }
HIDDEN CURLMcode curl_multi_cleanup(CURLM *multi) { OR(CURLM_INTERNAL_ERROR); return table.curl_multi_cleanup(multi); }
HIDDEN struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text) {
    OR(NULL);
    return table.curl_slist_append(list, text);
}
HIDDEN void curl_slist_free_all(struct curl_slist *list) { OR(); table.curl_slist_free_all(list); }
HIDDEN void curl_free(void *bytes) { OR(); table.curl_free(bytes); }
HIDDEN CURLU *curl_url(void) { OR(NULL); return table.curl_url(); }
HIDDEN void curl_url_cleanup(CURLU *url) { OR(); table.curl_url_cleanup(url); }
HIDDEN CURLUcode curl_url_set(CURLU *url, CURLUPart part, const char *text, unsigned int flags) {
    OR(CURLUE_OUT_OF_MEMORY);
    return table.curl_url_set(url, part, text, flags);
}

HIDDEN CURLUcode curl_url_get(CURLU *url, CURLUPart part, char **text, unsigned int flags) {
    OR(CURLUE_OUT_OF_MEMORY);
    return table.curl_url_get(url, part, text, flags);
}

// One argument each, a pointer or a number as wide: all machines that this program runs on pass them alike.
#define FORWARD(name, handle, option, otherwise) \
    OR(otherwise); \
    va_list arguments; \
    va_start(arguments, option); \
    void *value = va_arg(arguments, void *); \
    va_end(arguments); \
    return table.name(handle, option, value)

HIDDEN CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...) {
    FORWARD(curl_easy_setopt, handle, option, CURLE_FAILED_INIT);
}
HIDDEN CURLcode curl_easy_getinfo(CURL *handle, CURLINFO info, ...) {
    FORWARD(curl_easy_getinfo, handle, info, CURLE_FAILED_INIT);
}
HIDDEN CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...) {
    FORWARD(curl_multi_setopt, multi, option, CURLM_INTERNAL_ERROR);
}
