/// Typed wrappers for libcurl's variadic functions, which Swift cannot call: one per type of value.
#pragma once

#include <curl/curl.h>

static inline CURLcode curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
