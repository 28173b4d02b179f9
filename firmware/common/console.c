#include "console.h"

#include <string.h>

#include "form.h"
#include "hal.h"
#include "settings.h"

enum { BACKSPACE = 8, DELETE = 127, KEY_BYTES = 16 };
#define NETWORK_FORM "b.b.b.b"

/* ---- line editor ---- */

void console_init(struct console *console, char *line, uint8_t room) {
    memset(console, 0, sizeof *console);
    console->line = line;
    console->room = room;
}

/* A key is not shown while it is typed either: the line of a gateway ends in the logs of its server. */
static bool is_secret(const struct console *console) {
    struct reader r;
    read_from(&r, console->line, console->length);
    return read_if_text(&r, TEXT("EKEY="));
}

static enum console_event end_line(struct console *console) {
    enum console_event event = console->spoilt ? CONSOLE_SPOILT : console->length > 0 ? CONSOLE_LINE : CONSOLE_NOTHING;
    console->line[console->length] = 0;
    console->length = 0;
    console->spoilt = false;
    return event;
}

enum console_event console_take(struct console *console, int16_t byte, struct writer *echo) {
    if (byte == HAL_BYTES_LOST) console->spoilt = true;
    if (byte == '\r') {
        write_flash(echo, TEXT("\r\n"));
        return end_line(console);
    }
    if ((byte == BACKSPACE || byte == DELETE) && console->length > 0) {
        write_flash(echo, TEXT("\b \b"));
        console->length--;
    } else if (byte >= ' ' && byte <= '~') {
        write_char(echo, is_secret(console) ? '*' : (char)byte);
        if (console->length < console->room - 1)
            console->line[console->length++] = (char)byte;
        else
            console->spoilt = true;
    }
    return CONSOLE_NOTHING;
}

/* ---- replies ---- */

void console_reply(struct writer *out, flash_text label) {
    write_flash(out, TEXT(" > "));
    write_flash(out, label);
    write_char(out, '=');
}

void console_end(struct writer *out) {
    write_flash(out, TEXT("\r\n"));
}

void console_bad(struct writer *out, flash_text what) {
    write_flash(out, TEXT(" > Bad "));
    write_flash(out, what);
    console_end(out);
}

bool console_command(const char *line, flash_text name, bool *has_value, struct reader *value) {
    read_from(value, line, UINT8_MAX);
    if (!read_if_text(value, name)) return false;
    *has_value = read_if(value, '=');
    if (*has_value) return true;
    bool alone = read_end(value);
    value->bad = true;
    return alone;
}

/* ---- settings ---- */

static void print_value(const struct config_field *field, const void *settings, struct writer *out) {
    const uint8_t *at = (const uint8_t *)settings + field->offset;
    int32_t number = config_number(field, settings);
    switch (field->type) {
    case CONFIG_KEY: write_flash(out, TEXT("(set)")); break;
    case CONFIG_NETWORK: form_write(out, TEXT(NETWORK_FORM), at); break;
    case CONFIG_LOG_LEVEL: write_flash(out, settings_log_level((uint8_t)number)); break;
    case CONFIG_FLAG: write_char(out, number == 0 ? 'N' : 'Y'); break;
    default: write_i32(out, number);
    }
}

static void print_setting(const struct config_field *field, const void *settings, struct writer *out) {
    write_flash(out, TEXT(" > "));
    write_text(out, field->label);
    print_value(field, settings, out);
    console_end(out);
}

static int32_t read_log_level(struct reader *r) {
    for (uint8_t level = 0; level <= LOG_DEBUG; level++)
        if (read_if_text(r, settings_log_level(level))) return level;
    return -1;
}

/* @return whether the value was good; then it is in the settings */
static bool set_value(const struct config_field *field, struct reader *value, void *settings) {
    uint8_t bytes[KEY_BYTES];
    uint8_t size = config_field_bytes(field);
    if (field->type == CONFIG_KEY) {
        if (read_left(value) != KEY_BYTES) return false;
        memcpy(bytes, value->at, sizeof bytes);
        value->at = value->end;
    } else if (field->type == CONFIG_NETWORK) {
        form_read(value, TEXT(NETWORK_FORM), bytes);
    } else {
        int32_t number = field->type == CONFIG_LOG_LEVEL ? read_log_level(value) : read_signed(value);
        if (!config_fits(field, number)) return false;
        memcpy(bytes, &number, sizeof number);
    }
    if (!read_end(value)) return false;
    memcpy((uint8_t *)settings + field->offset, bytes, size);
    return true;
}

static void say_bad(const struct config_field *field, struct writer *out) {
    write_flash(out, TEXT(" > Bad "));
    for (const char *at = field->label; *at != '='; at++) write_char(out, *at);
    console_end(out);
}

enum console_result console_setting(const char *line, const struct config_layout *layout, void *settings, struct writer *out,
                                    uint8_t *changed) {
    struct config_layout table;
    struct config_field field;
    flash_copy(&table, layout, sizeof table);
    for (uint8_t i = 0; config_field(layout, i, &field); i++) {
        struct reader value;
        bool has_value;
        if (!console_command(line, flash_text_of(table.fields[i].command), &has_value, &value)) continue;
        if (has_value && !set_value(&field, &value, settings)) {
            say_bad(&field, out);
            return CONSOLE_BAD;
        }
        print_setting(&field, settings, out);
        *changed = field.offset;
        return has_value ? CONSOLE_SET : CONSOLE_SHOWN;
    }
    return CONSOLE_OTHER;
}

void console_print_settings(const struct config_layout *layout, const void *settings, struct writer *out) {
    struct config_field field;
    for (uint8_t i = 0; config_field(layout, i, &field); i++) print_setting(&field, settings, out);
}

void console_print_names(const struct config_layout *layout, struct writer *out) {
    struct config_field field;
    for (uint8_t i = 0; config_field(layout, i, &field); i++) {
        write_text(out, field.command);
        write_char(out, ' ');
    }
}
