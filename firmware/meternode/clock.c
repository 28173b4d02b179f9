#include "clock.h"

#include "common/hal.h"
#include "common/pcf2123.h"

void clock_start(struct clock *clock) {
    (void)pcf2123_init();
    *clock = (struct clock){.now_s = 946684800UL}; /* 2000-01-01, where an RTC begins that was never set */
    (void)clock_read(clock);
    clock->uptime_s = hal_ms() / 1000U;
}

uint16_t clock_read(struct clock *clock) {
    struct pcf2123_time time;
    const uint32_t beats_ms = hal_beat_ms();
    clock->dead = pcf2123_read(&time) == PCF2123_DEAD;
    if (clock->dead) {
        time = (struct pcf2123_time){.s = clock->now_s};
        for (; beats_ms - clock->beats_ms >= 1000U; clock->beats_ms += 1000U) time.s++;
    } else {
        clock->beats_ms = beats_ms;
    }
    uint32_t passed_s = time.s - clock->now_s;
    if (passed_s > CLOCK_JUMP_S) passed_s = 0;
    clock->uptime_s += passed_s;
    clock->now_s = time.s;
    clock->q64 = time.q64;
    return (uint16_t)passed_s;
}

void clock_set(struct clock *clock, uint32_t now_s) {
    if (clock->dead) (void)pcf2123_init();
    (void)pcf2123_set(now_s);
    clock->now_s = now_s;
}

enum clock_verdict clock_judge(const struct clock *clock, uint16_t asked_q64, uint32_t gateway_s, uint32_t *now_s) {
    const uint16_t way_q64 = (uint16_t)(clock_q64(clock) - asked_q64);
    if (way_q64 > CLOCK_ANSWER_MAX_S * 64U) return CLOCK_LATE;
    /* the running part of our second stays: the whole second that comes nearest with it */
    *now_s = gateway_s + (uint8_t)(64U + way_q64 / 2U - clock->q64) / 64U;
    return *now_s - clock->now_s + CLOCK_KEEP_S <= 2UL * CLOCK_KEEP_S ? CLOCK_KEPT : CLOCK_STEP;
}
