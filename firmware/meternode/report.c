#include "report.h"

#include <string.h>

#include "common/writer.h"

enum { TEXT_ENTRIES = 4 /* v10 sends no more */ };

static uint8_t rebase(uint8_t *payload, const struct queue_base *base, bool secure) {
    if (!secure) return radio_text_put_rebase((char *)payload, base->start_s - 1U, base->meter.wh);
    const struct frame_rebase body = {.t = base->start_s - 1U, .wh = base->meter.wh};
    return frame_put(payload, FRAME_REBASE, &body, sizeof body);
}

static uint8_t frames(uint8_t *payload, const struct queue *queue, bool current, uint8_t *items) {
    struct queue_entry entry, next;
    (void)queue_peek(queue, 0, &entry);
    const struct queue_base *base = queue_head(queue);
    const struct frame_basis basis = {
        .t = base->start_s - 1U, .wh = base->meter.wh, .imp_per_kwh = base->meter.imp_per_kwh, .remainder = base->meter.remainder};
    const bool summary = entry.summary;
    const enum frame_kind kind = summary ? FRAME_SUMMARY : current ? FRAME_UPDATE_CURRENT : FRAME_UPDATE;
    const uint8_t most = frame_entries_max(kind);
    uint8_t length = frame_put_basis(payload, kind, &basis);
    for (uint8_t i = 0; i < most && queue_peek(queue, i, &next) && next.seconds != 0 && next.summary == summary; i++) {
        const struct frame_entry wire = {
            .duration_s = next.seconds, .impulses = next.impulses, .last_64ths = next.last_q64, .current_ca = next.current_ca};
        const uint8_t longer = frame_put_entry(payload, length, &wire);
        if (longer == 0) break;
        length = longer;
        *items = (uint8_t)(i + 1U);
    }
    return length;
}

static uint8_t texts(uint8_t *payload, const struct queue *queue, bool current, uint8_t *items) {
    struct queue_entry entry;
    const struct queue_base *base = queue_head(queue);
    struct meter meter = base->meter;
    uint8_t length = radio_text_put_update((char *)payload, current ? RADIO_TEXT_MUPC : RADIO_TEXT_MUP, base->start_s - 1U, meter.wh);
    for (uint8_t i = 0; i < TEXT_ENTRIES && queue_peek(queue, i, &entry) && entry.seconds != 0; i++) {
        const uint32_t before_wh = meter.wh;
        meter_add(&meter, entry.impulses);
        const struct radio_text_entry text = {.duration_s = entry.seconds, .wh = meter.wh - before_wh, .current_ca = entry.current_ca};
        const uint8_t longer = radio_text_add_entry((char *)payload, length, &text);
        if (longer == 0) break;
        length = longer;
        *items = (uint8_t)(i + 1U);
    }
    return length;
}

uint8_t report_data(uint8_t *payload, const struct queue *queue, bool secure, bool current, uint8_t *items) {
    struct queue_entry entry;
    *items = 0;
    if (!queue_peek(queue, 0, &entry)) return 0;
    if (entry.seconds == 0) {
        *items = 1;
        return rebase(payload, queue_head(queue), secure);
    }
    return secure ? frames(payload, queue, current, items) : texts(payload, queue, current, items);
}

uint8_t report_status(uint8_t *payload, const struct frame_status *status, int8_t gateway_dbm, bool secure) {
    if (secure) return frame_put(payload, FRAME_STATUS, status, sizeof *status);
    const struct radio_text_status text = {.status = *status, .rssi_dbm = gateway_dbm};
    return radio_text_put_status((char *)payload, &text);
}

uint8_t report_text(uint8_t *payload, flash_text text, int32_t number, bool secure) {
    if (!secure) return radio_text_add_number((char *)payload, radio_text_put_message((char *)payload, text), number);
    struct writer w;
    payload[0] = FRAME_TEXT;
    write_into(&w, (char *)payload + FRAME_BODY, FRAME_TEXT_MAX);
    write_flash(&w, text);
    write_i32(&w, number);
    return (uint8_t)(FRAME_BODY + strlen((const char *)payload + FRAME_BODY));
}

static bool in_range(const struct order *order) {
    switch (order->kind) {
    case RADIO_TEXT_GITR:
        return order->with.poll.every_s >= 10 && order->with.poll.every_s <= 600 && order->with.poll.for_s >= 10 && order->with.poll.for_s <= 3000;
    case RADIO_TEXT_MVAI:
        return order->with.register_wh <= METER_SET_MAX_WH;
    case RADIO_TEXT_MINI:
        return order->with.interval_s >= 1 && order->with.interval_s <= 254;
    case RADIO_TEXT_MPLI:
        return order->with.led.rate <= 254 && order->with.led.on_ms <= 3000;
    case RADIO_TEXT_MNOI:
        return true;
    default:
        return false;
    }
}

bool report_read_order(struct order *order, const uint8_t *payload, uint8_t length) {
    if (length == 0) return false;
    memset(order, 0, sizeof *order);
    switch (payload[0]) {
    case FRAME_NOTHING:
        order->kind = RADIO_TEXT_MNOI;
        break;
    case FRAME_POLL:
        if (frame_get(payload, length, FRAME_POLL, &order->with.poll, sizeof order->with.poll)) order->kind = RADIO_TEXT_GITR;
        break;
    case FRAME_REGISTER:
        if (frame_get(payload, length, FRAME_REGISTER, &order->with.register_wh, sizeof order->with.register_wh)) order->kind = RADIO_TEXT_MVAI;
        break;
    case FRAME_INTERVAL:
        if (frame_get(payload, length, FRAME_INTERVAL, &order->with.interval_s, sizeof order->with.interval_s)) order->kind = RADIO_TEXT_MINI;
        break;
    case FRAME_LED:
        if (frame_get(payload, length, FRAME_LED, &order->with.led, sizeof order->with.led)) order->kind = RADIO_TEXT_MPLI;
        break;
    default:
        if (payload[0] < FRAME_ACK && radio_text_get_instruction((const char *)payload, length, &order->with))
            order->kind = radio_text_kind((const char *)payload, length);
    }
    return in_range(order);
}
