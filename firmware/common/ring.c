#include "ring.h"

#include "crc16.h"
#include "hal.h"

enum { CRC_BYTES = 2 };

/* Places are told by their address; 0 is none. */
static uint8_t place_bytes(const struct ring *ring) {
    return (uint8_t)(ring->bytes + RING_OVERHEAD);
}

static uint8_t read_byte(uint16_t at) {
    uint8_t byte;
    hal_eeprom_read(at, &byte, 1);
    return byte;
}

/* The checksum begins with the sequence; over itself, high byte first, it is 0. */
static bool is_whole(const struct ring *ring, uint16_t at, uint8_t sequence) {
    uint16_t crc = crc16_byte(CRC16_START, sequence);
    for (uint8_t i = (uint8_t)(ring->bytes + CRC_BYTES); i > 0; i--) crc = crc16_byte(crc, read_byte(at++));
    return crc == 0;
}

static bool holds(uint16_t at, const uint8_t *bytes, uint8_t count) {
    for (; count > 0; count--) {
        if (read_byte(at++) != *bytes++) return false;
    }
    return true;
}

/* @return the newest whole place and its sequence */
static uint16_t find_newest(const struct ring *ring, uint8_t *newest) {
    uint16_t found = 0;
    uint16_t at = ring->at;
    *newest = 0;
    for (uint8_t i = ring->places; i > 0; i--) {
        uint16_t next = (uint16_t)(at + place_bytes(ring));
        uint8_t sequence = read_byte((uint16_t)(next - 1));
        if (is_whole(ring, at, sequence) && (found == 0 || (int8_t)(sequence - *newest) > 0)) {
            *newest = sequence;
            found = at;
        }
        at = next;
    }
    return found;
}

bool ring_load(const struct ring *ring, void *payload) {
    uint8_t sequence;
    uint16_t at = find_newest(ring, &sequence);
    if (at == 0) return false;
    hal_eeprom_read(at, payload, ring->bytes);
    return true;
}

bool ring_save(const struct ring *ring, const void *payload) {
    uint8_t tail[RING_OVERHEAD];
    uint8_t *sequence = &tail[CRC_BYTES];
    uint16_t at = find_newest(ring, sequence);
    if (at != 0 && holds(at, payload, ring->bytes)) return true;
    if (at == 0) at = ring->at;
    ++*sequence;
    uint16_t crc = crc16_add(crc16_byte(CRC16_START, *sequence), payload, ring->bytes);
    tail[0] = (uint8_t)(crc >> 8);
    tail[1] = (uint8_t)crc;
    /* never the newest place itself: while it is written there would be no value at all */
    for (uint8_t others = (uint8_t)(ring->places - 1); others > 0; others--) {
        at = (uint16_t)(at + place_bytes(ring));
        if (at == (uint16_t)(ring->at + (uint16_t)(ring->places * place_bytes(ring)))) at = ring->at;
        uint16_t behind = (uint16_t)(at + ring->bytes);
        hal_eeprom_update(at, payload, ring->bytes);
        hal_eeprom_update(behind, tail, sizeof tail);
        if (holds(at, payload, ring->bytes) && holds(behind, tail, sizeof tail)) return true;
    }
    return false;
}
