#pragma once

/** The button: short (report now) and long (find the meter's LED). Pure: `now_q64` is a clock of 1/64 s that wraps after 1024 s. */
#include <stdbool.h>
#include <stdint.h>

enum {
    BUTTON_SHORT_Q64 = 64,    ///< released before: short
    BUTTON_LONG_Q64 = 3 * 64, ///< held for: long, told at once
    BUTTON_LOOK_MS = 128,     ///< while it is held
};

enum button_press { BUTTON_NONE, BUTTON_SHORT, BUTTON_LONG };

struct button {
    bool down, told;
    uint16_t since_q64;
};

/** Call after every wake, and every BUTTON_LOOK_MS while it is down. */
enum button_press button_update(struct button *button, bool down, uint16_t now_q64);
