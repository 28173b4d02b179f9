#include "crc16.h"

uint16_t crc16_byte(uint16_t crc, uint8_t byte) {
    crc ^= (uint16_t)(byte << 8);
    for (uint8_t bit = 0; bit < 8; bit++) {
        uint16_t carry = (crc & 0x8000U) ? 0x1021U : 0;
        crc = (uint16_t)(crc << 1) ^ carry;
    }
    return crc;
}

uint16_t crc16_add(uint16_t crc, const void *data, uint8_t bytes) {
    const uint8_t *from = data;
    for (; bytes > 0; bytes--) crc = crc16_byte(crc, *from++);
    return crc;
}
