/**
 * The gateway's clock: the server sets it, the crystal carries it on. Milliseconds are compared by subtraction, so
 * nothing happens when they wrap after 49.7 days.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** What devices believe before they are told: 2017-01-01 00:00:00 UTC. */
#define CLOCK_UNSET_S UINT32_C(1483228800)

/** @param now_ms the hardware's millisecond counter */
void clock_init(uint32_t now_ms);

/** Carries the clock on: often. */
void clock_advance(uint32_t now_ms);

/** The server's second begins now. */
void clock_set(uint32_t epoch_s, uint32_t now_ms);

/** @return epoch seconds; counted from CLOCK_UNSET_S until the clock is set */
uint32_t clock_now_s(void);

/** @return seconds since clock_init, for spans of time: it is never set, but clock_set() rounds it */
uint32_t clock_uptime_s(void);

/** @return epoch second of the reset, as the first setting of the clock told; later ones do not move it */
uint32_t clock_booted_s(void);
