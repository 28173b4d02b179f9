/**
 * What the server wants of the nodes, waiting for the node's next question. One slot per node and kind: a later one
 * replaces the earlier. An instruction leaves only when the node acknowledged its delivery.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/frames.h"

enum { INSTRUCTIONS_MAX = 12 };

/** In the order in which they are handed out: polling faster first brings the others sooner. */
enum instruction_kind { INSTRUCTION_POLL, INSTRUCTION_REGISTER, INSTRUCTION_INTERVAL, INSTRUCTION_LED };

struct instruction {
    uint8_t node; /**< 0: the slot is free */
    uint8_t kind : 7;
    bool sent : 1; /**< the node may have it */
    union {        /* of 4 bytes, as those of server_command.h and radio_text.h that it is copied from and to */
        struct frame_poll poll;
        uint32_t register_wh;
        uint8_t interval_s;
        struct frame_led led;
    };
};

/** Forgets all instructions. */
void instructions_init(void);

/** @return false when there is no room: nothing was changed */
bool instructions_put(const struct instruction *instruction);

/** @return the instruction to hand to the node next, NULL when none waits */
const struct instruction *instructions_next(uint8_t node);

/** Notes that the instruction goes out now. */
void instructions_sending(uint8_t node, enum instruction_kind kind);

/** The node acknowledged it: it leaves, unless another one has taken its place since it was sent. */
void instructions_delivered(uint8_t node, enum instruction_kind kind);

/**
 * A rebase tells that the node obeyed although its acknowledgement was lost: set again later, the register would lose
 * what was counted since. v10 nodes keep the register as a 32-bit float, so the value told may be off by its rounding.
 */
void instructions_register_seen(uint8_t node, uint32_t register_wh);
