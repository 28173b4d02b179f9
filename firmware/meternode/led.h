#pragma once

/**
 * The puck's LED: it repeats every n-th impulse, never longer than the meter's own flash, and answers the button. Pure: `now_q64` is a
 * clock of 1/64 s that wraps after 1024 s;
 * the node sleeps in between, the pin keeps its level.
 */
#include <stdbool.h>
#include <stdint.h>

enum { LED_FOLLOW_S = 60 };

struct led {
    uint8_t rate;      ///< each rate-th impulse lights it; 0: none
    uint16_t ms;       ///< longest time on; 0: as long as the meter's flash
    uint8_t countdown; ///< impulses until the next that lights it
    uint8_t toggles;   ///< left of a signal or flash; odd: lit
    uint8_t pause_q64; ///< between the toggles of a signal; 0: a flash, which is over with the meter's
    bool following;    ///< every flash, full length, until follow_until_q64
    uint16_t toggle_at_q64, follow_until_q64;
};

void led_init(struct led *led, uint8_t rate, uint16_t ms);

/** New setting, from the next impulse on. */
void led_set(struct led *led, uint8_t rate, uint16_t ms);

/** Repeats every flash for LED_FOLLOW_S: to find the place over the meter's LED. */
void led_follow(struct led *led, uint16_t now_q64);

/** `flashes` of `on_q64`, pauses of the same length. */
void led_signal(struct led *led, uint8_t flashes, uint8_t on_q64, uint16_t now_q64);

/** Call after every wake. @param impulses since the last call @param high the meter's LED is lit now @return what the pin should be */
bool led_update(struct led *led, uint16_t impulses, bool high, uint16_t now_q64);

/** Milliseconds until led_update has to be called without an impulse; UINT16_MAX: never. */
uint16_t led_due_ms(const struct led *led, uint16_t now_q64);
