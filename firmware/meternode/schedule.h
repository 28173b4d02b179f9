#pragma once

/**
 * What the node says when. Pure: seconds of uptime come in.
 *
 * v10's rhythm: the time (PREQ) every 900 s, status (GINR) every 600 s or as the gateway asks, an update at four closed entries or at one after 300 s, a rebase
 * at once. Different from v10, a thing counts as done only when it was acknowledged, and while nobody answers the pauses grow from a minute to an hour.
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
    SCHEDULE_POLL_MIN_S = 10, ///< bounds of the gateway's instruction to ask faster
    SCHEDULE_POLL_MAX_S = 600,
    SCHEDULE_POLL_FOR_MAX_S = 3000,
};

enum schedule_task { SCHEDULE_NOTHING, SCHEDULE_REQUEST, SCHEDULE_DATA, SCHEDULE_TEXT, SCHEDULE_STATUS };

struct schedule {
    uint32_t request_s, status_s; ///< when due
    uint32_t data_s;              ///< when last acknowledged
    uint32_t retry_s;             ///< silence until then, while backoff_s > 0
    uint32_t poll_until_s;
    uint16_t backoff_s;           ///< 0: the gateway answers
    uint16_t poll_s;
    bool draining;                ///< all entries go, message by message
};

/** What there is to be sent. */
struct schedule_waiting {
    uint8_t entries; ///< items in the queue
    bool rebase;     ///< the oldest is a rebase
    bool text;
    bool clock_known; ///< entries have real times: before, none are sent
};

/** @param first_s of uptime: by chance, so that nodes that start together do not talk together */
void schedule_init(struct schedule *schedule, uint32_t first_s);

enum schedule_task schedule_next(struct schedule *schedule, uint32_t uptime_s, const struct schedule_waiting *waiting);

/** How often a frame is tried now. */
uint8_t schedule_tries(const struct schedule *schedule);

/** A task is done: acknowledged, and answered if it is one that is answered. @param clock for SCHEDULE_REQUEST: a time came with it */
void schedule_done(struct schedule *schedule, enum schedule_task task, uint32_t uptime_s, bool clock);

/** A task failed. @param chance any number */
void schedule_failed(struct schedule *schedule, uint32_t uptime_s, uint16_t chance);

/** The gateway wants to be asked every `every_s` for `for_s`; false if out of bounds. */
bool schedule_poll(struct schedule *schedule, uint32_t uptime_s, uint16_t every_s, uint16_t for_s);

/** An instruction waits at the gateway: ask now. */
void schedule_ask(struct schedule *schedule, uint32_t uptime_s);

/** The button, a first clock, a changed setting: say everything now. */
void schedule_all(struct schedule *schedule, uint32_t uptime_s);
