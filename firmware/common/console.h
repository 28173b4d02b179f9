/**
 * The line editor of the UART, and the settings that can be asked and set on it. Lines end with CR; LF is ignored, every
 * other character is echoed, as v10 does. Replies are ` > Name=value`. Keywords in upper or lower case.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "reader.h"
#include "writer.h"

struct console {
    char *line;   /**< the line, zero-terminated once it is complete */
    uint8_t room; /**< of `line`, with the zero */
    uint8_t length;
    bool spoilt; /**< too long, or bytes were lost: nothing of it will be used */
};

enum console_event {
    CONSOLE_NOTHING,
    CONSOLE_LINE,   /**< a line is complete: use it before the next character is given. Empty lines are not told */
    CONSOLE_SPOILT, /**< a line ended that was too long or has holes: say so */
};

/** @param line room for the longest line and a zero, at least 2 bytes */
void console_init(struct console *console, char *line, uint8_t room);

/** Takes what hal_getc() gave, HAL_BYTES_LOST included. @param echo where the character is repeated */
enum console_event console_take(struct console *console, int16_t byte, struct writer *echo);

enum console_result {
    CONSOLE_OTHER, /**< not the name of a setting: the caller's own commands */
    CONSOLE_SHOWN, /**< printed */
    CONSOLE_BAD,   /**< value refused, said so; nothing was changed */
    CONSOLE_SET,   /**< changed and printed: apply, then config_save() */
};

/**
 * Does `name` and `name=value` for all settings of a layout.
 * @param changed on CONSOLE_SET: offset of the setting in its struct, offsetof(struct settings_node, led_ms)
 */
enum console_result console_setting(const char *line, const struct config_layout *layout, void *settings, struct writer *out,
                                    uint8_t *changed);

/** Prints all settings, a line each: for `dump`. */
void console_print_settings(const struct config_layout *layout, const void *settings, struct writer *out);

/** Prints the names of all settings in upper case, a blank behind each: for `help`. */
void console_print_names(const struct config_layout *layout, struct writer *out);

/** Begins a reply: ` > <label>=`. */
void console_reply(struct writer *out, flash_text label);

/** Ends a reply: CR LF. */
void console_end(struct writer *out);

/** Says ` > Bad <what>`. */
void console_bad(struct writer *out, flash_text what);

/**
 * For commands of one's own: `mtrv=1000`.
 * @return whether `line` is `name` alone or `name=…`; in the second case `*value` reads what stands behind `=`, else it is bad
 */
bool console_command(const char *line, flash_text name, bool *has_value, struct reader *value);
