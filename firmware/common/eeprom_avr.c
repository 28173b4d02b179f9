// EEPROM of the ATmega328P.
#include <avr/interrupt.h>
#include <avr/io.h>

#include "hal.h"
#include "parts_avr.h"

ISR(EE_READY_vect) {
    EECR &= (uint8_t) ~(1 << EERIE);
}

static void wait_ready(void) {
    for (;;) {
        cli();
        if (!(EECR & 1 << EEPE)) break;
        EECR |= 1 << EERIE;
        parts_nap();
    }
    sei();
}

static uint8_t read(uint16_t at) {
    EEAR = at;
    EECR |= 1 << EERE;
    return EEDR;
}

void hal_eeprom_read(uint16_t at, void *to, uint8_t n) {
    wait_ready();
    for (uint8_t *byte = to; n > 0; n--, at++) *byte++ = at < HAL_EEPROM_SIZE ? read(at) : 0xFF;
}

void hal_eeprom_update(uint16_t at, const void *from, uint8_t n) {
    wait_ready();
    for (const uint8_t *byte = from; n > 0 && at < HAL_EEPROM_SIZE; n--, at++, byte++) {
        if (read(at) == *byte) continue;
        EEDR = *byte;
        cli();
        EECR = 1 << EEMPE; // and within four cycles
        EECR |= 1 << EEPE;
        sei();
        wait_ready();
    }
}
