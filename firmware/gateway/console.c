#include "gateway/console.h"

#include <stddef.h>

#include "common/console.h"
#include "common/hal.h"
#include "common/server_command.h"
#include "gateway/clock.h"
#include "gateway/link.h"
#include "gateway/nodes.h"
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

static void show(struct writer *w, flash_text label, uint32_t value) {
    console_reply(w, label);
    write_u32(w, value);
    console_end(w);
}

static void show_signed(struct writer *w, flash_text label, int32_t value) {
    console_reply(w, label);
    write_i32(w, value);
    console_end(w);
}

static void dump_node(struct writer *w, const struct node *node) {
    struct frame_status status = nodes_status(node);
    show(w, TEXT("node_id"), node->id);
    show(w, TEXT("batt_v"), status.battery_mv);
    show(w, TEXT("up_time"), status.uptime_s);
    show(w, TEXT("sleep_time"), status.slept_s);
    show(w, TEXT("free_ram"), status.free_ram);
    show(w, TEXT("when_last_seen"), snapshot_last_seen(node));
    show_signed(w, TEXT("last_clock_drift"), node->drift_s);
    show(w, TEXT("mtr_interval"), status.interval_s);
    show(w, TEXT("mtr_imp_per_kwh"), status.imp_per_kwh);
    show(w, TEXT("last_meter_entry_finish"), node->finish_s);
    show(w, TEXT("last_mtr_val"), node->register_wh);
    console_reply(w, TEXT("last_curr_val"));
    write_hundredths(w, node->current_ca);
    console_end(w);
    show(w, TEXT("p_led_rate"), status.led_rate);
    show(w, TEXT("p_led_time"), status.led_ms);
    show_signed(w, TEXT("last_rssi"), node->rssi_dbm);
    link_end();
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

static void save(void) {
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
