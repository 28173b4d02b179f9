#include "pcf2123.h"

#include "hal.h"

enum {
    READ = 0x90,  // with the address of the first register; 8.12
    WRITE = 0x10,
    CONTROL_1 = 0x0,
    SECONDS = 0x2,
    TIMER_CONTROL = 0xE,
    RESET = 0x58,
    OS = 0x80,              // in the seconds: the oscillator has stopped
    TIMER_64_HZ = 0x70 | 0x08 | 0x01, // CLKOUT off, timer on, its source
    ROUND = 64,
};

// What one access reads: 02 to 0F.
struct registers {
    uint8_t seconds, minutes, hours, day, weekday, month, year, alarm[4], offset, timer_control, timer;
};
_Static_assert(sizeof(struct registers) == TIMER_CONTROL - SECONDS + 2, "registers 02 to 0F");

static const uint32_t y2000_s = 946684800UL;
static const uint32_t y2020_s = 1577836800UL;
static const uint32_t y2100_s = 4102444800UL;
static const uint16_t days_before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

// what the timer shows in the first sixty-fourth of a second; 0: not found yet
static uint8_t phase;

static void read_registers(struct registers *to) {
    uint8_t *bytes = (uint8_t *)to;
    hal_spi_begin(HAL_RTC);
    hal_spi(READ | SECONDS);
    for (uint8_t i = 0; i < sizeof *to; i++) bytes[i] = hal_spi(0);
    hal_spi_end();
}

static void write_registers(uint8_t first, const uint8_t *bytes, uint8_t n) {
    hal_spi_begin(HAL_RTC);
    hal_spi((uint8_t)(WRITE | first));
    while (n-- > 0) hal_spi(*bytes++);
    hal_spi_end();
}

static uint8_t to_bcd(uint8_t value) { return (uint8_t)(value / 10 << 4 | value % 10); }

static const uint8_t no_digits = 0xFF;
static uint8_t from_bcd(uint8_t bcd) {
    if ((bcd & 0x0F) > 9 || bcd > 0x99) return no_digits;
    return (uint8_t)((bcd >> 4) * 10 + (bcd & 0x0F));
}

// Seconds since 1970, 0 if the digits are no time. 8.4: bits that mean nothing may be anything.
static uint32_t time_of(const struct registers *r) {
    uint8_t second = from_bcd(r->seconds & 0x7F), minute = from_bcd(r->minutes & 0x7F), hour = from_bcd(r->hours & 0x3F);
    uint8_t day = from_bcd(r->day & 0x3F), month = from_bcd(r->month & 0x1F), year = from_bcd(r->year);
    if (second > 59 || minute > 59 || hour > 23 || day < 1 || day > 31 || month < 1 || month > 12 || year > 99) return 0;
    uint16_t days = (uint16_t)(year * 365U + (year + 3U) / 4 + days_before[month - 1] + day - 1U);
    if (month > 2 && year % 4 == 0) days++;
    return y2000_s + days * 86400UL + hour * 3600UL + minute * 60UL + second;
}

static void write_time(uint32_t s) {
    uint32_t days = (s - y2000_s) / 86400UL;
    uint32_t of_day = (s - y2000_s) % 86400UL;
    uint16_t day = (uint16_t)(days % 1461); // of four years, a leap year first
    uint8_t year = (uint8_t)(days / 1461 * 4);
    uint8_t weekday = (uint8_t)((days + 6) % 7); // 2000-01-01 was a Saturday
    uint8_t leap = day < 366 ? 1 : 0;
    if (!leap) {
        year = (uint8_t)(year + 1U + (day - 366U) / 365);
        day = (uint16_t)((day - 366) % 365);
    }
    uint8_t month = 12;
    while (day < days_before[month - 1] + (month > 2 ? leap : 0U)) month--;
    day = (uint16_t)(day - days_before[month - 1] - (month > 2 ? leap : 0U));
    uint8_t bytes[] = {to_bcd((uint8_t)(of_day % 60)), to_bcd((uint8_t)(of_day / 60 % 60)), to_bcd((uint8_t)(of_day / 3600)),
                       to_bcd((uint8_t)(day + 1)),     weekday,                             to_bcd(month),
                       to_bcd(year)};
    write_registers(SECONDS, bytes, sizeof bytes); // clears OS as well
}

// What an empty bus reads can not be a timer that counts from 64 down to 1.
static bool runs(const struct registers *r) { return r->timer_control == TIMER_64_HZ && r->timer >= 1 && r->timer <= ROUND; }

static enum pcf2123_state state_of(uint32_t s) { return s == 0 ? PCF2123_DEAD : s < y2020_s ? PCF2123_UNSET : PCF2123_GOOD; }

// Watches the seconds until they change: the timer then shows the phase.
static void find_phase(void) {
    struct registers now;
    read_registers(&now);
    uint8_t first = now.seconds;
    uint16_t begin = hal_ticks();
    uint16_t last = begin;
    while ((uint16_t)(last - begin) < HAL_TICKS(1100)) {
        uint16_t before = last;
        hal_idle(hal_ms() + 2);
        last = hal_ticks();
        read_registers(&now);
        if (!runs(&now)) return;
        if (now.seconds == first) continue;
        // an interrupt may have kept us: then the next second is as good
        if ((uint16_t)(last - before) < HAL_TICKS(8)) {
            phase = now.timer;
            return;
        }
        first = now.seconds;
        begin = last;
    }
}

static void start(void) {
    static const uint8_t reset = RESET;
    static const uint8_t running[] = {0, 0}; // 24 hours, no interrupts
    static const uint8_t timer[] = {TIMER_64_HZ, ROUND};
    struct registers now;
    phase = 0;
    read_registers(&now);
    bool lost = (now.seconds & OS) || time_of(&now) == 0;
    if (lost) write_registers(CONTROL_1, &reset, 1);
    write_registers(CONTROL_1, running, sizeof running);
    if (lost) write_time(y2000_s);
    write_registers(TIMER_CONTROL, timer, sizeof timer);
    find_phase();
}

enum pcf2123_state pcf2123_init(void) {
    enum pcf2123_state state = PCF2123_DEAD;
    // after a power failure its crystal takes up to 2 s
    for (uint8_t tries = 0; tries < 3 && state == PCF2123_DEAD; tries++) {
        struct pcf2123_time time;
        hal_watchdog_kick();
        start();
        state = pcf2123_read(&time);
    }
    return state;
}

enum pcf2123_state pcf2123_read(struct pcf2123_time *time) {
    time->s = 0;
    time->q64 = 0;
    if (phase == 0) return PCF2123_DEAD;
    struct registers now;
    for (uint8_t i = 0; i < 2; i++) {
        read_registers(&now);
        if (!runs(&now) || now.seconds & OS) return PCF2123_DEAD;
        time->q64 = (uint8_t)(phase - now.timer) % ROUND;
        // the timer is read behind the seconds and may have turned in between; then both have, the second time
        if (time->q64 != 0) break;
    }
    time->s = time_of(&now);
    return state_of(time->s);
}

bool pcf2123_set(uint32_t s) {
    struct pcf2123_time time;
    if (s < y2020_s || s >= y2100_s || pcf2123_read(&time) == PCF2123_DEAD) return false;
    write_time(s);
    return pcf2123_read(&time) == PCF2123_GOOD;
}
