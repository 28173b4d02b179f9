#include "commands.h"

#include <stddef.h>

#include "common/console.h"
#include "common/hal.h"
#include "link.h"
#include "node.h"

static struct {
    struct console console;
    struct writer out;
    struct reader value;
    bool has_value;
    bool headless; /* what comes now is the rest of a line */
    uint8_t awake_s;
    uint16_t heard_ms;
    char line[28];
} commands;

void commands_start(void) {
    write_to(&commands.out, hal_putc);
    console_init(&commands.console, commands.line, sizeof commands.line);
    commands.awake_s = COMMANDS_START_S;
}

static void reply(flash_text label, uint32_t value) {
    console_reply(&commands.out, label);
    write_u32(&commands.out, value);
    console_end(&commands.out);
}

static void reply_dbm(flash_text label, int8_t dbm) {
    console_reply(&commands.out, label);
    write_i32(&commands.out, dbm);
    console_end(&commands.out);
}

static void dump(void) {
    reply(TEXT("Val"), node_ledger.running.meter.wh);
    reply(TEXT("Closed Ent"), queue_count(&node_ledger.queue));
    reply(TEXT("Batt"), hal_battery_mv());
    reply(TEXT("RAM"), hal_free_ram());
    reply(TEXT("Boots"), node.boots);
    reply(TEXT("v11 Gw"), link_secure());
    reply(TEXT("Time"), node.clock.now_s);
    reply_dbm(TEXT("TX now"), node.tuning.power_dbm);
    reply_dbm(TEXT("Last Gw SSI"), link_gateway_dbm());
    console_print_settings(&settings_node_layout, &node.settings, &commands.out);
}

/* True if the line is this command, alone or with a value; then `has_value` and `value` tell. */
static bool is(flash_text name) {
    return console_command(commands.line, name, &commands.has_value, &commands.value);
}

/* A value in range stands behind the command. */
static bool takes(uint32_t least, uint32_t most, uint32_t *value) {
    *value = read_u32(&commands.value, least, most);
    if (read_end(&commands.value)) return true;
    if (commands.has_value) console_bad(&commands.out, TEXT("Value"));
    return false;
}

NODE_CALL static bool own_command(void) {
    uint32_t value;
    if (is(TEXT("TIME"))) {
        if (takes(LEDGER_KNOWN_FROM_S, UINT32_C(4102444799), &value)) node_set_time(value); /* to 2099: what the RTC holds */
        reply(TEXT("Time"), node.clock.now_s);
    } else if (is(TEXT("MTRV"))) {
        if (takes(0, METER_SET_MAX_WH, &value)) node_set_register(value);
        reply(TEXT("Mtr Val"), node_ledger.running.meter.wh);
    } else if (is(TEXT("Z"))) {
        node.sleepy = !node.sleepy;
        reply(TEXT("Slp"), node.sleepy);
    } else if (is(TEXT("TEST"))) {
        node.testing = !node.testing;
        reply(TEXT("Tst"), node.testing);
    } else if (is(TEXT("DUMP"))) {
        dump();
    } else if (is(TEXT("RCFG"))) {
        config_defaults(&settings_node_layout, &node.settings);
        node_setting(0);
        dump();
    } else {
        return false;
    }
    return true;
}

NODE_CALL static void run(void) {
    uint8_t changed;
    if (is(TEXT("CTCL")) && !commands.has_value) { /* alone it toggles, as on v10 */
        node.settings.ct ^= 1U;
        node_setting(offsetof(struct settings_node, ct));
    }
    const enum console_result result = console_setting(commands.line, &settings_node_layout, &node.settings, &commands.out, &changed);
    if (result == CONSOLE_SET) node_setting(changed);
    if (result != CONSOLE_OTHER || own_command()) return;
    if (!is(TEXT("HELP"))) console_bad(&commands.out, TEXT("Cmd"));
    write_flash(&commands.out, TEXT(" > Cmds: HELP Z DUMP RCFG TIME MTRV TEST "));
    console_print_names(&settings_node_layout, &commands.out);
    console_end(&commands.out);
}

/* True if a byte belongs to a line whose beginning was slept through: it is neither echoed nor used. */
static bool is_headless(int16_t byte) {
    const uint16_t now_ms = (uint16_t)hal_ms();
    if ((uint16_t)(now_ms - commands.heard_ms) > COMMANDS_PAUSE_MS) commands.headless = false;
    commands.heard_ms = now_ms;
    if (!commands.headless) return false;
    if (byte != '\r') return true;
    commands.headless = false;
    console_bad(&commands.out, TEXT("Line"));
    return true;
}

bool commands_serve(bool woken, bool slept, uint16_t passed_s) {
    int16_t byte;
    commands.awake_s = woken ? COMMANDS_AWAKE_S : commands.awake_s > passed_s ? (uint8_t)(commands.awake_s - passed_s) : 0;
    if (woken && slept) { /* what was begun before is a minute old */
        commands.console.length = 0;
        commands.console.spoilt = false;
        commands.headless = true;
        commands.heard_ms = (uint16_t)hal_ms();
    }
    while ((byte = hal_getc()) != HAL_NO_BYTE) {
        if (is_headless(byte)) continue;
        const enum console_event event = console_take(&commands.console, byte, &commands.out);
        if (event == CONSOLE_LINE) run();
        if (event == CONSOLE_SPOILT) console_bad(&commands.out, TEXT("Line"));
    }
    return commands.awake_s > 0;
}
