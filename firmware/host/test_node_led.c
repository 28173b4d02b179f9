/* LED and button, in steps of 1/64 s. */
#include "host/rig.h"
#include "meternode/button.h"
#include "meternode/led.h"

static struct led led;

/* One flash of the meter of `high_q64`, looked at all the time; for how long was the LED lit? */
static unsigned flash(uint16_t *now_q64, unsigned high_q64) {
    unsigned lit = led_update(&led, 1, true, *now_q64);
    for (unsigned i = 1; i < high_q64; i++) lit += led_update(&led, 0, true, ++*now_q64);
    for (unsigned i = 0; i < 64; i++) lit += led_update(&led, 0, false, ++*now_q64);
    return lit;
}

static void is_dark_at_rate_0(void) {
    uint16_t now = 0;
    led_init(&led, 0, 100);
    for (int i = 0; i < 10; i++) CHECK_EQUAL(0, flash(&now, 6));
}

static void lights_at_each_nth_impulse(void) {
    for (unsigned rate = 1; rate <= 254; rate++) {
        uint16_t now = 65000;
        unsigned lit = 0;
        led_init(&led, (uint8_t)rate, 0);
        CHECK_EQUAL(2, flash(&now, 2)); /* the first, then each n-th */
        for (unsigned i = 1; i < 3 * rate; i++) lit += flash(&now, 2);
        CHECK_EQUAL(2 * 2, lit);
    }
}

static void is_never_longer_than_the_meter_or_the_setting(void) {
    uint16_t now = 65500; /* over the wrap */
    led_init(&led, 1, 100);
    CHECK_EQUAL(2, flash(&now, 2));
    const unsigned cut = flash(&now, 60);
    CHECK(cut >= 6 && cut <= 8);
    led_set(&led, 1, 0);
    CHECK_EQUAL(60, flash(&now, 60));
}

static void takes_any_rate_without_harm(void) {
    uint16_t now = 0;
    led_init(&led, 255, 65535);
    CHECK_EQUAL(2, flash(&now, 2));
    CHECK_EQUAL(0, flash(&now, 2));
    CHECK(!led_update(&led, 65535, false, now));
}

static void follows_the_meter_for_a_minute_and_is_as_before_then(void) {
    uint16_t now = 100;
    led_init(&led, 0, 100);
    led_follow(&led, now);
    CHECK_EQUAL(30, flash(&now, 30));
    now = (uint16_t)(now + 61 * 64);
    CHECK_EQUAL(0, flash(&now, 30));
    CHECK_EQUAL(0, led.rate);
}

static void signals_without_being_awake(void) {
    uint16_t now = 65530;
    led_init(&led, 0, 0);
    led_signal(&led, 3, 10, now);
    unsigned ups = 0;
    bool was = false;
    for (int i = 0; i < 200; i++) {
        const bool lit = led_update(&led, 0, false, now);
        ups += lit && !was;
        was = lit;
        const uint16_t due_ms = led_due_ms(&led, now);
        now = (uint16_t)(now + (due_ms == UINT16_MAX || due_ms < 16 ? 1 : due_ms / 16));
    }
    CHECK_EQUAL(3, ups);
    CHECK(!was);
    CHECK_EQUAL(UINT16_MAX, led_due_ms(&led, now));
}

static struct button button;
static void tells_short_and_long(void) {
    const struct {
        unsigned held_q64;
        enum button_press told;
    } presses[] = {{5, BUTTON_SHORT}, {63, BUTTON_SHORT}, {65, BUTTON_NONE}, {180, BUTTON_NONE}, {193, BUTTON_LONG}, {2000, BUTTON_LONG}};
    uint16_t now = 65400;
    for (unsigned i = 0; i < sizeof presses / sizeof *presses; i++) {
        unsigned shorts = 0, longs = 0;
        for (unsigned q64 = 0; q64 <= presses[i].held_q64 + 100; q64++) {
            const enum button_press press = button_update(&button, q64 < presses[i].held_q64, now++);
            shorts += press == BUTTON_SHORT;
            longs += press == BUTTON_LONG;
        }
        CHECK_EQUAL(presses[i].told == BUTTON_SHORT, shorts);
        CHECK_EQUAL(presses[i].told == BUTTON_LONG, longs);
    }
}

int main(void) {
    RUN(is_dark_at_rate_0);
    RUN(lights_at_each_nth_impulse);
    RUN(is_never_longer_than_the_meter_or_the_setting);
    RUN(takes_any_rate_without_harm);
    RUN(follows_the_meter_for_a_minute_and_is_as_before_then);
    RUN(signals_without_being_awake);
    RUN(tells_short_and_long);
    return rig_end();
}
