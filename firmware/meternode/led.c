#include "led.h"

static bool reached(uint32_t now_q64, uint32_t due_q64) {
    return (int32_t)(now_q64 - due_q64) >= 0;
}

void led_init(struct led *led, uint8_t rate, uint16_t ms) {
    *led = (struct led){.rate = rate, .ms = ms};
}

void led_set(struct led *led, uint8_t rate, uint16_t ms) {
    led->rate = rate;
    led->ms = ms;
    led->countdown = 0;
}

void led_follow(struct led *led, uint32_t now_q64) {
    led->following = true;
    led->follow_until_q64 = now_q64 + LED_FOLLOW_S * 64U;
}

void led_signal(struct led *led, uint8_t flashes, uint8_t on_q64, uint32_t now_q64) {
    led->toggles = (uint8_t)(flashes * 2U - 1U);
    led->toggle_q64 = on_q64;
    led->toggle_at_q64 = now_q64 + on_q64;
}

/* True if one of these impulses is an n-th. */
static bool counts(struct led *led, uint16_t impulses) {
    bool hit = false;
    if (led->rate == 0) return false;
    for (uint8_t i = 0; i < impulses && i < 255; i++) {
        hit |= led->countdown == 0;
        led->countdown = led->countdown == 0 ? (uint8_t)(led->rate - 1U) : (uint8_t)(led->countdown - 1U);
    }
    return hit;
}

bool led_update(struct led *led, uint16_t impulses, bool high, uint32_t now_q64) {
    while (led->toggles > 0 && reached(now_q64, led->toggle_at_q64)) {
        led->toggles--;
        led->toggle_at_q64 += led->toggle_q64;
    }
    if (led->following && reached(now_q64, led->follow_until_q64)) led->following = false;
    if (counts(led, impulses) && high) {
        led->lit = true;
        led->lit_q64 = now_q64;
    }
    if (!high || (led->ms > 0 && now_q64 - led->lit_q64 >= led->ms * 64UL / 1000U)) led->lit = false;
    if (led->toggles > 0) return (led->toggles & 1U) != 0;
    return led->following ? high : led->lit;
}

uint16_t led_due_ms(const struct led *led, uint32_t now_q64) {
    uint32_t due_q64;
    if (led->toggles > 0) due_q64 = led->toggle_at_q64;
    else if (led->lit && led->ms > 0) due_q64 = led->lit_q64 + led->ms * 64UL / 1000U;
    else return UINT16_MAX;
    if (reached(now_q64, due_q64)) return 0;
    return (uint16_t)((due_q64 - now_q64) * 1000U / 64U); /* at most three seconds */
}
