#include "ledger.h"

#include <stddef.h>

enum { IMPULSES_TO_CLOSE_AT = 15000 }; /* leaves room below QUEUE_IMPULSES_MAX for what a loop turn brings */

/* Fletcher's sum with a start that no empty memory has: 20 bytes of it cost less than a tenth of a millisecond at each impulse. */
static uint16_t sum(const void *data, uint16_t n) {
    const uint8_t *bytes = data;
    uint8_t low = 0x5A, high = 0xC3;
    while (n-- > 0) {
        low = (uint8_t)(low + *bytes++);
        high = (uint8_t)(high + low);
    }
    return (uint16_t)(low | (uint16_t)((uint16_t)high << 8));
}

static uint16_t running_sum(const struct ledger *ledger) {
    return sum(&ledger->running, offsetof(struct running, seal));
}

static void seal_running(struct ledger *ledger) {
    ledger->running.seal = running_sum(ledger);
}

static void seal(struct ledger *ledger) {
    seal_running(ledger);
    ledger->seal = sum(&ledger->queue, sizeof ledger->queue);
}

/* Pushes the running interval as one of `seconds` and begins the next behind it. */
static void push(struct ledger *ledger, uint16_t seconds, uint16_t current_ca) {
    struct running *running = &ledger->running;
    const uint16_t longest_q64 = (uint16_t)(seconds * 64U);
    const struct queue_entry entry = {
        .seconds = seconds & 0x7FFFU,
        .impulses = running->impulses,
        .last_q64 = running->last_q64 < longest_q64 ? running->last_q64 : longest_q64,
        .current_ca = current_ca,
        /* an interval that fits the quarter hours is added up to them */
        .quarter = (running->start_s + seconds) % QUEUE_SUMMARY_MAX_S == 0 && QUEUE_SUMMARY_MAX_S % seconds == 0,
    };
    queue_push(&ledger->queue, &entry);
    running->start_s += seconds;
    running->seconds = running->length_s;
    running->impulses = 0;
    running->last_q64 = 0;
    if (meter_wrap(&running->meter)) queue_rebase(&ledger->queue, running->start_s, &running->meter);
}

/* Closes at the end of the running second; an interval that has not begun yet is left alone unless it has impulses. */
static void close_now(struct ledger *ledger, uint32_t now_s, uint16_t current_ca) {
    ledger_close(ledger, now_s, current_ca);
    const uint32_t seconds = now_s + 1U - ledger->running.start_s;
    if ((int32_t)seconds > 0)
        push(ledger, (uint16_t)seconds, current_ca);
    else if (ledger->running.impulses > 0)
        push(ledger, 1, current_ca);
}

static void rebase(struct ledger *ledger, uint32_t start_s) {
    struct running *running = &ledger->running;
    queue_rebase(&ledger->queue, start_s, &running->meter);
    running->start_s = start_s;
    running->seconds = running->length_s;
}

void ledger_init(struct ledger *ledger, uint32_t now_s, const struct meter *meter, uint8_t length_s) {
    ledger->running = (struct running){.meter = *meter, .start_s = now_s, .length_s = 60};
    (void)ledger_set_length(ledger, length_s);
    queue_init(&ledger->queue, now_s, meter);
    rebase(ledger, now_s);
    seal(ledger);
}

bool ledger_is_intact(const struct ledger *ledger) {
    return ledger->running.seal == running_sum(ledger) && ledger->seal == sum(&ledger->queue, sizeof ledger->queue) &&
           queue_is_sound(&ledger->queue) && ledger->running.length_s >= LEDGER_INTERVAL_MIN_S &&
           ledger->running.length_s <= LEDGER_INTERVAL_MAX_S && ledger->running.meter.imp_per_kwh != 0;
}

void ledger_resume(struct ledger *ledger, uint32_t now_s) {
    ledger_failed(ledger);
    close_now(ledger, now_s, 0);
    /* it says nothing that cannot be told from what was before: no reason to give that up */
    if (ledger->queue.rebase_count < QUEUE_REBASES) rebase(ledger, ledger->running.start_s);
    seal(ledger);
}

/* As ledger_is_due, but a clock that is a little behind is waited for. */
static bool has_ended(const struct ledger *ledger, uint32_t now_s) {
    return (int32_t)(now_s - ledger->running.start_s) >= ledger->running.seconds;
}

void ledger_close(struct ledger *ledger, uint32_t now_s, uint16_t current_ca) {
    struct running *running = &ledger->running;
    if (now_s - running->start_s + LEDGER_LATE_MAX_S > 2U * LEDGER_LATE_MAX_S + LEDGER_INTERVAL_MAX_S) {
        /* The clock went astray by itself: the interval keeps its planned length, and the row begins anew. */
        push(ledger, running->seconds, current_ca);
        rebase(ledger, now_s);
        seal(ledger);
        return;
    }
    while (has_ended(ledger, now_s)) push(ledger, running->seconds, current_ca);
    seal(ledger);
}

void ledger_count(struct ledger *ledger, uint16_t impulses, uint32_t at_s, uint8_t at_q64) {
    if (impulses == 0) return;
    struct running *running = &ledger->running;
    meter_add(&running->meter, impulses);
    running->impulses = (uint16_t)(running->impulses + impulses);
    const int32_t seconds = (int32_t)(at_s - running->start_s);
    const uint16_t last_q64 = seconds < 0 ? 0 : (uint16_t)(((uint16_t)seconds << 6) + at_q64);
    running->last_q64 = last_q64 > 0 ? last_q64 : 1; /* 0 on the wire would say: no impulse */
    if (running->impulses >= IMPULSES_TO_CLOSE_AT) {
        close_now(ledger, at_s, 0);
        seal(ledger);
    }
    seal_running(ledger);
}

bool ledger_set_length(struct ledger *ledger, uint8_t length_s) {
    if (length_s < LEDGER_INTERVAL_MIN_S || length_s > LEDGER_INTERVAL_MAX_S) return false;
    ledger->running.length_s = length_s;
    seal_running(ledger);
    return true;
}

void ledger_align(struct ledger *ledger, uint32_t now_s) {
    struct running *running = &ledger->running;
    const uint8_t left_s = (uint8_t)(60U - now_s % 60U);
    const uint8_t whole_s =
        (uint8_t)((left_s - 1U) / running->length_s * running->length_s); /* intervals that fit behind the running one */
    const uint32_t end_s = now_s + left_s - whole_s;
    if (end_s - running->start_s > LEDGER_INTERVAL_MAX_S) close_now(ledger, now_s, 0);
    if (end_s != running->start_s) running->seconds = (uint8_t)(end_s - running->start_s);
    seal(ledger);
}

static void begin_anew(struct ledger *ledger, uint32_t start_s) {
    rebase(ledger, start_s);
    seal(ledger);
}

void ledger_set_wh(struct ledger *ledger, uint32_t now_s, uint32_t wh) {
    close_now(ledger, now_s, 0);
    meter_set_wh(&ledger->running.meter, wh);
    begin_anew(ledger, ledger->running.start_s);
}

void ledger_set_imp_per_kwh(struct ledger *ledger, uint32_t now_s, uint16_t imp_per_kwh) {
    close_now(ledger, now_s, 0);
    meter_set_imp_per_kwh(&ledger->running.meter, imp_per_kwh);
    begin_anew(ledger, ledger->running.start_s);
}

void ledger_step(struct ledger *ledger, uint32_t old_s, uint32_t new_s) {
    ledger_close(ledger, old_s, 0);
    struct running *running = &ledger->running;
    if (old_s < LEDGER_KNOWN_FROM_S && new_s >= LEDGER_KNOWN_FROM_S) {
        const uint32_t delta_s = new_s - old_s;
        queue_redate(&ledger->queue, LEDGER_KNOWN_FROM_S, delta_s);
        running->start_s += delta_s;
    } else {
        close_now(ledger, old_s, 0);
        rebase(ledger, new_s + 1U);
    }
    seal(ledger);
}

void ledger_sent(struct ledger *ledger, uint8_t items) {
    queue_sent(&ledger->queue, items);
    seal(ledger);
}

void ledger_acknowledged(struct ledger *ledger) {
    queue_acknowledged(&ledger->queue);
    seal(ledger);
}

void ledger_failed(struct ledger *ledger) {
    queue_failed(&ledger->queue);
    seal(ledger);
}
