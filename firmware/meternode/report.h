#pragma once

/** What is in the queue and how the node is, as payloads: binary for a v11 gateway, text for one of v10. Pure. */
#include <stdbool.h>
#include <stdint.h>

#include "common/frames.h"
#include "common/radio_text.h"
#include "queue.h"

/**
 * The oldest items that one message takes: a rebase, or entries of one kind.
 * @param payload 60 bytes @param secure binary, without the tag @param current with amperes @param items how many the message holds; 0:
 * the queue is empty
 * @return its length
 */
uint8_t report_data(uint8_t *payload, const struct queue *queue, bool secure, bool current, uint8_t *items);

/** Status, which asks for an instruction. @return its length */
uint8_t report_status(uint8_t *payload, const struct radio_text_status *status, bool secure);

/** A text with a number behind it: `Set TXPow= 12`. @return its length */
uint8_t report_text(uint8_t *payload, flash_text text, int16_t number, bool secure);

/** What the gateway wants, from a payload that passed session.h or is a text. */
struct order {
    enum radio_text_kind kind;          ///< GITR, MVAI, MINI, MPLI or MNOI
    struct radio_text_instruction with; ///< checked against the bounds of v10's server commands; rssi_dbm of texts only
};

/** Reads an instruction; false: none, or out of range. @param length without the tag */
bool report_read_order(struct order *order, const uint8_t *payload, uint8_t length);
