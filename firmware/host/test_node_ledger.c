/* The ledger and its queue, one behaviour at a time. Whole lives are in test_node_ledger_life.c. */
#include "host/ledger_bench.h"

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
    RUN(holds_a_day_for_every_interval);
    RUN(closes_intervals_without_impulses);
    RUN(refuses_impossible_lengths);
    RUN(counts_an_impulse_behind_the_end_into_the_next);
    RUN(dates_what_came_before_the_clock);
    RUN(aligns_every_interval_to_the_minute);
    RUN(keeps_what_a_reset_left_and_says_it);
    return rig_end();
}
