// ADC of the ATmega328P at 125 kHz, on from a measurement until the core next idles or sleeps; and chance.
#include <avr/interrupt.h>
#include <avr/io.h>

#include "hal.h"
#include "parts_avr.h"

enum { BATTERY = 0, CT = 1, BAND_GAP = 14 };    // channels
enum { PRESCALER = F_CPU > 8000000UL ? 7 : 6 }; // ADPS: by 128, by 64
#ifdef BOARD_A
enum { DIVIDER_TENTHS = 57 };
#else
enum { DIVIDER_TENTHS = 37 };
#endif

ISR(ADC_vect) {} // ends the nap

static uint16_t convert(void) {
    ADCSRA |= 1 << ADSC;
    for (;;) {
        cli();
        if (!(ADCSRA & 1 << ADSC)) break;
        parts_nap();
    }
    sei();
    return ADC;
}

static void select(uint8_t channel) {
    DIDR0 = 1 << ADC0D | 1 << ADC1D;
    ADMUX = (uint8_t)(1 << REFS0 | channel);
    ADCSRA = 1 << ADEN | 1 << ADIE | PRESCALER;
}

// The band-gap starts slowly, and so does the reference, with the capacitor at AREF: the last of ten counts.
static uint16_t settled(uint8_t channel) {
    uint16_t value = 0;
    select(channel);
    for (uint8_t i = 0; i < 10; i++) value = convert();
    return value;
}

uint16_t hal_supply_mv(void) {
    uint16_t value = settled(BAND_GAP);
    return value == 0 ? 0 : (uint16_t)(1100UL * 1023 / value);
}

uint16_t hal_battery_mv(void) {
    enum { REGULATED_MV = 3300, DROPOUT_MV = 300 };
    uint16_t value = settled(BATTERY);
    uint16_t supply_mv = REGULATED_MV;
    // with too little for the regulator the reference follows the battery down, and only the band-gap sees it
    if (value < (REGULATED_MV + DROPOUT_MV) * 10230UL / DIVIDER_TENTHS / REGULATED_MV) {
        uint16_t measured_mv = hal_supply_mv();
        if (measured_mv < supply_mv) supply_mv = measured_mv;
    }
    return (uint16_t)((uint32_t)value * supply_mv * DIVIDER_TENTHS / 10230);
}

struct hal_samples hal_ct_burst(void) {
    struct hal_samples samples = {0, 0, 0};
    (void)settled(CT);
    uint16_t start = hal_ticks();
    while ((uint16_t)(hal_ticks() - start) < HAL_TICKS(100)) {
        uint16_t value = convert();
        samples.count++;
        samples.sum += value;
        samples.sum_squares += (uint32_t)value * value;
    }
    return samples;
}

uint32_t hal_entropy(void) {
    uint32_t chance = parts_ram_chance;
    select(BAND_GAP);
    // each conversion moves its noisy lowest bits, and the phase of the timer, into all others (FNV-1a)
    for (uint8_t i = 0; i < 32; i++) {
        chance = (chance ^ convert() ^ hal_ticks()) * 16777619UL;
    }
    ADCSRA = 0;
    parts_ram_chance = chance;
    return chance;
}
