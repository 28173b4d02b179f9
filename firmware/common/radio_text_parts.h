/** What the texts have in common. For radio_text.c and radio_text_update.c only. */
#pragma once

#include "radio_text.h"
#include "reader.h"
#include "writer.h"

enum { RADIO_TEXT_KIND_CHARACTERS = 4 };

/** Reads the kind; the reader stands behind it. */
enum radio_text_kind radio_text_read_kind(struct reader *r, const char *payload, uint8_t length);

/** Begins a text. */
void radio_text_write_kind(struct writer *w, char *payload, enum radio_text_kind kind);

/** @return length of a text with its zero */
uint8_t radio_text_written(const struct writer *w);
