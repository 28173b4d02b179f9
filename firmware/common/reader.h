/**
 * Bounded reading of text. A reader that met what it did not expect is `bad` from then on and gives zeros: read all
 * fields, then ask read_end() once. Numbers are decimal: an empty one, one with a leading zero (v10 took it for octal),
 * or one out of range is bad.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "flash.h"

struct reader {
    const char *at, *end;
    bool bad;
};

/** Reads `text` up to its zero, or `length` characters. */
void read_from(struct reader *r, const char *text, uint8_t length);

/** Takes `c`, or is bad. */
void read_char(struct reader *r, char c);

/** @return whether `c` stands next; then it is taken. Never bad. */
bool read_if(struct reader *r, char c);

/** @return whether `text` stands next, in upper or lower case; then it is taken. Never bad. @param text in upper case */
bool read_if_text(struct reader *r, flash_text text);

/** A number from `least` to `most`. */
uint32_t read_u32(struct reader *r, uint32_t least, uint32_t most);

/** A number from −65535 to 65535. */
int32_t read_signed(struct reader *r);

/** A separator and a number: `,1000`. */
uint32_t read_field(struct reader *r, char separator, uint32_t least, uint32_t most);

/** Exactly `digits` hexadecimal digits, 1…4, either case. */
uint16_t read_hex(struct reader *r, uint8_t digits);

/** @return characters not yet taken */
uint8_t read_left(const struct reader *r);

/** @return whether all was as expected and nothing is left */
bool read_end(const struct reader *r);
