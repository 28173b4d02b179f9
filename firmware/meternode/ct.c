#include "ct.h"

/* Square root, rounded down, digit by digit. */
static uint16_t root(uint32_t square) {
    uint32_t result = 0;
    for (uint32_t bit = UINT32_C(1) << 30; bit != 0; bit >>= 2) {
        if (square >= result + bit) {
            square -= result + bit;
            result = (result >> 1) + bit;
        } else {
            result >>= 1;
        }
    }
    return (uint16_t)result;
}

uint16_t ct_current_ca(uint16_t count, uint32_t sum, uint32_t sum_squares, uint16_t supply_mv) {
    if (count == 0) return 0;
    /* Squares around the whole mean: single terms may wrap, their sum does not. Then the part of the mean, and sixteenths of a step. */
    const uint32_t mean = sum / count, part = sum % count;
    const uint32_t squares = sum_squares - 2U * mean * sum + count * mean * mean;
    const uint32_t variance_256 = squares / count * 256U + squares % count * 256U / count - part * part / count * 256U / count;
    const uint16_t rms_16 = root(variance_256);
    /* 1/16 step x supply / 1024 x 1000 / 11 A/V: 22 ohms at 2000 : 1 */
    const uint32_t current_ca = (uint32_t)rms_16 * supply_mv / 16U * 100U / (1024UL * 11U);
    return current_ca < CT_NOTHING_CA ? 0 : (uint16_t)current_ca;
}
