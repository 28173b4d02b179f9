/**
 * What changes often and must survive a loss of power: a meter's register, and the number of boots. Each is a ring of
 * places in EEPROM that wear evenly; a place is payload, CRC-16, sequence, written in this order. Until the sequence is
 * written the place still counts as the oldest, so that a loss of power at any byte leaves the old value or the new one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct store_register {
    uint32_t wh;
    uint16_t remainder; /**< impulses that make no Wh yet, times 1000, modulo imp/kWh */
};

/** @return false when nothing readable is stored: `*value` is zero then */
bool store_load_register(struct store_register *value);

/**
 * Saves unless that is what is stored already; some 30 ms. A place that does not keep what is written to it is passed over.
 * @return false when no place keeps it
 */
bool store_save_register(const struct store_register *value);

/**
 * Counts a boot, once a boot.
 * @return the number of this boot, 1 at the first; never the same again, as long as the EEPROM keeps what is written
 */
uint32_t store_count_boot(void);
