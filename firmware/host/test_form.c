#include "common/form.h"
#include "host/rig.h"

static char text[80];
static struct writer w;
static struct reader r;

struct __attribute__((packed)) all {
    uint8_t b;
    uint16_t h;
    uint32_t l;
    int8_t s;
    uint8_t passed;
    uint8_t n;
};

static void writes_by_the_form(void) {
    const struct all data = {255, 65535, UINT32_MAX, -128, 77, 2};
    write_into(&w, text, sizeof text);
    form_write(&w, TEXT("KIND;b,h,l,s.k;n"), &data);
    CHECK_TEXT("KIND;255,65535,4294967295,-128.;2", text);
    const struct __attribute__((packed)) {
        int32_t i;
        uint16_t c;
    } more = {INT32_MIN, 1005};
    write_into(&w, text, sizeof text);
    form_write(&w, TEXT("i c"), &more);
    CHECK_TEXT("-2147483648 10.05", text);
}

static void reads_what_it_writes(void) {
    const struct all data = {200, 40000, 4000000000U, -70, 0, 253};
    struct all got;
    memset(&got, 0xEE, sizeof got);
    write_into(&w, text, sizeof text);
    form_write(&w, TEXT("X;b,h,l,sk;n"), &data);
    read_from(&r, text, 255);
    form_read(&r, TEXT("X;b,h,l,sk;n"), &got);
    CHECK(read_end(&r));
    CHECK_BYTES(&data, &got, sizeof got);
}

static bool takes(flash_text form, const char *number) {
    uint32_t value = 0;
    read_from(&r, number, 255);
    form_read(&r, form, &value);
    bool good = read_end(&r);
    if (!good) CHECK_EQUAL(0, value);
    return good;
}

static void keeps_to_the_ranges(void) {
    static const struct {
        const char *form, *least, *below, *most, *above;
    } ranges[] = {
        {"b", "0", "-1", "255", "256"},
        {"h", "0", "-1", "65535", "65536"},
        {"l", "0", "-1", "4294967295", "4294967296"},
        {"s", "-128", "-129", "127", "128"},
        {"n", "2", "1", "253", "254"},
        {"e", "2", "1", "254", "255"},
        {"a", "1", "0", "255", "256"},
        {"f", "0", "-1", "1", "2"},
        {"v", "1", "0", "254", "255"},
        {"r", "0", "-1", "254", "255"},
        {"m", "0", "-1", "3000", "3001"},
        {"p", "10", "9", "600", "601"},
        {"q", "10", "9", "3000", "3001"},
        {"w", "0", "-1", "2999999999", "3000000000"},
        {"t", "1483228800", "1483228799", "4294967295", "4294967296"},
    };
    for (unsigned i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        flash_text form = flash_text_of(ranges[i].form);
        CHECK(takes(form, ranges[i].least) && takes(form, ranges[i].most));
        CHECK(!takes(form, ranges[i].below) && !takes(form, ranges[i].above) && !takes(form, ""));
    }
}

static void a_blank_takes_a_blank_or_a_comma(void) {
    uint8_t two[2];
    static const char *const good[] = {"2 3", "2,3"}, *const bad[] = {"2;3", "2  3", "2 ,3", "23", "2 "};
    for (int i = 0; i < 2; i++) {
        read_from(&r, good[i], 255);
        form_read(&r, TEXT("b b"), two);
        CHECK(read_end(&r) && two[0] == 2 && two[1] == 3);
    }
    for (int i = 0; i < 5; i++) {
        read_from(&r, bad[i], 255);
        form_read(&r, TEXT("b b"), two);
        CHECK(!read_end(&r));
    }
}

static void networks_have_four_octets(void) {
    uint8_t octets[4];
    read_from(&r, "0.0.1.255", 255);
    form_read(&r, TEXT("b.b.b.b"), octets);
    CHECK(read_end(&r));
    CHECK_BYTES("\0\0\1\377", octets, 4);
    static const char *const bad[] = {"0.0.1", "0.0.1.256", "0.0.1.1.", "0..1.1", "1,1,1,1", "0.0.01.1", ""};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        read_from(&r, bad[i], 255);
        form_read(&r, TEXT("b.b.b.b"), octets);
        CHECK(!read_end(&r));
    }
}

int main(void) {
    RUN(writes_by_the_form);
    RUN(reads_what_it_writes);
    RUN(keeps_to_the_ranges);
    RUN(a_blank_takes_a_blank_or_a_comma);
    RUN(networks_have_four_octets);
    return rig_end();
}
