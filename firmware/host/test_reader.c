#include "common/reader.h"
#include "host/rig.h"

static struct reader r;

static bool number(const char *text, uint32_t least, uint32_t most, uint32_t wanted) {
    read_from(&r, text, 255);
    return read_u32(&r, least, most) == wanted && read_end(&r);
}

static bool bad_number(const char *text, uint32_t least, uint32_t most) {
    read_from(&r, text, 255);
    read_u32(&r, least, most);
    return !read_end(&r);
}

static void reads_numbers_in_range(void) {
    CHECK(number("0", 0, 0, 0));
    CHECK(number("4294967295", 0, UINT32_MAX, UINT32_MAX));
    CHECK(number("254", 1, 254, 254));
    CHECK(number("10", 10, 600, 10));
}

static void refuses_all_other_numbers(void) {
    static const char *const bad[] = {"",    " ",   "-1", "+1",         "01",         "00",          "0x1",
                                      "1 ",  " 1",  "1a", "4294967296", "4294967299", "99999999999", "429496729500000000000",
                                      "1.0", "\xb2"};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) CHECK(bad_number(bad[i], 0, UINT32_MAX));
    CHECK(bad_number("0", 1, 254));
    CHECK(bad_number("255", 1, 254));
    CHECK(bad_number("9", 10, 600));
}

static void reads_signed_numbers(void) {
    read_from(&r, "-70,0,12,-65535,65535", 255);
    CHECK_EQUAL(-70, read_signed(&r));
    read_char(&r, ',');
    CHECK_EQUAL(0, read_signed(&r));
    read_char(&r, ',');
    CHECK_EQUAL(12, read_signed(&r));
    read_char(&r, ',');
    CHECK_EQUAL(-65535, read_signed(&r));
    read_char(&r, ',');
    CHECK_EQUAL(65535, read_signed(&r));
    CHECK(read_end(&r));
    static const char *const bad[] = {"-65536", "65536", "-0", "--1", "-", "-01", "4294967295", "-4294967295", "2147483648", "+1"};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        read_from(&r, bad[i], 255);
        CHECK_EQUAL(0, read_signed(&r));
        CHECK(!read_end(&r));
    }
}

static void one_surprise_spoils_all_that_follows(void) {
    read_from(&r, "1,x,3", 255);
    CHECK_EQUAL(1, read_u32(&r, 0, 9));
    CHECK_EQUAL(0, read_field(&r, ',', 0, 9));
    CHECK_EQUAL(0, read_field(&r, ',', 0, 9));
    CHECK(!read_if(&r, 'x'));
    CHECK(!read_if_text(&r, TEXT("X")));
    CHECK(!read_end(&r));
}

static void something_left_is_not_the_end(void) {
    read_from(&r, "12;", 255);
    read_u32(&r, 0, 99);
    CHECK_EQUAL(1, read_left(&r));
    CHECK(!read_end(&r));
}

static void stops_at_the_zero_or_the_length(void) {
    read_from(&r,
              "12\0"
              "34",
              5);
    CHECK_EQUAL(12, read_u32(&r, 0, 9999));
    CHECK(read_end(&r));
    const char three[] = {'1', '2', '3'};
    read_from(&r, three, 3);
    CHECK_EQUAL(123, read_u32(&r, 0, 9999));
    CHECK(read_end(&r));
    read_from(&r, three, 0);
    CHECK(read_end(&r));
}

static void takes_words_in_either_case(void) {
    read_from(&r, "ledRx", 255);
    CHECK(!read_if_text(&r, TEXT("LEDT")));
    CHECK(!read_if_text(&r, TEXT("LEDRXX")));
    CHECK(read_if_text(&r, TEXT("LEDR")));
    CHECK_EQUAL(1, read_left(&r));
}

static void reads_hexadecimal(void) {
    read_from(&r, "29B1ff00", 255);
    CHECK_EQUAL(0x29B1, read_hex(&r, 4));
    CHECK_EQUAL(0xFF00, read_hex(&r, 4));
    CHECK(read_end(&r));
    read_hex(&r, 2);
    CHECK(!read_end(&r));
    read_from(&r, "4G", 255);
    CHECK_EQUAL(0, read_hex(&r, 2));
    CHECK(!read_end(&r));
}

int main(void) {
    RUN(reads_numbers_in_range);
    RUN(refuses_all_other_numbers);
    RUN(reads_signed_numbers);
    RUN(one_surprise_spoils_all_that_follows);
    RUN(something_left_is_not_the_end);
    RUN(stops_at_the_zero_or_the_length);
    RUN(takes_words_in_either_case);
    RUN(reads_hexadecimal);
    return rig_end();
}
