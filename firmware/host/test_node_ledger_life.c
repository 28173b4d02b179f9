/* The ledger and its queue against brute force: an array with the impulses of every second, and a server that believes nothing. */
#include <stdlib.h>

#include "host/ledger_bench.h"

#define SECONDS UINT32_C(400000)
#define STARTS  20000U

static uint32_t state;
static uint32_t chance(uint32_t below) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8) % below;
}

/* What really happened: impulses before the true second i, and every point where the row began anew. */
static uint32_t before[SECONDS + 2];
static struct start {
    uint32_t node_s, true_s;
    struct meter meter;
} starts[STARTS];
static unsigned start_count;

static void began(uint32_t true_s) {
    if (start_count == STARTS) abort();
    starts[start_count++] = (struct start){ledger.running.start_s, true_s, ledger.running.meter};
}

/* The server: where the row stands. */
static struct start section;
static uint32_t next_s, taken, gaps, wraps, newest;

static uint64_t expected_wh(uint32_t node_s) {
    const uint32_t true_s = section.true_s + (node_s - section.node_s);
    return section.meter.wh + (section.meter.remainder + 1000ULL * (before[true_s] - before[section.true_s])) / section.meter.imp_per_kwh;
}

static void server_rebase(const struct queue_base *base) {
    for (unsigned i = newest; i < start_count; i++) {
        if (starts[i].node_s != base->start_s || starts[i].meter.wh != base->meter.wh ||
            starts[i].meter.imp_per_kwh != base->meter.imp_per_kwh)
            continue;
        section = starts[i];
        newest = i;
        next_s = base->start_s;
        return;
    }
    CHECK_EQUAL(expected_wh(base->start_s), (uint64_t)base->meter.wh + METER_WRAP_WH); /* nothing else begins by itself */
    section.true_s += base->start_s - section.node_s;
    section.node_s = base->start_s;
    section.meter = base->meter;
    next_s = base->start_s;
    wraps++;
}

static void server_entries(const struct queue_base *base, uint8_t items) {
    struct queue_entry entry;
    if (base->start_s != next_s) gaps++;
    CHECK_EQUAL(expected_wh(base->start_s), base->meter.wh);
    uint32_t at_s = base->start_s;
    for (uint8_t i = 0; i < items; i++) {
        CHECK(queue_peek(&ledger.queue, i, &entry));
        CHECK(entry.seconds >= 1 && entry.seconds <= 900);
        const uint32_t true_s = section.true_s + (at_s - section.node_s);
        CHECK_EQUAL(before[true_s + entry.seconds] - before[true_s], entry.impulses);
        CHECK(entry.last_q64 <= entry.seconds * 64U && (entry.impulses > 0 || entry.last_q64 == 0));
        taken += entry.impulses;
        at_s += entry.seconds;
    }
    next_s = at_s;
}

/* How many items one message takes: a rebase alone, else entries of one kind. */
static uint8_t message(uint8_t most) {
    struct queue_entry first, entry;
    if (!queue_peek(&ledger.queue, 0, &first)) return 0;
    uint8_t n = 1;
    while (first.seconds != 0 && n < most && queue_peek(&ledger.queue, n, &entry) && entry.seconds != 0 &&
           queue_is_summary(&ledger.queue, n) == queue_is_summary(&ledger.queue, 0))
        n++;
    return n;
}

static struct queue_base sent_base;
static bool sent_is_rebase;
static struct queue_entry sent_entry;

static void send(void) {
    const uint8_t n = message((uint8_t)(1 + chance(10)));
    if (n == 0) return;
    queue_peek(&ledger.queue, 0, &sent_entry);
    sent_is_rebase = sent_entry.seconds == 0;
    sent_base = *queue_head(&ledger.queue);
    ledger_sent(&ledger, n);
}

/* What the server got is what was sent, however the queue was turned over since. */
static void acknowledged(void) {
    const uint8_t n = ledger.queue.in_flight;
    if (n == 0) return;
    const struct queue_base *base = queue_head(&ledger.queue);
    if (base->start_s == sent_base.start_s || sent_is_rebase) {
        if (sent_is_rebase)
            server_rebase(&sent_base);
        else
            server_entries(base, n);
    } else {
        next_s = 0; /* the oldest were given up while on their way */
    }
    ledger_acknowledged(&ledger);
}

static void random_life(uint32_t seed, uint32_t wh, unsigned loss_percent, bool steps) {
    state = seed;
    start_count = newest = taken = gaps = wraps = 0;
    uint32_t offset = EPOCH;
    struct meter meter;
    meter_init(&meter, wh, 0, 1000);
    before[0] = 0;
    ledger_init(&ledger, offset, &meter, 60);
    began(0);
    section = starts[0];
    next_s = offset;
    uint32_t rate = 1, away_until = 0;
    for (uint32_t i = 0; i + 400 < SECONDS; i++) {
        const uint32_t now_s = i + offset;
        if (chance(2000) == 0) rate = chance(4) == 0 ? chance(1000) : chance(30);
        const uint32_t n = rate == 0 ? 0 : chance(1000) < rate * 10 % 1000 ? 1 + rate / 100 : rate / 100;
        before[i + 1] = before[i] + n;
        if (n == 0 && chance(8) != 0) continue; /* asleep */
        if (ledger_is_due(&ledger, now_s)) ledger_close(&ledger, now_s, 0);
        for (uint32_t k = 0; k < n; k++) ledger_count(&ledger, 1, now_s, (uint8_t)(k * 64 / n));
        if (chance(5000) == 0) away_until = i + (chance(3) == 0 ? chance(150000) : chance(5000));
        if (i >= away_until && chance(3) == 0) {
            if (ledger.queue.in_flight == 0)
                send();
            else if (chance(100) < loss_percent)
                ledger_failed(&ledger);
            else
                acknowledged();
        }
        if (chance(100) == 0) balance();
        if (chance(1500) != 0) continue;
        /* events at the end of a second: the rebase begins with the next */
        switch (chance(6)) {
        case 0: CHECK(ledger_set_length(&ledger, (uint8_t)(1 + chance(254)))); break;
        case 1: ledger_align(&ledger, now_s); break;
        case 2:
            if (steps) {
                ledger_set_wh(&ledger, now_s, chance(100000000));
                began(i + 1);
            }
            break;
        case 3:
            if (steps) {
                ledger_set_imp_per_kwh(&ledger, now_s, (uint16_t)(1 + chance(10000)));
                began(i + 1);
            }
            break;
        case 4:
            if (steps) {
                const uint32_t delta = chance(2) == 0 ? chance(100000) : (uint32_t) - (int32_t)chance(2000);
                ledger_step(&ledger, now_s, now_s + delta);
                offset += delta;
                began(i + 1);
            }
            break;
        default:
            CHECK(ledger_is_intact(&ledger));
            ledger_resume(&ledger, now_s);
            began(i + 1);
        }
    }
    /* the link is back: all that is left comes */
    while (queue_count(&ledger.queue) > 0) {
        ledger_failed(&ledger);
        send();
        acknowledged();
    }
}

static void tells_exactly_what_happened_through_loss_steps_and_absence(void) {
    for (uint32_t seed = 1; seed <= 12; seed++) {
        random_life(seed, seed * 300000000U, seed * 5, true);
        CHECK(taken > 1000);
    }
}

static void loses_no_energy_without_events(void) {
    for (uint32_t seed = 21; seed <= 26; seed++) {
        random_life(seed, METER_WRAP_WH - 100U, 40, false);
        CHECK_EQUAL(1, wraps);
        const uint64_t open =
            (ledger.running.impulses * 1000ULL + ledger.running.meter.imp_per_kwh - 1U) / ledger.running.meter.imp_per_kwh;
        CHECK(ledger.running.meter.wh - expected_wh(next_s) <= open);
    }
}

int main(void) {
    RUN(tells_exactly_what_happened_through_loss_steps_and_absence);
    RUN(loses_no_energy_without_events);
    return rig_end();
}
