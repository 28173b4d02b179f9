#include "schedule.h"

void schedule_init(struct schedule *schedule, uint8_t first_s) {
    *schedule = (struct schedule){.retry_in_s = first_s, .status_in_s = SCHEDULE_STATUS_S, .poll_s = SCHEDULE_STATUS_S};
}

static void pass(uint16_t *left_s, uint16_t seconds) {
    *left_s = *left_s > seconds ? (uint16_t)(*left_s - seconds) : 0;
}

void schedule_pass(struct schedule *schedule, uint16_t seconds) {
    pass(&schedule->request_in_s, seconds);
    pass(&schedule->status_in_s, seconds);
    pass(&schedule->retry_in_s, seconds);
    pass(&schedule->poll_for_s, seconds);
    pass(&schedule->data_in_s, seconds);
}

static bool data_due(struct schedule *schedule, const struct schedule_waiting *waiting) {
    if (!waiting->clock_known || waiting->entries == 0) {
        schedule->draining = false;
        return false;
    }
    if (waiting->rebase || waiting->entries >= SCHEDULE_DATA_ENTRIES || schedule->data_in_s == 0) schedule->draining = true;
    return schedule->draining;
}

enum schedule_task schedule_next(struct schedule *schedule, const struct schedule_waiting *waiting) {
    if (schedule->retry_in_s > 0) return SCHEDULE_NOTHING;
    if (schedule->request_in_s == 0) return SCHEDULE_REQUEST;
    const bool data = data_due(schedule, waiting);
    if (data && waiting->rebase) return SCHEDULE_DATA;
    if (waiting->text) return SCHEDULE_TEXT;
    if (schedule->status_in_s == 0) return SCHEDULE_STATUS;
    return data ? SCHEDULE_DATA : SCHEDULE_NOTHING;
}

uint8_t schedule_tries(const struct schedule *schedule) {
    return schedule->backoff_s >= SCHEDULE_ONE_TRY_S ? 1 : 4;
}

void schedule_done(struct schedule *schedule, enum schedule_task task, bool clock) {
    schedule->backoff_s = 0;
    schedule->retry_in_s = 0;
    if (task == SCHEDULE_REQUEST) {
        schedule->request_in_s = clock ? SCHEDULE_REQUEST_S : SCHEDULE_NO_CLOCK_S;
    } else if (task == SCHEDULE_DATA) {
        schedule->data_in_s = SCHEDULE_DATA_S;
    } else if (task == SCHEDULE_STATUS) {
        if (schedule->poll_for_s == 0) schedule->poll_s = SCHEDULE_STATUS_S;
        schedule->status_in_s = schedule->poll_s;
    }
}

void schedule_failed(struct schedule *schedule, uint16_t chance) {
    uint16_t backoff_s = (uint16_t)(schedule->backoff_s * 2U);
    if (backoff_s == 0) backoff_s = SCHEDULE_BACKOFF_MIN_S;
    if (backoff_s > SCHEDULE_BACKOFF_MAX_S) backoff_s = SCHEDULE_BACKOFF_MAX_S;
    schedule->backoff_s = backoff_s;
    schedule->retry_in_s = (uint16_t)(backoff_s - backoff_s / 4U + chance % (backoff_s / 2U));
    schedule->request_in_s = 0; /* the gateway may have lost the session, or be another one */
    schedule->draining = false;
}

void schedule_poll(struct schedule *schedule, uint16_t every_s, uint16_t for_s) {
    schedule->poll_s = every_s;
    schedule->poll_for_s = for_s;
    schedule->status_in_s = every_s;
}

void schedule_ask(struct schedule *schedule) {
    schedule->status_in_s = 0;
}

void schedule_all(struct schedule *schedule) {
    schedule->request_in_s = 0;
    schedule->status_in_s = 0;
    schedule->retry_in_s = 0;
    schedule->draining = true;
}
