/* Messages made of random queues, read back by the modules that the gateway reads them with; and instructions. */
#include "host/rig.h"
#include "meternode/ledger.h"
#include "meternode/report.h"

#define EPOCH UINT32_C(1783000000)

static uint32_t state = 77;
static uint32_t chance(uint32_t below) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8) % below;
}

static struct ledger ledger;

static uint8_t payload[RADIO_TEXT_BYTES];

static void fill(uint16_t imp_per_kwh, uint32_t wh, unsigned entries) {
    struct meter meter;
    meter_init(&meter, wh, 0, imp_per_kwh);
    ledger_init(&ledger, EPOCH, &meter, (uint8_t)(1 + chance(254)));
    while (entries-- > 0) {
        ledger_count(&ledger, (uint16_t)chance(chance(3) == 0 ? 2500 : 3), ledger.running.start_s + chance(ledger.running.length_s),
                     (uint8_t)chance(64));
        ledger_close(&ledger, ledger.running.start_s + ledger.running.seconds, (uint16_t)chance(10000));
        if (chance(20) == 0) ledger_set_wh(&ledger, ledger.running.start_s, chance(METER_SET_MAX_WH));
    }
}

/* What a gateway adds up from the messages. */
static void frames_say_the_register_to_the_wh(void) {
    for (int round = 0; round < 300; round++) {
        fill((uint16_t)(1 + chance(65000)), chance(METER_SET_MAX_WH), 1 + chance(200));
        uint32_t wh = 0, t = 0;
        uint8_t items;
        const bool current = chance(2) == 0;
        for (;;) {
            const uint8_t length = report_data(payload, &ledger.queue, true, current, &items);
            if (items == 0) break;
            CHECK(length <= FRAME_MAX);
            struct frame_rebase rebase;
            struct frame_basis basis;
            if (frame_get(payload, length, FRAME_REBASE, &rebase, sizeof rebase)) {
                wh = rebase.wh;
                t = rebase.t;
            } else {
                CHECK_EQUAL(items, frame_get_basis(payload, length, &basis));
                if (t == basis.t) CHECK_EQUAL(wh, basis.wh);
                t = basis.t;
                wh = basis.wh;
                uint16_t remainder = basis.remainder;
                for (uint8_t i = 0; i < items; i++) {
                    struct frame_entry entry;
                    frame_get_entry(payload, i, &entry);
                    wh += frame_wh(&remainder, basis.imp_per_kwh, entry.impulses);
                    t += entry.duration_s;
                }
            }
            ledger_sent(&ledger, items);
            ledger_acknowledged(&ledger);
        }
        CHECK_EQUAL(ledger.running.start_s - 1U, t);
        struct meter rest = ledger.queue.bases->meter;
        CHECK_EQUAL(wh, rest.wh);
        meter_add(&rest, ledger.running.impulses);
        CHECK_EQUAL(ledger.running.meter.wh, rest.wh);
    }
}

static void texts_say_it_too(void) {
    for (int round = 0; round < 300; round++) {
        fill((uint16_t)(1 + chance(3000)), chance(METER_SET_MAX_WH), 1 + chance(200));
        uint32_t wh = 0, t = 0, base_t, base_wh;
        uint8_t items;
        const bool current = chance(2) == 0;
        for (;;) {
            const uint8_t length = report_data(payload, &ledger.queue, false, current, &items);
            if (items == 0) break;
            CHECK(length <= RADIO_TEXT_BYTES && items <= 4 && payload[length - 1] == 0);
            if (!radio_text_get_rebase((const char *)payload, length, &t, &wh)) {
                CHECK_EQUAL(items, radio_text_get_update((const char *)payload, length, &base_t, &base_wh));
                if (t == base_t) CHECK_EQUAL(wh, base_wh);
                t = base_t;
                wh = base_wh;
                for (uint8_t i = 0; i < items; i++) {
                    struct radio_text_entry entry;
                    radio_text_get_entry((const char *)payload, length, i, &entry);
                    wh += entry.wh;
                    t += entry.duration_s;
                }
            }
            ledger_sent(&ledger, items);
            ledger_acknowledged(&ledger);
        }
        CHECK_EQUAL(ledger.running.start_s - 1U, t);
        CHECK_EQUAL(ledger.queue.bases->meter.wh, wh);
    }
}

static void reads_the_same_instruction_from_text_and_frame(void) {
    struct order text, binary;
    const struct frame_led led = {.rate = 4, .on_ms = 3000};
    CHECK(report_read_order(&text, (const uint8_t *)"MPLI,4,3000,-70", 16));
    CHECK(report_read_order(&binary, payload, frame_put(payload, FRAME_LED, &led, sizeof led)));
    CHECK_EQUAL(text.kind, binary.kind);
    CHECK_EQUAL(4, binary.with.led.rate);
    CHECK_EQUAL(3000, text.with.led.on_ms);
    const uint32_t wh = 18829393;
    CHECK(report_read_order(&binary, payload, frame_put(payload, FRAME_REGISTER, &wh, sizeof wh)));
    CHECK_EQUAL(RADIO_TEXT_MVAI, binary.kind);
    CHECK_EQUAL(18829393, binary.with.register_wh);
    const struct frame_poll poll = {.every_s = 10, .for_s = 600};
    CHECK(report_read_order(&binary, payload, frame_put(payload, FRAME_POLL, &poll, sizeof poll)));
    CHECK_EQUAL(RADIO_TEXT_GITR, binary.kind);
    CHECK(report_read_order(&binary, payload, frame_put(payload, FRAME_NOTHING, NULL, 0)));
    CHECK_EQUAL(RADIO_TEXT_MNOI, binary.kind);
}

static void refuses_what_broke_v10(void) {
    struct order order;
    const uint8_t zero = 0, too_long = 255;
    CHECK(!report_read_order(&order, payload, frame_put(payload, FRAME_INTERVAL, &zero, 1)));
    CHECK(!report_read_order(&order, payload, frame_put(payload, FRAME_INTERVAL, &too_long, 1)));
    const struct frame_led led = {.rate = 255, .on_ms = 100};
    CHECK(!report_read_order(&order, payload, frame_put(payload, FRAME_LED, &led, sizeof led)));
    CHECK(!report_read_order(&order, (const uint8_t *)"MINI,0,-70", 11));
    CHECK(!report_read_order(&order, (const uint8_t *)"MINI,255,-70", 13));
    CHECK(!report_read_order(&order, (const uint8_t *)"MPLI,255,100,-70", 17));
    CHECK(!report_read_order(&order, (const uint8_t *)"MVAI,4000000000,-70", 20));
    CHECK(!report_read_order(&order, (const uint8_t *)"GITR,9,100,-70", 15));
}

static void believes_nothing_random(void) {
    struct order order;
    unsigned believed = 0;
    for (uint32_t i = 0; i < 200000; i++) {
        uint8_t noise[60];
        const uint8_t length = (uint8_t)(1 + chance(60));
        for (uint8_t k = 0; k < length; k++) noise[k] = (uint8_t)chance(256);
        if (chance(2) == 0) noise[0] = (uint8_t)(0xC0 + chance(8));
        if (!report_read_order(&order, noise, length)) continue;
        believed++;
        if (order.kind == RADIO_TEXT_MINI) CHECK(order.with.interval_s >= 1 && order.with.interval_s <= 254);
        if (order.kind == RADIO_TEXT_MPLI) CHECK(order.with.led.rate <= 254 && order.with.led.on_ms <= 3000);
        if (order.kind == RADIO_TEXT_MVAI) CHECK(order.with.register_wh <= METER_SET_MAX_WH);
    }
    CHECK(believed > 0); /* a frame passes here only behind its tag: session.h */
}

int main(void) {
    RUN(frames_say_the_register_to_the_wh);
    RUN(texts_say_it_too);
    RUN(reads_the_same_instruction_from_text_and_frame);
    RUN(refuses_what_broke_v10);
    RUN(believes_nothing_random);
    return rig_end();
}
