/* Current from samples, against floating point. */
#include <math.h>

#include "host/rig.h"
#include "meternode/ct.h"

static uint16_t sampled(double amperes, double bias, unsigned count) {
    uint32_t sum = 0, squares = 0;
    for (unsigned i = 0; i < count; i++) {
        const double volt = amperes * 1.41421356 * 0.05 / 100 * 22 * sin(6.283185307 * 5 * i / count);
        double step = floor(bias + volt / 3.3 * 1024);
        if (step < 0) step = 0;
        if (step > 1023) step = 1023;
        sum += (uint32_t)step;
        squares += (uint32_t)(step * step);
    }
    return ct_current_ca((uint16_t)count, sum, squares, 3300);
}

static void reads_what_flows(void) {
    for (int tenths = 10; tenths <= 1000; tenths += 7) {
        const double amperes = tenths / 10.0;
        const double off = sampled(amperes, 512, 960) - amperes * 100;
        CHECK(fabs(off) <= 20 + amperes * 0.2);
    }
}

static void is_zero_without_current(void) {
    CHECK_EQUAL(0, sampled(0, 512, 960));
    CHECK_EQUAL(0, sampled(0.15, 512.5, 960));
    CHECK_EQUAL(0, ct_current_ca(0, 0, 0, 3300));
    CHECK_EQUAL(0, ct_current_ca(960, 0, 0, 3300));
    CHECK_EQUAL(0, ct_current_ca(960, 960UL * 1023, 960UL * 1023 * 1023, 3300));
}

static void stays_in_range_at_the_worst(void) {
    CHECK(ct_current_ca(1000, 500UL * 1023, 500UL * 1023 * 1023, 5000) > 22000);
}

int main(void) {
    RUN(reads_what_flows);
    RUN(is_zero_without_current);
    RUN(stays_in_range_at_the_worst);
    return rig_end();
}
