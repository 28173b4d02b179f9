/**
 * The node's clock, NXP PCF2123 (datasheet rev. 7): calendar in BCD, countdown timer at 64 Hz for the part of the second.
 *
 * Its INT and CLKOUT reach nothing on old boards: it is only asked. One access reads seconds and timer; the timer runs in step with the seconds, at a phase that
 * `pcf2123_init` finds by watching one second pass.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct pcf2123_time {
    uint32_t s;  ///< since 1970 UTC
    uint8_t q64; ///< sixty-fourths of the running second, 0…63
};

enum pcf2123_state {
    PCF2123_GOOD,  ///< the time was set and has run since
    PCF2123_UNSET, ///< it runs, but since 2000-01-01: never set, or its power failed. Good for durations
    PCF2123_DEAD,  ///< no clock answers, or it does not run: the time is 0. `pcf2123_init` may find it again
};

/**
 * Starts the clock, and the timer at 64 Hz; CLKOUT is off. A valid time goes on; an invalid one (OS flag after a power failure, impossible digits) becomes 2000-01-01.
 * Idles for up to 1.1 s to find the phase of the timer (3.3 s if its crystal does not run yet; at once if nothing answers); wake bits stay for the caller.
 */
enum pcf2123_state pcf2123_init(void);

/** Reads the time, 0.1 ms. Both parts belong together, also at the turn of the second; it never goes back unless set. */
enum pcf2123_state pcf2123_read(struct pcf2123_time *time);

/** Sets the seconds; the running part of the second is not touched. @return false outside 2020…2099 or when no clock answers. */
bool pcf2123_set(uint32_t s);
