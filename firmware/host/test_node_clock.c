/* The gateway's answer against a clock that is off, and a clock that is dead. */
#include <stdlib.h>

#include "host/hal_host.h"
#include "host/rig.h"
#include "meternode/clock.h"

#define EPOCH UINT32_C(1783000000)

static uint32_t state = 1;
static uint32_t chance(uint32_t below) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8) % below;
}

static void steps_to_the_true_second_if_off_by_more_than_three(void) {
    for (int i = 0; i < 20000; i++) {
        const int32_t off_s = (int32_t)chance(40) - 20;
        const uint32_t true_q64 = chance(UINT32_C(1048576)) + (EPOCH - (1U << 13)) * 64U; /* modulo 2^32, as the clock counts */
        const uint32_t there_q64 = chance(95), back_q64 = chance(95);
        const uint64_t wide_q64 = (uint64_t)(EPOCH - (1U << 13)) * 64U + (true_q64 - (EPOCH - (1U << 13)) * 64U);
        const uint32_t gateway_s = (uint32_t)((wide_q64 + there_q64) / 64U);
        const uint64_t ours_q64 = wide_q64 + there_q64 + back_q64 + (uint64_t)((int64_t)off_s * 64);
        const struct clock clock = {.now_s = (uint32_t)(ours_q64 / 64U), .q64 = (uint8_t)(ours_q64 % 64U)};
        uint32_t now_s = 0;
        switch (clock_judge(&clock, (uint16_t)(ours_q64 - there_q64 - back_q64), gateway_s, &now_s)) {
        case CLOCK_STEP: {
            const int64_t error_q64 = (int64_t)((uint64_t)now_s * 64U + clock.q64) - (int64_t)(wide_q64 + there_q64 + back_q64);
            CHECK(llabs(error_q64) <= 64 + 32 + 48); /* rounding, the gateway's whole seconds, an uneven way */
            CHECK(abs(off_s) >= 2);
            break;
        }
        case CLOCK_KEPT: CHECK(abs(off_s) <= 5); break;
        default: CHECK(0);
        }
    }
}

static void is_right_on_average(void) {
    int64_t sum_q64 = 0;
    for (int i = 0; i < 20000; i++) {
        const uint64_t true_q64 = (uint64_t)EPOCH * 64U + chance(64000);
        const struct clock clock = {.now_s = 946684800U, .q64 = (uint8_t)chance(64)};
        uint32_t now_s = 0;
        CHECK_EQUAL(CLOCK_STEP, clock_judge(&clock, (uint16_t)(clock_q64(&clock) - 32), (uint32_t)((true_q64 - 16) / 64U), &now_s));
        sum_q64 += (int64_t)((uint64_t)now_s * 64U + clock.q64 - true_q64);
    }
    CHECK(llabs(sum_q64 / 20000) <= 4);
}

static void uses_no_answer_that_took_too_long(void) {
    const struct clock clock = {.now_s = EPOCH};
    uint32_t now_s;
    CHECK_EQUAL(CLOCK_LATE, clock_judge(&clock, (uint16_t)(clock_q64(&clock) - 4 * 64), EPOCH + 100, &now_s));
    CHECK_EQUAL(CLOCK_LATE, clock_judge(&clock, (uint16_t)(clock_q64(&clock) + 4 * 64), EPOCH + 100, &now_s));
}

static void goes_on_by_the_watchdog_when_no_clock_answers(void) {
    struct clock clock;
    host_reset();
    clock_start(&clock);
    CHECK(clock.dead);
    const uint32_t start_s = clock.now_s;
    uint32_t passed_s = 0;
    for (int i = 0; i < 1000; i++) {
        host.beat_ms += 8192;
        passed_s += clock_read(&clock);
    }
    CHECK_EQUAL(8192, passed_s);
    CHECK_EQUAL(start_s + 8192, clock.now_s);
    clock_set(&clock, EPOCH);
    CHECK_EQUAL(0, clock_read(&clock));
    CHECK_EQUAL(EPOCH, clock.now_s);
    CHECK(clock.uptime_s >= 8192 && clock.uptime_s < 8300);
}

int main(void) {
    RUN(steps_to_the_true_second_if_off_by_more_than_three);
    RUN(is_right_on_average);
    RUN(uses_no_answer_that_took_too_long);
    RUN(goes_on_by_the_watchdog_when_no_clock_answers);
    return rig_end();
}
