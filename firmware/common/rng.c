#include "rng.h"

/* neighbouring seeds give neighbouring numbers at first */
void rng_seed(uint32_t *state, uint32_t seed) {
    *state = seed;
    rng_between(state, 0, 0);
}

uint16_t rng_between(uint32_t *state, uint16_t least, uint16_t most) {
    *state = *state * 1664525UL + 1013904223UL;
    return (uint16_t)(least + (uint16_t)(*state >> 16) % (uint16_t)(most - least + 1));
}
