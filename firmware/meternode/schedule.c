#include "schedule.h"

void schedule_init(struct schedule *schedule, uint8_t first_s) {
    *schedule = (struct schedule){.left_s = {[SCHEDULE_TO_RETRY] = first_s}, .poll_s = SCHEDULE_STATUS_S};
}

void schedule_pass(struct schedule *schedule, uint16_t seconds) {
    for (uint8_t i = 0; i < SCHEDULE_COUNTDOWNS; i++) {
        uint16_t *left_s = &schedule->left_s[i];
        *left_s = *left_s > seconds ? (uint16_t)(*left_s - seconds) : 0;
    }
}

static bool data_due(struct schedule *schedule, const struct schedule_waiting *waiting) {
    if (!waiting->clock_known || waiting->entries == 0) {
        schedule->draining = false;
        return false;
    }
    if (waiting->rebase || waiting->entries >= SCHEDULE_DATA_ENTRIES || schedule->left_s[SCHEDULE_TO_DATA] == 0) schedule->draining = true;
    return schedule->draining;
}

enum schedule_task schedule_next(struct schedule *schedule, const struct schedule_waiting *waiting) {
    if (schedule->left_s[SCHEDULE_TO_RETRY] > 0) return SCHEDULE_NOTHING;
    if (schedule->left_s[SCHEDULE_TO_REQUEST] == 0) return SCHEDULE_REQUEST;
    const bool data = data_due(schedule, waiting);
    if (data && waiting->rebase) return SCHEDULE_DATA;
    if (waiting->text) return SCHEDULE_TEXT;
    if (schedule->left_s[SCHEDULE_TO_STATUS] == 0) return SCHEDULE_STATUS;
    return data ? SCHEDULE_DATA : SCHEDULE_NOTHING;
}

uint8_t schedule_tries(const struct schedule *schedule) {
    return schedule->backoff_s >= SCHEDULE_ONE_TRY_S ? 1 : 4;
}

void schedule_done(struct schedule *schedule, enum schedule_task task, bool clock) {
    schedule->backoff_s = 0;
    schedule->left_s[SCHEDULE_TO_RETRY] = 0;
    if (task == SCHEDULE_REQUEST) {
        schedule->left_s[SCHEDULE_TO_REQUEST] = clock ? SCHEDULE_REQUEST_S : SCHEDULE_NO_CLOCK_S;
    } else if (task == SCHEDULE_DATA) {
        schedule->left_s[SCHEDULE_TO_DATA] = SCHEDULE_DATA_S;
    } else if (task == SCHEDULE_STATUS) {
        if (schedule->left_s[SCHEDULE_POLL_LEFT] == 0) schedule->poll_s = SCHEDULE_STATUS_S;
        schedule->left_s[SCHEDULE_TO_STATUS] = schedule->poll_s;
    }
}

void schedule_failed(struct schedule *schedule, uint16_t chance) {
    uint16_t backoff_s = (uint16_t)(schedule->backoff_s * 2U);
    if (backoff_s == 0) backoff_s = SCHEDULE_BACKOFF_MIN_S;
    if (backoff_s > SCHEDULE_BACKOFF_MAX_S) backoff_s = SCHEDULE_BACKOFF_MAX_S;
    schedule->backoff_s = backoff_s;
    schedule->left_s[SCHEDULE_TO_RETRY] = (uint16_t)(backoff_s - backoff_s / 4U + chance % (backoff_s / 2U));
    schedule->left_s[SCHEDULE_TO_REQUEST] = 0; /* the gateway may have lost the session, or be another one */
    schedule->draining = false;
}

void schedule_poll(struct schedule *schedule, uint16_t every_s, uint16_t for_s) {
    schedule->poll_s = every_s;
    schedule->left_s[SCHEDULE_POLL_LEFT] = for_s;
    schedule->left_s[SCHEDULE_TO_STATUS] = every_s;
}

void schedule_ask(struct schedule *schedule) {
    schedule->left_s[SCHEDULE_TO_STATUS] = 0;
}

void schedule_all(struct schedule *schedule) {
    schedule->left_s[SCHEDULE_TO_REQUEST] = 0;
    schedule->left_s[SCHEDULE_TO_STATUS] = 0;
    schedule->left_s[SCHEDULE_TO_RETRY] = 0;
    schedule->draining = true;
}
