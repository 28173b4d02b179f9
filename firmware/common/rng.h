/**
 * Chance for back-off and waiting times. Not for secrets: the nonces of session.h come from AES-CMAC.
 * A linear congruential generator (constants of Knuth and Lewis: 1664525, 1013904223), period 2^32; its upper half is used.
 */
#pragma once

#include <stdint.h>

/** Seeds. Two devices that start together must not be given the same seed: mix in the address and the boot counter. */
void rng_seed(uint32_t *state, uint32_t seed);

/** @return a number from `least` to `most`, both included, at most 65535 different ones. The slight unevenness of the remainder does not matter here. */
uint16_t rng_between(uint32_t *state, uint16_t least, uint16_t most);
