#include "radio_text_parts.h"

#include <stddef.h>

/* In the order of enum radio_text_kind. */
static const char kinds[][RADIO_TEXT_KIND_CHARACTERS + 1] FLASH = {"",     "PREQ", "MREB", "GMSG", "MUP_", "MUPC", "GINR",
                                                                   "PRSP", "GITR", "MVAI", "MINI", "MPLI", "MNOI"};
_Static_assert(sizeof kinds / sizeof kinds[0] == RADIO_TEXT_MNOI + 1, "one name for each kind");

enum radio_text_kind radio_text_read_kind(struct reader *r, const char *payload, uint8_t length) {
    uint8_t kind = RADIO_TEXT_MNOI;
    read_from(r, payload, length);
    while (kind > RADIO_TEXT_UNKNOWN && !read_if_text(r, flash_text_of(kinds[kind]))) kind--;
    return (enum radio_text_kind)kind;
}

enum radio_text_kind radio_text_kind(const char *payload, uint8_t length) {
    struct reader r;
    return radio_text_read_kind(&r, payload, length);
}

void radio_text_continue(struct writer *w, char *payload, uint8_t length) {
    write_into(w, payload + length - 1, (uint8_t)(RADIO_TEXT_BYTES + 1 - length));
}

uint8_t radio_text_written(const struct writer *w) {
    return (uint8_t)(RADIO_TEXT_BYTES - w->room);
}

uint8_t radio_text_put(char *payload, enum radio_text_kind kind, flash_text form, const void *data) {
    struct writer w;
    write_into(&w, payload, RADIO_TEXT_BYTES);
    write_flash(&w, flash_text_of(kinds[kind]));
    form_write(&w, form, data);
    return radio_text_written(&w);
}

static bool get(const char *payload, uint8_t length, enum radio_text_kind kind, flash_text form, void *data) {
    struct reader r;
    if (radio_text_read_kind(&r, payload, length) != kind) return false;
    form_read(&r, form, data);
    return read_end(&r);
}

uint8_t radio_text_put_preq(char *payload, uint32_t now) {
    return radio_text_put(payload, RADIO_TEXT_PREQ, TEXT(",l"), &now);
}

bool radio_text_get_preq(const char *payload, uint8_t length, uint32_t *now) {
    return get(payload, length, RADIO_TEXT_PREQ, TEXT(",l"), now);
}

uint8_t radio_text_put_rebase(char *payload, uint32_t t, uint32_t wh) {
    return radio_text_put_update(payload, RADIO_TEXT_MREB, t, wh);
}

bool radio_text_get_rebase(const char *payload, uint8_t length, uint32_t *t, uint32_t *wh) {
    struct frame_rebase told;
    if (!get(payload, length, RADIO_TEXT_MREB, TEXT(",l,l"), &told)) return false;
    *t = told.t;
    *wh = told.wh;
    return true;
}

/* The signal strength stands in the middle of the text. */
static const char status_before[] FLASH = ",h,l,l,h";
static const char status_behind[] FLASH = ",b,h,b,h";

uint8_t radio_text_put_status(char *payload, const struct radio_text_status *told) {
    struct writer w;
    radio_text_continue(&w, payload, radio_text_put(payload, RADIO_TEXT_GINR, flash_text_of(status_before), &told->status));
    form_write(&w, TEXT(",s"), &told->rssi_dbm);
    form_write(&w, flash_text_of(status_behind), &told->status.led_rate);
    return radio_text_written(&w);
}

bool radio_text_get_status(const char *payload, uint8_t length, struct radio_text_status *told) {
    struct reader r;
    if (radio_text_read_kind(&r, payload, length) != RADIO_TEXT_GINR) return false;
    form_read(&r, flash_text_of(status_before), &told->status);
    form_read(&r, TEXT(",s"), &told->rssi_dbm);
    form_read(&r, flash_text_of(status_behind), &told->status.led_rate);
    told->status.waiting = 0;
    return read_end(&r);
}

static const char answer_form[] FLASH = ",l,l,f,s";

uint8_t radio_text_put_answer(char *payload, const struct radio_text_answer *answer) {
    return radio_text_put(payload, RADIO_TEXT_PRSP, flash_text_of(answer_form), answer);
}

bool radio_text_get_answer(const char *payload, uint8_t length, struct radio_text_answer *answer) {
    return get(payload, length, RADIO_TEXT_PRSP, flash_text_of(answer_form), answer);
}

/* ---- messages ---- */

uint8_t radio_text_put_message(char *payload, flash_text text) {
    struct writer w;
    radio_text_continue(&w, payload, radio_text_put(payload, RADIO_TEXT_GMSG, TEXT(","), NULL));
    write_flash(&w, text);
    return radio_text_written(&w);
}

uint8_t radio_text_add_number(char *payload, uint8_t length, int32_t number) {
    struct writer w;
    radio_text_continue(&w, payload, length);
    write_i32(&w, number);
    return radio_text_written(&w);
}

const char *radio_text_get_message(const char *payload, uint8_t length, uint8_t *characters) {
    struct reader r;
    if (radio_text_read_kind(&r, payload, length) != RADIO_TEXT_GMSG || !read_if(&r, ',')) return NULL;
    *characters = read_left(&r);
    return r.at;
}

/* ---- instructions ---- */

/* In the order of the kinds, from GITR; the signal strength follows in all. */
static const char instructions[][5] FLASH = {",p,q", ",w", ",v", ",r,m", ""};

static flash_text form_of(enum radio_text_kind kind) {
    return flash_text_of(instructions[kind - RADIO_TEXT_GITR]);
}

uint8_t radio_text_put_instruction(char *payload, enum radio_text_kind kind, const struct radio_text_instruction *instruction) {
    struct writer w;
    radio_text_continue(&w, payload, radio_text_put(payload, kind, form_of(kind), instruction));
    form_write(&w, TEXT(",s"), &instruction->rssi_dbm);
    return radio_text_written(&w);
}

bool radio_text_get_instruction(const char *payload, uint8_t length, struct radio_text_instruction *instruction) {
    struct reader r;
    enum radio_text_kind kind = radio_text_read_kind(&r, payload, length);
    if (kind < RADIO_TEXT_GITR) return false;
    form_read(&r, form_of(kind), instruction);
    form_read(&r, TEXT(",s"), &instruction->rssi_dbm);
    return read_end(&r);
}
