#include "common/rng.h"
#include "host/rig.h"

static void stays_in_range_and_reaches_all_of_it(void) {
    uint32_t state;
    unsigned seen[11] = {0};
    rng_seed(&state, 7);
    for (int i = 0; i < 11000; i++) {
        uint16_t value = rng_between(&state, 500, 510);
        if (value >= 500 && value <= 510) seen[value - 500]++;
    }
    for (int i = 0; i < 11; i++) CHECK(seen[i] > 800 && seen[i] < 1200);
}

static void a_range_of_one_has_one_value(void) {
    uint32_t state;
    rng_seed(&state, 1);
    CHECK_EQUAL(9, rng_between(&state, 9, 9));
}

static void all_of_the_range_is_possible(void) {
    uint32_t state;
    unsigned low = 0, high = 0;
    rng_seed(&state, 5);
    for (int i = 0; i < 1000; i++) *(rng_between(&state, 0, 65534) < 32768 ? &low : &high) += 1;
    CHECK(low > 400 && high > 400);
}

static void a_seed_of_zero_is_chance_too(void) {
    uint32_t state;
    rng_seed(&state, 0);
    uint16_t first = rng_between(&state, 0, 65534);
    CHECK(first != rng_between(&state, 0, 65534) || first != rng_between(&state, 0, 65534));
}

static void neighbouring_seeds_part_soon(void) {
    unsigned same = 0;
    for (uint32_t seed = 1; seed < 200; seed++) {
        uint32_t a, b;
        rng_seed(&a, seed);
        rng_seed(&b, seed + 1);
        (void)rng_between(&a, 500, 1000), (void)rng_between(&b, 500, 1000);
        if (rng_between(&a, 500, 1000) == rng_between(&b, 500, 1000)) same++;
    }
    CHECK(same < 5);
}

int main(void) {
    RUN(stays_in_range_and_reaches_all_of_it);
    RUN(a_range_of_one_has_one_value);
    RUN(all_of_the_range_is_possible);
    RUN(a_seed_of_zero_is_chance_too);
    RUN(neighbouring_seeds_part_soon);
    return rig_end();
}
