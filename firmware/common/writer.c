#include "writer.h"

#include "crc16.h"

void write_to(struct writer *w, void (*put)(char c)) {
    *w = (struct writer){.put = put, .crc = CRC16_START};
}

void write_into(struct writer *w, char *buffer, uint8_t room) {
    *w = (struct writer){.at = buffer, .room = (uint8_t)(room - 1), .crc = CRC16_START};
    *buffer = 0;
}

void write_char(struct writer *w, char c) {
    w->crc = crc16_byte(w->crc, (uint8_t)c);
    if (w->put != NULL) {
        w->put(c);
    } else if (w->room > 0) {
        *w->at++ = c;
        *w->at = 0;
        w->room--;
    } else {
        w->full = true;
    }
}

void write_text(struct writer *w, const char *text) {
    while (*text != 0) write_char(w, *text++);
}

void write_flash(struct writer *w, flash_text text) {
    const char *at = (const char *)text;
    char c;
    while ((c = (char)flash_byte(at++)) != 0) write_char(w, c);
}

void write_foreign(struct writer *w, const char *text, uint8_t length) {
    for (; length > 0 && *text != 0; length--, text++) write_char(w, *text >= ' ' && *text <= '~' ? *text : '.');
}

void write_u32(struct writer *w, uint32_t value) {
    char digits[11];
    char *first = digits + sizeof digits - 1;
    *first = 0;
    do {
        *--first = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    write_text(w, first);
}

void write_i32(struct writer *w, int32_t value) {
    if (value < 0) write_char(w, '-');
    write_u32(w, value < 0 ? 0 - (uint32_t)value : (uint32_t)value);
}

void write_hex(struct writer *w, uint16_t value, uint8_t digits) {
    while (digits-- > 0) {
        uint8_t digit = (uint8_t)(value >> (4 * digits)) & 15;
        write_char(w, (char)(digit < 10 ? '0' + digit : 'A' - 10 + digit));
    }
}

static void write_two_digits(struct writer *w, uint8_t value) {
    write_char(w, (char)('0' + value / 10));
    write_char(w, (char)('0' + value % 10));
}

void write_hundredths(struct writer *w, uint16_t hundredths) {
    write_u32(w, hundredths / 100);
    write_char(w, '.');
    write_two_digits(w, (uint8_t)(hundredths % 100));
}

void write_field(struct writer *w, char separator, uint32_t value) {
    write_char(w, separator);
    write_u32(w, value);
}

void write_date(struct writer *w, uint32_t epoch_s) {
    uint32_t days = epoch_s / 86400;
    uint32_t second = epoch_s % 86400;
    uint16_t year = 1970;
    uint8_t month = 1;
    for (;;) {
        uint16_t length = (year % 4 == 0 && year != 2100) ? 366 : 365;
        if (days < length) break;
        days -= length;
        year++;
    }
    for (;; month++) {
        uint8_t length = month == 2                                                ? ((year % 4 == 0 && year != 2100) ? 29 : 28)
                         : (month == 4 || month == 6 || month == 9 || month == 11) ? 30
                                                                                   : 31;
        if (days < length) break;
        days -= length;
    }
    write_u32(w, year);
    write_char(w, '-');
    write_two_digits(w, month);
    write_char(w, '-');
    write_two_digits(w, (uint8_t)(days + 1));
    write_char(w, ' ');
    write_two_digits(w, (uint8_t)(second / 3600));
    write_char(w, ':');
    write_two_digits(w, (uint8_t)(second / 60 % 60));
    write_char(w, ':');
    write_two_digits(w, (uint8_t)(second % 60));
}
