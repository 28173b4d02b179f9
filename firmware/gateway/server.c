#include "gateway/server.h"

#include <string.h>

#include "common/hal.h"
#include "common/reader.h"
#include "common/server_command.h"
#include "gateway/clock.h"
#include "gateway/console.h"
#include "gateway/instructions.h"
#include "gateway/link.h"
#include "gateway/own_frame.h"
#include "gateway/reception.h"
#include "gateway/sender.h"
#include "gateway/setup.h"
#include "gateway/snapshot.h"
#include "gateway/version.h"

static void reply(const struct server_command *command, bool good) {
    line_reply(link_message(), server_command_name(command->kind), good, command->node);
}

static void set_time(const struct server_command *command, uint32_t now_ms) {
    if (command->good) clock_set(command->time, now_ms);
    reply(command, command->good);
    link_log_time();
}

OWN_FRAME static void snapshot_gateway(void) {
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

static void grant(uint8_t bits) {
    link_grant(bits);
    reception_bridge((bits & SERVER_BRIDGE) != 0);
}

static void answer_wanted(uint8_t wanted) {
    grant(wanted);
    line_capabilities(link_message(), VERSION, wanted);
}

/** Metering has its own commands: what is sent by the bridge must not pass for them with v10 nodes. */
static void send_radio(const struct server_command *command) {
    bool wanted = (link_granted() & SERVER_BRIDGE) != 0 && command->good;
    if (wanted && command->node != setup.common.gateway && nodes_find(command->node) == NULL)
        sender_bridge(command);
    else
        reply(command, false);
}

static bool instruct(const struct server_command *command, enum instruction_kind kind) {
    const struct node *node = nodes_find(command->node);
    if (!command->good || node == NULL) return false;
    // v10 nodes refuse to be set to 0.
    if (kind == INSTRUCTION_REGISTER && command->register_wh == 0 && node->session.state == SESSION_NONE) return false;
    struct instruction instruction = {.node = node->id, .kind = (uint8_t)(kind & 3)};
    memcpy(&instruction.poll, &command->poll, sizeof instruction.poll);
    return instructions_put(&instruction);
}

OWN_FRAME static void log_unknown(const char *line) {
    struct writer *w = link_log(LOG_WARN);
    if (w == NULL) return;
    write_flash(w, TEXT("Bad Serial Message: "));
    write_foreign(w, line, SERVER_LINE_BYTES - 1);
    link_end();
}

/** Whoever leaves out checksums has not asked for them: another server speaks now. */
static bool must_be_checked(const struct server_command *command) {
    return (link_granted() & SERVER_CHECKSUMS) != 0 && command->kind != SERVER_NONE && command->kind != SERVER_CAPABILITIES;
}

bool server_line(char *line, uint32_t now_ms) {
    struct server_command command;
    struct reader r;
    read_from(&r, line, SERVER_LINE_BYTES - 1);
    if (sender_busy() && read_if_text(&r, TEXT("S>G:SRAD"))) return false;
    bool bare = strchr(line, '*') == NULL;
    server_command_read(line, &command);
    if (bare && must_be_checked(&command)) {
        grant(0);
        command.kind = SERVER_CORRUPT;
    }
    switch (command.kind) {
    case SERVER_SET_TIME: set_time(&command, now_ms); break;
    case SERVER_GATEWAY_SNAPSHOT: snapshot_gateway(); break;
    case SERVER_NODE_SNAPSHOT: snapshot_begin(command.good ? command.node : 0); break;
    case SERVER_CAPABILITIES:
        if (command.good)
            answer_wanted(command.wanted);
        else
            reply(&command, false);
        break;
    case SERVER_RADIO: send_radio(&command); break;
    case SERVER_POLL: reply(&command, instruct(&command, INSTRUCTION_POLL)); break;
    case SERVER_REGISTER: reply(&command, instruct(&command, INSTRUCTION_REGISTER)); break;
    case SERVER_INTERVAL: reply(&command, instruct(&command, INSTRUCTION_INTERVAL)); break;
    case SERVER_LED: reply(&command, instruct(&command, INSTRUCTION_LED)); break;
    case SERVER_CORRUPT: line_reply(link_message(), TEXT("SCMD"), false, 0); break;
    case SERVER_UNKNOWN: log_unknown(line); break;
    case SERVER_NONE: console_line(line, now_ms); break;
    }
    return true;
}

void server_tell_dark(void) {
    const struct node *node = nodes_darkened(clock_uptime_s());
    if (node != NULL) line_dark(link_message(), node->id, snapshot_last_seen(node));
}
