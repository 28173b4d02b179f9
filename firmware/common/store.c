#include "store.h"

#include <string.h>

#include "crc16.h"
#include "eeprom_map.h"

enum { PAYLOAD_MAX = EEPROM_REGISTER_BYTES, CRC_BYTES = 2 };

/* A ring of places in EEPROM. */
struct ring {
  uint16_t at;
  uint8_t places, bytes;
};

/* A place in RAM: payload, CRC-16 of payload and sequence, sequence. */
struct place {
  uint8_t bytes[PAYLOAD_MAX + EEPROM_PLACE_OVERHEAD];
};

static const struct ring registers = {EEPROM_REGISTER, EEPROM_REGISTER_SLOTS, EEPROM_REGISTER_BYTES};
static const struct ring boots = {EEPROM_BOOTS, EEPROM_BOOT_SLOTS, EEPROM_BOOT_BYTES};

static uint8_t place_bytes(const struct ring *ring) {
  return (uint8_t)(ring->bytes + EEPROM_PLACE_OVERHEAD);
}

static uint16_t place_at(const struct ring *ring, uint8_t index) {
  return (uint16_t)(ring->at + (uint16_t)(index * place_bytes(ring)));
}

static uint8_t *sequence_of(const struct ring *ring, struct place *place) {
  return &place->bytes[ring->bytes + CRC_BYTES];
}

static uint16_t crc_of(const struct ring *ring, struct place *place) {
  return crc16_byte(crc16_add(CRC16_START, place->bytes, ring->bytes), *sequence_of(ring, place));
}

static bool read_place(const struct ring *ring, uint8_t index, struct place *place) {
  uint16_t crc;
  hal_eeprom_read(place_at(ring, index), place->bytes, place_bytes(ring));
  memcpy(&crc, place->bytes + ring->bytes, sizeof crc);
  return crc == crc_of(ring, place);
}

/* @return index of the newest place, its content in `newest`; `ring->places` when none is readable */
static uint8_t find_newest(const struct ring *ring, struct place *newest) {
  uint8_t found = ring->places;
  for (uint8_t i = 0; i < ring->places; i++) {
    struct place place;
    if (!read_place(ring, i, &place)) continue;
    int8_t ahead = (int8_t)(*sequence_of(ring, &place) - *sequence_of(ring, newest));
    if (found < ring->places && ahead <= 0) continue;
    *newest = place;
    found = i;
  }
  return found;
}

/* Writes behind the newest place; one that does not keep it is worn out, the next one is taken. */
static bool append(const struct ring *ring, uint8_t newest, uint8_t sequence, const void *payload) {
  struct place wanted, kept;
  memcpy(wanted.bytes, payload, ring->bytes);
  *sequence_of(ring, &wanted) = (uint8_t)(sequence + 1);
  uint16_t crc = crc_of(ring, &wanted);
  memcpy(wanted.bytes + ring->bytes, &crc, sizeof crc);
  /* never the newest place itself: while it is written there would be no value at all */
  for (uint8_t step = 1; step < ring->places; step++) {
    uint8_t index = (uint8_t)((newest + step) % ring->places);
    hal_eeprom_update(place_at(ring, index), wanted.bytes, place_bytes(ring));
    read_place(ring, index, &kept);
    if (memcmp(wanted.bytes, kept.bytes, place_bytes(ring)) == 0) return true;
  }
  return false;
}

/* @return whether something is stored; then its payload is in `payload` */
static bool load(const struct ring *ring, void *payload) {
  struct place place = {{0}};
  bool found = find_newest(ring, &place) < ring->places;
  memcpy(payload, place.bytes, ring->bytes);
  if (!found) memset(payload, 0, ring->bytes);
  return found;
}

static bool save(const struct ring *ring, const void *payload) {
  struct place place = {{0}};
  uint8_t newest = find_newest(ring, &place);
  if (newest < ring->places && memcmp(place.bytes, payload, ring->bytes) == 0) return true;
  return append(ring, newest, *sequence_of(ring, &place), payload);
}

_Static_assert(sizeof(uint32_t) + sizeof(uint16_t) == EEPROM_REGISTER_BYTES, "wh and remainder");

bool store_load_register(struct store_register *value) {
  uint8_t bytes[EEPROM_REGISTER_BYTES];
  bool found = load(&registers, bytes);
  memcpy(&value->wh, bytes, sizeof value->wh);
  memcpy(&value->remainder, bytes + sizeof value->wh, sizeof value->remainder);
  return found;
}

bool store_save_register(const struct store_register *value) {
  uint8_t bytes[EEPROM_REGISTER_BYTES];
  memcpy(bytes, &value->wh, sizeof value->wh);
  memcpy(bytes + sizeof value->wh, &value->remainder, sizeof value->remainder);
  return save(&registers, bytes);
}

uint32_t store_count_boot(void) {
  uint32_t count;
  load(&boots, &count);
  count++;
  save(&boots, &count);
  return count;
}
