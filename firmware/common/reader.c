#include "reader.h"

static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

void read_from(struct reader *r, const char *text, uint8_t length) {
    r->at = text;
    while (length > 0 && *text != 0) {
        text++;
        length--;
    }
    r->end = text;
    r->bad = false;
}

bool read_if(struct reader *r, char c) {
    if (r->bad || r->at == r->end || *r->at != c) return false;
    r->at++;
    return true;
}

void read_char(struct reader *r, char c) {
    if (!read_if(r, c)) r->bad = true;
}

bool read_if_text(struct reader *r, flash_text text) {
    const char *at = r->at;
    const char *wanted = (const char *)text;
    for (;; at++, wanted++) {
        char c = (char)flash_byte(wanted);
        if (c == 0) break;
        if (at == r->end || upper(*at) != c) return false;
    }
    if (r->bad) return false;
    r->at = at;
    return true;
}

uint32_t read_u32(struct reader *r, uint32_t least, uint32_t most) {
    uint32_t value = 0;
    uint8_t digits = 0;
    for (; r->at < r->end && is_digit(*r->at); digits++) {
        uint8_t digit = (uint8_t)(*r->at++ - '0');
        if (value > UINT32_MAX / 10 || (value == 0 && digits > 0)) r->bad = true;
        value = value * 10 + digit;
        if (value < digit) r->bad = true; /* the last digit was one too much for 32 bits */
    }
    if (digits == 0 || value < least || value > most) r->bad = true;
    return r->bad ? 0 : value;
}

int32_t read_signed(struct reader *r) {
    bool negative = read_if(r, '-');
    int32_t value = (int32_t)read_u32(r, negative, UINT16_MAX);
    return negative ? -value : value;
}

uint32_t read_field(struct reader *r, char separator, uint32_t least, uint32_t most) {
    read_char(r, separator);
    return read_u32(r, least, most);
}

uint16_t read_hex(struct reader *r, uint8_t digits) {
    uint16_t value = 0;
    for (; digits > 0; digits--) {
        char c = r->at < r->end ? upper(*r->at++) : 0;
        if (is_digit(c))
            c = (char)(c - '0');
        else if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 10);
        else
            r->bad = true;
        value = (uint16_t)(value << 4 | (c & 15));
    }
    return r->bad ? 0 : value;
}

uint8_t read_left(const struct reader *r) {
    return (uint8_t)(r->end - r->at);
}

bool read_end(const struct reader *r) {
    return !r->bad && r->at == r->end;
}
