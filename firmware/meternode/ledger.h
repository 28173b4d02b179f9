#pragma once

/**
 * The account of the impulses: the register, the interval that runs, and the queue of those that are closed.
 *
 * An interval covers whole seconds from `start_s` on. It is closed when its end has come, with or without impulses; before an impulse is
 * counted, what ended
 * earlier is closed. Whatever breaks the row (clock, register, meter constant) closes it at the end of the running second, where the
 * rebase begins.
 * Plain data with checksums, for RAM that survives a reset (HAL_NOINIT).
 */
#include <stdbool.h>
#include <stdint.h>

#include "meter.h"
#include "queue.h"

enum {
    LEDGER_INTERVAL_MIN_S = 1,
    LEDGER_INTERVAL_MAX_S = 254,
    LEDGER_LATE_MAX_S = 900, ///< a clock that is further behind the interval's end than this has jumped
};

/**
 * From here on a clock is a clock: what was stored under an earlier one is dated when the first comes (2020-01-01; deployed gateways begin
 * with 2017).
 */
#define LEDGER_KNOWN_FROM_S UINT32_C(1577836800)

struct ledger {
    struct running {
        struct meter meter;
        uint32_t start_s;  ///< first second of the interval; up to 1 s ahead after a rebase
        uint16_t impulses; ///< since start_s
        uint16_t last_q64; ///< 1/64 s from start_s to the last of them
        uint8_t seconds;   ///< this interval is to last
        uint8_t length_s;  ///< intervals to come are
        uint16_t seal;
    } running;
    struct queue queue;
    uint16_t seal; ///< of the queue
};

/** A register that begins now: an empty queue but for the rebase that says so. `length_s` 1…254, others become 60. */
void ledger_init(struct ledger *ledger, uint32_t now_s, const struct meter *meter, uint8_t length_s);

/** True if both parts are as they were left: then everything in it is to be kept. */
bool ledger_is_intact(const struct ledger *ledger);

/** Goes on after a reset: says the kept register in a rebase. */
void ledger_resume(struct ledger *ledger, uint32_t now_s);

/** True if an interval has ended, or the clock fell behind its start: then ledger_close, before impulses are counted. */
static inline bool ledger_is_due(const struct ledger *ledger, uint32_t now_s) {
    return now_s + 1U - ledger->running.start_s > ledger->running.seconds;
}

/** Closes all intervals that ended. @param current_ca what the current is now, for each of them. */
void ledger_close(struct ledger *ledger, uint32_t now_s, uint16_t current_ca);

/** Counts impulses, the last of them at second `at_s` and `at_q64` sixty-fourths. */
void ledger_count(struct ledger *ledger, uint16_t impulses, uint32_t at_s, uint8_t at_q64);

/** From the next interval on they last `length_s`; false if that is not 1…254. */
bool ledger_set_length(struct ledger *ledger, uint8_t length_s);

/** Shortens or stretches the running interval so that an entry begins with the next minute. */
void ledger_align(struct ledger *ledger, uint32_t now_s);

/** Sets the register from the end of the running second on. */
void ledger_set_wh(struct ledger *ledger, uint32_t now_s, uint32_t wh);

/** Sets the meter constant from the end of the running second on; the register stays. */
void ledger_set_imp_per_kwh(struct ledger *ledger, uint32_t now_s, uint16_t imp_per_kwh);

/**
 * The clock was `old_s` and is `new_s` at the same moment. Before the first clock what is stored is dated; later the row ends and begins
 * anew.
 */
void ledger_step(struct ledger *ledger, uint32_t old_s, uint32_t new_s);

/** Items of the queue: sent, and how that ended. */
void ledger_sent(struct ledger *ledger, uint8_t items);
void ledger_acknowledged(struct ledger *ledger);
void ledger_failed(struct ledger *ledger);
