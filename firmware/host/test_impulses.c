#include "common/impulses.h"

#include "rig.h"

static uint16_t tick;

static uint16_t after_ms(uint16_t ms) {
    tick = (uint16_t)(tick + HAL_TICKS(ms));
    return tick;
}

static uint16_t taken(uint32_t now_q64) {
    return impulses_take(now_q64, tick).count;
}

static void counts_a_pulse_once_however_it_chatters(void) {
    impulses_reset(false);
    impulses_edge(true, after_ms(100));
    uint16_t lit = tick;
    for (int i = 0; i < 5; i++) {
        impulses_edge(false, after_ms(1));
        impulses_edge(true, after_ms(3));
    }
    impulses_edge(false, after_ms(30));
    for (int i = 0; i < 5; i++) {
        impulses_edge(true, after_ms(2));
        impulses_edge(false, after_ms(4));
    }
    struct hal_impulses impulses = impulses_take(0, tick);
    CHECK_EQUAL(1, impulses.count);
    CHECK_EQUAL(lit, impulses.last_tick);
    CHECK_EQUAL(0, taken(0));
}

static void counts_each_pulse_at_10_hz(void) {
    impulses_reset(false);
    for (int i = 0; i < 1000; i++) {
        impulses_edge(true, after_ms(50));
        impulses_edge(false, after_ms(50));
    }
    CHECK_EQUAL(1000, taken(0));
}

static void a_low_of_many_laps_is_long(void) {
    for (uint8_t laps = 1; laps < 5; laps++) {
        impulses_reset(true);
        impulses_edge(false, 1000);
        for (uint8_t i = 0; i < laps; i++) impulses_lap();
        impulses_edge(true, 1001);
        CHECK_EQUAL(1, taken(0));
    }
    // but not every lap makes it long: it turned in the middle of a chatter
    impulses_reset(true);
    impulses_edge(false, 65530);
    impulses_lap();
    impulses_edge(true, 2);
    CHECK_EQUAL(0, taken(0));
}

static void the_same_level_again_is_nothing(void) {
    impulses_reset(false);
    impulses_edge(false, after_ms(100));
    CHECK_EQUAL(0, taken(0));
    impulses_edge(true, after_ms(1));
    impulses_edge(true, after_ms(100));
    CHECK_EQUAL(1, taken(0));
}

// In power-down the tick stands still; the RTC tells how long it was dark.
static uint16_t pulse_after_sleep(uint32_t fall_q64, uint32_t rise_q64) {
    tick = 5000;
    impulses_reset(true);
    impulses_edge(false, tick);
    (void)taken(fall_q64);
    impulses_sleep();
    impulses_edge(true, after_ms(1));
    return taken(rise_q64);
}

static void sleep_between_the_edges_is_judged_by_the_clock(void) {
    CHECK_EQUAL(0, pulse_after_sleep(1000, 1000));
    CHECK_EQUAL(0, pulse_after_sleep(1000, 1001));
    CHECK_EQUAL(1, pulse_after_sleep(1000, 1002));
    CHECK_EQUAL(1, pulse_after_sleep(1000, 100000));
    CHECK_EQUAL(0, pulse_after_sleep(UINT32_MAX - 1, UINT32_MAX));
    CHECK_EQUAL(1, pulse_after_sleep(UINT32_MAX, 1));
}

static void without_a_clock_it_counts(void) {
    CHECK_EQUAL(1, pulse_after_sleep(1000, 0));
    CHECK_EQUAL(1, pulse_after_sleep(0, 1000));
    CHECK_EQUAL(1, pulse_after_sleep(0, 0));
    // the clock was set back in between
    CHECK_EQUAL(1, pulse_after_sleep(1000, 500));
}

static void awake_time_before_the_asking_is_taken_off(void) {
    impulses_reset(true);
    impulses_edge(false, tick);
    (void)taken(1000);
    impulses_sleep();
    impulses_edge(true, tick);
    after_ms(100); // the radio was sending
    CHECK_EQUAL(0, taken(1007));
}

static void chatter_before_the_asking_neither_adds_nor_hides(void) {
    impulses_reset(true);
    impulses_edge(false, tick);
    (void)taken(1000);
    impulses_sleep();
    impulses_edge(true, after_ms(1));
    impulses_edge(false, after_ms(1));
    CHECK_EQUAL(1, taken(1050));
    impulses_edge(true, after_ms(1));
    impulses_edge(false, after_ms(30));
    CHECK_EQUAL(0, taken(1053));
    impulses_sleep();
    impulses_edge(true, after_ms(1));
    impulses_edge(false, after_ms(1));
    impulses_edge(true, after_ms(1));
    CHECK_EQUAL(0, taken(1054));
}

static void a_rise_that_nobody_judged_counts(void) {
    impulses_reset(true);
    impulses_edge(false, tick);
    impulses_sleep();
    impulses_edge(true, after_ms(1));
    impulses_sleep();
    CHECK_EQUAL(1, taken(0));
}

static void the_last_tick_is_that_of_the_last_counted(void) {
    impulses_reset(true);
    impulses_edge(false, 1000);
    (void)impulses_take(64, 1000);
    impulses_sleep();
    impulses_edge(true, 1001);
    impulses_edge(false, 2000);
    impulses_edge(true, 3000);
    struct hal_impulses impulses = impulses_take(128, 3001);
    CHECK_EQUAL(2, impulses.count);
    CHECK_EQUAL(3000, impulses.last_tick);
}

static void the_count_never_wraps(void) {
    impulses_reset(false);
    for (uint32_t i = 0; i < 70000; i++) {
        impulses_edge(true, after_ms(50));
        impulses_edge(false, after_ms(50));
    }
    CHECK_EQUAL(65535, taken(0));
}

int main(void) {
    RUN(counts_a_pulse_once_however_it_chatters);
    RUN(counts_each_pulse_at_10_hz);
    RUN(a_low_of_many_laps_is_long);
    RUN(the_same_level_again_is_nothing);
    RUN(sleep_between_the_edges_is_judged_by_the_clock);
    RUN(without_a_clock_it_counts);
    RUN(awake_time_before_the_asking_is_taken_off);
    RUN(chatter_before_the_asking_neither_adds_nor_hides);
    RUN(a_rise_that_nobody_judged_counts);
    RUN(the_last_tick_is_that_of_the_last_counted);
    RUN(the_count_never_wraps);
    return rig_end();
}
