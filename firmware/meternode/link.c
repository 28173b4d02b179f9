#include "link.h"

#include "common/hal.h"
#include "common/session.h"

enum { NO_TEXT = 256 };

static struct {
    const struct settings_node *settings;
    struct session_node session;
    struct radio_frame out;
    uint32_t until_ms; /* of listening */
    uint32_t asked_s;
    struct radio_text_answer answer;
    struct order order;
    enum session_verdict verdict; /* of the frame that was acknowledged last */
    enum link_asks asks;          /* what has not been answered yet */
    uint16_t plain_id;            /* of the last text taken in this exchange; NO_TEXT: none, v10 gateways number from 0 */
    int8_t gateway_dbm;           /* how we hear it */
    int8_t heard_dbm;             /* how it hears us; 0: not told since asked */
    bool listening;
    bool told;  /* how this exchange went */
    bool waits; /* an instruction, at the gateway */
} link;

/* A text is taken once in an exchange: its repeats are acknowledged only. */
static bool take_text(const struct radio_frame *frame) {
    if (frame->id == link.plain_id) {
        link.verdict = SESSION_REPEAT;
        return true;
    }
    const bool plain = link.settings->common.auth == 0;
    if (radio_text_kind((const char *)frame->payload, frame->length) == RADIO_TEXT_PRSP) {
        const bool had_session = link.session.established;
        link.verdict = session_node_answer(&link.session, frame->payload, frame->length);
        if (link.verdict == SESSION_PLAIN && !plain) link.verdict = SESSION_FORGED;
        if (link.verdict == SESSION_FORGED) return false;
        if (link.verdict == SESSION_PLAIN && had_session && link.session.established) link.verdict = SESSION_OLD; /* heard, not believed */
    } else {
        if (!plain || link.session.established) return false;
        link.verdict = SESSION_PLAIN;
    }
    link.plain_id = frame->id;
    return true;
}

static uint8_t acknowledge(const struct radio_frame *frame, uint8_t *payload) {
    link.verdict = SESSION_FORGED;
    if (frame->from != link.settings->common.gateway || frame->length == 0) return 0;
    if (frame->payload[0] < FRAME_ACK) return take_text(frame) ? radio_ack_plain(frame, payload) : 0;
    link.verdict = session_node_open(&link.session, frame->payload, frame->length);
    if (link.verdict != SESSION_NEW && link.verdict != SESSION_REPEAT) return 0;
    session_node_ack(&link.session, frame->payload, frame->length, frame->rssi, 0, payload);
    return SESSION_ACK_BYTES;
}

static bool genuine(const struct radio_frame *sent, const struct radio_frame *ack) {
    if (sent->payload[0] < FRAME_ACK) return ack->length > 0 && ack->payload[0] == '!';
    if (!session_node_acked(&link.session, sent->payload, sent->length, ack->payload, ack->length)) return false;
    link.heard_dbm = (int8_t)ack->payload[1];
    link.waits = (ack->payload[2] & SESSION_ACK_INSTRUCTION) != 0;
    return true;
}

static const struct radio_hooks hooks = {acknowledge, genuine};

bool link_init(const struct settings_node *settings, uint32_t boots, uint32_t chance) {
    const struct settings_common *common = &settings->common;
    link.settings = settings;
    link.asks = LINK_ASKS_NOTHING;
    link.listening = false;
    session_node_init(&link.session, common->key, settings->address, common->gateway, boots, chance);
    return radio_init(&common->radio, settings->address, chance ^ boots << 8 ^ settings->address, &hooks);
}

bool link_secure(void) {
    return link.session.established;
}

bool link_open(void) {
    return link.session.established || link.settings->common.auth == 0;
}

uint8_t *link_payload(void) {
    return link.out.payload;
}

static bool begin(uint8_t length, enum link_asks asks, uint8_t tries) {
    link.out.to = link.settings->common.gateway;
    link.out.flags = 0;
    link.out.length = length;
    if (length == 0 || !radio_send(&link.out, tries)) return false;
    link.asks = asks;
    link.told = false;
    link.plain_id = NO_TEXT;
    link.listening = asks != LINK_ASKS_NOTHING;
    link.until_ms = hal_ms() + tries * 1300UL + LINK_ANSWER_MS; /* shortened when the acknowledgement comes */
    radio_listen(link.listening);
    return true;
}

bool link_send(uint8_t length, enum link_asks asks, uint8_t tries) {
    if (length > 0 && link.out.payload[0] >= FRAME_ACK) length = session_node_seal(&link.session, link.out.payload, length);
    return begin(length, asks, tries);
}

bool link_request(uint32_t now_s, uint8_t tries) {
    link.asked_s = now_s;
    const uint8_t length = radio_text_put_preq((char *)link.out.payload, now_s);
    return begin(session_node_request(&link.session, link.out.payload, length), LINK_ASKS_TIME, tries);
}

bool link_busy(void) {
    return link.listening || radio_sending() || !radio_asleep();
}

static void listen_until(uint32_t until_ms) {
    link.listening = true;
    link.until_ms = until_ms;
}

static void stop_listening(void) {
    link.listening = false;
    radio_listen(false);
}

static enum link_event take_frame(const struct radio_frame *frame, uint32_t now_ms) {
    link.gateway_dbm = frame->rssi;
    if (frame->to != link.settings->address) return LINK_NOTHING; /* to all: not acknowledged, so not judged either */
    if (link.verdict != SESSION_NEW && link.verdict != SESSION_PLAIN) return LINK_NOTHING;
    if (link.asks == LINK_ASKS_TIME && radio_text_get_answer((const char *)frame->payload, frame->length, &link.answer)) {
        if (link.answer.asked != link.asked_s) return LINK_NOTHING;
        link.heard_dbm = link.answer.rssi_dbm;
        link.asks = LINK_ASKS_NOTHING;
        link.told = true;
        stop_listening();
        return LINK_ANSWERED;
    }
    const uint8_t tag = frame->payload[0] >= FRAME_ACK ? SESSION_TAG_BYTES : 0;
    if (!report_read_order(&link.order, frame->payload, (uint8_t)(frame->length - tag))) return LINK_NOTHING;
    if (tag == 0) link.heard_dbm = link.order.with.rssi_dbm;
    if (link.asks != LINK_ASKS_ORDER) return LINK_ORDERED; /* late: it says nothing of the exchange under way */
    if (link.order.kind == RADIO_TEXT_MNOI)
        stop_listening();
    else
        listen_until(now_ms + LINK_LINGER_MS);
    link.asks = LINK_ASKS_NOTHING;
    link.told = true;
    return LINK_ORDERED;
}

/* The frame is delivered, or not. If its answer was quicker than its acknowledgement, that was the end. */
static enum link_event settle(bool delivered, uint32_t now_ms) {
    if (link.told) return LINK_NOTHING;
    if (link.asks != LINK_ASKS_NOTHING && delivered) {
        listen_until(now_ms + LINK_ANSWER_MS);
        return LINK_NOTHING;
    }
    link.told = true;
    link.asks = LINK_ASKS_NOTHING;
    stop_listening();
    return delivered ? LINK_DELIVERED : LINK_FAILED;
}

enum link_event link_poll(uint32_t now_ms) {
    switch (radio_poll(now_ms)) {
    case RADIO_FRAME: return take_frame(radio_received(), now_ms);
    case RADIO_ACKNOWLEDGED: link.gateway_dbm = radio_received()->rssi; return settle(true, now_ms);
    case RADIO_FAILED: return settle(false, now_ms);
    default: break;
    }
    if (!link.listening || radio_sending() || (int32_t)(now_ms - link.until_ms) < 0) return LINK_NOTHING;
    stop_listening();
    if (link.told) return LINK_NOTHING;
    link.told = true;
    link.asks = LINK_ASKS_NOTHING;
    return LINK_UNANSWERED;
}

uint32_t link_due_ms(uint32_t now_ms) {
    const uint32_t radio_ms = radio_due_ms(now_ms);
    return link.listening && !radio_sending() && (int32_t)(link.until_ms - radio_ms) < 0 ? link.until_ms : radio_ms;
}

const struct radio_text_answer *link_answer(void) {
    return &link.answer;
}

const struct order *link_order(void) {
    return &link.order;
}

bool link_heard(int8_t *rssi_dbm) {
    *rssi_dbm = link.heard_dbm;
    link.heard_dbm = 0;
    return *rssi_dbm != 0;
}

int8_t link_gateway_dbm(void) {
    return link.gateway_dbm;
}

bool link_instruction_waits(void) {
    const bool waits = link.waits;
    link.waits = false;
    return waits;
}
