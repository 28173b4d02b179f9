#include "server_command.h"

#include <string.h>

#include "crc16.h"
#include "reader.h"

enum { FIRST_TIME = 1483228800, CHECKSUM_CHARACTERS = 5 };

/* In the order of enum server_command_kind, from SERVER_SET_TIME. */
static const char names[][8] FLASH = {"STIME", "GGWSNAP", "GNOSNAP", "SMVAL", "SMINT", "SPLED", "SGITR", "SCAP", "SRAD"};
_Static_assert(sizeof names / sizeof names[0] == SERVER_RADIO - SERVER_SET_TIME + 1, "one name for each kind");

flash_text server_command_name(enum server_command_kind kind) {
    return flash_text_of(names[kind - SERVER_SET_TIME]);
}

/* `*1A2B` at the end is the checksum of what stands before it. @return false when it is there and wrong */
static bool take_checksum(char *line) {
    char *star = strrchr(line, '*');
    if (star == NULL) return true;
    struct reader r;
    read_from(&r, star + 1, CHECKSUM_CHARACTERS);
    uint16_t told = (uint16_t)read_hex(&r, 4);
    *star = 0;
    return read_end(&r) && told == crc16_add(CRC16_START, line, (uint8_t)(star - line));
}

static uint8_t read_node(struct reader *r, uint8_t least, uint8_t most) {
    return (uint8_t)read_field(r, ';', least, most);
}

/* Two hexadecimal digits a byte, decoded where they stand. */
static void read_radio(struct reader *r, char *line, struct server_command *command) {
    uint8_t *data = (uint8_t *)line + (r->at - line);
    command->radio.data = data;
    command->radio.length = 0;
    while (!r->bad && read_left(r) > 0) {
        *data++ = (uint8_t)read_hex(r, 2);
        command->radio.length++;
    }
    if (command->radio.length > SERVER_RADIO_MAX) r->bad = true;
}

static void read_values(struct reader *r, char *line, struct server_command *command) {
    switch (command->kind) {
    case SERVER_SET_TIME: command->time = read_field(r, ';', FIRST_TIME, UINT32_MAX); break;
    case SERVER_NODE_SNAPSHOT: command->node = read_node(r, 2, SERVER_ALL_NODES); break;
    case SERVER_REGISTER:
        command->node = read_node(r, 2, 253);
        command->register_wh = read_field(r, ',', 0, FRAME_REGISTER_MAX_WH);
        break;
    case SERVER_INTERVAL:
        command->node = read_node(r, 2, 253);
        /* v10 gateways understand only the blank */
        command->interval_s = (uint8_t)(read_if(r, ' ') ? read_u32(r, 1, 254) : read_field(r, ',', 1, 254));
        break;
    case SERVER_LED:
        command->node = read_node(r, 2, 253);
        command->led.rate = (uint8_t)read_field(r, ',', 0, 254);
        command->led.on_ms = (uint16_t)read_field(r, ',', 0, 3000);
        break;
    case SERVER_POLL:
        command->node = read_node(r, 2, 253);
        command->poll.every_s = (uint16_t)read_field(r, ',', 10, 600);
        command->poll.for_s = (uint16_t)read_field(r, ',', 10, 3000);
        break;
    case SERVER_CAPABILITIES:
        command->wanted = read_field(r, ';', 0, UINT16_MAX) & (SERVER_CHECKSUMS | SERVER_TIMED_IMPULSES | SERVER_BRIDGE);
        break;
    case SERVER_RADIO:
        command->node = read_node(r, 1, 255);
        command->radio.acknowledge = read_field(r, ',', 0, 1) == 1;
        read_char(r, ',');
        read_radio(r, line, command);
        break;
    default: break;
    }
}

void server_command_read(char *line, struct server_command *command) {
    struct reader r;
    memset(command, 0, sizeof *command);
    read_from(&r, line, SERVER_LINE_BYTES);
    if (!read_if_text(&r, TEXT("S>G:"))) return;
    if (!take_checksum(line)) {
        command->kind = SERVER_CORRUPT;
        return;
    }
    read_from(&r, line, SERVER_LINE_BYTES);
    read_if_text(&r, TEXT("S>G:"));
    command->kind = SERVER_UNKNOWN;
    for (uint8_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!read_if_text(&r, flash_text_of(names[i]))) continue;
        command->kind = (enum server_command_kind)(SERVER_SET_TIME + i);
        read_values(&r, line, command);
        command->good = read_end(&r);
        return;
    }
}
