#include <string.h>

#include "session_tag.h"

/* PRSP without the block in a row until a gateway counts as one of v10 again */
enum { PLAIN_ANSWERS_MAX = 3 };

void session_node_init(struct session_node *s, const uint8_t *key, uint8_t address, uint8_t gateway, uint32_t boots, uint32_t chance) {
    memset(s, 0, sizeof *s);
    tag_make_key(key, s->tag_key);
    s->pair.tag_key = s->tag_key;
    s->pair.node = address;
    s->pair.gateway = gateway;
    s->pair.nonce = boots;
    s->pair.gateway_nonce = chance;
    s->pair.nonce = tag_nonce(&s->pair, TAG_BOOT);
    s->pair.gateway_nonce = 0;
}

uint8_t session_node_request(struct session_node *s, uint8_t *payload, uint8_t length) {
    uint8_t *block = payload + length;
    if (length > SESSION_PAYLOAD_MAX - SESSION_REQUEST_BYTES) return length;
    if (s->sent >= TAG_COUNTER_MAX) {
        s->pair.nonce = tag_nonce(&s->pair, TAG_NEXT);
        s->sent = 0;
        s->established = false;
    }
    s->request = ++s->sent;
    block[0] = TAG_BLOCK_MARK;
    memcpy(block + 1, &s->pair.nonce, sizeof s->pair.nonce);
    memcpy(block + 5, &s->request, TAG_COUNTER_BYTES);
    uint32_t kept = s->pair.gateway_nonce;
    s->pair.gateway_nonce = 0;
    tag_begin(&s->pair, TAG_REQUEST);
    s->pair.gateway_nonce = kept;
    tag_add(payload, (uint8_t)(length + 8));
    tag_put(block + 8);
    return (uint8_t)(length + SESSION_REQUEST_BYTES);
}

/* unasked ones do not count: three of them would be too cheap a way to end a session */
static void count_plain_answer(struct session_node *s) {
    if (s->request == 0) return;
    s->request = 0;
    if (s->plain_answers < PLAIN_ANSWERS_MAX) s->plain_answers++;
    if (s->plain_answers == PLAIN_ANSWERS_MAX) s->established = false;
}

enum session_verdict session_node_answer(struct session_node *s, const uint8_t *payload, uint8_t length) {
    uint8_t at = tag_find_block(payload, length, SESSION_ANSWER_BYTES);
    if (at == 0) {
        count_plain_answer(s);
        return SESSION_PLAIN;
    }
    uint32_t kept = s->pair.gateway_nonce;
    memcpy(&s->pair.gateway_nonce, payload + at + 1, sizeof s->pair.gateway_nonce);
    tag_begin(&s->pair, TAG_ANSWER);
    tag_add(&s->request, TAG_COUNTER_BYTES);
    tag_add(payload, (uint8_t)(at + 5));
    if (s->request == 0 || !tag_matches(payload + at + 5)) {
        s->pair.gateway_nonce = kept;
        return SESSION_FORGED;
    }
    if (s->pair.gateway_nonce != kept) memset(s->taken, 0, sizeof s->taken);
    s->request = 0;
    s->plain_answers = 0;
    s->established = true;
    return SESSION_NEW;
}

uint8_t session_node_seal(struct session_node *s, uint8_t *frame, uint8_t length) {
    return s->established ? tag_seal(&s->pair, TAG_TO_GATEWAY, &s->sent, frame, length) : 0;
}

enum session_verdict session_node_open(struct session_node *s, const uint8_t *frame, uint8_t length) {
    if (!s->established || !tag_open(&s->pair, TAG_TO_NODE, frame, length)) return SESSION_FORGED;
    return tag_judge(frame + 1, s->taken);
}

void session_node_ack(const struct session_node *s, const uint8_t *frame, uint8_t length, int8_t rssi_dbm, uint8_t flags, uint8_t *ack) {
    ack[1] = (uint8_t)rssi_dbm;
    ack[2] = flags;
    tag_ack(&s->pair, TAG_ACK_TO_GATEWAY, frame, length, ack);
}

bool session_node_acked(const struct session_node *s, const uint8_t *frame, uint8_t length, const uint8_t *ack, uint8_t ack_length) {
    return tag_acked(&s->pair, TAG_ACK_TO_NODE, frame, length, ack, ack_length);
}
