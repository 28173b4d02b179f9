#include "form.h"

#include <string.h>

/* What a letter stands for. */
struct number {
    char letter;
    uint8_t bytes;
    uint16_t least, most; /* reading, of numbers of one or two bytes */
};

static const struct number numbers[] FLASH = {
    {'b', 1, 0, 255}, {'h', 2, 0, 65535}, {'l', 4, 0, 0},   {'n', 1, 2, 253},  {'e', 1, 2, 254},  {'a', 1, 1, 255},
    {'f', 1, 0, 1},   {'v', 1, 1, 254},   {'r', 1, 0, 254}, {'m', 2, 0, 3000}, {'p', 2, 10, 600}, {'q', 2, 10, 3000},
    {'w', 4, 0, 0},   {'t', 4, 0, 0},     {'s', 1, 0, 0},   {'i', 4, 0, 0},    {'c', 2, 0, 0},    {'k', 1, 0, 0},
};

static uint32_t read_number(struct reader *r, const struct number *number) {
    char c = number->letter;
    uint32_t least = number->least, most = number->most;
    if (c == 'k') return 0;
    if (c == 's') {
        int32_t value = read_signed(r);
        if (value != (int8_t)value) r->bad = true;
        return r->bad ? 0 : (uint32_t)value;
    }
    if (number->bytes == 4) most = UINT32_MAX;
    if (c == 'w') most = 2999999999;
    if (c == 't') least = 1483228800;
    return read_u32(r, least, most);
}

/* @return false: the letter stands for itself */
static bool find(char letter, struct number *number) {
    for (uint8_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        flash_copy(number, &numbers[i], sizeof *number);
        if (number->letter == letter) return true;
    }
    return false;
}

void form_write(struct writer *w, flash_text form, const void *data) {
    const char *letter = (const char *)form;
    const uint8_t *at = data;
    struct number number;
    char c;
    while ((c = (char)flash_byte(letter++)) != 0) {
        int32_t value = 0;
        if (!find(c, &number)) {
            write_char(w, c);
            continue;
        }
        memcpy(&value, at, number.bytes);
        at += number.bytes;
        if (c == 's')
            write_i32(w, (int8_t)value);
        else if (c == 'i')
            write_i32(w, value);
        else if (c == 'c')
            write_hundredths(w, (uint16_t)value);
        else if (c != 'k')
            write_u32(w, (uint32_t)value);
    }
}

void form_read(struct reader *r, flash_text form, void *data) {
    const char *letter = (const char *)form;
    uint8_t *at = data;
    struct number number;
    char c;
    while ((c = (char)flash_byte(letter++)) != 0) {
        if (!find(c, &number)) {
            if (c != ' ')
                read_char(r, c);
            else if (!read_if(r, ' '))
                read_char(r, ',');
            continue;
        }
        uint32_t value = read_number(r, &number);
        memcpy(at, &value, number.bytes);
        at += number.bytes;
    }
}
