#include "gateway/clock.h"

enum { MS_PER_S = 1000 };

static uint32_t counted_ms; /* the counter at the last whole second of uptime */
static uint32_t second_ms;  /* the counter at the last whole second of the clock */
static uint32_t uptime_s;
static uint32_t now_s;
static uint32_t booted_s;
static bool set;

void clock_init(uint32_t now_ms) {
    counted_ms = second_ms = now_ms;
    uptime_s = 0;
    now_s = booted_s = CLOCK_UNSET_S;
    set = false;
}

static uint32_t take_seconds(uint32_t *mark_ms, uint32_t now_ms) {
    uint32_t seconds = (now_ms - *mark_ms) / MS_PER_S;
  *mark_ms += seconds * MS_PER_S;
    return seconds;
}

void clock_advance(uint32_t now_ms) {
    uptime_s += take_seconds(&counted_ms, now_ms);
    now_s += take_seconds(&second_ms, now_ms);
}

void clock_set(uint32_t epoch_s, uint32_t now_ms) {
    clock_advance(now_ms);
    now_s = epoch_s;
    second_ms = now_ms;
    if (!set) booted_s = epoch_s - uptime_s;
    set = true;
}

uint32_t clock_now_s(void) { return now_s; }

uint32_t clock_uptime_s(void) { return uptime_s; }

uint32_t clock_booted_s(void) { return booted_s; }
