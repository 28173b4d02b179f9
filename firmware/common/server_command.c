#include "server_command.h"

#include <stddef.h>
#include <string.h>

#include "crc16.h"
#include "form.h"

enum { CHECKSUM_CHARACTERS = 5, FORM_CHARACTERS = 7 };

/* In the order of enum server_command_kind, from SERVER_SET_TIME: name, and form of the values from `node` on. */
static const struct {
    char name[8], form[FORM_CHARACTERS];
} commands[] FLASH = {
    {"STIME", "k;t"},    {"GGWSNAP", ""},     {"GNOSNAP", ";e"}, {"SMVAL", ";n,w"},
    {"SMINT", ";n v"}, /* v10 gateways understand only the blank */
    {"SPLED", ";n,r,m"}, {"SGITR", ";n,p,q"}, {"SCAP", "k;b"},   {"SRAD", ";a,f,"},
};
_Static_assert(sizeof commands / sizeof commands[0] == SERVER_RADIO - SERVER_SET_TIME + 1, "one for each kind");
_Static_assert(offsetof(struct server_command, time) == offsetof(struct server_command, node) + 1,
               "forms go on from the node to the values");

flash_text server_command_name(enum server_command_kind kind) {
    return flash_text_of(commands[kind - SERVER_SET_TIME].name);
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
    for (uint8_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (!read_if_text(&r, flash_text_of(commands[i].name))) continue;
        command->kind = (enum server_command_kind)(SERVER_SET_TIME + i);
        form_read(&r, flash_text_of(commands[i].form), &command->node);
        if (command->kind == SERVER_RADIO) read_radio(&r, line, command);
        if (command->kind == SERVER_CAPABILITIES) command->wanted &= SERVER_CHECKSUMS | SERVER_TIMED_IMPULSES | SERVER_BRIDGE;
        command->good = read_end(&r);
        return;
    }
}
