#include "radio_text_parts.h"

/* In the order of enum radio_text_kind. */
static const char kinds[][RADIO_TEXT_KIND_CHARACTERS + 1] FLASH = {"",     "PREQ", "MREB", "GMSG", "MUP_", "MUPC", "GINR",
                                                                   "PRSP", "GITR", "MVAI", "MINI", "MPLI", "MNOI"};
_Static_assert(sizeof kinds / sizeof kinds[0] == RADIO_TEXT_MNOI + 1, "one name for each kind");

enum radio_text_kind radio_text_read_kind(struct reader *r, const char *payload, uint8_t length) {
    read_from(r, payload, length);
    for (uint8_t kind = 1; kind < sizeof kinds / sizeof kinds[0]; kind++)
        if (read_if_text(r, flash_text_of(kinds[kind]))) return (enum radio_text_kind)kind;
    return RADIO_TEXT_UNKNOWN;
}

enum radio_text_kind radio_text_kind(const char *payload, uint8_t length) {
    struct reader r;
    return radio_text_read_kind(&r, payload, length);
}

static bool read_start(struct reader *r, const char *payload, uint8_t length, enum radio_text_kind kind) {
    return radio_text_read_kind(r, payload, length) == kind;
}

static uint32_t next(struct reader *r, uint32_t most) {
    return read_field(r, ',', 0, most);
}

static int8_t next_rssi(struct reader *r) {
    read_char(r, ',');
    return (int8_t)read_i32(r, INT8_MIN, INT8_MAX);
}

void radio_text_write_kind(struct writer *w, char *payload, enum radio_text_kind kind) {
    write_into(w, payload, RADIO_TEXT_BYTES);
    write_flash(w, flash_text_of(kinds[kind]));
}

static void put(struct writer *w, uint32_t value) {
    write_field(w, ',', value);
}

uint8_t radio_text_written(const struct writer *w) {
    return (uint8_t)(RADIO_TEXT_BYTES - w->room);
}

uint8_t radio_text_put_preq(char *payload, uint32_t now) {
    struct writer w;
    radio_text_write_kind(&w, payload, RADIO_TEXT_PREQ);
    put(&w, now);
    return radio_text_written(&w);
}

bool radio_text_get_preq(const char *payload, uint8_t length, uint32_t *now) {
    struct reader r;
    if (!read_start(&r, payload, length, RADIO_TEXT_PREQ)) return false;
    *now = next(&r, UINT32_MAX);
    return read_end(&r);
}

uint8_t radio_text_put_rebase(char *payload, uint32_t t, uint32_t wh) {
    return radio_text_put_update(payload, RADIO_TEXT_MREB, t, wh);
}

bool radio_text_get_rebase(const char *payload, uint8_t length, uint32_t *t, uint32_t *wh) {
    struct reader r;
    if (!read_start(&r, payload, length, RADIO_TEXT_MREB)) return false;
    *t = next(&r, UINT32_MAX);
    *wh = next(&r, UINT32_MAX);
    return read_end(&r);
}

uint8_t radio_text_put_status(char *payload, const struct radio_text_status *told) {
    struct writer w;
    const struct frame_status *status = &told->status;
    radio_text_write_kind(&w, payload, RADIO_TEXT_GINR);
    put(&w, status->battery_mv);
    put(&w, status->uptime_s);
    put(&w, status->slept_s);
    put(&w, status->free_ram);
    write_signed_field(&w, ',', told->rssi_dbm);
    put(&w, status->led_rate);
    put(&w, status->led_ms);
    put(&w, status->interval_s);
    put(&w, status->imp_per_kwh);
    return radio_text_written(&w);
}

bool radio_text_get_status(const char *payload, uint8_t length, struct radio_text_status *told) {
    struct reader r;
    struct frame_status *status = &told->status;
    if (!read_start(&r, payload, length, RADIO_TEXT_GINR)) return false;
    status->battery_mv = (uint16_t)next(&r, UINT16_MAX);
    status->uptime_s = next(&r, UINT32_MAX);
    status->slept_s = next(&r, UINT32_MAX);
    status->free_ram = (uint16_t)next(&r, UINT16_MAX);
    told->rssi_dbm = next_rssi(&r);
    status->led_rate = (uint8_t)next(&r, UINT8_MAX);
    status->led_ms = (uint16_t)next(&r, UINT16_MAX);
    status->interval_s = (uint8_t)next(&r, UINT8_MAX);
    status->imp_per_kwh = (uint16_t)next(&r, UINT16_MAX);
    status->waiting = 0;
    return read_end(&r);
}

uint8_t radio_text_put_answer(char *payload, const struct radio_text_answer *answer) {
    struct writer w;
    radio_text_write_kind(&w, payload, RADIO_TEXT_PRSP);
    put(&w, answer->asked);
    put(&w, answer->now);
    put(&w, answer->align);
    write_signed_field(&w, ',', answer->rssi_dbm);
    return radio_text_written(&w);
}

bool radio_text_get_answer(const char *payload, uint8_t length, struct radio_text_answer *answer) {
    struct reader r;
    if (!read_start(&r, payload, length, RADIO_TEXT_PRSP)) return false;
    answer->asked = next(&r, UINT32_MAX);
    answer->now = next(&r, UINT32_MAX);
    answer->align = next(&r, 1) == 1;
    answer->rssi_dbm = next_rssi(&r);
    return read_end(&r);
}

uint8_t radio_text_put_message(char *payload, flash_text text) {
    struct writer w;
    radio_text_write_kind(&w, payload, RADIO_TEXT_GMSG);
    write_char(&w, ',');
    write_flash(&w, text);
    return radio_text_written(&w);
}

uint8_t radio_text_add_number(char *payload, uint8_t length, int32_t number) {
    struct writer w;
    write_into(&w, payload + length - 1, (uint8_t)(RADIO_TEXT_BYTES + 1 - length));
    write_i32(&w, number);
    return radio_text_written(&w);
}

const char *radio_text_get_message(const char *payload, uint8_t length, uint8_t *characters) {
    struct reader r;
    if (!read_start(&r, payload, length, RADIO_TEXT_GMSG) || !read_if(&r, ',')) return NULL;
    *characters = read_left(&r);
    return r.at;
}

uint8_t radio_text_put_instruction(char *payload, enum radio_text_kind kind, const struct radio_text_instruction *instruction) {
    struct writer w;
    radio_text_write_kind(&w, payload, kind);
    if (kind == RADIO_TEXT_GITR) {
        put(&w, instruction->poll.every_s);
        put(&w, instruction->poll.for_s);
    } else if (kind == RADIO_TEXT_MVAI) {
        put(&w, instruction->register_wh);
    } else if (kind == RADIO_TEXT_MINI) {
        put(&w, instruction->interval_s);
    } else if (kind == RADIO_TEXT_MPLI) {
        put(&w, instruction->led.rate);
        put(&w, instruction->led.on_ms);
    }
    write_signed_field(&w, ',', instruction->rssi_dbm);
    return radio_text_written(&w);
}

bool radio_text_get_instruction(const char *payload, uint8_t length, struct radio_text_instruction *instruction) {
    struct reader r;
    switch (radio_text_read_kind(&r, payload, length)) {
    case RADIO_TEXT_GITR:
        instruction->poll.every_s = (uint16_t)read_field(&r, ',', 10, 600);
        instruction->poll.for_s = (uint16_t)read_field(&r, ',', 10, 3000);
        break;
    case RADIO_TEXT_MVAI: instruction->register_wh = next(&r, FRAME_REGISTER_MAX_WH); break;
    case RADIO_TEXT_MINI: instruction->interval_s = (uint8_t)read_field(&r, ',', 1, 254); break;
    case RADIO_TEXT_MPLI:
        instruction->led.rate = (uint8_t)next(&r, 254);
        instruction->led.on_ms = (uint16_t)next(&r, 3000);
        break;
    case RADIO_TEXT_MNOI: break;
    default: return false;
    }
    instruction->rssi_dbm = next_rssi(&r);
    return read_end(&r);
}
