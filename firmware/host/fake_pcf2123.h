/** As much of a PCF2123 as its driver can tell: calendar and countdown timer from one divider, OS flag, software reset. It lives by its own microseconds. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct fake_pcf2123 {
    bool present;
    uint8_t registers[16];  ///< what was written; 02…08 as the clock shows them
    uint64_t us;            ///< of the divider: a second is over at each million
    uint32_t us_per_byte;   ///< time that passes with each byte on the bus
    uint64_t starts_us;     ///< the crystal runs from here on
    unsigned reads, writes; ///< accesses
};

extern struct fake_pcf2123 fake_pcf2123;

/** Puts a clock with a valid time on the host's bus, and its time into host.tick. */
void fake_pcf2123_attach(uint64_t us);

/** Sets registers 02…08 as they stand at this moment. */
void fake_pcf2123_shows(uint8_t year, uint8_t month, uint8_t day, uint8_t hour, uint8_t minute, uint8_t second);

/** Supply gone and back. */
void fake_pcf2123_fails(void);

void fake_pcf2123_pass(uint64_t us);
