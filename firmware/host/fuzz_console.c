/* Whatever is typed: the line keeps to its buffer, settings keep to their ranges, and no key is printed. */
#include <stdlib.h>
#include <string.h>

#include "common/console.h"
#include "common/hal.h"
#include "common/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct config_layout *const layouts[] = {&settings_node_layout, &settings_gateway_layout};

static void drop(char c) {
    (void)c;
}

static void check_ranges(const struct config_layout *layout, const void *settings) {
    struct config_field field;
    for (uint8_t i = 0; config_field(layout, i, &field); i++) {
        if (field.type == CONFIG_NETWORK || field.type == CONFIG_KEY) continue;
        if (!config_fits(&field, config_number(&field, settings))) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t room = (uint8_t)(2 + (size == 0 ? 0 : data[0] % 60));
    const struct config_layout *layout = layouts[size & 1];
    char *line = malloc(room);
    union {
        struct settings_node node;
        struct settings_gateway gateway;
    } settings;
    struct writer out;
    struct console console;
    write_to(&out, drop);
    console_init(&console, line, room);
    config_defaults(layout, &settings);
    for (size_t i = 0; i < size; i++) {
        int16_t byte = data[i] == 0xFE ? HAL_BYTES_LOST : data[i];
        uint8_t changed;
        if (console_take(&console, byte, &out) != CONSOLE_LINE) continue;
        if (strlen(line) == 0 || strlen(line) >= room) abort();
        console_setting(line, layout, &settings, &out, &changed);
        check_ranges(layout, &settings);
    }
    console_print_settings(layout, &settings, &out);
    free(line);
    return 0;
}
