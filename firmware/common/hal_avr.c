// ATmega328P (datasheet DS40002061): pins, time, sleep, watchdog. Its UART, EEPROM and ADC are in uart_avr.c, eeprom_avr.c, analog_avr.c.
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <util/delay_basic.h>

#include "hal.h"
#include "parts_avr.h"

// a lap of Timer1, 65536 ticks, takes whole ms and some PARTS of one: 8388 76/125 at 8 MHz, 9102 2/9 at 7.3728 MHz
#define LAP_MS_HZ (65536ULL * 1024 * 1000)
enum { PARTS = F_CPU % 8000000UL ? 9 : 125, LAP_MS = LAP_MS_HZ / F_CPU, LAP_PARTS = LAP_MS_HZ % F_CPU * PARTS / F_CPU };
_Static_assert(LAP_MS_HZ % F_CPU * PARTS % F_CPU == 0, "the clock would drift: other PARTS for this crystal");

static uint8_t reset_cause;
// Optiboot clears MCUSR and leaves in r2 what it held: kept before any other code runs.
__attribute__((used, externally_visible)) uint8_t hal_boot_cause HAL_NOINIT;
__asm__(".section .init0,\"ax\",@progbits\n sts hal_boot_cause, r2\n .previous");
static uint32_t lap_ms;   // hal_ms() when Timer1 was last 0
static uint8_t lap_parts; // and the part of a ms
static uint8_t period;

extern uint8_t _end;
enum { PAINT = 0xC5 };
uint32_t parts_ram_chance HAL_NOINIT;

// What the RAM holds below the stack is taken for chance, and painted, to see later how deep the stack went.
static void paint_ram(void) {
    uint32_t chance = parts_ram_chance;
    const uint8_t *stack = (const uint8_t *)SP; // NOLINT(performance-no-int-to-ptr)
    for (uint8_t *at = &_end; at < stack; at++) {
        chance = (chance << 7 | chance >> 25) + *at;
        *at = PAINT;
    }
    parts_ram_chance = chance;
}

static void wdr(void) {
    __asm__ volatile("wdr");
}

void parts_watchdog(uint8_t new_period) {
    period = new_period;
    uint8_t bits = (uint8_t)(1 << WDIE | 1 << WDE | (period & 7) | (period & 8) << 2);
    uint8_t state = hal_lock();
    wdr();
    WDTCSR = 1 << WDCE | 1 << WDE;
    WDTCSR = bits;
    hal_unlock(state);
}

void hal_init(enum hal_board board) {
    bool node = board == HAL_NODE;
    // a watchdog reset leaves the watchdog on, at 16 ms (11.9.1)
    reset_cause = MCUSR != 0 ? MCUSR : hal_boot_cause;
    MCUSR = 0;
    parts_watchdog(LONGEST);
    paint_ram();
    // pull-ups at everything that may hang in the air; not at the radio's reset, which its own pull-down would lose against
    PORTB = 1 << PIN_RADIO | 1 << PIN_MISO | 1 << PB0 | 1 << PB1;
    DDRB = 1 << PIN_RADIO | 1 << PB3 | 1 << PB5;
    DDRC = 1 << PIN_RADIO_RESET;
    PORTC = (uint8_t)(node ? 0x34 : 0x37);
    PORTD = (uint8_t)(1 << PIN_RX | 1 << PIN_BUTTON | 1 << PD5 | (node ? 0 : 1 << PIN_IMPULSE | 1 << PIN_RTC));
    DDRD = (uint8_t)(1 << PD1 | 1 << PIN_LED | (node ? 1 << PIN_RTC : 0));
    ACSR = 1 << ACD;
    PRR = 1 << PRTWI | 1 << PRTIM0 | 1 << PRTIM2;

    TCCR1A = 0;
    TCCR1B = 1 << CS12 | 1 << CS10;
    TIMSK1 = 1 << TOIE1;

    SPCR = 1 << SPE | 1 << MSTR | (F_CPU > 8000000UL ? 1 << SPR0 : 0);
    SPSR = F_CPU > 8000000UL ? 1 << SPI2X : 0;
    parts_uart_init();

    EICRA = 1 << ISC01 | 1 << ISC00;
    EIMSK = 1 << INT0;
    parts_node_init();
    sei();
}

uint8_t hal_reset_cause(void) {
    return reset_cause;
}

uint8_t hal_lock(void) {
    uint8_t state = SREG;
    cli();
    return state;
}

void hal_unlock(uint8_t state) {
    __asm__ volatile("" ::: "memory");
    SREG = state;
}

static void lap(void) {
    lap_ms += LAP_MS;
    lap_parts = (uint8_t)(lap_parts + LAP_PARTS);
    if (lap_parts >= PARTS) {
        lap_parts = (uint8_t)(lap_parts - PARTS);
        lap_ms++;
    }
    parts_lap();
}

ISR(TIMER1_OVF_vect) {
    lap();
}
ISR(TIMER1_COMPA_vect) {} // ends hal_idle

uint32_t hal_ms(void) {
    uint8_t state = hal_lock();
    uint16_t tick = TCNT1;
    if (TIFR1 & 1 << TOV1) { // its interrupt still waits
        TIFR1 = 1 << TOV1;
        lap();
        tick = TCNT1;
    }
    uint32_t now = lap_ms + ((uint32_t)tick * LAP_MS >> 16);
    hal_unlock(state);
    return now;
}

uint16_t hal_ticks(void) {
    uint8_t state = hal_lock(); // both bytes through one shared register
    uint16_t tick = TCNT1;
    hal_unlock(state);
    return tick;
}

void parts_nap(void) {
    SMCR = 1 << SE;
    sei(); // takes effect behind the next instruction: what is pending ends the sleep
    sleep_cpu();
    SMCR = 0;
}

void hal_idle(uint32_t until_ms) {
    ADCSRA = 0; // idling would start a conversion, again and again (10.3)
    for (;;) {
        uint32_t left_ms = until_ms - hal_ms();
        cli();
        if (wakes != 0 || left_ms == 0 || left_ms > INT32_MAX) break;
        // further away the overflow wakes, and this is done again
        if (left_ms < 4000) {
            OCR1A = (uint16_t)(TCNT1 + 1 + (uint16_t)left_ms * (1000 / HAL_TICK_US)); // up to a tenth early: the rest is another turn
            TIFR1 = 1 << OCF1A;
            TIMSK1 = 1 << TOIE1 | 1 << OCIE1A;
        }
        parts_nap();
    }
    TIMSK1 = 1 << TOIE1;
    sei();
}

uint8_t hal_wakes(void) {
    uint8_t state = hal_lock();
    uint8_t bits = wakes;
    wakes = 0;
    hal_unlock(state);
    return bits;
}

// Interrupt-and-reset mode: the first period that ends calls this, and disarms it; the next one resets, if nobody kicked (11.8).
ISR(WDT_vect) {
    parts_beat(period);
    wakes |= HAL_WAKE_BEAT;
}

void hal_watchdog_kick(void) {
    uint8_t state = hal_lock();
    // without WDIF, which a one would clear; the period can not change without WDCE
    WDTCSR = (uint8_t)(1 << WDIE | 1 << WDE | (period & 7) | (period & 8) << 2);
    hal_unlock(state);
}

ISR(INT0_vect) {
    wakes |= HAL_WAKE_RADIO;
}

void hal_spi_begin(enum hal_device device) {
    hal_spi_end();
    if (device == HAL_RADIO)
        PORTB &= (uint8_t) ~(1 << PIN_RADIO);
    else
        PORTD |= 1 << PIN_RTC;
}

uint8_t hal_spi(uint8_t byte) {
    SPDR = byte;
    while (!(SPSR & 1 << SPIF)) {
    }
    return SPDR;
}

void hal_spi_end(void) {
    PORTB |= 1 << PIN_RADIO;
    if (DDRD & 1 << PIN_RTC) PORTD &= (uint8_t) ~(1 << PIN_RTC);
}

// 7.2.2 of its data sheet: 100 us high, then 5 ms
void hal_radio_reset(void) {
    PORTC |= 1 << PIN_RADIO_RESET;
    _delay_loop_2(F_CPU / 20000); // 4 cycles each: 200 us
    PORTC &= (uint8_t) ~(1 << PIN_RADIO_RESET);
    _delay_loop_2(F_CPU / 4000 * 6);
}

void hal_led(bool on) {
    if (on)
        PORTD |= 1 << PIN_LED;
    else
        PORTD &= (uint8_t) ~(1 << PIN_LED);
}

bool hal_button(void) {
    return (PIND & 1 << PIN_BUTTON) == 0;
}

uint16_t hal_free_ram(void) {
    const uint8_t *at = &_end;
    while (at < (const uint8_t *)RAMEND && *at == PAINT) at++;
    return (uint16_t)(at - &_end);
}
