#include <string.h>

#include "session_tag.h"

static struct session_pair pair_of(const struct session_gateway *g, uint8_t node, uint32_t nonce, uint32_t gateway_nonce) {
    struct session_pair pair = {node, g->address, nonce, gateway_nonce};
    return pair;
}

void session_gateway_init(struct session_gateway *g, const uint8_t *key, uint8_t address, uint32_t boots, uint32_t chance) {
    memset(g, 0, sizeof *g);
    tag_make_key(key, g->tag_key);
    g->address = address;
    struct session_pair from = pair_of(g, 0, boots, chance);
    g->seed = tag_nonce(g->tag_key, TAG_BOOT, &from);
}

/* What is offered to the node under its nonce; made anew when there is nothing. */
static struct session_peer *find_offer(struct session_gateway *g, struct session_peer *peer, uint8_t node, uint32_t nonce) {
    if (peer->state != SESSION_NONE && peer->nonce == nonce) return peer;
    bool beside = peer->state == SESSION_ESTABLISHED;
    struct session_peer *offer = beside ? &g->offer : peer;
    if (beside && g->offered_to == node && offer->nonce == nonce) return offer;
    if (beside) g->offered_to = node;
    struct session_pair from = pair_of(g, node, g->seed, ++g->sessions);
    memset(offer, 0, sizeof *offer);
    offer->nonce = nonce;
    offer->gateway_nonce = tag_nonce(g->tag_key, TAG_NEXT, &from);
    offer->state = SESSION_OFFERED;
    return offer;
}

enum session_verdict session_gateway_request(struct session_gateway *g, struct session_peer *peer, uint8_t node, const uint8_t *payload,
                                             uint8_t length, struct session_request *request) {
    struct cmac cmac;
    uint8_t at = tag_find_block(payload, length, SESSION_REQUEST_BYTES);
    if (at == 0) return SESSION_PLAIN;
    const uint8_t *block = payload + at;
    memcpy(&request->nonce, block + 1, sizeof request->nonce);
    memcpy(request->counter, block + 5, TAG_COUNTER_BYTES);
    struct session_pair asking = pair_of(g, node, request->nonce, 0);
    tag_begin(&cmac, g->tag_key, &asking, TAG_REQUEST);
    cmac_add(&cmac, payload, (uint8_t)(at + 8));
    if (!tag_matches(&cmac, block + 8)) return SESSION_FORGED;
    struct session_peer *offer = find_offer(g, peer, node, request->nonce);
    request->gateway_nonce = offer->gateway_nonce;
    return tag_judge(request->counter, offer->taken);
}

uint8_t session_gateway_answer(const struct session_gateway *g, uint8_t node, const struct session_request *request, uint8_t *payload,
                               uint8_t length) {
    struct cmac cmac;
    uint8_t *block = payload + length;
    if (length > SESSION_PAYLOAD_MAX - SESSION_ANSWER_BYTES) return length;
    struct session_pair pair = pair_of(g, node, request->nonce, request->gateway_nonce);
    block[0] = TAG_BLOCK_MARK;
    memcpy(block + 1, &request->gateway_nonce, sizeof request->gateway_nonce);
    tag_begin(&cmac, g->tag_key, &pair, TAG_ANSWER);
    cmac_add(&cmac, request->counter, TAG_COUNTER_BYTES);
    cmac_add(&cmac, payload, (uint8_t)(length + 5));
    tag_put(&cmac, block + 5);
    return (uint8_t)(length + SESSION_ANSWER_BYTES);
}

uint8_t session_gateway_seal(struct session_gateway *g, const struct session_peer *peer, uint8_t node, uint8_t *frame, uint8_t length) {
    if (peer->state != SESSION_ESTABLISHED) return 0;
    struct session_pair pair = pair_of(g, node, peer->nonce, peer->gateway_nonce);
    return tag_seal(g->tag_key, &pair, TAG_TO_NODE, &g->sent, frame, length);
}

static bool open_with(const struct session_gateway *g, const struct session_peer *peer, uint8_t node, const uint8_t *frame,
                      uint8_t length) {
    struct session_pair pair = pair_of(g, node, peer->nonce, peer->gateway_nonce);
    return peer->state != SESSION_NONE && tag_open(g->tag_key, &pair, TAG_TO_GATEWAY, frame, length);
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
    struct session_pair pair = pair_of(g, node, peer->nonce, peer->gateway_nonce);
    ack[0] = TAG_ACK_MARK;
    ack[1] = (uint8_t)rssi_dbm;
    ack[2] = flags;
    tag_ack(g->tag_key, &pair, TAG_ACK_TO_NODE, frame, length, ack);
}

bool session_gateway_acked(const struct session_gateway *g, const struct session_peer *peer, uint8_t node, const uint8_t *frame,
                           uint8_t length, const uint8_t *ack, uint8_t ack_length) {
    struct session_pair pair = pair_of(g, node, peer->nonce, peer->gateway_nonce);
    return tag_acked(g->tag_key, &pair, TAG_ACK_TO_GATEWAY, frame, length, ack, ack_length);
}
