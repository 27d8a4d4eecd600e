#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

// Of glibc, which declares it to GNU sources only.
extern void *memmem(const void *bytes, size_t count, const void *wanted, size_t length);
