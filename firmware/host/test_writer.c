#include "common/crc16.h"
#include "common/writer.h"
#include "host/rig.h"

static char text[64];
static struct writer w;

static void begin(void) {
    write_into(&w, text, sizeof text);
}

static const char *u32(uint32_t value) {
    return begin(), write_u32(&w, value), text;
}
static const char *i32(int32_t value) {
    return begin(), write_i32(&w, value), text;
}
static const char *hundredths(uint16_t value) {
    return begin(), write_hundredths(&w, value), text;
}
static const char *date(uint32_t value) {
    return begin(), write_date(&w, value), text;
}
static const char *hex(uint16_t value, uint8_t digits) {
    return begin(), write_hex(&w, value, digits), text;
}

static void writes_numbers(void) {
    CHECK_TEXT("0", u32(0));
    CHECK_TEXT("4294967295", u32(UINT32_MAX));
    CHECK_TEXT("1000", u32(1000));
    CHECK_TEXT("-2147483648", i32(INT32_MIN));
    CHECK_TEXT("2147483647", i32(INT32_MAX));
    CHECK_TEXT("-70", i32(-70));
    CHECK_TEXT("0", i32(0));
    CHECK_TEXT("0.00", hundredths(0));
    CHECK_TEXT("10.05", hundredths(1005));
    CHECK_TEXT("655.35", hundredths(65535));
    CHECK_TEXT("29B1", hex(0x29B1, 4));
    CHECK_TEXT("0000", hex(0, 4));
    CHECK_TEXT("5", hex(0x45, 1));
}

static void writes_every_number_as_printf_does(void) {
    char wanted[16];
    unsigned wrong = 0;
    for (uint32_t value = 1; value < 4000000000U; value += value / 50 + 1) {
        snprintf(wanted, sizeof wanted, "%u", value);
        wrong += strcmp(wanted, u32(value)) != 0;
        snprintf(wanted, sizeof wanted, "%d", (int32_t)value);
        wrong += strcmp(wanted, i32((int32_t)value)) != 0;
    }
    CHECK_EQUAL(0, wrong);
}

static void writes_dates(void) {
    CHECK_TEXT("1970-01-01 00:00:00", date(0));
    CHECK_TEXT("2017-01-01 00:00:00", date(1483228800));
    CHECK_TEXT("2026-07-02 13:46:40", date(1783000000));
    CHECK_TEXT("2024-02-29 23:59:59", date(1709251199));
    CHECK_TEXT("2024-03-01 00:00:00", date(1709251200));
    CHECK_TEXT("2026-12-31 23:59:59", date(1798761599));
    CHECK_TEXT("2100-03-01 00:00:00", date(4107542400U));
    CHECK_TEXT("2106-02-07 06:28:15", date(UINT32_MAX));
}

static void never_writes_past_its_buffer(void) {
    for (uint8_t room = 1; room < 14; room++) {
        char buffer[16];
        memset(buffer, 'x', sizeof buffer);
        write_into(&w, buffer, room);
        write_text(&w, "0123456789");
        CHECK_EQUAL(room < 11 ? room - 1 : 10, (int)strlen(buffer));
        CHECK_EQUAL(room < 11, w.full);
        CHECK_EQUAL('x', buffer[room]);
    }
}

static void makes_foreign_text_harmless(void) {
    begin();
    write_foreign(&w, "a\r\nG>S:\x01\x7f\xc3~ ", 13);
    CHECK_TEXT("a..G>S:...~ ", text);
    begin();
    write_foreign(&w, "ab\0cd", 5);
    CHECK_TEXT("ab", text);
    begin();
    write_foreign(&w, "abcd", 2);
    CHECK_TEXT("ab", text);
}

static void sums_what_it_writes(void) {
    begin();
    write_flash(&w, TEXT("1234"));
    write_u32(&w, 56789);
    CHECK_EQUAL(0x29B1, w.crc);
}

static void puts_separators_before_fields(void) {
    begin();
    write_field(&w, ';', 2);
    write_field(&w, ',', UINT32_MAX);
    CHECK_TEXT(";2,4294967295", text);
}

static char heard[8];
static uint8_t heard_length;
static void hear(char c) {
    heard[heard_length++] = c;
}

static void writes_to_a_function(void) {
    write_to(&w, hear);
    write_text(&w, "abc");
    CHECK_EQUAL(3, heard_length);
    CHECK_BYTES("abc", heard, 3);
}

int main(void) {
    RUN(writes_numbers);
    RUN(writes_every_number_as_printf_does);
    RUN(writes_dates);
    RUN(never_writes_past_its_buffer);
    RUN(makes_foreign_text_harmless);
    RUN(sums_what_it_writes);
    RUN(puts_separators_before_fields);
    RUN(writes_to_a_function);
    return rig_end();
}
