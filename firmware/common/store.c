#include "store.h"

#include <string.h>

#include "eeprom_map.h"
#include "ring.h"

/* As it lies in EEPROM. */
struct __attribute__((packed)) stored_register {
    uint32_t wh;
    uint16_t remainder;
};
_Static_assert(sizeof(struct stored_register) == EEPROM_REGISTER_BYTES, "the map reserves this");
_Static_assert(sizeof(uint32_t) == EEPROM_BOOT_BYTES, "the map reserves this");

static const struct ring registers = {EEPROM_REGISTER, EEPROM_REGISTER_SLOTS, EEPROM_REGISTER_BYTES};

bool store_load_register(struct store_register *value) {
    struct stored_register stored = {0, 0};
    bool found = ring_load(&registers, &stored);
    value->wh = stored.wh;
    value->remainder = stored.remainder;
    return found;
}

bool store_save_register(const struct store_register *value) {
    struct stored_register stored = {value->wh, value->remainder};
    return ring_save(&registers, &stored);
}

uint32_t store_count_boot(void) {
    uint32_t count = 0;
    struct ring boots; // a constant, or an initializer, would take RAM for good
    boots.at = EEPROM_BOOTS;
    boots.places = EEPROM_BOOT_SLOTS;
    boots.bytes = EEPROM_BOOT_BYTES;
    ring_load(&boots, &count);
    count++;
    ring_save(&boots, &count);
    return count;
}
