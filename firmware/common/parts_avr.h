/** What the *_avr.c files share; nobody else includes it. */
#pragma once

#include <stdint.h>

/** Sleeps in IDLE until the next interrupt. Called with interrupts off, after looking at what is waited for; they are on when it returns. */
void parts_nap(void);

void parts_uart_init(void);
/** Waits until all is sent and the line is idle. */
void parts_uart_flush(void);

/** A hash of what the RAM held at start. */
extern uint32_t parts_ram_chance;
