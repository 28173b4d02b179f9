/** Tags and what is made with them, the same for both sides. For session_node.c and session_gateway.c only. */
#pragma once

#include "cmac.h"
#include "session.h"

enum { TAG_COUNTER_BYTES = 3, TAG_COUNTER_MAX = 0xFFFFFF };

/** What a tag stands for. The first six are on the wire (docs/protocol.md), the others make nonces. */
enum tag_label {
    TAG_REQUEST = 1,
    TAG_ANSWER,
    TAG_TO_GATEWAY,
    TAG_TO_NODE,
    TAG_ACK_TO_NODE,
    TAG_ACK_TO_GATEWAY,
    TAG_BOOT,
    TAG_NEXT,
};

/** The key of all tags, made of the network's. */
void tag_make_key(const uint8_t *key, uint8_t *tag_key);

/** A nonce: chance enough for one who does not know the key, and never 0. @param from two numbers and an address */
uint32_t tag_nonce(const struct session_pair *from, enum tag_label label);

/** Begins a tag. One is made at a time: what is under way lies in memory of its own, for the stack is short. */
void tag_begin(const struct session_pair *pair, enum tag_label label);

/** Goes on with it. */
void tag_add(const void *data, uint8_t bytes);

/** Ends it: writes the tag. */
void tag_put(uint8_t *tag);

/** Ends it: compares, in a time that does not tell where they differ. */
bool tag_matches(const uint8_t *tag);

/** A frame's counter and tag. @return its length, 0 when it cannot be */
uint8_t tag_seal(const struct session_pair *pair, enum tag_label label, uint32_t *sent, uint8_t *frame, uint8_t length);

/** @return whether the frame is genuine */
bool tag_open(const struct session_pair *pair, enum tag_label label, const uint8_t *frame, uint8_t length);

/** NEW, REPEAT or OLD, by a counter as it lies in a message. On NEW `taken` becomes it. */
enum session_verdict tag_judge(const uint8_t *counter, uint8_t *taken);

/** Makes the acknowledgement of a frame: its mark and tag; RSSI and flags are there already. */
void tag_ack(const struct session_pair *pair, enum tag_label label, const uint8_t *frame, uint8_t length, uint8_t *ack);

/** @return whether the acknowledgement is genuine */
bool tag_acked(const struct session_pair *pair, enum tag_label label, const uint8_t *frame, uint8_t length, const uint8_t *ack,
               uint8_t ack_length);

/** @return where the v11 block of `bytes` begins behind the zero of a text; 0: there is none */
uint8_t tag_find_block(const uint8_t *payload, uint8_t length, uint8_t bytes);

enum { TAG_BLOCK_MARK = 0xB1, TAG_ACK_MARK = 0x80 };
