#include "node.h"

#include <stddef.h>

#include "common/console.h"
#include "common/hal.h"
#include "common/store.h"
#include "ct.h"
#include "link.h"

struct node node;
struct ledger node_ledger HAL_NOINIT;

static bool clock_known(void) {
    return node.clock.now_s >= LEDGER_KNOWN_FROM_S;
}

static void error(flash_text text) {
    struct writer log;
    write_to(&log, hal_putc);
    write_flash(&log, TEXT("ERROR: "));
    write_flash(&log, text);
    console_end(&log);
}

uint32_t node_slept_s(void) {
    const uint32_t awake_s = hal_ms() / 1000U; /* by another clock: it may be ahead a little */
    return node.clock.uptime_s > awake_s ? node.clock.uptime_s - awake_s : 0;
}

static void begin_link(void) {
    const bool good = link_init(&node.settings, node.boots, hal_entropy());
    tuning_init(&node.tuning, node.settings.common.radio_kind != 0, node.settings.common.tx_dbm, node.settings.target_rssi_dbm);
    if (!good) error(TEXT("no radio"));
}

static void begin_ledger(void) {
    struct store_register kept;
    struct meter meter;
    if (ledger_is_intact(&node_ledger)) {
        /* the clock has lost its supply, the RAM has not: the last known time is better than none */
        if (!clock_known() && node_ledger.running.start_s >= LEDGER_KNOWN_FROM_S) clock_set(&node.clock, node_ledger.running.start_s);
        ledger_resume(&node_ledger, node.clock.now_s);
    } else {
        (void)store_load_register(&kept);
        meter_init(&meter, kept.wh, kept.remainder, node.settings.imp_per_kwh);
        ledger_init(&node_ledger, node.clock.now_s, &meter, node.settings.interval_s);
    }
    (void)ledger_set_length(&node_ledger, node.settings.interval_s);
}

void node_start(void) {
    hal_init(HAL_NODE);
    (void)config_load(&settings_node_layout, &node.settings);
    clock_start(&node.clock);
    node.boots = store_count_boot();
    begin_ledger();
    begin_link();
    led_init(&node.led, node.settings.led_rate, node.settings.led_ms);
    schedule_init(&node.schedule, (uint8_t)hal_entropy() & 3U); /* nodes that boot together do not ask together */
    node.sleepy = true;
    node.boot_text = true;
    if (node.clock.dead) error(TEXT("no clock"));
}

static void close_ended(void) {
    uint16_t current_ca = 0;
    if (!ledger_is_due(&node_ledger, node.clock.now_s)) return;
    if (node.settings.ct != 0) {
        const struct hal_samples samples = hal_ct_burst();
        current_ca = ct_current_ca(samples.count, samples.sum, samples.sum_squares, hal_supply_mv());
    }
    ledger_close(&node_ledger, node.clock.now_s, current_ca);
}

uint16_t node_count(bool *high) {
    const struct hal_impulses taken = hal_impulses_take(node.clock.dead ? 0 : (node.clock.now_s << 6) | node.clock.q64);
    uint16_t impulses = taken.count;
    uint16_t last_tick = taken.last_tick;
    *high = taken.high;
    if (node.testing && node.clock.now_s != node.tested_s) {
        node.tested_s = node.clock.now_s;
        last_tick = hal_ticks();
        impulses++;
    }
    /* the interrupt's stamp is older than the time that was read: by how many sixty-fourths */
    const uint16_t age_ticks = (uint16_t)(hal_ticks() - last_tick);
    int16_t at_q64 = (int16_t)(node.clock.q64 - age_ticks / (uint16_t)(15625U / HAL_TICK_US));
    uint32_t at_s = node.clock.now_s;
    for (; at_q64 < 0; at_q64 = (int16_t)(at_q64 + 64)) at_s--;
    const uint8_t turn = ledger_is_due(&node_ledger, at_s) ? 1 : 0; /* of the impulses: those behind the end belong to the next interval */
    for (uint8_t i = 0; i < 2; i++) {
        if (i == turn)
            ledger_count(&node_ledger, impulses, at_s, (uint8_t)at_q64);
        else
            close_ended();
    }
    return impulses;
}

void node_save_register(void) {
    const struct meter *meter = &node_ledger.running.meter;
    const struct store_register kept = {.wh = meter->wh, .remainder = meter->remainder};
    node.unsaved_s = 0;
    if (!store_save_register(&kept)) error(TEXT("EEPROM"));
}

void node_set_time(uint32_t now_s) {
    const uint32_t old_s = node.clock.now_s;
    clock_set(&node.clock, now_s);
    ledger_step(&node_ledger, old_s, now_s);
}

void node_set_register(uint32_t wh) {
    ledger_set_wh(&node_ledger, node.clock.now_s, wh);
    node_save_register();
}

void node_setting(uint8_t offset) {
    const struct settings_node *settings = &node.settings;
    if (!config_save(&settings_node_layout, settings)) error(TEXT("EEPROM"));
    (void)ledger_set_length(&node_ledger, settings->interval_s);
    if (settings->imp_per_kwh != node_ledger.running.meter.imp_per_kwh) {
        ledger_set_imp_per_kwh(&node_ledger, node.clock.now_s, settings->imp_per_kwh);
        node_save_register();
    }
    led_set(&node.led, settings->led_rate, settings->led_ms);
    node.tuning.target_dbm = settings->target_rssi_dbm;
    /* what the radio needs stands first in the struct */
    if (offset > offsetof(struct settings_node, address) || offset == offsetof(struct settings_node, common.log_level)) return;
    begin_link();
    schedule_all(&node.schedule);
    node.task = SCHEDULE_NOTHING;
    ledger_failed(&node_ledger);
    node.power_text = offset == offsetof(struct settings_node, common.tx_dbm);
}

void node_press(void) {
    const uint16_t now_q64 = clock_q64(&node.clock);
    const enum button_press press = button_update(&node.button, hal_button(), now_q64);
    if (press == BUTTON_SHORT) {
        node.signal = true;
        schedule_all(&node.schedule);
    } else if (press == BUTTON_LONG) {
        led_follow(&node.led, now_q64);
        led_signal(&node.led, 2, 8, now_q64);
    }
}

void node_light(uint16_t impulses, bool high) {
    hal_led(led_update(&node.led, impulses, high, clock_q64(&node.clock)));
}

uint16_t node_due_ms(void) {
    const uint16_t led_ms = led_due_ms(&node.led, clock_q64(&node.clock));
    return node.button.down && led_ms > BUTTON_LOOK_MS ? BUTTON_LOOK_MS : led_ms;
}
