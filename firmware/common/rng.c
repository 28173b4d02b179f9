#include "rng.h"

/* neighbouring seeds give neighbouring numbers at first */
void rng_seed(uint32_t *state, uint32_t seed) {
    *state = seed;
    rng_between(state, 0, 0);
    rng_between(state, 0, 0);
}

uint16_t rng_between(uint32_t *state, uint16_t least, uint16_t most) {
    *state = *state * 1664525UL + 1013904223UL;
    uint32_t range = (uint32_t)most - least + 1;
    return (uint16_t)(least + ((*state >> 16) * range >> 16));
}
