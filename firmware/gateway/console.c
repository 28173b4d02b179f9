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
    static const char labels[] FLASH =
        "node_id\0batt_v\0up_time\0sleep_time\0free_ram\0when_last_seen\0last_clock_drift\0mtr_interval\0"
        "mtr_imp_per_kwh\0last_meter_entry_finish\0last_mtr_val\0last_curr_val\0p_led_rate\0p_led_time\0last_rssi";
    struct frame_status status = nodes_status(node);
    const char *label = labels;
    for (uint8_t i = 0; label != labels + sizeof labels; i++) {
        console_reply(w, flash_text_of(label));
        switch (i) {
        case 0: write_u32(w, node->id); break;
        case 1: write_u32(w, status.battery_mv); break;
        case 2: write_u32(w, status.uptime_s); break;
        case 3: write_u32(w, status.slept_s); break;
        case 4: write_u32(w, status.free_ram); break;
        case 5: write_u32(w, snapshot_last_seen(node)); break;
        case 6: write_i32(w, node->drift_s); break;
        case 7: write_u32(w, status.interval_s); break;
        case 8: write_u32(w, status.imp_per_kwh); break;
        case 9: write_u32(w, node->finish_s); break;
        case 10: write_u32(w, node->register_wh); break;
        case 11: write_hundredths(w, node->current_ca); break;
        case 12: write_u32(w, status.led_rate); break;
        case 13: write_u32(w, status.led_ms); break;
        default: write_i32(w, node->rssi_dbm); break;
        }
        console_end(w);
        while (flash_byte(label++) != 0) {
        }
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
        if (node != NULL)
            dump_node(w, node);
        else
            write_flash(w, TEXT(" > Node is unknown\r\n"));
    } else {
        for (uint8_t i = 0; nodes_at(i) != NULL; i++) dump_node(w, nodes_at(i));
    }
}

static void set_time(struct writer *w, bool has_value, struct reader *value, uint32_t now_ms) {
    uint32_t epoch_s = 0;
    if (has_value) epoch_s = read_u32(value, CLOCK_UNSET_S, UINT32_MAX);
    if (has_value && read_end(value))
        clock_set(epoch_s, now_ms);
    else if (has_value)
        console_bad(w, TEXT("Time"));
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
    if (changed == offsetof(struct settings_gateway, common.tx_dbm))
        setup.common.tx_dbm = radio_set_power(setup.common.tx_dbm);
    else if (changed < offsetof(struct settings_gateway, common.log_level))
        apply_radio();
}

/** @return whether the line was a command of its own */
OWN_FRAME static bool run_command(const char *line, struct writer *w, uint32_t now_ms) {
    struct reader value;
    bool has_value;
    if (console_command(line, TEXT("HELP"), &has_value, &value) && !has_value)
        help(w);
    else if (console_command(line, TEXT("DUMPG"), &has_value, &value) && !has_value)
        dump_gateway(w);
    else if (console_command(line, TEXT("DUMPN"), &has_value, &value))
        dump_nodes(w, has_value, &value);
    else if (console_command(line, TEXT("TIME"), &has_value, &value))
        set_time(w, has_value, &value, now_ms);
    else
        return false;
    return true;
}

OWN_FRAME static enum console_result run_setting(const char *line, struct writer *w, uint8_t *changed) {
    return console_setting(line, &settings_gateway_layout, &setup, w, changed);
}

OWN_FRAME static bool is_reset(const char *line) {
    struct reader value;
    bool has_value;
    return console_command(line, TEXT("RCFG"), &has_value, &value) && !has_value;
}

void console_line(const char *line, uint32_t now_ms) {
    struct writer *w = link_text();
    uint8_t changed = 0;
    if (run_command(line, w, now_ms)) return;
    if (is_reset(line)) {
        config_defaults(&settings_gateway_layout, &setup);
        apply(changed);
        return;
    }
    switch (run_setting(line, w, &changed)) {
    case CONSOLE_SET: apply(changed); break;
    case CONSOLE_OTHER:
        write_flash(w, TEXT(" > Bad Cmd\r\n"));
        help(w);
        break;
    default: break;
    }
}
