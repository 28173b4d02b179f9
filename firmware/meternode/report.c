#include "report.h"

#include <string.h>

enum { TEXT_ENTRIES = 4 /* v10 sends no more */ };

uint8_t report_data(uint8_t *payload, const struct queue *queue, bool secure, bool current, uint8_t *items) {
    struct queue_entry entry;
    *items = 0;
    if (!queue_peek(queue, 0, &entry)) return 0;
    const struct queue_base *base = queue_head(queue);
    struct meter meter = base->meter;
    const uint32_t t = base->start_s - 1U; /* the end of the second before */
    if (entry.seconds == 0) {
        *items = 1;
        if (!secure) return radio_text_put_rebase((char *)payload, t, meter.wh);
        const struct frame_rebase rebase = {.t = t, .wh = meter.wh};
        return frame_put(payload, FRAME_REBASE, &rebase, sizeof rebase);
    }
    const bool summary = queue_is_summary(queue, 0);
    const struct frame_basis basis = {.t = t, .wh = meter.wh, .imp_per_kwh = meter.imp_per_kwh, .remainder = meter.remainder};
    uint8_t longer = secure ? frame_put_basis(payload,
                                              summary   ? FRAME_SUMMARY
                                              : current ? FRAME_UPDATE_CURRENT
                                                        : FRAME_UPDATE,
                                              &basis)
                            : radio_text_put_update((char *)payload, current ? RADIO_TEXT_MUPC : RADIO_TEXT_MUP, t, meter.wh);
    uint8_t length = longer, taken = 0;
    while (queue_peek(queue, taken, &entry) && entry.seconds != 0 && queue_is_summary(queue, taken) == summary &&
           (secure || taken < TEXT_ENTRIES)) {
        if (secure) {
            const struct frame_entry wire = {
                .duration_s = entry.seconds, .impulses = entry.impulses, .last_64ths = entry.last_q64, .current_ca = entry.current_ca};
            longer = frame_put_entry(payload, length, &wire);
        } else {
            const uint32_t before_wh = meter.wh;
            meter_add(&meter, entry.impulses);
            const struct radio_text_entry text = {.duration_s = entry.seconds, .wh = meter.wh - before_wh, .current_ca = entry.current_ca};
            longer = radio_text_add_entry((char *)payload, length, &text);
        }
        if (longer == 0) break;
        length = longer;
        taken++;
    }
    *items = taken;
    return length;
}

uint8_t report_status(uint8_t *payload, const struct radio_text_status *status, bool secure) {
    return secure ? frame_put(payload, FRAME_STATUS, &status->status, sizeof status->status)
                  : radio_text_put_status((char *)payload, status);
}

_Static_assert(FRAME_BODY == 4, "the text moves one place to the left");

uint8_t report_text(uint8_t *payload, flash_text text, int16_t number, bool secure) {
    const uint8_t length = radio_text_add_number((char *)payload, radio_text_put_message((char *)payload, text), number);
    if (!secure) return length;
    payload[0] = FRAME_TEXT; /* in place of `GMSG,` and of the zero */
    memmove(payload + FRAME_BODY, payload + FRAME_BODY + 1, length);
    return (uint8_t)(length - 2U);
}

static bool in_range(const struct order *order) {
    const struct radio_text_instruction *with = &order->with;
    switch (order->kind) {
    case RADIO_TEXT_GITR:
        return with->poll.every_s >= 10 && with->poll.every_s <= 600 && with->poll.for_s >= 10 && with->poll.for_s <= 3000;
    case RADIO_TEXT_MVAI: return with->register_wh <= METER_SET_MAX_WH;
    case RADIO_TEXT_MINI: return with->interval_s >= 1 && with->interval_s <= 254;
    case RADIO_TEXT_MPLI: return with->led.rate <= 254 && with->led.on_ms <= 3000;
    default: return true;
    }
}

_Static_assert(FRAME_LED - FRAME_POLL == RADIO_TEXT_MPLI - RADIO_TEXT_GITR, "frames and texts name the instructions in the same order");

bool report_read_order(struct order *order, const uint8_t *payload, uint8_t length) {
    static const uint8_t bytes[] FLASH = {0, sizeof order->with.poll, sizeof order->with.register_wh, sizeof order->with.interval_s,
                                          sizeof order->with.led};
    if (payload[0] < FRAME_ACK) {
        order->kind = radio_text_kind((const char *)payload, length);
        return radio_text_get_instruction((const char *)payload, length, &order->with);
    }
    const uint8_t index = (uint8_t)(payload[0] - FRAME_NOTHING);
    if (index >= sizeof bytes || length != FRAME_BODY + flash_byte(bytes + index)) return false;
    order->kind = index == 0 ? RADIO_TEXT_MNOI : (enum radio_text_kind)(RADIO_TEXT_GITR + index - 1);
    memcpy(&order->with, payload + FRAME_BODY, flash_byte(bytes + index)); /* all members begin where the struct does */
    return in_range(order);
}
