/**
 * What the two boards can do, without registers: hal_avr.c does it on an ATmega328P, host/hal_host.c in tests.
 *
 * Time. `hal_ms()` counts while the CPU runs or idles and stands still in power-down; on the gateway, which never powers down, it is all time.
 * A node takes its time from the RTC (pcf2123.h). Interrupts only set bits and counters: the main loop asks `hal_wakes()`, serves, then sleeps.
 *
 * One loop turn is: `hal_watchdog_kick()`, serve what `hal_wakes()` told and what is due, then `hal_idle()` or `hal_power_down()`. Nothing that happens
 * between the asking and the sleeping is slept through: both return at once while a wake bit is set that was not asked for yet.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifndef F_CPU
#define F_CPU 16000000UL
#endif

/** Microseconds of one `hal_ticks()`, rounded down: Timer1 at F_CPU / 1024 (64 at 16 MHz, 128 at 8 MHz, 138 of 138.9 at 7.3728 MHz). */
#define HAL_TICK_US (1024UL * 1000UL / (F_CPU / 1000UL))

/** Ticks of a time in ms, for differences of `hal_ticks()` up to 4 s (16 MHz) or 8 s (8 MHz). */
#define HAL_TICKS(ms) ((uint16_t)((ms)*1000UL / HAL_TICK_US))

/** For variables that keep their content over a reset without loss of power. They are random after one: guard them with a checksum. */
#ifdef __AVR__
#define HAL_NOINIT __attribute__((section(".noinit")))
#else
#define HAL_NOINIT
#endif

/** Which pins are connected (firmware.md “Pins”): a gateway has no impulse input, RTC, battery or button to listen to. */
enum hal_board { HAL_NODE, HAL_GATEWAY };

/** Bits of `hal_reset_cause()`, those of MCUSR, or what Optiboot hands over of it. None set: another boot loader has cleared them. */
enum { HAL_RESET_POWER = 1, HAL_RESET_EXTERNAL = 2, HAL_RESET_BROWNOUT = 4, HAL_RESET_WATCHDOG = 8 };

/** Bits of `hal_wakes()`. */
enum {
    HAL_WAKE_IMPULSE = 1, ///< an edge at the impulse input, counted or not: time to call `hal_impulses_take`
    HAL_WAKE_BUTTON = 2,  ///< the button went down or up
    HAL_WAKE_UART =
        4, ///< a byte came, or the line woke a sleeping node (that byte is lost; or it was a glitch at the impulse input, over before the crystal ran)
    HAL_WAKE_RADIO = 8, ///< DIO0 went high: packet sent, or payload ready
    HAL_WAKE_BEAT = 16, ///< the watchdog's period is over
};

/** First thing in main: within 16 ms of a reset by the watchdog it must be set up anew. Sets up pins, timer, UART, SPI, ADC and watchdog, and allows interrupts. The LED is off, no SPI device selected. */
void hal_init(enum hal_board board);

/** Why the device started: HAL_RESET_ bits, the same at every call until the next reset. */
uint8_t hal_reset_cause(void);

/** Milliseconds since start, without power-down. Wraps after 49.7 days: compare by subtraction. */
uint32_t hal_ms(void);

/** Timer1: HAL_TICK_US each, wraps at 65536, stands still in power-down. */
uint16_t hal_ticks(void);

/** Keeps interrupts out: `state = hal_lock(); …; hal_unlock(state);`, nestable. Needed around every read of what an interrupt writes. */
uint8_t hal_lock(void);
void hal_unlock(uint8_t state);

/** Sleeps in IDLE (all peripherals run) until a wake bit is set or `hal_ms()` reaches `until_ms`, whichever is first. */
void hal_idle(uint32_t until_ms);

/**
 * Sleeps in power-down, brown-out detector off, until impulse input, button, UART line or watchdog wakes. Node only; the radio must sleep: its DIO0 does not wake.
 * @param max_ms longest sleep. Taken is the longest watchdog period that fits: 16 ms × 2ⁿ, at most 8192 ms. Below 16 ms it idles instead.
 * The 8-second period is not restarted by other wakes, so beats tell time (±10 %, `hal_beat_ms`); shorter ones start with the sleep.
 * Waits first for EEPROM and UART to finish. RTC CE is high meanwhile on original boards, where low costs 330 µA against its pull-up; low on board A.
 */
void hal_power_down(uint32_t max_ms);

/** HAL_WAKE_ bits set since the last call. */
uint8_t hal_wakes(void);

/** Nominal ms of all watchdog periods that ended, asleep or awake: a poor clock (±10 %) for a node whose RTC is dead. Wraps. A short sleep forfeits what had passed of the long period. */
uint32_t hal_beat_ms(void);

/** The main loop lives: without a call in two watchdog periods (8 to 16 s) the device is reset. */
void hal_watchdog_kick(void);

/** Impulses since the last asking. */
struct hal_impulses {
    uint16_t count;     ///< rising edges (LED lit) that count; at most 65535, never wraps to less
    uint16_t last_tick; ///< `hal_ticks()` at the last of them; the last one may be up to 4 s ago
    bool high;          ///< the input now: the LED is lit
};

/**
 * Takes the impulses counted by the interrupt and sets the count to 0, in one locked step. Call it after every HAL_WAKE_IMPULSE, before sleeping.
 *
 * A rising edge counts if the input was low for 20 ms before: comparators chatter, a meter at 10 Hz is low for 50 ms. Timer1 measures that while the CPU is
 * awake. What was slept through only the RTC knows: with `now_q64` the edge that woke the CPU is judged here (low for 2/64 s at least).
 * @param now_q64 RTC seconds × 64 + sixty-fourths, modulo 2³²; 0: no clock, edges after sleep all count.
 */
struct hal_impulses hal_impulses_take(uint32_t now_q64);

enum hal_device { HAL_RADIO, HAL_RTC };

/** Selects a device on the SPI bus (mode 0, MSB first, 2 MHz) and deselects the other one, always: a selected RTC takes the radio's bytes for its own. */
void hal_spi_begin(enum hal_device device);
/** Exchanges a byte with the selected device. */
uint8_t hal_spi(uint8_t byte);
/** Deselects both. */
void hal_spi_end(void);

/** Resets the radio by its pin, and waits 6 ms until it answers. Boards where the pin is not connected only wait. */
void hal_radio_reset(void);

enum { HAL_NO_BYTE = -1, HAL_BYTES_LOST = -2 };

/** Next byte received at 115200 baud, or HAL_NO_BYTE; HAL_BYTES_LOST once where bytes are missing (overrun, framing error): what stood before and after does not belong together. */
int16_t hal_getc(void);

/** Sends a byte; idles while the send buffer (16 bytes) is full. Interrupts go on: the radio keeps what it receives meanwhile. Not under `hal_lock`. */
void hal_putc(char c);

/** EEPROM: 1024 bytes. Addresses beyond are a fault of the caller: reads give FF, writes do nothing. */
enum { HAL_EEPROM_SIZE = 1024 };
void hal_eeprom_read(uint16_t at, void *to, uint8_t n);

/** Writes the bytes that differ, 3.4 ms each, in rising order of address, idling meanwhile; the last one is written when it returns. */
void hal_eeprom_update(uint16_t at, const void *from, uint8_t n);

/**
 * Battery in mV, by a divider of 2.7 MΩ / 1 MΩ (board A: 4.7 MΩ / 1 MΩ) against the supply. That is 3300 mV while the regulator has enough (±2 %), and measured by
 * the band-gap below (±9 %). Half a second after power-up the divider has settled.
 */
uint16_t hal_battery_mv(void);

/** The chip's supply in mV by its band-gap of 1.1 V (±10 % from part to part). */
uint16_t hal_supply_mv(void);

/** Samples of the current transformer: values 0…1023 of the supply, biased at half of it. */
struct hal_samples {
    uint16_t count;
    uint32_t sum;
    uint32_t sum_squares;
};

/** Samples the CT for 100 ms, whole periods at 50 and 60 Hz (about 960 samples), idling in between. */
struct hal_samples hal_ct_burst(void);

void hal_led(bool on);

/** True while the button is held. */
bool hal_button(void);

/** Bytes between the variables and the deepest stack there ever was. */
uint16_t hal_free_ram(void);

/** Chance the hardware gives: RAM content at power-up, ADC noise, timer phase. Different at each call; no secret by itself. Takes about 4 ms. */
uint32_t hal_entropy(void);
