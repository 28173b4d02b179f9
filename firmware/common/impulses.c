#include "impulses.h"

static struct {
    struct hal_impulses counted;
    bool high;
    uint16_t fall_tick;
    uint8_t laps;        // of the tick since the fall, 2 is many
    bool slept;          // since the fall
    bool fall_timed;     // fall_q64 is known
    uint32_t fall_q64;
    bool open;           // a rise that ended a sleep waits for the RTC's time
    uint16_t open_tick;
    bool open_timed;
    uint32_t open_fall_q64;
} state;

void impulses_reset(bool high) {
    state.counted.count = 0;
    state.high = high;
    state.laps = 2;
    state.slept = false;
    state.fall_timed = false;
    state.open = false;
}

static void count(uint16_t tick) {
    if (state.counted.count < UINT16_MAX) state.counted.count++;
    state.counted.last_tick = tick;
}

static bool was_low_long(uint16_t tick) {
    if (state.laps > 1 || (state.laps == 1 && tick >= state.fall_tick)) return true;
    return (uint16_t)(tick - state.fall_tick) >= HAL_TICKS(IMPULSES_LOW_MS);
}

void impulses_edge(bool high, uint16_t tick) {
    if (high == state.high) return;
    state.high = high;
    if (!high) {
        state.fall_tick = tick;
        state.laps = 0;
        state.slept = false;
        state.fall_timed = false;
    } else if (was_low_long(tick)) {
        count(tick);
    } else if (state.slept) {
        state.open = true;
        state.open_tick = tick;
        state.open_timed = state.fall_timed;
        state.open_fall_q64 = state.fall_q64;
    }
}

void impulses_lap(void) {
    if (state.laps < 2) state.laps++;
}

// nobody asked: without a time the open rise has the benefit of the doubt
static void close_unjudged(void) {
    if (state.open) count(state.open_tick);
    state.open = false;
}

void impulses_sleep(void) {
    close_unjudged();
    state.slept = true;
}

// 1/64 s are 15625 µs
static uint32_t q64_at(uint16_t then_tick, uint32_t now_q64, uint16_t now_tick) {
    return now_q64 - (uint32_t)(uint16_t)(now_tick - then_tick) * HAL_TICK_US / 15625UL;
}

struct hal_impulses impulses_take(uint32_t now_q64, uint16_t tick) {
    if (state.open && state.open_timed && now_q64 != 0 && q64_at(state.open_tick, now_q64, tick) - state.open_fall_q64 < IMPULSES_LOW_Q64) state.open = false;
    // one that was counted since the open one stays the last
    uint16_t last_tick = state.counted.last_tick;
    bool later = state.counted.count > 0;
    close_unjudged();
    if (later) state.counted.last_tick = last_tick;
    if (!state.high && !state.fall_timed && !state.slept && now_q64 != 0) {
        state.fall_q64 = q64_at(state.fall_tick, now_q64, tick);
        state.fall_timed = true;
    }
    struct hal_impulses taken = state.counted;
    taken.high = state.high;
    state.counted.count = 0;
    return taken;
}
