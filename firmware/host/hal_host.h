/**
 * The test's side of hal.h on the host: what a test gives to the device and what it sees of it. `host_reset()` first in every case.
 *
 * Time stands still but for `hal_idle`, `hal_power_down` and `host_advance_ms`.
 */
#pragma once

#include <setjmp.h>

#include "../common/hal.h"

/** A device on the SPI bus of a test. Unset: 0xFF is read. */
struct host_spi {
    void (*select)(bool on);
    uint8_t (*transfer)(uint8_t byte);
};

struct host {
    uint32_t ms;       ///< hal_ms()
    uint32_t beat_ms;  ///< hal_beat_ms()
    uint32_t slept_ms; ///< spent in power-down
    uint8_t wakes;     ///< what hal_wakes() will give
    uint8_t reset_cause;
    unsigned kicks;               ///< calls of hal_watchdog_kick()
    struct hal_impulses impulses; ///< what hal_impulses_take() will give, once
    uint16_t battery_mv, supply_mv;
    struct hal_samples ct;
    bool led, button, dio0;
    uint32_t entropy; ///< hal_entropy() gives this, then one more each time
    struct host_spi radio, rtc;
    void (*radio_reset)(void); ///< the radio's pin, if it is connected
    void (*tick)(uint32_t ms); ///< called for each ms that passes, before hal_ms() says it
    uint8_t eeprom[HAL_EEPROM_SIZE];
    uint32_t eeprom_writes[HAL_EEPROM_SIZE]; ///< wear
    int32_t
        cut_after; ///< power fails in this many EEPROM byte writes from now (−1: never): the byte in question is `cut_leaves`, and the test resumes at `cut`
    uint8_t cut_leaves;
    uint16_t worn_out; ///< address of a cell that keeps what it holds whatever is written; 0: none
    jmp_buf cut;       ///< `if (setjmp(host.cut) == 0) { host.cut_after = n; write…; }`
    char out[4096];    ///< what hal_putc() printed, zero-terminated; more is dropped
    uint16_t out_length;
};

extern struct host host;

/** Fresh device: EEPROM FF, nothing typed, time 0, no SPI devices, power-on reset, battery 4500 mV, supply 3300 mV. */
void host_reset(void);

/** Lets time pass, as if the CPU were busy. */
void host_advance_ms(uint32_t ms);

/** Bytes that hal_getc() will give; sets HAL_WAKE_UART. `\xff\xfe`-free: use host_lose_bytes for HAL_BYTES_LOST. */
void host_type(const char *text);
void host_lose_bytes(void);

/** Forgets what was printed. */
void host_clear_out(void);
