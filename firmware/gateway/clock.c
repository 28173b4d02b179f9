#include "gateway/clock.h"

enum { MS_PER_S = 1000 };

static uint32_t second_ms; /* the counter at the last whole second */
static uint32_t uptime_s;
static uint32_t offset_s; /* epoch second of uptime 0 */
static uint32_t booted_s;

void clock_init(uint32_t now_ms) {
    second_ms = now_ms;
    uptime_s = 0;
    offset_s = booted_s = CLOCK_UNSET_S;
}

void clock_advance(uint32_t now_ms) {
    while (now_ms - second_ms >= MS_PER_S) {
        second_ms += MS_PER_S;
        uptime_s++;
    }
}

void clock_set(uint32_t epoch_s, uint32_t now_ms) {
    clock_advance(now_ms);
    if (now_ms - second_ms >= MS_PER_S / 2) uptime_s++;
    second_ms = now_ms;
    offset_s = epoch_s - uptime_s;
    if (booted_s == CLOCK_UNSET_S) booted_s = offset_s;
}

uint32_t clock_now_s(void) {
    return offset_s + uptime_s;
}

uint32_t clock_uptime_s(void) {
    return uptime_s;
}

uint32_t clock_booted_s(void) {
    return booted_s;
}
