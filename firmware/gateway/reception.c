#include "gateway/reception.h"

#include <string.h>

#include "common/radio_text.h"
#include "gateway/clock.h"
#include "gateway/instructions.h"
#include "gateway/setup.h"

static struct session_gateway sessions;
static struct reception last;
static struct session_request request;
static bool bridge;

void reception_init(const uint8_t *key, uint8_t address, uint32_t boots, uint32_t chance) {
    session_gateway_init(&sessions, key, address, boots, chance);
    last = (struct reception){.kind = RECEPTION_IGNORED};
}

struct session_gateway *reception_sessions(void) {
    return &sessions;
}

const struct session_request *reception_request(void) {
    return &request;
}

void reception_bridge(bool wanted) {
    bridge = wanted;
}

static enum reception_kind heard(struct node *node, const struct radio_frame *frame, enum reception_kind kind) {
    if (kind == RECEPTION_TEXT && nodes_repeats(node, frame->id, clock_uptime_s())) kind = RECEPTION_REPEAT;
    // Whoever has heard a node's last frame can play it for ever.
    if (kind != RECEPTION_REPEAT) nodes_heard(node, clock_uptime_s(), frame->rssi);
    return kind;
}

static enum reception_kind judge_plain(struct node *node, const struct radio_frame *frame) {
    // What speaks authenticated can be forged in plain text by whoever has heard it.
    if (setup.common.auth != 0 || node->session.state == SESSION_ESTABLISHED) return RECEPTION_IGNORED;
    return heard(node, frame, RECEPTION_TEXT);
}

static enum reception_kind judge_request(struct node *node, const struct radio_frame *frame) {
    enum session_verdict verdict = session_gateway_request(&sessions, &node->session, node->id, frame->payload, frame->length, &request);
    if (verdict == SESSION_PLAIN) return judge_plain(node, frame);
    if (verdict != SESSION_NEW && verdict != SESSION_REPEAT) return RECEPTION_IGNORED;
    // Beside another session it may be played again from an earlier boot: no sign of life until a frame follows.
    bool proven = verdict == SESSION_NEW && node->session.nonce == request.nonce;
    return proven ? heard(node, frame, RECEPTION_REQUEST) : RECEPTION_REQUEST;
}

static enum reception_kind judge_sealed(struct node *node, const struct radio_frame *frame) {
    enum session_verdict verdict = session_gateway_open(&sessions, &node->session, node->id, frame->payload, frame->length);
    if (verdict != SESSION_NEW && verdict != SESSION_REPEAT) return RECEPTION_IGNORED;
    last.sealed = true;
    return heard(node, frame, verdict == SESSION_NEW ? RECEPTION_FRAME : RECEPTION_REPEAT);
}

/** A node whose session we forgot sends frames that mean nothing to us: they are still no other device's. */
static bool looks_sealed(const struct radio_frame *frame) {
    uint8_t kind = frame->payload[0];
    return kind >= FRAME_UPDATE && kind <= FRAME_STATUS && frame->length >= FRAME_BODY + SESSION_TAG_BYTES;
}

static enum reception_kind judge(const struct radio_frame *frame) {
    if (frame->from < NODE_FIRST || frame->from > NODE_LAST) return RECEPTION_FOREIGN;
    enum radio_text_kind text = radio_text_kind((const char *)frame->payload, frame->length);
    bool sealed = looks_sealed(frame);
    if (text == RADIO_TEXT_UNKNOWN && !sealed && nodes_find(frame->from) == NULL) return RECEPTION_FOREIGN;
    if (text > RADIO_TEXT_GINR) return RECEPTION_IGNORED;
    struct node *node = last.node = nodes_get(frame->from);
    if (node == NULL) return RECEPTION_FULL;
    if (text == RADIO_TEXT_PREQ) return judge_request(node, frame);
    return sealed ? judge_sealed(node, frame) : judge_plain(node, frame);
}

uint8_t reception_acknowledge(const struct radio_frame *frame, uint8_t *payload) {
    last.node = NULL;
    last.sealed = false;
    last.kind = judge(frame);
    if (last.kind == RECEPTION_IGNORED || last.kind == RECEPTION_FULL) return 0;
    if (last.kind == RECEPTION_FOREIGN && !bridge) return 0;
    if (!last.sealed) return radio_ack_plain(frame, payload);
    uint8_t flags = instructions_next(last.node->id) == NULL ? 0 : SESSION_ACK_INSTRUCTION;
    session_gateway_ack(&sessions, &last.node->session, last.node->id, frame->payload, frame->length, frame->rssi, flags, payload);
    return SESSION_ACK_BYTES;
}

const struct reception *reception_of(const struct radio_frame *frame) {
    if (frame->to == RADIO_BROADCAST) last.kind = RECEPTION_FOREIGN;
    return &last;
}
