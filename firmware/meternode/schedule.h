#pragma once

/**
 * What the node says when. Pure: the seconds that pass come in.
 *
 * v10's rhythm: the time (PREQ) every 900 s, status (GINR) every 600 s or as the gateway asks, an update at four closed entries or at one
 * after 300 s, a rebase
 * at once. Different from v10, a thing counts as done only when it was acknowledged, and while nobody answers the pauses grow from a
 * minute to an hour.
 */
#include <stdbool.h>
#include <stdint.h>

enum {
    SCHEDULE_REQUEST_S = 900,
    SCHEDULE_NO_CLOCK_S = 60, ///< until the next PREQ, when the gateway has no time either
    SCHEDULE_STATUS_S = 600,
    SCHEDULE_DATA_S = 300,
    SCHEDULE_DATA_ENTRIES = 4,
    SCHEDULE_BACKOFF_MIN_S = 60,
    SCHEDULE_BACKOFF_MAX_S = 3600,
    SCHEDULE_ONE_TRY_S = 240, ///< from this pause on a frame is tried once, not four times
};

enum schedule_task { SCHEDULE_NOTHING, SCHEDULE_REQUEST, SCHEDULE_DATA, SCHEDULE_TEXT, SCHEDULE_STATUS };

/** Countdowns in seconds; they stop at 0. */
enum {
    SCHEDULE_TO_REQUEST,
    SCHEDULE_TO_STATUS,
    SCHEDULE_TO_DATA,   ///< until entries are sent even if they are few
    SCHEDULE_TO_RETRY,  ///< silence until then
    SCHEDULE_POLL_LEFT, ///< status faster for so long
    SCHEDULE_COUNTDOWNS,
};

struct schedule {
    uint16_t left_s[SCHEDULE_COUNTDOWNS];
    uint16_t backoff_s; ///< 0: the gateway answers
    uint16_t poll_s;
    bool draining; ///< all entries go, message by message
};

/** What there is to be sent. */
struct schedule_waiting {
    uint8_t entries; ///< items in the queue
    bool rebase;     ///< a rebase is among them: it is told at once, with what stands before it
    bool text;
    bool clock_known; ///< entries have real times: before, none are sent
};

/** @param first_s of silence: by chance, so that nodes that start together do not talk together */
void schedule_init(struct schedule *schedule, uint8_t first_s);

/** Time passes. */
void schedule_pass(struct schedule *schedule, uint16_t seconds);

enum schedule_task schedule_next(struct schedule *schedule, const struct schedule_waiting *waiting);

/** How often a frame is tried now. */
uint8_t schedule_tries(const struct schedule *schedule);

/** A task is done: acknowledged, and answered if it is one that is answered. @param clock for SCHEDULE_REQUEST: a time came with it */
void schedule_done(struct schedule *schedule, enum schedule_task task, bool clock);

/** A task failed. @param chance any number */
void schedule_failed(struct schedule *schedule, uint16_t chance);

/** The gateway wants to be asked every `every_s` (10…600) for `for_s`. */
void schedule_poll(struct schedule *schedule, uint16_t every_s, uint16_t for_s);

/** An instruction waits at the gateway, or it is to learn what this node is: status now. */
void schedule_ask(struct schedule *schedule);

/** The button, a changed setting: say everything now. */
void schedule_all(struct schedule *schedule);
