#include "impulses.h"

// 1/64 s are 244 ticks at 16 MHz, 122 at 8 MHz
enum { LOW_TICKS = HAL_TICKS(IMPULSES_LOW_MS), TICKS_OF_64TH = 15625 / HAL_TICK_US };

static struct {
    struct hal_impulses counted; // and the level
    uint16_t fall_tick;
    uint16_t open_tick; // of a rise that ended a sleep, and waits for the RTC's time
    uint8_t laps;       // of the tick since the fall, 2 is many
    bool slept;         // since the fall
    bool open;
    uint32_t fall_q64; // 0: not known. While a rise is open: of the fall before that
} state;

void impulses_reset(bool high) {
    state.counted.count = 0;
    state.counted.high = high;
    state.laps = 2;
    state.open = false;
}

static void count(uint16_t tick) {
    if (++state.counted.count == 0) state.counted.count--;
    state.counted.last_tick = tick;
}

// without a time an open rise has the benefit of the doubt
static void close(void) {
    if (state.open) count(state.counted.count == 0 ? state.open_tick : state.counted.last_tick); // what was counted since is later
    state.open = false;
}

void impulses_edge(bool high, uint16_t tick) {
    if (high == state.counted.high) return;
    state.counted.high = high;
    if (high) {
        bool lapped = state.laps > 1 || (state.laps == 1 && tick >= state.fall_tick);
        if (lapped || (uint16_t)(tick - state.fall_tick) >= LOW_TICKS) {
            count(tick);
        } else if (state.slept) {
            state.open = true;
            state.open_tick = tick;
        }
    } else {
        state.fall_tick = tick;
        state.laps = 0;
        state.slept = false;
        if (!state.open) state.fall_q64 = 0;
    }
}

void impulses_lap(void) {
    if (state.laps < 2) state.laps++;
}

void impulses_sleep(void) {
    close();
    state.slept = true;
}

static uint32_t q64_at(uint16_t then, uint32_t now_q64, uint16_t now) {
    return now_q64 - (uint16_t)(now - then) / TICKS_OF_64TH;
}

struct hal_impulses impulses_take(uint32_t now_q64, uint16_t tick) {
    if (now_q64 == 0) state.fall_q64 = 0;
    bool was_open = state.open;
    if (state.fall_q64 != 0 && q64_at(state.open_tick, now_q64, tick) - state.fall_q64 < IMPULSES_LOW_Q64) state.open = false;
    close();
    if (now_q64 != 0 && !state.slept && (was_open || state.fall_q64 == 0)) state.fall_q64 = q64_at(state.fall_tick, now_q64, tick);
    struct hal_impulses taken = state.counted;
    state.counted.count = 0;
    return taken;
}
