#include "ring.h"

#include "crc16.h"
#include "hal.h"

/* Behind the payload of a place. */
struct __attribute__((packed)) tail {
    uint16_t crc; /* of payload and sequence */
    uint8_t sequence;
};
_Static_assert(sizeof(struct tail) == RING_OVERHEAD, "as it lies in EEPROM");

static uint16_t place_at(const struct ring *ring, uint8_t index) {
    return (uint16_t)(ring->at + (uint16_t)(index * (ring->bytes + RING_OVERHEAD)));
}

static uint8_t read_byte(uint16_t at) {
    uint8_t byte;
    hal_eeprom_read(at, &byte, 1);
    return byte;
}

static struct tail read_tail(const struct ring *ring, uint8_t index) {
    struct tail tail;
    hal_eeprom_read((uint16_t)(place_at(ring, index) + ring->bytes), &tail, sizeof tail);
    return tail;
}

static bool is_whole(const struct ring *ring, uint8_t index) {
    struct tail tail = read_tail(ring, index);
    uint16_t at = place_at(ring, index);
    uint16_t crc = CRC16_START;
    for (uint8_t i = 0; i < ring->bytes; i++) crc = crc16_byte(crc, read_byte(at++));
    return crc16_byte(crc, tail.sequence) == tail.crc;
}

static bool holds(const struct ring *ring, uint8_t index, const uint8_t *payload) {
    uint16_t at = place_at(ring, index);
    for (uint8_t i = 0; i < ring->bytes; i++)
        if (read_byte(at++) != payload[i]) return false;
    return is_whole(ring, index);
}

/* @return the newest whole place, its sequence in `sequence`; `ring->places` when there is none */
static uint8_t find_newest(const struct ring *ring, uint8_t *sequence) {
    uint8_t found = ring->places;
    *sequence = 0;
    for (uint8_t i = 0; i < ring->places; i++) {
        if (!is_whole(ring, i)) continue;
        uint8_t other = read_tail(ring, i).sequence;
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
    struct tail tail;
    uint8_t newest = find_newest(ring, &tail.sequence);
    if (newest < ring->places && holds(ring, newest, payload)) return true;
    tail.sequence++;
    tail.crc = crc16_byte(crc16_add(CRC16_START, payload, ring->bytes), tail.sequence);
    /* never the newest place itself: while it is written there would be no value at all */
    for (uint8_t step = 1; step < ring->places; step++) {
        uint8_t index = (uint8_t)((newest + step) % ring->places);
        uint16_t at = place_at(ring, index);
        hal_eeprom_update(at, payload, ring->bytes);
        hal_eeprom_update((uint16_t)(at + ring->bytes), &tail, sizeof tail);
        if (holds(ring, index, payload)) return true;
    }
    return false;
}
