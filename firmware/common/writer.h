/**
 * Text made piece by piece, into a bounded buffer or out of the UART, with a running checksum. In place of printf, which
 * costs 1.8 KB of flash and can overrun its buffer.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "flash.h"

struct writer {
    void (*put)(char c); /**< where characters go; NULL: into the buffer */
    char *at;
    uint8_t room; /**< characters that the buffer still takes */
    bool full;    /**< a character did not fit and is lost */
    uint16_t crc; /**< CRC-16/CCITT-FALSE of all characters since it was last set to CRC16_START */
};

/** Writes to a function, such as hal_putc(). */
void write_to(struct writer *w, void (*put)(char c));

/** Writes to `buffer`: at most room − 1 characters, always followed by a zero. @param room 1…255 */
void write_into(struct writer *w, char *buffer, uint8_t room);

void write_char(struct writer *w, char c);
void write_text(struct writer *w, const char *text);
void write_flash(struct writer *w, flash_text text);

/**
 * Text from elsewhere: stops at the zero or after `length`; what is no printable ASCII becomes `.`, so that it can
 * neither end a line nor begin one.
 */
void write_foreign(struct writer *w, const char *text, uint8_t length);

void write_u32(struct writer *w, uint32_t value);
void write_i32(struct writer *w, int32_t value);

/** @param digits 1…4, upper case, leading zeros */
void write_hex(struct writer *w, uint16_t value, uint8_t digits);

/** Hundredths as `10.05`: always two digits, which every reader takes for the same. */
void write_hundredths(struct writer *w, uint16_t hundredths);

/** A separator and a number: `,1000`. */
void write_field(struct writer *w, char separator, uint32_t value);

/** Epoch seconds as `2026-07-02 14:00:00` (UTC). */
void write_date(struct writer *w, uint32_t epoch_s);
