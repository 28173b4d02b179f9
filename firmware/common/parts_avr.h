/** What the *_avr.c files share; nobody else includes it. */
#pragma once

#include <avr/io.h>
#include <stdint.h>

enum { PIN_RX = PD0, PIN_IMPULSE = PD3, PIN_LED = PD4, PIN_BUTTON = PD6, PIN_RTC = PD7, PIN_RADIO = PB2, PIN_MISO = PB4, PIN_RADIO_RESET = PC3 };

/** Bits of hal_wakes() live in an I/O register: there an interrupt sets one by a single instruction. */
#define wakes GPIOR0

/** The watchdog's period is 16 ms << n. Starts one; a running one goes on with its period by hal_watchdog_kick(). */
enum { LONGEST = 9, SHORTEST_MS = 16 };
void parts_watchdog(uint8_t period);

#ifdef GATEWAY
static inline void parts_node_init(void) {}
static inline void parts_lap(void) {}
static inline void parts_beat(uint8_t period) {
    (void)period;
}
#else
void parts_node_init(void);
/** Timer1 has come round. Called with interrupts off. */
void parts_lap(void);
/** A period of the watchdog is over. Called with interrupts off. */
void parts_beat(uint8_t period);
#endif

/** Sleeps in IDLE until the next interrupt. Called with interrupts off, after looking at what is waited for; they are on when it returns. */
void parts_nap(void);

void parts_uart_init(void);
/** Waits until all is sent and the line is idle. */
void parts_uart_flush(void);

/** A hash of what the RAM held at start. */
extern uint32_t parts_ram_chance;
