/**
 * Chance for back-off and waiting times. Not for secrets: the nonces of session.h come from AES-CMAC.
 * xorshift32 (Marsaglia 2003, "Xorshift RNGs", the triple 13, 17, 5): period 2^32 − 1.
 */
#pragma once

#include <stdint.h>

/** Seeds. Two devices that start together must not be given the same seed: mix in the address and the boot counter. */
void rng_seed(uint32_t *state, uint32_t seed);

/** @return a number from `least` to `most`, both included. The slight unevenness of the remainder does not matter here. */
uint16_t rng_between(uint32_t *state, uint16_t least, uint16_t most);
