#include "gateway/console.h"

#include <stddef.h>

#include "common/console.h"
#include "common/hal.h"
#include "common/server_command.h"
#include "gateway/clock.h"
#include "gateway/link.h"
#include "gateway/nodes.h"
#include "gateway/own_frame.h"
#include "gateway/setup.h"
#include "gateway/snapshot.h"

static void show_time(struct writer *w) {
    console_reply(w, TEXT("Time"));
    write_date(w, clock_now_s());
    write_flash(w, TEXT(" / "));
    write_u32(w, clock_now_s());
    console_end(w);
}

static void help(struct writer *w) {
    write_flash(w, TEXT(" > Cmds: HELP DUMPG DUMPN RCFG TIME "));
    console_print_names(&settings_gateway_layout, w);
    console_end(w);
}

static void dump_gateway(struct writer *w) {
    console_reply(w, TEXT("Booted"));
    write_date(w, clock_booted_s());
    console_end(w);
    console_reply(w, TEXT("Free RAM (B)"));
    write_u32(w, hal_free_ram());
    console_end(w);
    show_time(w);
    console_print_settings(&settings_gateway_layout, &setup, w);
}

OWN_FRAME static void dump_node(struct writer *w, const struct node *node) {
    static const char labels[] FLASH = "node_id\0batt_v\0up_time\0sleep_time\0free_ram\0when_last_seen\0last_clock_drift\0mtr_interval\0"
                                       "mtr_imp_per_kwh\0last_meter_entry_finish\0last_mtr_val\0last_curr_val\0p_led_rate\0p_led_time\0last_rssi";
    enum { LABELS = 15, DRIFT = 6, CURRENT = 11, RSSI = 14 };
    struct frame_status status = nodes_status(node);
    const uint32_t values[LABELS] = {
        node->id, status.battery_mv, status.uptime_s, status.slept_s, status.free_ram,
        snapshot_last_seen(node), (uint32_t)node->drift_s, status.interval_s, status.imp_per_kwh, node->finish_s,
        node->register_wh, node->current_ca, status.led_rate, status.led_ms, (uint32_t)node->rssi_dbm,
    };
    const char *label = labels;
    for (uint8_t i = 0; i < LABELS; i++) {
        console_reply(w, flash_text_of(label));
        if (i == CURRENT) write_hundredths(w, (uint16_t)values[i]);
        else if (i == DRIFT || i == RSSI) write_i32(w, (int32_t)values[i]);
        else write_u32(w, values[i]);
        console_end(w);
        while (flash_byte(label++) != 0) {}
    }
    console_end(w);
}

static void dump_nodes(struct writer *w, bool has_value, struct reader *value) {
    uint8_t id = SERVER_ALL_NODES;
    if (has_value) id = (uint8_t)read_u32(value, NODE_FIRST, SERVER_ALL_NODES);
    if (has_value && !read_end(value)) {
        console_bad(w, TEXT("Node Id (2-253, 254 for all)"));
    } else if (id != SERVER_ALL_NODES) {
        const struct node *node = nodes_find(id);
        if (node != NULL) dump_node(w, node);
        else write_flash(w, TEXT(" > Node is unknown\r\n"));
    } else {
        for (uint8_t i = 0; nodes_at(i) != NULL; i++) dump_node(w, nodes_at(i));
    }
}

static void set_time(struct writer *w, bool has_value, struct reader *value, uint32_t now_ms) {
    uint32_t epoch_s = 0;
    if (has_value) epoch_s = read_u32(value, CLOCK_UNSET_S, UINT32_MAX);
    if (has_value && read_end(value)) clock_set(epoch_s, now_ms);
    else if (has_value) console_bad(w, TEXT("Time"));
    show_time(w);
}

OWN_FRAME static void save(void) {
    link_log_line(LOG_INFO, TEXT("Updt ROM"));
    if (!config_save(&settings_gateway_layout, &setup)) link_log_line(LOG_ERROR, TEXT("ROM Bad"));
}

static void apply_radio(void) {
    link_log_line(LOG_DEBUG, TEXT("Radio Init"));
    if (!setup_radio()) link_log_line(LOG_ERROR, TEXT("No radio"));
}

static void apply(uint8_t changed) {
    save();
    // What stands before the log level is the radio's, but for its power, which needs no new sessions.
    if (changed == offsetof(struct settings_gateway, common.tx_dbm)) setup.common.tx_dbm = radio_set_power(setup.common.tx_dbm);
    else if (changed < offsetof(struct settings_gateway, common.log_level)) apply_radio();
}

static void reset_settings(void) {
    config_defaults(&settings_gateway_layout, &setup);
    save();
    apply_radio();
}

void console_line(const char *line, uint32_t now_ms) {
    struct writer *w = link_text();
    struct reader value;
    bool has_value;
    uint8_t changed;
    if (console_command(line, TEXT("HELP"), &has_value, &value) && !has_value) {
        help(w);
    } else if (console_command(line, TEXT("DUMPG"), &has_value, &value) && !has_value) {
        dump_gateway(w);
    } else if (console_command(line, TEXT("DUMPN"), &has_value, &value)) {
        dump_nodes(w, has_value, &value);
    } else if (console_command(line, TEXT("TIME"), &has_value, &value)) {
        set_time(w, has_value, &value, now_ms);
    } else if (console_command(line, TEXT("RCFG"), &has_value, &value) && !has_value) {
        reset_settings();
    } else {
        switch (console_setting(line, &settings_gateway_layout, &setup, w, &changed)) {
        case CONSOLE_SET: apply(changed); break;
        case CONSOLE_OTHER:
            write_flash(w, TEXT(" > Bad Cmd\r\n"));
            help(w);
            break;
        default: break;
        }
    }
}
