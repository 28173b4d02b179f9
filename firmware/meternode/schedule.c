#include "schedule.h"

static bool reached(uint32_t uptime_s, uint32_t due_s) {
    return (int32_t)(uptime_s - due_s) >= 0;
}

void schedule_init(struct schedule *schedule, uint32_t first_s) {
    *schedule = (struct schedule){.request_s = first_s, .status_s = first_s + SCHEDULE_STATUS_S, .poll_s = SCHEDULE_STATUS_S};
}

static bool data_due(struct schedule *schedule, uint32_t uptime_s, const struct schedule_waiting *waiting) {
    if (!waiting->clock_known || waiting->entries == 0) {
        schedule->draining = false;
        return false;
    }
    return schedule->draining || waiting->entries >= SCHEDULE_DATA_ENTRIES || uptime_s - schedule->data_s >= SCHEDULE_DATA_S;
}

enum schedule_task schedule_next(struct schedule *schedule, uint32_t uptime_s, const struct schedule_waiting *waiting) {
    if (schedule->backoff_s > 0 && !reached(uptime_s, schedule->retry_s)) return SCHEDULE_NOTHING;
    if (reached(uptime_s, schedule->request_s)) return SCHEDULE_REQUEST;
    if (waiting->rebase && waiting->clock_known) return SCHEDULE_DATA;
    if (waiting->text) return SCHEDULE_TEXT;
    if (reached(uptime_s, schedule->status_s)) return SCHEDULE_STATUS;
    if (!data_due(schedule, uptime_s, waiting)) return SCHEDULE_NOTHING;
    schedule->draining = true;
    return SCHEDULE_DATA;
}

uint8_t schedule_tries(const struct schedule *schedule) {
    return schedule->backoff_s >= SCHEDULE_ONE_TRY_S ? 1 : 4;
}

void schedule_done(struct schedule *schedule, enum schedule_task task, uint32_t uptime_s, bool clock) {
    schedule->backoff_s = 0;
    switch (task) {
    case SCHEDULE_REQUEST:
        schedule->request_s = uptime_s + (clock ? SCHEDULE_REQUEST_S : SCHEDULE_NO_CLOCK_S);
        break;
    case SCHEDULE_STATUS:
        if (reached(uptime_s, schedule->poll_until_s)) schedule->poll_s = SCHEDULE_STATUS_S;
        schedule->status_s = uptime_s + schedule->poll_s;
        break;
    case SCHEDULE_DATA:
        schedule->data_s = uptime_s;
        break;
    default:
        break;
    }
}

void schedule_failed(struct schedule *schedule, uint32_t uptime_s, uint16_t chance) {
    const uint16_t doubled_s = (uint16_t)(schedule->backoff_s * 2U);
    schedule->backoff_s = schedule->backoff_s == 0 ? SCHEDULE_BACKOFF_MIN_S : doubled_s < SCHEDULE_BACKOFF_MAX_S ? doubled_s : SCHEDULE_BACKOFF_MAX_S;
    schedule->retry_s = uptime_s + schedule->backoff_s * 3U / 4U + chance % (schedule->backoff_s / 2U);
    schedule->request_s = uptime_s; /* the gateway may have lost the session, or be another one */
    schedule->draining = false;
}

bool schedule_poll(struct schedule *schedule, uint32_t uptime_s, uint16_t every_s, uint16_t for_s) {
    if (every_s < SCHEDULE_POLL_MIN_S || every_s > SCHEDULE_POLL_MAX_S) return false;
    if (for_s < SCHEDULE_POLL_MIN_S || for_s > SCHEDULE_POLL_FOR_MAX_S) return false;
    schedule->poll_s = every_s;
    schedule->poll_until_s = uptime_s + for_s;
    schedule->status_s = uptime_s + every_s;
    return true;
}

void schedule_ask(struct schedule *schedule, uint32_t uptime_s) {
    schedule->status_s = uptime_s;
}

void schedule_all(struct schedule *schedule, uint32_t uptime_s) {
    schedule->request_s = uptime_s;
    schedule->status_s = uptime_s;
    schedule->retry_s = uptime_s;
    schedule->draining = true;
}
