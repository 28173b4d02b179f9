/**
 * What lies where in the 1024 bytes of EEPROM, on both devices. The first bytes stay unused: an AVR whose supply fails
 * while it writes is known to hit address 0 (the address register is 0 after reset).
 */
#pragma once

#include "hal.h"
#include "ring.h"

enum {
    EEPROM_SLOT_BYTES = 64,
    EEPROM_SETTINGS_A = 16,
    EEPROM_SETTINGS_B = EEPROM_SETTINGS_A + EEPROM_SLOT_BYTES,

    EEPROM_BOOTS = EEPROM_SETTINGS_B + EEPROM_SLOT_BYTES,
    EEPROM_BOOT_SLOTS = 8,
    EEPROM_BOOT_BYTES = 4,

    /** A cell bears 100 000 writes; one write a minute for ten years is 5.3 million: 53 places at least. */
    EEPROM_REGISTER = 208,
    EEPROM_REGISTER_SLOTS = 64,
    EEPROM_REGISTER_BYTES = 6,

    EEPROM_END = EEPROM_REGISTER + EEPROM_REGISTER_SLOTS * (EEPROM_REGISTER_BYTES + RING_OVERHEAD),
};

_Static_assert(EEPROM_BOOTS + EEPROM_BOOT_SLOTS * (EEPROM_BOOT_BYTES + RING_OVERHEAD) <= EEPROM_REGISTER,
               "boot counter and register overlap");
_Static_assert((int)EEPROM_END <= (int)HAL_EEPROM_SIZE, "the EEPROM is full");
_Static_assert(EEPROM_REGISTER_SLOTS * 100000L >= 10L * 366 * 24 * 60, "the register wears its cells out in ten years");
_Static_assert((int)EEPROM_REGISTER_SLOTS <= (int)RING_PLACES_MAX, "a sequence of one byte tells old from new in half its range");
