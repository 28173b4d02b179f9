#include <stddef.h>
#include <string.h>

#include "session_tag.h"

_Static_assert(offsetof(struct session_peer, gateway_nonce) == 4 && offsetof(struct session_request, gateway_nonce) == 4,
               "both begin with the two nonces");

/* @param nonces struct session_peer or struct session_request */
static struct session_pair *set_pair(struct session_pair *pair, const struct session_gateway *g, uint8_t node, const void *nonces) {
    pair->tag_key = g->tag_key;
    pair->gateway = g->address;
    pair->node = node;
    memcpy(&pair->nonce, nonces, sizeof pair->nonce + sizeof pair->gateway_nonce);
    return pair;
}

void session_gateway_init(struct session_gateway *g, const uint8_t *key, uint8_t address, uint32_t boots, uint32_t chance) {
    const uint32_t from[] = {boots, chance};
    struct session_pair pair;
    memset(g, 0, sizeof *g);
    tag_make_key(key, g->tag_key);
    g->address = address;
    g->seed = tag_nonce(set_pair(&pair, g, 0, from), TAG_BOOT);
}

/* What is offered to the node under its nonce; made anew when there is nothing. */
static struct session_peer *find_offer(struct session_gateway *g, struct session_peer *peer, uint8_t node, uint32_t nonce) {
    struct session_pair pair;
    if (peer->state != SESSION_NONE && peer->nonce == nonce) return peer;
    if (peer->state == SESSION_ESTABLISHED) {
        peer = &g->offer;
        if (g->offered_to == node && peer->nonce == nonce) return peer;
        g->offered_to = node;
    }
    g->sessions++;
    memset(peer, 0, sizeof *peer);
    peer->nonce = nonce;
    peer->gateway_nonce = tag_nonce(set_pair(&pair, g, node, &g->seed), TAG_NEXT);
    peer->state = SESSION_OFFERED;
    return peer;
}
_Static_assert(offsetof(struct session_gateway, sessions) == offsetof(struct session_gateway, seed) + 4, "a nonce is made of both");

enum session_verdict session_gateway_request(struct session_gateway *g, struct session_peer *peer, uint8_t node, const uint8_t *payload,
                                             uint8_t length, struct session_request *request) {
    struct session_pair pair;
    uint8_t at = tag_find_block(payload, length, SESSION_REQUEST_BYTES);
    if (at == 0) return SESSION_PLAIN;
    const uint8_t *block = payload + at;
    memcpy(&request->nonce, block + 1, sizeof request->nonce);
    request->gateway_nonce = 0;
    memcpy(request->counter, block + 5, TAG_COUNTER_BYTES);
    tag_begin(set_pair(&pair, g, node, request), TAG_REQUEST);
    tag_add(payload, (uint8_t)(at + 8));
    if (!tag_matches(block + 8)) return SESSION_FORGED;
    peer = find_offer(g, peer, node, request->nonce);
    request->gateway_nonce = peer->gateway_nonce;
    return tag_judge(request->counter, peer->taken);
}

uint8_t session_gateway_answer(const struct session_gateway *g, uint8_t node, const struct session_request *request, uint8_t *payload,
                               uint8_t length) {
    struct session_pair pair;
    uint8_t *block = payload + length;
    if (length > SESSION_PAYLOAD_MAX - SESSION_ANSWER_BYTES) return length;
    block[0] = TAG_BLOCK_MARK;
    memcpy(block + 1, &request->gateway_nonce, sizeof request->gateway_nonce);
    tag_begin(set_pair(&pair, g, node, request), TAG_ANSWER);
    tag_add(request->counter, TAG_COUNTER_BYTES);
    tag_add(payload, (uint8_t)(length + 5));
    tag_put(block + 5);
    return (uint8_t)(length + SESSION_ANSWER_BYTES);
}

uint8_t session_gateway_seal(struct session_gateway *g, const struct session_peer *peer, uint8_t node, uint8_t *frame, uint8_t length) {
    struct session_pair pair;
    if (peer->state != SESSION_ESTABLISHED) return 0;
    return tag_seal(set_pair(&pair, g, node, peer), TAG_TO_NODE, &g->sent, frame, length);
}

static bool open_with(const struct session_gateway *g, const struct session_peer *peer, uint8_t node, const uint8_t *frame,
                      uint8_t length) {
    struct session_pair pair;
    return peer->state != SESSION_NONE && tag_open(set_pair(&pair, g, node, peer), TAG_TO_GATEWAY, frame, length);
}

enum session_verdict session_gateway_open(struct session_gateway *g, struct session_peer *peer, uint8_t node, const uint8_t *frame,
                                          uint8_t length) {
    if (!open_with(g, peer, node, frame, length)) {
        if (g->offered_to != node || !open_with(g, &g->offer, node, frame, length)) return SESSION_FORGED;
        *peer = g->offer;
        g->offered_to = 0;
    }
    peer->state = SESSION_ESTABLISHED;
    return tag_judge(frame + 1, peer->taken);
}

void session_gateway_ack(const struct session_gateway *g, const struct session_peer *peer, uint8_t node, const uint8_t *frame,
                         uint8_t length, int8_t rssi_dbm, uint8_t flags, uint8_t *ack) {
    struct session_pair pair;
    ack[1] = (uint8_t)rssi_dbm;
    ack[2] = flags;
    tag_ack(set_pair(&pair, g, node, peer), TAG_ACK_TO_NODE, frame, length, ack);
}

bool session_gateway_acked(const struct session_gateway *g, const struct session_peer *peer, uint8_t node, const uint8_t *frame,
                           uint8_t length, const uint8_t *ack, uint8_t ack_length) {
    struct session_pair pair;
    return tag_acked(set_pair(&pair, g, node, peer), TAG_ACK_TO_GATEWAY, frame, length, ack, ack_length);
}
