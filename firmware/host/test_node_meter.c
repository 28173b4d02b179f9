/* The register against arithmetic in 64 bits. */
#include "host/rig.h"
#include "meternode/meter.h"

static uint32_t state = 12345;
static uint32_t chance(uint32_t below) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8) % below;
}

static void counts_as_exactly_as_a_wide_number_would(void) {
    const uint16_t constants[] = {1, 7, 75, 400, 999, 1000, 1001, 2000, 6400, 10000, 64999, 65000};
    for (unsigned c = 0; c < sizeof constants / sizeof *constants; c++) {
        struct meter meter;
        meter_init(&meter, 18829393, 0, constants[c]);
        uint64_t impulses = 0;
        for (int i = 0; i < 5000; i++) {
            const uint16_t n = (uint16_t)(chance(4) == 0 ? chance(1000) : 1);
            impulses += n;
            meter_add(&meter, n);
            if (18829393 + impulses * 1000 / constants[c] != meter.wh) break;
        }
        CHECK_EQUAL(18829393 + impulses * 1000 / constants[c], meter.wh);
        CHECK_EQUAL(impulses * 1000 % constants[c], meter.remainder);
    }
}

static void keeps_every_unit_above_two_to_the_24(void) {
    struct meter meter;
    meter_init(&meter, 0, 0, 1000);
    meter_set_wh(&meter, 18829393);
    CHECK_EQUAL(18829393, meter.wh);
    meter_add(&meter, 1);
    CHECK_EQUAL(18829394, meter.wh);
}

static void begins_anew_at_its_end_and_keeps_the_rest(void) {
    struct meter meter;
    meter_init(&meter, METER_WRAP_WH - 1U, 0, 3000);
    meter_add(&meter, 4);
    CHECK_EQUAL(METER_WRAP_WH, meter.wh);
    CHECK(meter_wrap(&meter));
    CHECK_EQUAL(0, meter.wh);
    CHECK_EQUAL(1000, meter.remainder);
    CHECK(!meter_wrap(&meter));
    meter_init(&meter, UINT32_MAX, 0, 1000);
    CHECK(meter.wh < METER_WRAP_WH);
}

static void keeps_the_register_when_the_constant_changes(void) {
    struct meter meter;
    meter_init(&meter, 1234, 0, 2000);
    meter_add(&meter, 1);
    meter_set_imp_per_kwh(&meter, 1000);
    CHECK_EQUAL(1234, meter.wh);
    CHECK_EQUAL(500, meter.remainder);
    meter_set_imp_per_kwh(&meter, 0);
    CHECK_EQUAL(1, meter.imp_per_kwh);
    CHECK_EQUAL(0, meter.remainder);
    meter_set_imp_per_kwh(&meter, 65535);
    CHECK_EQUAL(METER_IMP_PER_KWH_MAX, meter.imp_per_kwh);
}

static void takes_nothing_impossible_from_disk_or_air(void) {
    struct meter meter;
    meter_init(&meter, 5, 65535, 0);
    CHECK_EQUAL(1, meter.imp_per_kwh);
    CHECK_EQUAL(0, meter.remainder);
}

int main(void) {
    RUN(counts_as_exactly_as_a_wide_number_would);
    RUN(keeps_every_unit_above_two_to_the_24);
    RUN(begins_anew_at_its_end_and_keeps_the_rest);
    RUN(keeps_the_register_when_the_constant_changes);
    RUN(takes_nothing_impossible_from_disk_or_air);
    return rig_end();
}
