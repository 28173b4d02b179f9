/** Commands of the server to the gateway: docs/protocol.md §1. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "flash.h"
#include "frames.h"

enum {
    /** Longest line: `S>G:SRAD;253,1,` with 60 bytes in hexadecimal, checksum, and a zero. */
    SERVER_LINE_BYTES = 142,
    SERVER_RADIO_MAX = 60,
    SERVER_ALL_NODES = 254,
};

/** Bits of SCAP. */
enum { SERVER_CHECKSUMS = 1, SERVER_TIMED_IMPULSES = 2, SERVER_BRIDGE = 4 };

enum server_command_kind {
    SERVER_NONE,             /**< not for us: no `S>G:` in front */
    SERVER_CORRUPT,          /**< checksum wrong: answer SCMD_NACK */
    SERVER_UNKNOWN,          /**< no command of that name: say so in the log */
    SERVER_SET_TIME,         /**< STIME */
    SERVER_GATEWAY_SNAPSHOT, /**< GGWSNAP */
    SERVER_NODE_SNAPSHOT,    /**< GNOSNAP */
    SERVER_REGISTER,         /**< SMVAL */
    SERVER_INTERVAL,         /**< SMINT */
    SERVER_LED,              /**< SPLED */
    SERVER_POLL,             /**< SGITR */
    SERVER_CAPABILITIES,     /**< SCAP */
    SERVER_RADIO,            /**< SRAD */
};

struct __attribute__((packed)) server_command {
    enum server_command_kind kind;
    bool good;    /**< false: of a known kind, but its values are missing or out of range: answer …_NACK */
    uint8_t node; /**< 2…253 (254: all) if it could be read, else 0. SRAD: any destination 1…255 */
    union {
        uint32_t time;          /**< epoch seconds, 2017 or later */
        uint32_t register_wh;   /**< 0…2999999999 */
        uint8_t interval_s;     /**< 1…254 */
        struct frame_led led;   /**< rate 0…254, 0…3000 ms */
        struct frame_poll poll; /**< 10…600 s, for 10…3000 s */
        uint8_t wanted;         /**< SCAP: bits; unknown ones are dropped */
        struct __attribute__((packed)) {
            bool acknowledge;
            uint8_t length;      /**< 0…60 */
            const uint8_t *data; /**< SRAD: decoded in place, in the line */
        } radio;
    };
};

/** @return the name of a command from SERVER_SET_TIME on: `STIME` */
flash_text server_command_name(enum server_command_kind kind);

/**
 * Reads a line.
 * @param line zero-terminated, without its CR; is changed: SRAD is decoded in place, a checksum cut off
 */
void server_command_read(char *line, struct server_command *command);
