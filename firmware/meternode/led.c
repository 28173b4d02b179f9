#include "led.h"

enum { NO_LIMIT_Q64 = 30000 /* the meter ends it long before */ };

static bool reached(uint16_t now_q64, uint16_t due_q64) {
    return (int16_t)(now_q64 - due_q64) >= 0;
}

void led_init(struct led *led, uint8_t rate, uint16_t ms) {
    *led = (struct led){.rate = rate, .ms = ms};
}

void led_set(struct led *led, uint8_t rate, uint16_t ms) {
    led->rate = rate;
    led->ms = ms;
    led->countdown = 0;
}

void led_follow(struct led *led, uint16_t now_q64) {
    led->following = true;
    led->follow_until_q64 = (uint16_t)(now_q64 + LED_FOLLOW_S * 64U);
}

void led_signal(struct led *led, uint8_t flashes, uint8_t on_q64, uint16_t now_q64) {
    led->toggles = (uint8_t)(flashes * 2U - 1U);
    led->pause_q64 = on_q64;
    led->toggle_at_q64 = (uint16_t)(now_q64 + on_q64);
}

/* True if one of these impulses is an n-th. */
static bool counts(struct led *led, uint16_t impulses) {
    bool hit = false;
    for (; led->rate > 0 && impulses > 0; impulses--) {
        hit |= led->countdown == 0;
        if (led->countdown == 0) led->countdown = led->rate;
        led->countdown--;
    }
    return hit;
}

bool led_update(struct led *led, uint16_t impulses, bool high, uint16_t now_q64) {
    while (led->toggles > 0 && reached(now_q64, led->toggle_at_q64)) {
        led->toggles--;
        led->toggle_at_q64 = (uint16_t)(led->toggle_at_q64 + led->pause_q64);
    }
    if (led->toggles == 0) led->pause_q64 = 0;
    if (led->following && reached(now_q64, led->follow_until_q64)) led->following = false;
    if (counts(led, impulses) && led->pause_q64 == 0) {
        led->toggles = 1;
        led->toggle_at_q64 = (uint16_t)(now_q64 + (led->ms > 0 ? led->ms / 16U + 1U : NO_LIMIT_Q64)); /* rather a little longer than none */
    }
    if (led->pause_q64 == 0) {
        if (led->following) return high;
        if (!high) led->toggles = 0;
    }
    return (led->toggles & 1U) != 0;
}

uint16_t led_due_ms(const struct led *led, uint16_t now_q64) {
    if (led->toggles == 0) return UINT16_MAX;
    const uint16_t left_q64 = (uint16_t)(led->toggle_at_q64 - now_q64);
    if (left_q64 > NO_LIMIT_Q64) return 0;
    return left_q64 > UINT16_MAX / 16U ? UINT16_MAX : (uint16_t)(left_q64 * 16U);
}
