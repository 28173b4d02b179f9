#pragma once

/**
 * The node's time: seconds and sixty-fourths from the RTC, a monotonic uptime, and what an answer of the gateway is worth.
 * A dead RTC is replaced by the watchdog's beats (±10 %) until it answers again.
 */
#include <stdbool.h>
#include <stdint.h>

enum {
    CLOCK_ANSWER_MAX_S = 3, ///< an answer that took longer is not used
    CLOCK_KEEP_S = 3,       ///< a difference up to this is left alone
    CLOCK_JUMP_S = 1000,    ///< a node never sleeps this long: more is no time that passed
};

struct clock {
    uint32_t now_s;    ///< since 1970 UTC; before 2020: the RTC was never set, good for durations
    uint8_t q64;       ///< sixty-fourths of the running second
    bool dead;         ///< no RTC answers
    uint32_t uptime_s; ///< passes whatever the clock is set to
    uint32_t beats_ms; ///< hal_beat_ms that are in now_s
};

/** Starts the RTC; takes about a second. */
void clock_start(struct clock *clock);

/** Reads the time, after every wake. @return seconds that passed */
uint16_t clock_read(struct clock *clock);

/** Sets the time. A dead RTC gets another chance (a second). */
void clock_set(struct clock *clock, uint32_t now_s);

/** Seconds × 64 + sixty-fourths, modulo 2¹⁶: for what lasts less than 512 s. */
static inline uint16_t clock_q64(const struct clock *clock) {
    return (uint16_t)((uint16_t)((uint16_t)clock->now_s << 6) | clock->q64);
}

enum clock_verdict { CLOCK_LATE, CLOCK_KEPT, CLOCK_STEP };

/**
 * What the gateway's answer says about our clock. Half the way is added, and half a second, which the gateway's whole seconds hide on
 * average.
 * @param asked_q64 clock_q64 when the request was sent @param gateway_s the time in the answer
 * @param now_s to what the clock is to be set, on CLOCK_STEP
 */
enum clock_verdict clock_judge(const struct clock *clock, uint16_t asked_q64, uint32_t gateway_s, uint32_t *now_s);
