#include "session_tag.h"

#include <string.h>

#include "flash.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers go on the air as they lie in memory");

static struct cmac cmac;

void tag_make_key(const uint8_t *key, uint8_t *tag_key) {
    static const char name[] FLASH = "meterman v11 tag";
    flash_copy(tag_key, name, AES128_BYTES);
    cmac_start(&cmac, key);
    cmac_add(&cmac, tag_key, AES128_BYTES);
    cmac_finish(&cmac);
    memcpy(tag_key, cmac.block, AES128_BYTES);
}

uint32_t tag_nonce(const struct session_pair *from, enum tag_label label) {
    uint32_t nonce;
    tag_begin(from, label);
    tag_put((uint8_t *)&nonce);
    return nonce == 0 ? 1 : nonce;
}

void tag_begin(const struct session_pair *pair, enum tag_label label) {
    bool to_gateway = label == TAG_REQUEST || label == TAG_TO_GATEWAY || label == TAG_ACK_TO_GATEWAY;
    const uint8_t head[] = {(uint8_t)label, to_gateway ? pair->gateway : pair->node, to_gateway ? pair->node : pair->gateway};
    cmac_start(&cmac, pair->tag_key);
    tag_add(head, sizeof head);
    tag_add(&pair->nonce, sizeof pair->nonce + sizeof pair->gateway_nonce);
}

void tag_add(const void *data, uint8_t bytes) {
    cmac_add(&cmac, data, bytes);
}

void tag_put(uint8_t *tag) {
    cmac_finish(&cmac);
    memcpy(tag, cmac.block, SESSION_TAG_BYTES);
}

bool tag_matches(const uint8_t *tag) {
    uint8_t differ = 0;
    cmac_finish(&cmac);
    for (uint8_t i = 0; i < SESSION_TAG_BYTES; i++) differ |= cmac.block[i] ^ tag[i];
    return differ == 0;
}

uint8_t tag_seal(const struct session_pair *pair, enum tag_label label, uint32_t *sent, uint8_t *frame, uint8_t length) {
    if (*sent >= TAG_COUNTER_MAX || length < SESSION_HEADER_BYTES || length > SESSION_PAYLOAD_MAX - SESSION_TAG_BYTES) return 0;
    ++*sent;
    memcpy(frame + 1, sent, TAG_COUNTER_BYTES);
    tag_begin(pair, label);
    tag_add(frame, length);
    tag_put(frame + length);
    return (uint8_t)(length + SESSION_TAG_BYTES);
}

bool tag_open(const struct session_pair *pair, enum tag_label label, const uint8_t *frame, uint8_t length) {
    if (length < SESSION_HEADER_BYTES + SESSION_TAG_BYTES || length > SESSION_PAYLOAD_MAX) return false;
    length = (uint8_t)(length - SESSION_TAG_BYTES);
    tag_begin(pair, label);
    tag_add(frame, length);
    return tag_matches(frame + length);
}

enum session_verdict tag_judge(const uint8_t *counter, uint8_t *taken) {
    for (int8_t i = TAG_COUNTER_BYTES - 1; i >= 0; i--) {
        if (counter[i] < taken[i]) return SESSION_OLD;
        if (counter[i] > taken[i]) {
            memcpy(taken, counter, TAG_COUNTER_BYTES);
            return SESSION_NEW;
        }
    }
    return SESSION_REPEAT;
}

/* The acknowledged frame is told by its counter and tag. */
static void begin_ack(const struct session_pair *pair, enum tag_label label, const uint8_t *frame, uint8_t length, const uint8_t *ack) {
    tag_begin(pair, label);
    tag_add(frame + 1, TAG_COUNTER_BYTES);
    tag_add(frame + length - SESSION_TAG_BYTES, SESSION_TAG_BYTES);
    tag_add(ack, SESSION_ACK_BYTES - SESSION_TAG_BYTES);
}

void tag_ack(const struct session_pair *pair, enum tag_label label, const uint8_t *frame, uint8_t length, uint8_t *ack) {
    ack[0] = TAG_ACK_MARK;
    begin_ack(pair, label, frame, length, ack);
    tag_put(ack + SESSION_ACK_BYTES - SESSION_TAG_BYTES);
}

bool tag_acked(const struct session_pair *pair, enum tag_label label, const uint8_t *frame, uint8_t length, const uint8_t *ack,
               uint8_t ack_length) {
    if (ack_length != SESSION_ACK_BYTES || ack[0] != TAG_ACK_MARK) return false;
    begin_ack(pair, label, frame, length, ack);
    return tag_matches(ack + SESSION_ACK_BYTES - SESSION_TAG_BYTES);
}

uint8_t tag_find_block(const uint8_t *payload, uint8_t length, uint8_t bytes) {
    if (length > SESSION_PAYLOAD_MAX) return 0;
    const uint8_t *zero = memchr(payload, 0, length);
    if (zero == NULL) return 0;
    uint8_t at = (uint8_t)(zero - payload + 1);
    /* v10 sends 60 bytes whatever the text: only the mark tells */
    return at + bytes <= length && payload[at] == TAG_BLOCK_MARK ? at : 0;
}
