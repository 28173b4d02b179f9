#include "radio_text_parts.h"

uint8_t radio_text_put_update(char *payload, enum radio_text_kind kind, uint32_t t, uint32_t wh) {
    struct writer w;
    radio_text_write_kind(&w, payload, kind);
    write_field(&w, ',', t);
    write_field(&w, ',', wh);
    return radio_text_written(&w);
}

uint8_t radio_text_add_entry(char *payload, uint8_t length, const struct radio_text_entry *entry) {
    struct writer w;
    char *end = payload + length - 1;
    write_into(&w, end, (uint8_t)(RADIO_TEXT_BYTES + 1 - length));
    write_field(&w, ';', entry->duration_s);
    write_field(&w, ',', entry->wh);
    if (radio_text_kind(payload, RADIO_TEXT_KIND_CHARACTERS) == RADIO_TEXT_MUPC) {
        write_char(&w, ',');
        write_hundredths(&w, entry->current_ca);
    }
    if (!w.full) return radio_text_written(&w);
    *end = 0;
    return 0;
}

/* v10 prints `%d.%01d` of the hundredths: what stands behind the point is their number, with one digit or two. */
static uint16_t read_hundredths(struct reader *r) {
    uint32_t whole = read_u32(r, 0, UINT16_MAX / 100);
    read_char(r, '.');
    bool leading_zero = read_left(r) > 1 && r->at[0] == '0' && r->at[1] >= '0' && r->at[1] <= '9';
    if (leading_zero) r->at++;
    uint32_t value = whole * 100 + read_u32(r, 0, leading_zero ? 9 : 99);
    if (value > UINT16_MAX) r->bad = true;
    return (uint16_t)value;
}

static void read_entry(struct reader *r, bool current, struct radio_text_entry *entry) {
    entry->duration_s = (uint16_t)read_field(r, ';', 1, FRAME_DURATION_MAX_S);
    entry->wh = read_field(r, ',', 0, UINT32_MAX);
    entry->current_ca = 0;
    if (!current) return;
    read_char(r, ',');
    entry->current_ca = read_hundredths(r);
}

/* Leaves the reader before the first entry. */
static bool read_update(struct reader *r, const char *payload, uint8_t length, uint32_t *t, uint32_t *wh) {
    enum radio_text_kind kind = radio_text_read_kind(r, payload, length);
    *t = read_field(r, ',', 0, UINT32_MAX);
    *wh = read_field(r, ',', 0, UINT32_MAX);
    return kind == RADIO_TEXT_MUPC;
}

uint8_t radio_text_get_update(const char *payload, uint8_t length, uint32_t *t, uint32_t *wh) {
    struct reader r;
    struct radio_text_entry entry;
    bool current = read_update(&r, payload, length, t, wh);
    if (!current && radio_text_kind(payload, length) != RADIO_TEXT_MUP) return 0;
    uint8_t entries = 0;
    for (; !r.bad && read_left(&r) > 0; entries++) read_entry(&r, current, &entry);
    return r.bad ? 0 : entries;
}

void radio_text_get_entry(const char *payload, uint8_t length, uint8_t index, struct radio_text_entry *entry) {
    struct reader r;
    uint32_t t, wh;
    bool current = read_update(&r, payload, length, &t, &wh);
    for (uint8_t i = 0; i <= index; i++) read_entry(&r, current, entry);
}
