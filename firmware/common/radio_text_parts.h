/** What the texts have in common. For radio_text.c and radio_text_update.c only. */
#pragma once

#include "form.h"
#include "radio_text.h"

enum { RADIO_TEXT_KIND_CHARACTERS = 4 };

/** Reads the kind; the reader stands behind it. */
enum radio_text_kind radio_text_read_kind(struct reader *r, const char *payload, uint8_t length);

/** Writes a text: its kind, then numbers by a form. @return its length with the zero */
uint8_t radio_text_put(char *payload, enum radio_text_kind kind, flash_text form, const void *data);

/** Goes on behind a text of `length`. */
void radio_text_continue(struct writer *w, char *payload, uint8_t length);

/** @return length of a text with its zero */
uint8_t radio_text_written(const struct writer *w);
