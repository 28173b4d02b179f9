/**
 * v10's messages on the air: docs/protocol.md §2, "v10 texts". A payload is a text of at most 59 characters and its zero;
 * what stands behind the zero is not looked at.
 *
 * Building: `payload` has room for RADIO_TEXT_BYTES; the result is the length with the zero.
 * Reading: strict. A text that does not fit exactly gives false, and what was written to the results is not to be used.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "flash.h"
#include "frames.h"

enum { RADIO_TEXT_BYTES = 60 };

enum radio_text_kind {
    RADIO_TEXT_UNKNOWN,
    RADIO_TEXT_PREQ, /**< node: tell me the time */
    RADIO_TEXT_MREB, /**< node: time or register begin anew */
    RADIO_TEXT_GMSG, /**< text */
    RADIO_TEXT_MUP,  /**< node: energy by interval */
    RADIO_TEXT_MUPC, /**< node: with current */
    RADIO_TEXT_GINR, /**< node: its state, and whether an instruction waits */
    RADIO_TEXT_PRSP, /**< gateway: the time */
    RADIO_TEXT_GITR, /**< gateway: ask faster */
    RADIO_TEXT_MVAI, /**< gateway: set the register */
    RADIO_TEXT_MINI, /**< gateway: set the interval */
    RADIO_TEXT_MPLI, /**< gateway: set the LED */
    RADIO_TEXT_MNOI, /**< gateway: nothing to do */
};

/** One interval as v10 tells it. */
struct __attribute__((packed)) radio_text_entry {
    uint16_t duration_s; /**< 1…900; v10 devices send up to 255 */
    uint32_t wh;
    uint16_t current_ca; /**< hundredths of an ampere; MUPC only */
};

struct __attribute__((packed)) radio_text_status {
    struct frame_status status; /**< `waiting` is 0 */
    int8_t rssi_dbm;            /**< how the node last heard the gateway */
};

struct __attribute__((packed)) radio_text_answer {
    uint32_t asked, now; /**< the node's time in its PREQ, the gateway's time */
    bool align;          /**< the next entry starts at a full minute */
    int8_t rssi_dbm;     /**< how the gateway last heard the node */
};

/** What a gateway wants of a node. One of the members is used, by the kind. */
struct __attribute__((packed)) radio_text_instruction {
    union {
        struct frame_poll poll; /**< GITR: 10…600 s, for 10…3000 s */
        uint32_t register_wh;   /**< MVAI: 0…2999999999 */
        uint8_t interval_s;     /**< MINI: 1…254 */
        struct frame_led led;   /**< MPLI: rate 0…254, 0…3000 ms */
    };
    int8_t rssi_dbm;
};

/** @return the kind by its first characters */
enum radio_text_kind radio_text_kind(const char *payload, uint8_t length);

uint8_t radio_text_put_preq(char *payload, uint32_t now);
uint8_t radio_text_put_rebase(char *payload, uint32_t t, uint32_t wh);
uint8_t radio_text_put_status(char *payload, const struct radio_text_status *told);
uint8_t radio_text_put_answer(char *payload, const struct radio_text_answer *answer);

/** @param text cut where it does not fit */
uint8_t radio_text_put_message(char *payload, flash_text text);

/** Behind radio_text_put_message(): adds a number, cut where it does not fit. */
uint8_t radio_text_add_number(char *payload, uint8_t length, int32_t number);

/** @param kind MUP or MUPC */
uint8_t radio_text_put_update(char *payload, enum radio_text_kind kind, uint32_t t, uint32_t wh);

/** Adds an entry in the form of the text's kind. @return the new length; 0 when it does not fit: the text is as before */
uint8_t radio_text_add_entry(char *payload, uint8_t length, const struct radio_text_entry *entry);

/** @param kind GITR, MVAI, MINI, MPLI or MNOI */
uint8_t radio_text_put_instruction(char *payload, enum radio_text_kind kind, const struct radio_text_instruction *instruction);

bool radio_text_get_preq(const char *payload, uint8_t length, uint32_t *now);
bool radio_text_get_rebase(const char *payload, uint8_t length, uint32_t *t, uint32_t *wh);
bool radio_text_get_status(const char *payload, uint8_t length, struct radio_text_status *told);
bool radio_text_get_answer(const char *payload, uint8_t length, struct radio_text_answer *answer);

/** @return the text behind `GMSG,`, not zero-terminated if it fills the payload; its length in `*characters`. NULL: no GMSG */
const char *radio_text_get_message(const char *payload, uint8_t length, uint8_t *characters);

/**
 * Reads MUP or MUPC and checks all entries.
 * @return their number, 1…; 0 when the text does not fit
 */
uint8_t radio_text_get_update(const char *payload, uint8_t length, uint32_t *t, uint32_t *wh);

/** Reads entry `index` of a text that radio_text_get_update() has passed. */
void radio_text_get_entry(const char *payload, uint8_t length, uint8_t index, struct radio_text_entry *entry);

/** @return whether the text is an instruction of radio_text_kind() with all values in range */
bool radio_text_get_instruction(const char *payload, uint8_t length, struct radio_text_instruction *instruction);
