/**
 * A value in EEPROM, kept in a ring of places that wear evenly: payload, CRC-16 (of sequence and payload, high byte first), sequence, written in this order.
 *
 * Until its last byte, the sequence, is written, a place still counts as the oldest, whatever its checksum says: a loss of power at
 * any byte leaves the value before or the new one. A place that no longer keeps what is written to it is passed over.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { RING_OVERHEAD = 3, RING_PLACES_MAX = 127 };

struct ring {
    uint16_t at;    /**< address of the first place */
    uint8_t places; /**< 2…RING_PLACES_MAX */
    uint8_t bytes;  /**< of a payload; a place takes RING_OVERHEAD more */
};

/** @return whether a value is stored; then it is in `payload`, which is left alone otherwise */
bool ring_load(const struct ring *ring, void *payload);

/**
 * Stores a value unless it is the stored one already. 3.4 ms for each byte that differs from what its place held before.
 * @return false when no place keeps it: the value before is still there
 */
bool ring_save(const struct ring *ring, const void *payload);
