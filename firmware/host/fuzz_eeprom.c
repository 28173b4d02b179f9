/* Whatever the EEPROM holds: settings are in range, and what is saved into it comes back. */
#include <stdlib.h>
#include <string.h>

#include "common/settings.h"
#include "common/store.h"
#include "host/hal_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good) {
    if (!good) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct settings_node settings, again;
    struct config_field field;
    struct store_register value;
    host_reset();
    for (size_t i = 0; i < size && i < HAL_EEPROM_SIZE; i++) host.eeprom[i] = data[i];
    config_load(&settings_node_layout, &settings);
    for (uint8_t i = 0; config_field(&settings_node_layout, i, &field); i++) {
        if (field.type == CONFIG_NETWORK || field.type == CONFIG_KEY) continue;
        must(config_fits(&field, config_number(&field, &settings)));
    }
    settings.led_ms = (uint16_t)(settings.led_ms == 5 ? 6 : 5);
    must(config_save(&settings_node_layout, &settings));
    must(config_load(&settings_node_layout, &again) == CONFIG_STORED);
    must(again.led_ms == settings.led_ms);
    store_load_register(&value);
    value.wh++;
    must(store_save_register(&value));
    struct store_register kept;
    must(store_load_register(&kept) && kept.wh == value.wh && kept.remainder == value.remainder);
    uint32_t boot = store_count_boot();
    must(store_count_boot() == boot + 1);
    return 0;
}
