/* The ledger and its queue against brute force: an array with the impulses of every second, and a server that believes nothing. */
#include <stdlib.h>

#include "host/rig.h"
#include "meternode/ledger.h"

#define SECONDS UINT32_C(400000)
#define STARTS  20000U
#define EPOCH   UINT32_C(1783000000)

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

static struct ledger ledger;

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

/* What waits, from the base on, adds up to the register. */
static void balance(void) {
    struct queue_base end = *ledger.queue.bases;
    struct queue_entry entry;
    uint8_t rebase = 0;
    for (uint8_t i = ledger.queue.announcing; queue_peek(&ledger.queue, i, &entry); i++) {
        if (entry.seconds == 0) end = ledger.queue.bases[2 + (ledger.queue.rebase_head + rebase++) % QUEUE_REBASES];
        end.start_s += entry.seconds;
        meter_add(&end.meter, entry.impulses);
    }
    CHECK_EQUAL(ledger.running.start_s, end.start_s);
    meter_add(&end.meter, ledger.running.impulses);
    CHECK_EQUAL(ledger.running.meter.wh, end.meter.wh);
    CHECK_EQUAL(ledger.running.meter.remainder, end.meter.remainder);
    CHECK_EQUAL(rebase, ledger.queue.rebase_count);
    CHECK(ledger_is_intact(&ledger));
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

static void holds_a_day_for_every_interval(void) {
    for (unsigned length = 1; length <= 254; length++) {
        struct meter meter;
        struct queue_entry entry;
        meter_init(&meter, 0, 0, 1000);
        ledger_init(&ledger, EPOCH - EPOCH % 900U, &meter, (uint8_t)length);
        ledger_sent(&ledger, 1);
        ledger_acknowledged(&ledger);
        const uint32_t begin_s = ledger.running.start_s;
        uint32_t given = 0;
        for (uint32_t s = begin_s; s <= begin_s + 100000U; s++) {
            if (ledger_is_due(&ledger, s)) ledger_close(&ledger, s, 0);
            ledger_count(&ledger, 10, s, 0);
            given += 10;
            if (s == begin_s + 86400U) CHECK_EQUAL(begin_s, queue_head(&ledger.queue)->start_s);
        }
        uint32_t stored = 0, on_quarter = 0, end_s = queue_head(&ledger.queue)->start_s;
        for (uint8_t i = 0; queue_peek(&ledger.queue, i, &entry); i++) {
            stored += entry.impulses;
            end_s += entry.seconds;
            if (queue_is_summary(&ledger.queue, i) && end_s % 900U == 0) on_quarter++;
        }
        CHECK_EQUAL(given, queue_head(&ledger.queue)->meter.wh + stored + ledger.running.impulses);
        if (900 % length == 0) CHECK(on_quarter >= 90);
    }
}

static void closes_intervals_without_impulses(void) {
    struct meter meter;
    struct queue_entry entry;
    meter_init(&meter, 7, 0, 1000);
    ledger_init(&ledger, EPOCH, &meter, 1);
    ledger_close(&ledger, EPOCH + 600U, 0); /* more than 255 of them in one go */
    CHECK_EQUAL(EPOCH + 600U, ledger.running.start_s);
    CHECK(queue_peek(&ledger.queue, (uint8_t)(queue_count(&ledger.queue) - 1U), &entry));
    CHECK_EQUAL(1, entry.seconds);
    CHECK_EQUAL(0, entry.impulses);
    balance();
    ledger_close(&ledger, EPOCH + 86400U * 4000U, 0); /* a clock gone mad neither hangs nor counts */
    CHECK_EQUAL(EPOCH + 86400U * 4000U, ledger.running.start_s);
    CHECK_EQUAL(7, ledger.running.meter.wh);
    CHECK(ledger_is_due(&ledger, 0));
    ledger_close(&ledger, 0, 0);
    CHECK_EQUAL(0, ledger.running.start_s);
    balance();
    CHECK(!ledger_is_due(&ledger, UINT32_MAX)); /* a rebase begins a second ahead */
    const uint8_t items = queue_count(&ledger.queue);
    ledger_close(&ledger, UINT32_MAX - 100U, 0); /* a little behind: waited for */
    CHECK_EQUAL(0, ledger.running.start_s);
    CHECK_EQUAL(items, queue_count(&ledger.queue));
}

static void refuses_impossible_lengths(void) {
    struct meter meter;
    meter_init(&meter, 0, 0, 1000);
    ledger_init(&ledger, EPOCH, &meter, 0);
    CHECK_EQUAL(60, ledger.running.length_s);
    CHECK(!ledger_set_length(&ledger, 0));
    CHECK(!ledger_set_length(&ledger, 255));
    CHECK_EQUAL(60, ledger.running.length_s);
}

static void counts_an_impulse_behind_the_end_into_the_next(void) {
    struct meter meter;
    struct queue_entry entry;
    meter_init(&meter, 0, 0, 1000);
    ledger_init(&ledger, EPOCH, &meter, 60);
    ledger_count(&ledger, 1, EPOCH + 59U, 63);
    CHECK(!ledger_is_due(&ledger, EPOCH + 59U));
    CHECK(ledger_is_due(&ledger, EPOCH + 60U));
    ledger_close(&ledger, EPOCH + 60U, 1234);
    ledger_count(&ledger, 1, EPOCH + 60U, 1);
    CHECK(queue_peek(&ledger.queue, 1, &entry));
    CHECK_EQUAL(1, entry.impulses);
    CHECK_EQUAL(59 * 64 + 63, entry.last_q64);
    CHECK_EQUAL(1234, entry.current_ca);
    CHECK_EQUAL(1, ledger.running.impulses);
    CHECK_EQUAL(1, ledger.running.last_q64);
}

static void dates_what_came_before_the_clock(void) {
    struct meter meter;
    struct queue_entry entry;
    const uint32_t unset = 946684800U; /* 2000-01-01, where the RTC begins */
    meter_init(&meter, 50, 0, 1000);
    ledger_init(&ledger, unset, &meter, 60);
    for (uint32_t s = 0; s < 200; s++) {
        if (ledger_is_due(&ledger, unset + s)) ledger_close(&ledger, unset + s, 0);
        ledger_count(&ledger, 1, unset + s, 0);
    }
    ledger_step(&ledger, unset + 200U, EPOCH);
    CHECK_EQUAL(4, queue_count(&ledger.queue)); /* the rebase of the boot, three entries, no second rebase */
    CHECK_EQUAL(EPOCH - 200U, queue_head(&ledger.queue)->start_s);
    CHECK_EQUAL(50, queue_head(&ledger.queue)->meter.wh);
    CHECK(queue_peek(&ledger.queue, 1, &entry));
    CHECK_EQUAL(60, entry.impulses);
    CHECK_EQUAL(EPOCH - 20U, ledger.running.start_s);
    balance();
    ledger_align(&ledger, EPOCH); /* EPOCH is mm:40 */
    CHECK_EQUAL(EPOCH + 20U, ledger.running.start_s + ledger.running.seconds);
}

static void aligns_every_interval_to_the_minute(void) {
    for (unsigned length = 1; length <= 254; length++) {
        for (uint32_t phase = 0; phase < 300; phase += 7) {
            struct meter meter;
            meter_init(&meter, 0, 0, 1000);
            ledger_init(&ledger, EPOCH, &meter, (uint8_t)length);
            const uint32_t now_s = EPOCH + phase, minute_s = now_s + 60U - now_s % 60U;
            ledger_close(&ledger, now_s, 0);
            ledger_align(&ledger, now_s);
            bool begins = false;
            for (uint32_t s = now_s; s <= minute_s; s++) {
                if (ledger_is_due(&ledger, s)) ledger_close(&ledger, s, 0);
                begins |= ledger.running.start_s == minute_s;
            }
            CHECK(begins);
            CHECK(ledger.running.seconds <= 254);
        }
    }
}

static void keeps_what_a_reset_left_and_says_it(void) {
    struct meter meter;
    struct queue_entry entry;
    meter_init(&meter, 100, 0, 1000);
    ledger_init(&ledger, EPOCH, &meter, 60);
    ledger_count(&ledger, 5, EPOCH + 10U, 0);
    CHECK(ledger_is_intact(&ledger));
    ledger_resume(&ledger, EPOCH + 12U);
    CHECK_EQUAL(3, queue_count(&ledger.queue));
    CHECK(queue_peek(&ledger.queue, 1, &entry));
    CHECK_EQUAL(13, entry.seconds);
    CHECK_EQUAL(5, entry.impulses);
    CHECK_EQUAL(105, ledger.running.meter.wh);
    for (int i = 0; i < 300; i++) ledger_resume(&ledger, EPOCH + 13U + (uint32_t)i); /* a device that resets every second */
    CHECK_EQUAL(105, ledger.running.meter.wh);
    balance();
    const uint8_t *bytes = (const uint8_t *)&ledger;
    for (size_t i = 0; i < sizeof *ledger.queue.bases; i++) { /* one changed bit anywhere in the register is seen */
        ((uint8_t *)(uintptr_t)bytes)[i] ^= 0x10;
        CHECK(!ledger_is_intact(&ledger));
        ((uint8_t *)(uintptr_t)bytes)[i] ^= 0x10;
    }
    memset(&ledger, 0, sizeof ledger);
    CHECK(!ledger_is_intact(&ledger));
    memset(&ledger, 0xFF, sizeof ledger);
    CHECK(!ledger_is_intact(&ledger));
}

int main(void) {
    RUN(tells_exactly_what_happened_through_loss_steps_and_absence);
    RUN(loses_no_energy_without_events);
    RUN(holds_a_day_for_every_interval);
    RUN(closes_intervals_without_impulses);
    RUN(refuses_impossible_lengths);
    RUN(counts_an_impulse_behind_the_end_into_the_next);
    RUN(dates_what_came_before_the_clock);
    RUN(aligns_every_interval_to_the_minute);
    RUN(keeps_what_a_reset_left_and_says_it);
    return rig_end();
}
