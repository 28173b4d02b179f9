#include <string.h>

#include "session_tag.h"

/* PRSP without the block in a row until a gateway counts as one of v10 again */
enum { PLAIN_ANSWERS_MAX = 3 };

void session_node_init(struct session_node *s, const uint8_t *key, uint8_t address, uint8_t gateway, uint32_t boots, uint32_t chance) {
    memset(s, 0, sizeof *s);
    tag_make_key(key, s->tag_key);
    s->pair.node = address;
    s->pair.gateway = gateway;
    s->pair.nonce = boots;
    s->pair.gateway_nonce = chance;
    s->pair.nonce = tag_nonce(s->tag_key, TAG_BOOT, &s->pair);
    s->pair.gateway_nonce = 0;
}

uint8_t session_node_request(struct session_node *s, uint8_t *payload, uint8_t length) {
    struct cmac cmac;
    uint8_t *block = payload + length;
    if (length > SESSION_PAYLOAD_MAX - SESSION_REQUEST_BYTES) return length;
    if (s->sent >= TAG_COUNTER_MAX) {
        s->pair.nonce = tag_nonce(s->tag_key, TAG_NEXT, &s->pair);
        s->sent = 0;
        s->established = false;
    }
    s->request = ++s->sent;
    struct session_pair asking = s->pair;
    asking.gateway_nonce = 0;
    block[0] = TAG_BLOCK_MARK;
    memcpy(block + 1, &asking.nonce, sizeof asking.nonce);
    memcpy(block + 5, &s->request, TAG_COUNTER_BYTES);
    tag_begin(&cmac, s->tag_key, &asking, TAG_REQUEST);
    cmac_add(&cmac, payload, (uint8_t)(length + 8));
    tag_put(&cmac, block + 8);
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
    struct cmac cmac;
    uint8_t block = tag_find_block(payload, length, SESSION_ANSWER_BYTES);
    if (block == 0) {
        count_plain_answer(s);
        return SESSION_PLAIN;
    }
    struct session_pair offered = s->pair;
    memcpy(&offered.gateway_nonce, payload + block + 1, sizeof offered.gateway_nonce);
    tag_begin(&cmac, s->tag_key, &offered, TAG_ANSWER);
    cmac_add(&cmac, &s->request, TAG_COUNTER_BYTES);
    cmac_add(&cmac, payload, (uint8_t)(block + 5));
    if (s->request == 0 || !tag_matches(&cmac, payload + block + 5)) return SESSION_FORGED;
    if (s->pair.gateway_nonce != offered.gateway_nonce) memset(s->taken, 0, sizeof s->taken);
    s->pair = offered;
    s->request = 0;
    s->plain_answers = 0;
    s->established = true;
    return SESSION_NEW;
}

uint8_t session_node_seal(struct session_node *s, uint8_t *frame, uint8_t length) {
    return s->established ? tag_seal(s->tag_key, &s->pair, TAG_TO_GATEWAY, &s->sent, frame, length) : 0;
}

enum session_verdict session_node_open(struct session_node *s, const uint8_t *frame, uint8_t length) {
    if (!s->established || !tag_open(s->tag_key, &s->pair, TAG_TO_NODE, frame, length)) return SESSION_FORGED;
    return tag_judge(frame + 1, s->taken);
}

void session_node_ack(const struct session_node *s, const uint8_t *frame, uint8_t length, int8_t rssi_dbm, uint8_t flags, uint8_t *ack) {
    ack[0] = TAG_ACK_MARK;
    ack[1] = (uint8_t)rssi_dbm;
    ack[2] = flags;
    tag_ack(s->tag_key, &s->pair, TAG_ACK_TO_GATEWAY, frame, length, ack);
}

bool session_node_acked(const struct session_node *s, const uint8_t *frame, uint8_t length, const uint8_t *ack, uint8_t ack_length) {
    return tag_acked(s->tag_key, &s->pair, TAG_ACK_TO_NODE, frame, length, ack, ack_length);
}
