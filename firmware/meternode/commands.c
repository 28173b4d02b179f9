#include "commands.h"

#include <stddef.h>

#include "common/console.h"
#include "common/hal.h"
#include "link.h"
#include "node.h"

static struct {
    struct console console;
    struct writer out;
    uint32_t until_s; /* uptime */
    char line[28];
} commands;

void commands_start(void) {
    write_to(&commands.out, hal_putc);
    console_init(&commands.console, commands.line, sizeof commands.line);
    commands.until_s = node.clock.uptime_s + COMMANDS_AWAKE_S;
}

static void number(flash_text label, int32_t value) {
    console_reply(&commands.out, label);
    write_i32(&commands.out, value);
    console_end(&commands.out);
}

static void unsigned_number(flash_text label, uint32_t value) {
    console_reply(&commands.out, label);
    write_u32(&commands.out, value);
    console_end(&commands.out);
}

static void print_time(void) {
    console_reply(&commands.out, TEXT("Time"));
    write_date(&commands.out, node.clock.now_s);
    write_char(&commands.out, '/');
    write_u32(&commands.out, node.clock.now_s);
    console_end(&commands.out);
}

static void print_flag(flash_text label, bool on) {
    console_reply(&commands.out, label);
    write_flash(&commands.out, on ? TEXT("ON") : TEXT("OFF"));
    console_end(&commands.out);
}

NODE_CALL static void dump(void) {
    const struct meter *meter = &node_ledger.running.meter;
    unsigned_number(TEXT("Val"), meter->wh);
    unsigned_number(TEXT("Rest"), meter->remainder);
    unsigned_number(TEXT("Open"), node_ledger.running.impulses);
    unsigned_number(TEXT("Closed Ent"), queue_count(&node_ledger.queue));
    unsigned_number(TEXT("Batt"), node.battery_mv);
    unsigned_number(TEXT("RAM"), hal_free_ram());
    unsigned_number(TEXT("Up"), node.clock.uptime_s);
    unsigned_number(TEXT("Slept"), node.clock.uptime_s - hal_uptime_s());
    unsigned_number(TEXT("Boots"), node.boots);
    number(TEXT("TX Pow now"), node.tuning.power_dbm);
    number(TEXT("Last Gw SSI"), link_gateway_dbm());
    number(TEXT("Avg RSSI@Gw"), node.tuning.average_dbm);
    print_flag(TEXT("v11 Gw"), link_secure());
    print_flag(TEXT("Slp"), node.sleepy);
    print_time();
    console_print_settings(&settings_node_layout, &node.settings, &commands.out);
}

static void help(void) {
    write_flash(&commands.out, TEXT(" > Cmds: HELP Z DUMP RCFG TIME MTRV TEST "));
    console_print_names(&settings_node_layout, &commands.out);
    console_end(&commands.out);
}

static void command_time(bool has_value, struct reader *value) {
    if (has_value) {
        const uint32_t now_s = read_u32(value, LEDGER_KNOWN_FROM_S, UINT32_C(4102444799)); /* to 2099: what the RTC holds */
        if (read_end(value)) node_set_time(now_s);
        else console_bad(&commands.out, TEXT("Time"));
    }
    print_time();
}

static void command_register(bool has_value, struct reader *value) {
    if (has_value) {
        const uint32_t wh = read_u32(value, 0, METER_SET_MAX_WH);
        if (read_end(value)) node_set_register(wh);
        else console_bad(&commands.out, TEXT("Mtr Val"));
    }
    unsigned_number(TEXT("Mtr Val"), node_ledger.running.meter.wh);
}

NODE_CALL static bool own_command(const char *line) {
    bool has_value;
    struct reader value;
    if (console_command(line, TEXT("TIME"), &has_value, &value)) {
        command_time(has_value, &value);
    } else if (console_command(line, TEXT("MTRV"), &has_value, &value)) {
        command_register(has_value, &value);
    } else if (console_command(line, TEXT("DUMP"), &has_value, &value) && !has_value) {
        dump();
    } else if (console_command(line, TEXT("Z"), &has_value, &value) && !has_value) {
        node.sleepy = !node.sleepy;
        print_flag(TEXT("Slp"), node.sleepy);
    } else if (console_command(line, TEXT("TEST"), &has_value, &value) && !has_value) {
        node.testing = !node.testing;
        print_flag(TEXT("Tst"), node.testing);
    } else if (console_command(line, TEXT("RCFG"), &has_value, &value) && !has_value) {
        config_defaults(&settings_node_layout, &node.settings);
        node_setting(UINT8_MAX);
        dump();
    } else {
        return false;
    }
    return true;
}

NODE_CALL static void run(const char *line) {
    bool has_value;
    struct reader value;
    uint8_t changed;
    if (console_command(line, TEXT("CTCL"), &has_value, &value) && !has_value) { /* alone it toggles, as on v10 */
        node.settings.ct ^= 1U;
        node_setting(offsetof(struct settings_node, ct));
    }
    switch (console_setting(line, &settings_node_layout, &node.settings, &commands.out, &changed)) {
    case CONSOLE_SET:
        node_setting(changed);
        break;
    case CONSOLE_OTHER:
        if (own_command(line)) break;
        if (!console_command(line, TEXT("HELP"), &has_value, &value)) console_bad(&commands.out, TEXT("Cmd"));
        help();
        break;
    default:
        break;
    }
}

bool commands_serve(bool woken) {
    int16_t byte;
    if (woken) commands.until_s = node.clock.uptime_s + COMMANDS_AWAKE_S;
    while ((byte = hal_getc()) != HAL_NO_BYTE) {
        switch (console_take(&commands.console, byte, &commands.out)) {
        case CONSOLE_LINE:
            run(commands.line);
            break;
        case CONSOLE_SPOILT:
            console_bad(&commands.out, TEXT("Line"));
            break;
        default:
            break;
        }
    }
    return (int32_t)(commands.until_s - node.clock.uptime_s) > 0;
}
