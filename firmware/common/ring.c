#include "ring.h"

#include "crc16.h"
#include "hal.h"

enum { CRC_BYTES = 2 };

static uint16_t place_at(const struct ring *ring, uint8_t index) {
    return (uint16_t)(ring->at + (uint16_t)(index * (ring->bytes + RING_OVERHEAD)));
}

static uint8_t read_byte(uint16_t at) {
    uint8_t byte;
    hal_eeprom_read(at, &byte, 1);
    return byte;
}

static uint8_t sequence_of(const struct ring *ring, uint8_t index) {
    return read_byte((uint16_t)(place_at(ring, index) + ring->bytes + CRC_BYTES));
}

/* The checksum begins with the sequence; over itself, high byte first, it is 0. */
static bool is_whole(const struct ring *ring, uint8_t index) {
    uint16_t at = place_at(ring, index);
    uint16_t crc = crc16_byte(CRC16_START, sequence_of(ring, index));
    for (uint8_t i = 0; i < ring->bytes + CRC_BYTES; i++) crc = crc16_byte(crc, read_byte(at++));
    return crc == 0;
}

static bool holds(uint16_t at, const uint8_t *bytes, uint8_t count) {
    for (; count > 0; count--) {
        if (read_byte(at++) != *bytes++) return false;
    }
    return true;
}

/* @return the newest whole place, its sequence in `sequence`; `ring->places` when there is none */
static uint8_t find_newest(const struct ring *ring, uint8_t *sequence) {
    uint8_t found = ring->places;
    *sequence = 0;
    for (uint8_t i = 0; i < ring->places; i++) {
        if (!is_whole(ring, i)) continue;
        uint8_t other = sequence_of(ring, i);
        if (found < ring->places && (int8_t)(other - *sequence) <= 0) continue;
        *sequence = other;
        found = i;
    }
    return found;
}

bool ring_load(const struct ring *ring, void *payload) {
    uint8_t sequence;
    uint8_t newest = find_newest(ring, &sequence);
    if (newest == ring->places) return false;
    hal_eeprom_read(place_at(ring, newest), payload, ring->bytes);
    return true;
}

bool ring_save(const struct ring *ring, const void *payload) {
    uint8_t tail[RING_OVERHEAD];
    uint8_t *sequence = &tail[CRC_BYTES];
    uint8_t index = find_newest(ring, sequence);
    if (index < ring->places && holds(place_at(ring, index), payload, ring->bytes)) return true;
    ++*sequence;
    uint16_t crc = crc16_add(crc16_byte(CRC16_START, *sequence), payload, ring->bytes);
    tail[0] = (uint8_t)(crc >> 8);
    tail[1] = (uint8_t)crc;
    /* never the newest place itself: while it is written there would be no value at all */
    for (uint8_t step = 1; step < ring->places; step++) {
        if (++index >= ring->places) index = 0;
        uint16_t at = place_at(ring, index);
        hal_eeprom_update(at, payload, ring->bytes);
        uint16_t behind = (uint16_t)(at + ring->bytes);
        hal_eeprom_update(behind, tail, sizeof tail);
        if (holds(at, payload, ring->bytes) && holds(behind, tail, sizeof tail)) return true;
    }
    return false;
}
