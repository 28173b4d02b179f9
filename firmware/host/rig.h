/**
 * A host test is one program: cases with `CHECK…`, listed in `main` by RUN, ended by `return rig_end();`. A failed check says where and what, and the case goes on.
 *
 *     static void counts_each_pulse_once(void) { CHECK_EQUAL(3, pulses()); }
 *     int main(void) { RUN(counts_each_pulse_once); return rig_end(); }
 */
#pragma once

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static unsigned rig_checks;
static unsigned rig_failures;

static inline void rig_check(int good, const char *file, int line, const char *what) {
    rig_checks++;
    if (good) return;
    rig_failures++;
    printf("%s:%d: failed: %s\n", file, line, what);
}

static inline void rig_equal(int64_t wanted, int64_t got, const char *file, int line, const char *what) {
    rig_checks++;
    if (wanted == got) return;
    rig_failures++;
    printf("%s:%d: %s is %" PRId64 " (0x%" PRIx64 "), not %" PRId64 " (0x%" PRIx64 ")\n", file, line, what, got, (uint64_t)got, wanted,
           (uint64_t)wanted);
}

static inline void rig_text(const char *wanted, const char *got, const char *file, int line, const char *what) {
    rig_checks++;
    if (strcmp(wanted, got) == 0) return;
    rig_failures++;
    printf("%s:%d: %s is \"%s\", not \"%s\"\n", file, line, what, got, wanted);
}

static inline void rig_bytes(const void *wanted, const void *got, size_t n, const char *file, int line, const char *what) {
    rig_checks++;
    if (memcmp(wanted, got, n) == 0) return;
    rig_failures++;
    printf("%s:%d: %s is", file, line, what);
    for (size_t i = 0; i < n; i++) printf(" %02x", ((const uint8_t *)got)[i]);
    printf(", not");
    for (size_t i = 0; i < n; i++) printf(" %02x", ((const uint8_t *)wanted)[i]);
    printf("\n");
}

#define CHECK(condition)            rig_check((condition) ? 1 : 0, __FILE__, __LINE__, #condition)
#define CHECK_EQUAL(wanted, got)    rig_equal((int64_t)(wanted), (int64_t)(got), __FILE__, __LINE__, #got)
#define CHECK_TEXT(wanted, got)     rig_text((wanted), (got), __FILE__, __LINE__, #got)
#define CHECK_BYTES(wanted, got, n) rig_bytes((wanted), (got), (n), __FILE__, __LINE__, #got)

#define RUN(name)                                                                                                                          \
    do {                                                                                                                                   \
        unsigned rig_before = rig_failures;                                                                                                \
        name();                                                                                                                            \
        printf("%s %s\n", rig_before == rig_failures ? "ok  " : "FAIL", #name);                                                            \
    } while (0)

/** Exit code of the program: 0 if at least one check was made and none failed. */
static inline int rig_end(void) {
    printf("%u checks, %u failed\n", rig_checks, rig_failures);
    return rig_failures == 0 && rig_checks > 0 ? 0 : 1;
}
