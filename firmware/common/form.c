#include "form.h"

#include <string.h>

/* What a letter stands for. */
struct number {
    char letter;
    uint8_t bytes;
    uint32_t least, most; /* reading */
};

static const struct number numbers[] FLASH = {
    {'b', 1, 0, UINT8_MAX},  {'h', 2, 0, UINT16_MAX},
    {'l', 4, 0, UINT32_MAX}, {'n', 1, 2, 253},
    {'e', 1, 2, 254},        {'a', 1, 1, 255},
    {'f', 1, 0, 1},          {'v', 1, 1, 254},
    {'r', 1, 0, 254},        {'m', 2, 0, 3000},
    {'p', 2, 10, 600},       {'q', 2, 10, 3000},
    {'w', 4, 0, 2999999999}, {'t', 4, 1483228800, UINT32_MAX},
    {'s', 1, 0, 0},          {'i', 4, 0, 0},
    {'c', 2, 0, 0},          {'k', 1, 0, 0},
};

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
        uint32_t value = 0;
        if (c == 's')
            value = (uint32_t)read_i32(r, INT8_MIN, INT8_MAX);
        else if (c != 'k')
            value = read_u32(r, number.least, number.most);
        memcpy(at, &value, number.bytes);
        at += number.bytes;
    }
}
