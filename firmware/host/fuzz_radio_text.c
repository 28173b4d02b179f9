/* A text that is read is the same when it is written again; one that is refused does no harm. */
#include <stdlib.h>
#include <string.h>

#include "common/radio_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char again[RADIO_TEXT_BYTES];

static void must_be(const char *payload, uint8_t length, uint8_t written) {
    const char *zero = memchr(payload, 0, length);
    uint8_t characters = zero == NULL ? length : (uint8_t)(zero - payload);
    /* the kind is known in upper and lower case, as v10 knows it */
    if (written != characters + 1 || memcmp(payload + 4, again + 4, characters - 4U) != 0) abort();
}

static void updates(const char *payload, uint8_t length) {
    uint32_t t, wh;
    uint8_t entries = radio_text_get_update(payload, length, &t, &wh);
    if (entries == 0) return;
    enum radio_text_kind kind = radio_text_kind(payload, length);
    uint8_t written = radio_text_put_update(again, kind, t, wh);
    for (uint8_t i = 0; i < entries; i++) {
        struct radio_text_entry entry;
        radio_text_get_entry(payload, length, i, &entry);
        if (entry.duration_s < 1 || entry.duration_s > FRAME_DURATION_MAX_S) abort();
        if (written != 0) written = radio_text_add_entry(again, written, &entry);
    }
    /* v10's hundredths have one digit or two, ours always two */
    if (kind == RADIO_TEXT_MUP) must_be(payload, length, written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > RADIO_TEXT_BYTES - 1) size = RADIO_TEXT_BYTES - 1;
    uint8_t length = (uint8_t)size;
    char *payload = malloc(length); /* so that a byte read too far is noticed */
    uint32_t t, wh;
    uint8_t characters;
    struct radio_text_status status;
    struct radio_text_answer answer;
    struct radio_text_instruction instruction;
    if (payload == NULL) return 0;
    if (length > 0) memcpy(payload, data, length);
    if (radio_text_get_preq(payload, length, &t)) must_be(payload, length, radio_text_put_preq(again, t));
    if (radio_text_get_rebase(payload, length, &t, &wh)) must_be(payload, length, radio_text_put_rebase(again, t, wh));
    if (radio_text_get_status(payload, length, &status)) must_be(payload, length, radio_text_put_status(again, &status));
    if (radio_text_get_answer(payload, length, &answer)) must_be(payload, length, radio_text_put_answer(again, &answer));
    if (radio_text_get_instruction(payload, length, &instruction))
        must_be(payload, length, radio_text_put_instruction(again, radio_text_kind(payload, length), &instruction));
    const char *text = radio_text_get_message(payload, length, &characters);
    if (text != NULL && text + characters > payload + length) abort();
    updates(payload, length);
    free(payload);
    return 0;
}
