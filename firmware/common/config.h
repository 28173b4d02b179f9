/**
 * Settings in EEPROM, in two slots: the newer one with a right checksum counts. Saving writes the other one, and makes it
 * count with the last byte, so that a loss of power at any byte leaves the old settings or the new ones, never defaults.
 * A value out of range takes its default; all others stay. Settings of an older layout stay too: a layout only grows at
 * its end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum config_type {
    CONFIG_U8,
    CONFIG_I8,
    CONFIG_U16,
    CONFIG_FLAG,      /**< uint8_t: 0 or 1, printed as N or Y */
    CONFIG_BAND,      /**< uint16_t: 434, 868 or 915 */
    CONFIG_LOG_LEVEL, /**< uint8_t, a word on the console */
    CONFIG_NETWORK,   /**< 4 octets */
    CONFIG_KEY,       /**< 16 bytes; never printed */
};

/** One setting: for the EEPROM its place and range, for the console its name. A table of them lies in flash. */
struct config_field {
    char command[5]; /**< on the console: `txpw` */
    char label[15];  /**< in the reply: `TX Pow=` */
    uint8_t type;    /**< enum config_type */
    uint8_t offset;  /**< in the struct of the settings */
    int16_t least;
    uint16_t most;
};

/** The settings of a device; lies in flash, as do the tables. */
struct config_layout {
    const struct config_field *fields;
    const void *defaults; /**< a whole struct */
    uint8_t count;
    uint8_t bytes; /**< size of the struct */
};

enum config_source {
    CONFIG_STORED,   /**< as saved */
    CONFIG_REPAIRED, /**< as saved, but some values were out of range and took their defaults */
    CONFIG_DEFAULTS, /**< no readable slot */
};

/** Loads the settings. Whatever the EEPROM holds, all values are in range afterwards. */
enum config_source config_load(const struct config_layout *layout, void *settings);

/** Sets the defaults, without saving. */
void config_defaults(const struct config_layout *layout, void *settings);

/** Saves, unless that is what is stored already; up to 250 ms. @return false when the EEPROM does not keep it */
bool config_save(const struct config_layout *layout, const void *settings);

/** Value of a field that is a number. */
int32_t config_number(const struct config_field *field, const void *settings);

/** @return whether a field that is a number may have this value */
bool config_fits(const struct config_field *field, int32_t number);

/** @return size of a field in its struct */
uint8_t config_field_bytes(const struct config_field *field);

/** Copies the description of field `index` to RAM. @return false behind the last */
bool config_field(const struct config_layout *layout, uint8_t index, struct config_field *field);
