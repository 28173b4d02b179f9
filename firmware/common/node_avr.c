// What only the node's board has: impulse input, button, a clock on the bus, and power-down. A gateway's image leaves it out.
#ifndef GATEWAY

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

#include "hal.h"
#include "impulses.h"
#include "parts_avr.h"

static uint8_t seen_pins;
static uint32_t beat_ms;

void parts_node_init(void) {
    seen_pins = PIND;
    impulses_reset((seen_pins & 1 << PIN_IMPULSE) != 0);
    PCMSK2 = 1 << PCINT19 | 1 << PCINT22;
    PCICR = 1 << PCIE2;
}

void parts_lap(void) {
    impulses_lap();
}

void parts_beat(uint8_t period) {
    beat_ms += (uint32_t)SHORTEST_MS << period;
}

uint32_t hal_beat_ms(void) {
    uint8_t state = hal_lock();
    uint32_t ms = beat_ms;
    hal_unlock(state);
    return ms;
}

void hal_power_down(uint32_t max_ms) {
    if (max_ms < SHORTEST_MS) {
        hal_idle(hal_ms() + max_ms);
        return;
    }
    parts_uart_flush();
    uint8_t fits = LONGEST;
    while ((uint32_t)SHORTEST_MS << fits > max_ms) fits--;
    cli();
    if (wakes == 0) {
        if (fits == LONGEST)
            hal_watchdog_kick();
        else
            parts_watchdog(fits);
        impulses_sleep();
        ADCSRA = 0;
#ifndef BOARD_A
        PORTD |= 1 << PIN_RTC; // its pull-up takes 330 uA while it is low
#endif
        PCMSK2 |= 1 << PCINT16;
        SMCR = 1 << SM1 | 1 << SE;
        sleep_bod_disable();
        sei();
        sleep_cpu();
        SMCR = 0;
        cli();
        // a byte is over before the crystal has started: the line is high again, and the interrupt may never see it (datasheet 12)
        if (wakes == 0) wakes = HAL_WAKE_UART;
        PCMSK2 &= (uint8_t) ~(1 << PCINT16);
#ifndef BOARD_A
        PORTD &= (uint8_t) ~(1 << PIN_RTC);
#endif
        if (fits != LONGEST) parts_watchdog(LONGEST);
    }
    sei();
}

ISR(PCINT2_vect) {
    uint16_t tick = TCNT1;
    uint8_t pins = PIND;
    uint8_t changed = pins ^ seen_pins;
    seen_pins = pins;
    if (changed & 1 << PIN_BUTTON) wakes |= HAL_WAKE_BUTTON;
    if (changed & 1 << PIN_IMPULSE) {
        impulses_edge((pins & 1 << PIN_IMPULSE) != 0, tick);
        wakes |= HAL_WAKE_IMPULSE;
    }
}

struct hal_impulses hal_impulses_take(uint32_t now_q64) {
    uint8_t state = hal_lock();
    struct hal_impulses taken = impulses_take(now_q64, TCNT1);
    hal_unlock(state);
    return taken;
}

#endif
