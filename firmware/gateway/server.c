#include "gateway/server.h"

#include "common/hal.h"
#include "common/reader.h"
#include "common/server_command.h"
#include "gateway/clock.h"
#include "gateway/instructions.h"
#include "gateway/link.h"
#include "gateway/reception.h"
#include "gateway/sender.h"
#include "gateway/setup.h"
#include "gateway/snapshot.h"
#include "gateway/version.h"

static void reply(flash_text name, bool good, uint8_t node) {
    line_reply(link_message(), name, good, node);
}

static void log_date(flash_text what) {
    struct writer *w = link_log(LOG_DEBUG);
    if (w == NULL) return;
    write_flash(w, what);
    write_date(w, clock_now_s());
    link_end();
}

static void set_time(const struct server_command *command, uint32_t now_ms) {
    if (command->good) {
        clock_set(command->time, now_ms);
        log_date(TEXT("Time="));
    }
    reply(TEXT("STIME"), command->good, 0);
    if (command->good) log_date(TEXT("Set time on svr inst="));
    else link_log_line(LOG_WARN, TEXT("Bad STIME from server"));
}

static void snapshot_gateway(void) {
    struct line_gateway gateway = {
        .address = setup.common.gateway,
        .booted = clock_booted_s(),
        .now = clock_now_s(),
        .free_ram = hal_free_ram(),
        .log_level = settings_log_level(setup.common.log_level),
        .tx_dbm = setup.common.tx_dbm,
    };
    for (uint8_t i = 0; i < sizeof gateway.network; i++) gateway.network[i] = setup.common.network[i];
    line_gateway(link_message(), &gateway);
}

static void grant(uint8_t wanted) {
    link_grant(wanted);
    reception_bridge((wanted & SERVER_BRIDGE) != 0);
    line_capabilities(link_message(), VERSION, wanted);
}

/** Metering has its own commands: what is sent by the bridge must not pass for them with v10 nodes. */
static void send_radio(const struct server_command *command) {
    bool wanted = (link_granted() & SERVER_BRIDGE) != 0 && command->good;
    if (wanted && command->node != setup.common.gateway && nodes_find(command->node) == NULL) sender_bridge(command);
    else reply(TEXT("SRAD"), false, command->node);
}

static bool take(const struct server_command *command, struct instruction *instruction) {
    const struct node *node = nodes_find(command->node);
    if (!command->good || node == NULL) return false;
    // v10 nodes refuse to be set to 0.
    bool v10 = node->session.state == SESSION_NONE;
    if (command->kind == SERVER_REGISTER && command->register_wh == 0 && v10) return false;
    instruction->node = command->node;
    return instructions_put(instruction);
}

static void instruct(const struct server_command *command) {
    struct instruction instruction = {0};
    flash_text name = NULL, what = NULL;
    switch (command->kind) {
    case SERVER_POLL:
        instruction.kind = INSTRUCTION_POLL;
        instruction.poll = command->poll;
        name = TEXT("SGITR");
        what = TEXT("GINR fast poll");
        break;
    case SERVER_REGISTER:
        instruction.kind = INSTRUCTION_REGISTER;
        instruction.register_wh = command->register_wh;
        name = TEXT("SMVAL");
        what = TEXT("set meter");
        break;
    case SERVER_INTERVAL:
        instruction.kind = INSTRUCTION_INTERVAL;
        instruction.interval_s = command->interval_s;
        name = TEXT("SMINT");
        what = TEXT("meter interval");
        break;
    case SERVER_LED:
        instruction.kind = INSTRUCTION_LED;
        instruction.led = command->led;
        name = TEXT("SPLED");
        what = TEXT("set meter LED");
        break;
    default: return;
    }
    bool good = take(command, &instruction);
    reply(name, good, command->node);
    struct writer *w = link_log(good ? LOG_INFO : LOG_WARN);
    if (w == NULL) return;
    write_flash(w, good ? TEXT("Queued ") : TEXT("Bad "));
    write_flash(w, what);
    write_flash(w, TEXT(" svr inst. Node="));
    write_u32(w, command->node);
    link_end();
}

static void log_unknown(const char *line) {
    struct writer *w = link_log(LOG_WARN);
    if (w == NULL) return;
    write_flash(w, TEXT("Bad Serial Message: "));
    write_foreign(w, line, SERVER_LINE_BYTES - 1);
    link_end();
}

bool server_is_command(const char *line) {
    struct reader r;
    read_from(&r, line, SERVER_LINE_BYTES - 1);
    return read_if_text(&r, TEXT("S>G:"));
}

bool server_line(char *line, uint32_t now_ms) {
    struct server_command command;
    struct reader r;
    read_from(&r, line, SERVER_LINE_BYTES - 1);
    if (sender_busy() && read_if_text(&r, TEXT("S>G:SRAD"))) return false;
    server_command_read(line, &command);
    switch (command.kind) {
    case SERVER_SET_TIME: set_time(&command, now_ms); break;
    case SERVER_GATEWAY_SNAPSHOT: snapshot_gateway(); break;
    case SERVER_NODE_SNAPSHOT: snapshot_begin(command.good ? command.node : 0); break;
    case SERVER_CAPABILITIES:
        if (command.good) grant(command.wanted);
        else reply(TEXT("SCAP"), false, 0);
        break;
    case SERVER_RADIO: send_radio(&command); break;
    case SERVER_CORRUPT: reply(TEXT("SCMD"), false, 0); break;
    case SERVER_NONE:
    case SERVER_UNKNOWN: log_unknown(line); break;
    default: instruct(&command); break;
    }
    return true;
}

void server_tell_dark(void) {
    const struct node *node = nodes_darkened(clock_uptime_s());
    if (node != NULL) line_dark(link_message(), node->id, snapshot_last_seen(node));
}
