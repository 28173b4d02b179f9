#include <stddef.h>

#include "common/frames.h"
#include "common/hal.h"
#include "link.h"
#include "node.h"

enum { SIGNAL_SHORT_Q64 = 10, SIGNAL_LONG_Q64 = 96 };

static void set_power(void) {
    (void)radio_set_power(node.tuning.power_dbm);
    node.power_text = true;
}

static void signal(bool good) {
    if (!node.signal) return;
    node.signal = false;
    led_signal(&node.led, good ? 3 : 1, good ? SIGNAL_SHORT_Q64 : SIGNAL_LONG_Q64, clock_q64(&node.clock));
}

static void failed(void) {
    if (node.task == SCHEDULE_DATA) ledger_failed(&node_ledger);
    node.task = SCHEDULE_NOTHING;
    schedule_failed(&node.schedule, (uint16_t)(hal_ticks() + node.settings.address * 977U));
    if (tuning_failed(&node.tuning)) set_power();
    signal(false);
}

NODE_CALL static uint8_t status(uint8_t *payload) {
    const uint16_t battery_mv = hal_battery_mv();
    if (battery_mv < NODE_LOW_BATTERY_MV) node_save_register();
    const struct radio_text_status status = {.status =
                                                 {
                                                     .battery_mv = battery_mv,
                                                     .uptime_s = node.clock.uptime_s,
                                                     .slept_s = node_slept_s(),
                                                     .free_ram = hal_free_ram(),
                                                     .led_rate = node.settings.led_rate,
                                                     .led_ms = node.settings.led_ms,
                                                     .interval_s = node.settings.interval_s,
                                                     .imp_per_kwh = node.settings.imp_per_kwh,
                                                     .waiting = queue_count(&node_ledger.queue),
                                                 },
                                             .rssi_dbm = link_gateway_dbm()};
    return report_status(payload, &status, link_secure());
}

static uint8_t text(uint8_t *payload) {
    return report_text(payload, node.boot_text ? TEXT("BOOT v11. Flags: ") : TEXT("Set TXPow= "),
                       node.boot_text ? hal_reset_cause() : node.tuning.power_dbm, link_secure());
}

NODE_CALL static void begin(enum schedule_task task) {
    const uint8_t tries = schedule_tries(&node.schedule);
    uint8_t *payload = link_payload();
    uint8_t items = 0, length = 0;
    if (task == SCHEDULE_DATA)
        length = report_data(payload, &node_ledger.queue, link_secure(), node.settings.ct != 0, &items);
    else if (task == SCHEDULE_TEXT)
        length = text(payload);
    else if (task == SCHEDULE_STATUS)
        length = status(payload);
    node.asked_q64 = clock_q64(&node.clock);
    node.task = task;
    const bool begun = task == SCHEDULE_REQUEST ? link_request(node.clock.now_s, tries)
                                                : link_send(length, task == SCHEDULE_STATUS ? LINK_ASKS_ORDER : LINK_ASKS_NOTHING, tries);
    if (!begun)
        failed(); /* the counter is used up: a request is next */
    else if (items > 0)
        ledger_sent(&node_ledger, items);
}

static void begin_due(void) {
    const struct schedule_waiting waiting = {
        .entries = queue_count(&node_ledger.queue),
        .rebase = node_ledger.queue.rebase_count > 0 || node_ledger.queue.announcing,
        .text = node.boot_text || node.power_text,
        .clock_known = node.clock.now_s >= LEDGER_KNOWN_FROM_S,
    };
    const enum schedule_task task = schedule_next(&node.schedule, &waiting);
    if (task == SCHEDULE_REQUEST || (task != SCHEDULE_NOTHING && link_open())) begin(task);
}

static void done(bool clock) {
    const enum schedule_task task = node.task;
    node.task = SCHEDULE_NOTHING;
    schedule_done(&node.schedule, task, clock);
    if (task == SCHEDULE_DATA) {
        ledger_acknowledged(&node_ledger);
        if (node.unsaved_s >= NODE_SAVE_ACKNOWLEDGED_S) node_save_register();
    } else if (task == SCHEDULE_TEXT) {
        if (node.boot_text)
            node.boot_text = false;
        else
            node.power_text = false;
    } else if (task == SCHEDULE_STATUS) {
        signal(true);
    }
}

/* The gateway's time, unless it has none itself. */
static void answered(void) {
    const struct radio_text_answer *answer = link_answer();
    uint32_t now_s;
    enum clock_verdict verdict = CLOCK_LATE;
    if (answer->now >= LEDGER_KNOWN_FROM_S) verdict = clock_judge(&node.clock, node.asked_q64, answer->now, &now_s);
    if (verdict == CLOCK_STEP) {
        node_set_time(now_s);
        if (answer->align) ledger_align(&node_ledger, node.clock.now_s);
    }
    done(verdict != CLOCK_LATE);
}

static void obey(const struct order *order) {
    switch (order->kind) {
    case RADIO_TEXT_GITR: schedule_poll(&node.schedule, order->with.poll.every_s, order->with.poll.for_s); break;
    case RADIO_TEXT_MVAI: node_set_register(order->with.register_wh); break;
    case RADIO_TEXT_MINI:
        node.settings.interval_s = order->with.interval_s;
        node_setting(offsetof(struct settings_node, interval_s));
        break;
    case RADIO_TEXT_MPLI:
        node.settings.led_rate = order->with.led.rate;
        node.settings.led_ms = order->with.led.on_ms;
        node_setting(offsetof(struct settings_node, led_rate));
        break;
    default: break;
    }
}

NODE_CALL static void take(enum link_event event) {
    switch (event) {
    case LINK_DELIVERED: done(true); break;
    case LINK_ANSWERED: answered(); break;
    case LINK_ORDERED:
        if (node.task == SCHEDULE_STATUS) done(true);
        obey(link_order());
        break;
    case LINK_UNANSWERED:
        /* v10 gateways answer after serving others: the status is told, the request is not */
        if (node.task == SCHEDULE_STATUS)
            done(true);
        else
            failed();
        break;
    case LINK_FAILED: failed(); break;
    default: break;
    }
}

void node_talk(void) {
    enum link_event event;
    int8_t rssi_dbm;
    while ((event = link_poll(hal_ms())) != LINK_NOTHING) take(event);
    if (link_heard(&rssi_dbm) && tuning_heard(&node.tuning, rssi_dbm, (uint16_t)node.clock.uptime_s)) set_power();
    if (link_instruction_waits()) schedule_ask(&node.schedule);
    if (!link_busy()) begin_due();
}
