#include "radio_text_parts.h"

#include <stddef.h>

uint8_t radio_text_put_update(char *payload, enum radio_text_kind kind, uint32_t t, uint32_t wh) {
    const struct frame_rebase from = {t, wh};
    return radio_text_put(payload, kind, TEXT(",l,l"), &from);
}

uint8_t radio_text_add_entry(char *payload, uint8_t length, const struct radio_text_entry *entry) {
    struct writer w;
    radio_text_continue(&w, payload, length);
    bool current = radio_text_kind(payload, RADIO_TEXT_KIND_CHARACTERS) == RADIO_TEXT_MUPC;
    form_write(&w, current ? TEXT(";h,l,c") : TEXT(";h,l"), entry);
    if (!w.full) return radio_text_written(&w);
    payload[length - 1] = 0;
    return 0;
}

/* v10 prints `%d.%01d` of the hundredths: what stands behind the point is their number, with one digit or two. */
static uint16_t read_hundredths(struct reader *r) {
    uint32_t value = read_u32(r, 0, UINT16_MAX / 100) * 100;
    read_char(r, '.');
    if (read_left(r) > 1 && r->at[1] != ';') read_if(r, '0');
    value += read_u32(r, 0, 99);
    if (value > UINT16_MAX) r->bad = true;
    return (uint16_t)value;
}

static void read_entry(struct reader *r, bool current, struct radio_text_entry *entry) {
    form_read(r, TEXT(";h,l"), entry);
    if (entry->duration_s == 0 || entry->duration_s > FRAME_DURATION_MAX_S) r->bad = true;
    entry->current_ca = 0;
    if (!current) return;
    read_char(r, ',');
    entry->current_ca = read_hundredths(r);
}

/* Leaves the reader before the first entry. @return kind */
static enum radio_text_kind read_basis(struct reader *r, const char *payload, uint8_t length, struct frame_rebase *from) {
    enum radio_text_kind kind = radio_text_read_kind(r, payload, length);
    form_read(r, TEXT(",l,l"), from);
    return kind;
}

uint8_t radio_text_get_update(const char *payload, uint8_t length, uint32_t *t, uint32_t *wh) {
    struct reader r;
    struct frame_rebase from;
    struct radio_text_entry entry;
    enum radio_text_kind kind = read_basis(&r, payload, length, &from);
    uint8_t entries = 0;
    if (kind != RADIO_TEXT_MUP && kind != RADIO_TEXT_MUPC) return 0;
    for (; !r.bad && read_left(&r) > 0; entries++) read_entry(&r, kind == RADIO_TEXT_MUPC, &entry);
    *t = from.t;
    *wh = from.wh;
    return r.bad ? 0 : entries;
}

void radio_text_get_entry(const char *payload, uint8_t length, uint8_t index, struct radio_text_entry *entry) {
    struct reader r;
    struct frame_rebase from;
    enum radio_text_kind kind = read_basis(&r, payload, length, &from);
    for (uint8_t i = 0; i <= index; i++) read_entry(&r, kind == RADIO_TEXT_MUPC, entry);
}
