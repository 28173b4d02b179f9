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
    /* squares around the nearest whole mean: single terms may wrap, their sum does not */
    const uint16_t mean = (uint16_t)((sum + count / 2U) / count);
    const uint32_t squares = sum_squares - (uint32_t)(2U * mean) * sum + (uint32_t)count * mean * mean;
    const uint16_t rms_16 = root(squares / count * 256U + squares % count * 256U / count);
    /* sixteenths of a step x supply / 1024 x 9090.9 / 1000: 22 ohms at 2000 : 1 */
    const uint16_t current_ca = (uint16_t)((uint32_t)rms_16 * supply_mv / 1802U);
    return current_ca < CT_NOTHING_CA ? 0 : current_ca;
}
