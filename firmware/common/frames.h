/**
 * Binary frames between v11 devices: docs/protocol.md §2. Every function sees a whole frame: kind at 0, counter at 1…3,
 * body from 4; the counter and the tag behind the body are session.h's. Lengths are those *without* the tag.
 * Building: frame_put_… returns the new length, to be given to session_…_seal(). Reading: give `length − SESSION_TAG_BYTES`.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session.h"

enum {
    FRAME_BODY = SESSION_HEADER_BYTES,
    FRAME_MAX = SESSION_PAYLOAD_MAX - SESSION_TAG_BYTES, /**< header and body */
    FRAME_TEXT_MAX = FRAME_MAX - FRAME_BODY,
    FRAME_DURATION_MAX_S = 900,
};

/** What a register may be set to: v10 refuses more. */
#define FRAME_REGISTER_MAX_WH 2999999999UL

enum frame_kind {
    FRAME_ACK = 0x80,
    FRAME_UPDATE = 0x81,
    FRAME_UPDATE_CURRENT = 0x82,
    FRAME_SUMMARY = 0x83,
    FRAME_REBASE = 0x84,
    FRAME_TEXT = 0x85,
    FRAME_STATUS = 0x86,
    FRAME_NOTHING = 0xC1,
    FRAME_POLL = 0xC2,
    FRAME_REGISTER = 0xC3,
    FRAME_INTERVAL = 0xC4,
    FRAME_LED = 0xC5,
};

/** Where the entries of an update continue from. */
struct __attribute__((packed)) frame_basis {
    uint32_t t; /**< epoch seconds: the register had `wh` at the end of this second */
    uint32_t wh;
    uint16_t imp_per_kwh; /**< 1…65000 */
    uint16_t remainder;   /**< impulses that make no Wh yet, times 1000, modulo imp/kWh */
};

/** One interval, whatever its wire form. */
struct frame_entry {
    uint16_t duration_s; /**< 1…255, in summaries 1…900 */
    uint16_t impulses;
    uint16_t last_64ths; /**< from the start to the last impulse, 1/64 s; 0: none, or unknown. Not in summaries */
    uint16_t current_ca; /**< hundredths of an ampere at the end. In FRAME_UPDATE_CURRENT only */
};

struct __attribute__((packed)) frame_rebase {
    uint32_t t, wh;
};

struct __attribute__((packed)) frame_status {
    uint16_t battery_mv;
    uint32_t uptime_s, slept_s;
    uint16_t free_ram;
    uint8_t led_rate;
    uint16_t led_ms;
    uint8_t interval_s;
    uint16_t imp_per_kwh;
    uint16_t waiting; /**< entries not yet acknowledged */
};

/** Poll and LED instructions. */
struct __attribute__((packed)) frame_poll {
    uint16_t every_s, for_s;
};
struct __attribute__((packed)) frame_led {
    uint8_t rate;
    uint16_t on_ms;
};

/** Begins an update of kind FRAME_UPDATE, FRAME_UPDATE_CURRENT or FRAME_SUMMARY. @return its length */
uint8_t frame_put_basis(uint8_t *frame, enum frame_kind kind, const struct frame_basis *basis);

/** Adds an entry in the form of the frame's kind. @return the new length, 0 when there is no more room */
uint8_t frame_put_entry(uint8_t *frame, uint8_t length, const struct frame_entry *entry);

/** @return how many entries a frame of this kind holds at most: 8, 5 (current), 10 (summary) */
uint8_t frame_entries_max(enum frame_kind kind);

/**
 * Reads an update and checks all of it: imp/kWh, remainder, and of every entry the duration, the place of its last
 * impulse. Nothing of a frame that fails is to be used.
 * @param length without the tag
 * @return number of entries, 1…10; 0: not an update, or malformed
 */
uint8_t frame_get_basis(const uint8_t *frame, uint8_t length, struct frame_basis *basis);

/** Reads entry `index` of a frame that frame_get_basis() has passed. */
void frame_get_entry(const uint8_t *frame, uint8_t index, struct frame_entry *entry);

/**
 * The node's arithmetic of the register, the same on both sides.
 * @param remainder taken and updated
 * @return whole Wh that `impulses` add
 */
uint32_t frame_wh(uint16_t *remainder, uint16_t imp_per_kwh, uint16_t impulses);

/**
 * Makes a frame of any other kind of one body of fixed size: struct frame_rebase, frame_status, frame_poll, frame_led,
 * uint32_t (register), uint8_t (interval), or nothing.
 * @return its length; 0 when it does not fit
 */
uint8_t frame_put(uint8_t *frame, enum frame_kind kind, const void *body, uint8_t bytes);

/** Reads such a body. @return false when the frame is of another kind or length: nothing was written */
bool frame_get(const uint8_t *frame, uint8_t length, enum frame_kind kind, void *body, uint8_t bytes);
