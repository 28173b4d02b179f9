#pragma once

/**
 * Current from samples of the transformer. 100 A : 50 mA over 22 Ω: 90.9 A for 1 V; a step of the ADC is 3.3 V / 1024, so 29.3 hundredths
 * of an ampere.
 * (v10 took the constant of an 18 Ω burden and read 22 % high.)
 */
#include <stdint.h>

enum { CT_NOTHING_CA = 30 /* below this, noise */ };

/** Root mean square of samples 0…1023 around their mean. @return hundredths of an ampere */
uint16_t ct_current_ca(uint16_t count, uint32_t sum, uint32_t sum_squares, uint16_t supply_mv);
