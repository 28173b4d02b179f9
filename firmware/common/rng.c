#include "rng.h"

void rng_seed(uint32_t *state, uint32_t seed) {
    /* the generator never leaves zero */
    *state = seed == 0 ? 1 : seed;
}

uint16_t rng_between(uint32_t *state, uint16_t least, uint16_t most) {
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *state = x;
    return (uint16_t)(least + (x >> 8) % ((uint32_t)most - least + 1));
}
