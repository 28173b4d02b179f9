/**
 * Which edges of the comparator are impulses. Pure: ticks and times come in; hal_avr.c feeds it from its interrupts, `hal_impulses_take` is its other end.
 *
 * A rise counts if the input was low for IMPULSES_LOW_MS before it: comparators chatter on slow edges, and at 10 Hz a meter's LED is dark for 50 ms.
 * Timer1 stands still in power-down. A rise that ends a sleep therefore stays open until `impulses_take` brings the RTC's time.
 */
#pragma once

#include "hal.h"

enum {
    IMPULSES_LOW_MS = 20,
    IMPULSES_LOW_Q64 = 2, ///< the same for a clock of 1/64 s: 16 to 31 ms
};

/** Forgets everything. @param high level of the input now; the low before the first rise counts as long. */
void impulses_reset(bool high);

/** The input has changed to `high` at `tick` (of hal_ticks). Same level as before: nothing happened that can be seen. */
void impulses_edge(bool high, uint16_t tick);

/** hal_ticks has wrapped. */
void impulses_lap(void);

/** The CPU goes to power-down: from here ticks do not tell time. */
void impulses_sleep(void);

/** See hal_impulses_take. @param tick now. Not to be interrupted by the others. */
struct hal_impulses impulses_take(uint32_t now_q64, uint16_t tick);
