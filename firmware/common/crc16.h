/** CRC-16/CCITT-FALSE: polynomial 1021, start FFFF, not reflected, no final inversion; "123456789" gives 29B1. */
#pragma once

#include <stdint.h>

enum { CRC16_START = 0xFFFF };

/** @return the checksum one byte further */
uint16_t crc16_byte(uint16_t crc, uint8_t byte);

/** @return the checksum of `bytes` bytes more, beginning with CRC16_START */
uint16_t crc16_add(uint16_t crc, const void *data, uint8_t bytes);
