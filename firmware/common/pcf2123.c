#include "pcf2123.h"

#include "flash.h"
#include "hal.h"

enum {
    READ = 0x90, // with the address of the first register; 8.12
    WRITE = 0x10,
    CONTROL_1 = 0x0,
    SECONDS = 0x2,
    OFFSET = 0xD,
    TIMER_CONTROL = 0xE,
    RESET = 0x58,
    OS = 0x80,                        // in the seconds: the oscillator has stopped
    TIMER_64_HZ = 0x70 | 0x08 | 0x01, // CLKOUT off, timer on, its source
    TIMER_BITS = 0x7B,                // the two others may be anything when read
    ROUND = 64,
};

// What one access reads: 02 to 0F.
enum { SECOND, MINUTE, HOUR, DAY, WEEKDAY, MONTH, YEAR, CONTROL = TIMER_CONTROL - SECONDS, TIMER, REGISTERS };

static const uint32_t y2000_s = 946684800UL;
static const uint32_t y2020_s = 1577836800UL;
static const uint32_t y2100_s = 4102444800UL;

// what the timer shows in the first sixty-fourth of a second; 0: not found yet
static uint8_t phase;

static void read_registers(uint8_t *to) {
    hal_spi_begin(HAL_RTC);
    hal_spi(READ | SECONDS);
    for (uint8_t i = 0; i < REGISTERS; i++) *to++ = hal_spi(0);
    hal_spi_end();
}

static void write_registers(uint8_t first, const uint8_t *bytes, uint8_t n) {
    hal_spi_begin(HAL_RTC);
    hal_spi((uint8_t)(WRITE | first));
    while (n-- > 0) hal_spi(*bytes++);
    hal_spi_end();
}

// Seconds since 1970, 0 if the digits are no time.
static uint32_t time_of(const uint8_t *registers) {
    static const uint8_t bits[] FLASH = {0x7F, 0x7F, 0x3F, 0x3F, 0x07, 0x1F, 0xFF}; // 8.4: the others may be anything
    static const uint8_t last[] FLASH = {59, 59, 23, 31, 6, 12, 99};
    uint8_t fields[YEAR + 1];
    for (uint8_t i = 0; i <= YEAR; i++) {
        uint8_t bcd = registers[i] & flash_byte(bits + i);
        uint8_t value = (uint8_t)((bcd >> 4) * 10 + (bcd & 15));
        if ((bcd & 15) > 9 || value > flash_byte(last + i)) return 0;
        fields[i] = value;
    }
    if (fields[DAY] == 0 || fields[MONTH] == 0) return 0;
    uint8_t year = fields[YEAR];
    uint16_t days = (uint16_t)(year * 365U + (year + 3U) / 4 + fields[DAY] - 1U);
    for (uint8_t month = 1; month < fields[MONTH]; month++) {
        if (month == 2)
            days += year % 4 == 0 ? 29U : 28U;
        else
            days += 30U + ((month ^ month >> 3) & 1U); // 31 in odd months up to July, in even ones from August
    }
    return y2000_s + days * 86400UL + fields[HOUR] * 3600UL + (uint16_t)(fields[MINUTE] * 60U + fields[SECOND]);
}

// The inverse by trial, 20 ms: from the years down, the last digits that are not after s. The weekday is not kept.
static void write_time(uint32_t s) {
    uint8_t registers[YEAR + 1] = {[DAY] = 1, [MONTH] = 1};
    for (uint8_t field = YEAR + 1; field-- > 0;) {
        for (;;) {
            uint8_t digits = registers[field];
            registers[field] = (uint8_t)((digits & 15) == 9 ? digits + 7 : digits + 1);
            uint32_t tried_s = time_of(registers);
            if (tried_s != 0 && tried_s <= s) continue;
            registers[field] = digits;
            break;
        }
    }
    write_registers(SECONDS, registers, sizeof registers); // clears OS as well
}

// What an empty bus reads can not be a timer that counts from 64 down to 1.
static bool runs(const uint8_t *registers) {
    return (registers[CONTROL] & TIMER_BITS) == TIMER_64_HZ && (uint8_t)(registers[TIMER] - 1) < ROUND;
}

static enum pcf2123_state state_of(uint32_t s) {
    return s == 0 ? PCF2123_DEAD : s < y2020_s ? PCF2123_UNSET : PCF2123_GOOD;
}

// Watches the seconds until they change: the timer then shows the phase.
static void find_phase(void) {
    uint8_t now[REGISTERS];
    read_registers(now);
    uint8_t first = now[SECOND];
    uint16_t begin = hal_ticks();
    while (runs(now) && (uint16_t)(hal_ticks() - begin) < HAL_TICKS(1100)) {
        hal_idle(hal_ms() + 2);
        read_registers(now);
        if (now[SECOND] == first) continue;
        phase = now[TIMER];
        return;
    }
}

static void start(void) {
    const uint8_t reset = RESET;
    const uint8_t running[] = {0, 0}; // 24 hours, no interrupts
    const uint8_t timer[] = {TIMER_64_HZ, ROUND};
    uint8_t now[REGISTERS];
    phase = 0;
    read_registers(now);
    bool lost = (now[SECOND] & OS) || time_of(now) == 0;
    if (lost) write_registers(CONTROL_1, &reset, 1);
    write_registers(CONTROL_1, running, sizeof running);
    if (lost) write_time(y2000_s);
    write_registers(OFFSET, running, 1); // it corrects seconds, not the timer: they would part
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
    uint8_t now[REGISTERS];
    for (uint8_t i = 0; i < 2; i++) {
        read_registers(now);
        if (!runs(now) || now[SECOND] & OS) return PCF2123_DEAD;
        time->q64 = (uint8_t)(phase - now[TIMER]) % ROUND;
        // the timer is read behind the seconds and may have turned in between; then both have, the second time
        if (time->q64 != 0) break;
    }
    time->s = time_of(now);
    return state_of(time->s);
}

bool pcf2123_set(uint32_t s) {
    struct pcf2123_time time;
    if (s < y2020_s || s >= y2100_s) return false;
    write_time(s);
    return pcf2123_read(&time) == PCF2123_GOOD;
}
