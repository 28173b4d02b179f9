#include "fake_pcf2123.h"

#include <string.h>

#include "hal_host.h"

struct fake_pcf2123 fake_pcf2123;

enum { SECONDS = 2, MINUTES, HOURS, DAYS, WEEKDAYS, MONTHS, YEARS, TIMER_CONTROL = 14, TIMER };

static struct fake_pcf2123 *const self = &fake_pcf2123;
static bool selected, addressed, reading;
static uint8_t address;
static uint64_t owed_s; // seconds that ended during an access
static uint64_t timer_from;

static unsigned digits(uint8_t bcd) {
    return (bcd >> 4) * 10U + (bcd & 15U);
}

static void show(uint8_t at, unsigned value) {
    self->registers[at] = (uint8_t)(value / 10 * 16 + value % 10);
}

// Adds one to a field; true if that was its last value.
static bool carry(uint8_t at, unsigned first, unsigned last) {
    unsigned value = digits(self->registers[at]);
    show(at, value == last ? first : value + 1);
    return value == last;
}

static void second(void) {
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!carry(SECONDS, 0, 59) || !carry(MINUTES, 0, 59) || !carry(HOURS, 0, 23)) return;
    unsigned month = digits(self->registers[MONTHS]);
    unsigned leap = month == 2 && digits(self->registers[YEARS]) % 4 == 0 ? 1 : 0;
    (void)carry(WEEKDAYS, 0, 6);
    if (carry(DAYS, 1, days[month - 1] + leap) && carry(MONTHS, 1, 12)) (void)carry(YEARS, 0, 99);
}

static uint64_t ticks(void) {
    return self->us * 64 / 1000000;
}

void fake_pcf2123_pass(uint64_t us) {
    uint64_t was = self->us;
    if (self->starts_us > 0) {
        uint64_t waits = us < self->starts_us ? us : self->starts_us;
        self->starts_us -= waits;
        us -= waits;
    }
    self->us += us;
    owed_s += self->us / 1000000 - was / 1000000;
    for (; owed_s > 0 && !selected; owed_s--) second();
}

static uint8_t timer(void) {
    uint8_t n = self->registers[TIMER];
    if (n == 0 || !(self->registers[TIMER_CONTROL] & 8)) return n;
    return (uint8_t)(n - (ticks() - timer_from) % n);
}

static void reset(void) {
    memset(self->registers + 9, 0x80, 4);
    self->registers[0] = self->registers[1] = self->registers[13] = self->registers[TIMER] = 0;
    self->registers[SECONDS] |= 0x80;
    self->registers[TIMER_CONTROL] = 3;
}

static void select_(bool on) {
    if (on && !self->present) return;
    selected = on;
    addressed = false;
    fake_pcf2123_pass(0);
}

static void write(uint8_t byte) {
    if (address == 0 && byte == 0x58) {
        reset();
        return;
    }
    if (address == SECONDS && self->starts_us > 0) byte |= 0x80;
    self->registers[address] = byte;
    if (address >= TIMER_CONTROL) timer_from = ticks();
}

static uint8_t transfer(uint8_t byte) {
    uint8_t value = 0;
    if (!self->present) return 0xFF;
    fake_pcf2123_pass(self->us_per_byte);
    if (!addressed) {
        addressed = true;
        reading = (byte & 0x80) != 0;
        address = byte & 15;
        if (reading)
            self->reads++;
        else
            self->writes++;
        return 0;
    }
    if (reading)
        value = address == TIMER ? timer() : self->registers[address] | (address == TIMER_CONTROL ? 0x84 : 0); // two bits without meaning
    else
        write(byte);
    address = (address + 1) & 15;
    return value;
}

static void tick(uint32_t ms) {
    (void)ms;
    fake_pcf2123_pass(1000);
}

void fake_pcf2123_shows(uint8_t year, uint8_t month, uint8_t day, uint8_t hour, uint8_t minute, uint8_t second_) {
    const uint8_t fields[] = {second_, minute, hour, day, 0, month, year};
    for (uint8_t i = 0; i < sizeof fields; i++) show((uint8_t)(SECONDS + i), fields[i]);
}

void fake_pcf2123_fails(void) {
    memset(self->registers + SECONDS, 0xA5, 7);
    reset();
    self->starts_us = 700000;
}

void fake_pcf2123_attach(uint64_t us) {
    memset(self, 0, sizeof *self);
    owed_s = 0;
    selected = false;
    reset();
    fake_pcf2123_shows(26, 7, 2, 13, 46, 40);
    self->us = us;
    self->us_per_byte = 6;
    self->present = true;
    host.rtc = (struct host_spi){select_, transfer};
    host.tick = tick;
}
