#include "config.h"

#include <string.h>

#include "eeprom_map.h"
#include "flash.h"
#include "ring.h"

/* A slot's payload: how long the settings were when they were saved, the settings, zeros. */
struct stored {
    uint8_t length;
    uint8_t settings[EEPROM_SLOT_BYTES - RING_OVERHEAD - 1];
};
_Static_assert(sizeof(struct stored) == EEPROM_SLOT_BYTES - RING_OVERHEAD, "two slots of 64 bytes");

/* Made when it is needed, field by field: a constant, or an initializer, would take RAM for good. */
static void find_slots(struct ring *slots) {
    slots->at = EEPROM_SETTINGS_A;
    slots->places = 2;
    slots->bytes = sizeof(struct stored);
}

bool config_field(const struct config_layout *layout, uint8_t index, struct config_field *field) {
    struct config_layout copy;
    flash_copy(&copy, layout, sizeof copy);
    if (index >= copy.count) return false;
    flash_copy(field, &copy.fields[index], sizeof *field);
    return true;
}

int32_t config_number(const struct config_field *field, const void *settings) {
    const uint8_t *at = (const uint8_t *)settings + field->offset;
    uint16_t wide;
    switch (field->type) {
    case CONFIG_I8: return (int8_t)*at;
    case CONFIG_U16:
    case CONFIG_BAND: memcpy(&wide, at, sizeof wide); return wide;
    default: return *at;
    }
}

bool config_fits(const struct config_field *field, int32_t number) {
    if (field->type == CONFIG_BAND && number != 434 && number != 868 && number != 915) return false;
    return number >= field->least && number <= field->most;
}

uint8_t config_field_bytes(const struct config_field *field) {
    switch (field->type) {
    case CONFIG_U16:
    case CONFIG_BAND: return 2;
    case CONFIG_NETWORK: return 4;
    case CONFIG_KEY: return 16;
    default: return 1;
    }
}

void config_defaults(const struct config_layout *layout, void *settings) {
    struct config_layout copy;
    flash_copy(&copy, layout, sizeof copy);
    flash_copy(settings, copy.defaults, copy.bytes);
}

static bool is_good(const struct config_field *field, const void *settings) {
    if (field->type == CONFIG_NETWORK || field->type == CONFIG_KEY) return true;
    return config_fits(field, config_number(field, settings));
}

enum config_source config_load(const struct config_layout *layout, void *settings) {
    struct stored stored;
    struct config_field field;
    enum config_source source = CONFIG_STORED;
    struct ring slots;
    find_slots(&slots);
    config_defaults(layout, settings);
    if (!ring_load(&slots, &stored)) return CONFIG_DEFAULTS;
    for (uint8_t i = 0; config_field(layout, i, &field); i++) {
        uint8_t end = (uint8_t)(field.offset + config_field_bytes(&field));
        if (end > stored.length || end > sizeof stored.settings) continue;
        if (is_good(&field, stored.settings))
            memcpy((uint8_t *)settings + field.offset, stored.settings + field.offset, config_field_bytes(&field));
        else
            source = CONFIG_REPAIRED;
    }
    return source;
}

bool config_save(const struct config_layout *layout, const void *settings) {
    struct stored stored;
    struct config_layout copy;
    flash_copy(&copy, layout, sizeof copy);
    memset(&stored, 0, sizeof stored);
    stored.length = copy.bytes;
    memcpy(stored.settings, settings, copy.bytes);
    struct ring slots;
    find_slots(&slots);
    return ring_save(&slots, &stored);
}
