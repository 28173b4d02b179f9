#include "gateway/relay.h"

#include "common/radio_text.h"
#include "common/server_command.h"
#include "gateway/clock.h"
#include "gateway/instructions.h"
#include "gateway/link.h"
#include "gateway/own_frame.h"
#include "gateway/reception.h"
#include "gateway/sender.h"
#include "gateway/updates.h"

static void tell_rebase(struct node *node, uint32_t t, uint32_t wh) {
    node->finish_s = t;
    node->register_wh = wh;
    instructions_register_seen(node->id, wh);
    line_rebase(link_message(), node->id, t, wh);
}

OWN_FRAME static void tell_message(const struct node *node, const char *text, uint8_t length) {
    struct writer *w = link_log(LOG_INFO);
    if (w != NULL) {
        write_flash(w, TEXT("Got bcast from node "));
        write_u32(w, node->id);
        write_flash(w, TEXT(": GMSG,"));
        write_foreign(w, text, length);
        link_end();
    }
    line_message(link_message(), node->id, text, length);
}

static void keep_status(struct node *node, const struct frame_status *status, bool sealed, uint32_t now_ms) {
    nodes_keep_status(node, status);
    sender_instruction(node, sealed, now_ms);
}

OWN_FRAME static bool relay_status(struct node *node, const char *text, uint8_t length, uint32_t now_ms) {
    struct radio_text_status status;
    if (!radio_text_get_status(text, length, &status)) return false;
    struct writer *w = link_log(LOG_INFO);
    if (w != NULL) {
        write_flash(w, TEXT("Last RSSI at node="));
        write_i32(w, status.rssi_dbm);
        link_end();
    }
    keep_status(node, &status.status, false, now_ms);
    return true;
}

OWN_FRAME static bool relay_request(struct node *node, const char *text, uint8_t length, bool sealed, uint32_t now_ms) {
    uint32_t asked;
    if (!radio_text_get_preq(text, length, &asked)) return false;
    // A node that was just switched on has no clock that could be off.
    nodes_keep_drift(node, asked < CLOCK_UNSET_S ? 0 : (int32_t)(clock_now_s() - asked));
    sender_time(node, asked, sealed, now_ms);
    return true;
}

OWN_FRAME static bool relay_rebase(struct node *node, const char *text, uint8_t length) {
    uint32_t t, wh;
    if (!radio_text_get_rebase(text, length, &t, &wh)) return false;
    tell_rebase(node, t, wh);
    return true;
}

OWN_FRAME static bool relay_message(const struct node *node, const char *text, uint8_t length) {
    uint8_t characters;
    const char *message = radio_text_get_message(text, length, &characters);
    if (message == NULL) return false;
    tell_message(node, message, characters);
    return true;
}

static bool relay_text(struct node *node, const char *text, uint8_t length, bool sealed, uint32_t now_ms) {
    switch (radio_text_kind(text, length)) {
    case RADIO_TEXT_PREQ: return relay_request(node, text, length, sealed, now_ms);
    case RADIO_TEXT_GINR: return relay_status(node, text, length, now_ms);
    case RADIO_TEXT_MUP: return updates_tell_text(node, text, length, false);
    case RADIO_TEXT_MUPC: return updates_tell_text(node, text, length, true);
    case RADIO_TEXT_MREB: return relay_rebase(node, text, length);
    case RADIO_TEXT_GMSG: return relay_message(node, text, length);
    default: return false;
    }
}

OWN_FRAME static bool relay_sealed_status(struct node *node, const uint8_t *payload, uint8_t length, uint32_t now_ms) {
    struct frame_status status;
    if (!frame_get(payload, length, FRAME_STATUS, &status, sizeof status)) return false;
    keep_status(node, &status, true, now_ms);
    return true;
}

OWN_FRAME static bool relay_sealed_rebase(struct node *node, const uint8_t *payload, uint8_t length) {
    struct frame_rebase rebase;
    if (!frame_get(payload, length, FRAME_REBASE, &rebase, sizeof rebase)) return false;
    tell_rebase(node, rebase.t, rebase.wh);
    return true;
}

/** @param length without the tag */
static bool relay_sealed(struct node *node, const uint8_t *payload, uint8_t length, uint32_t now_ms) {
    switch (payload[0]) {
    case FRAME_UPDATE:
    case FRAME_UPDATE_CURRENT:
    case FRAME_SUMMARY: return updates_tell_frame(node, payload, length);
    case FRAME_REBASE: return relay_sealed_rebase(node, payload, length);
    case FRAME_TEXT: tell_message(node, (const char *)payload + FRAME_BODY, (uint8_t)(length - FRAME_BODY)); return true;
    case FRAME_STATUS: return relay_sealed_status(node, payload, length, now_ms);
    default: return false;
    }
}

OWN_FRAME static void log_frame(const struct radio_frame *frame) {
    struct writer *w = link_log(LOG_DEBUG);
    if (w == NULL) return;
    write_flash(w, TEXT("Got msg: "));
    if (frame->payload[0] >= FRAME_ACK)
        write_hex(w, frame->payload[0], 2);
    else
        write_foreign(w, (const char *)frame->payload, frame->length);
    write_flash(w, TEXT(". RSSI = "));
    write_i32(w, frame->rssi);
    link_end();
}

static void relay(const struct radio_frame *frame, const struct reception *reception, uint32_t now_ms) {
    log_frame(frame);
    bool understood;
    if (reception->kind == RECEPTION_FRAME) {
        understood = relay_sealed(reception->node, frame->payload, (uint8_t)(frame->length - SESSION_TAG_BYTES), now_ms);
    } else {
        bool sealed = reception->kind == RECEPTION_REQUEST;
        understood = relay_text(reception->node, (const char *)frame->payload, frame->length, sealed, now_ms);
    }
    if (understood) return;
    struct writer *w = link_log(LOG_WARN);
    if (w == NULL) return;
    write_flash(w, TEXT("Unknown msg from node "));
    write_u32(w, frame->from);
    link_end();
}

OWN_FRAME static void relay_foreign(const struct radio_frame *frame) {
    if ((link_granted() & SERVER_BRIDGE) == 0) return;
    struct line_radio radio = {frame->from, frame->to, frame->id, frame->flags, frame->rssi, frame->payload, frame->length};
    line_radio(link_message(), &radio);
}

/** A node for which there is no room is named once. */
OWN_FRAME static void refuse(uint8_t id) {
    static uint16_t named;
    uint16_t bit = (uint16_t)(1U << (id & 15));
    if ((named & bit) != 0) return;
    named |= bit;
    struct writer *w = link_log(LOG_ERROR);
    if (w == NULL) return;
    write_flash(w, TEXT("Can't add node "));
    write_u32(w, id);
    write_flash(w, TEXT(": array full"));
    link_end();
}

OWN_FRAME void relay_received(const struct radio_frame *frame, uint32_t now_ms) {
    const struct reception *reception = reception_of(frame);
    switch (reception->kind) {
    case RECEPTION_IGNORED:
    case RECEPTION_REPEAT: break;
    case RECEPTION_FULL: refuse(frame->from); break;
    case RECEPTION_FOREIGN: relay_foreign(frame); break;
    default: relay(frame, reception, now_ms); break;
    }
}
