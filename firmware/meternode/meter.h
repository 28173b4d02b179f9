#pragma once

/** The register: whole Wh and what is left over, never a fraction that could be rounded.
 *
 * An impulse is 1000/K Wh. `remainder` counts thousandths of an impulse's energy that do not yet make a Wh: impulses * 1000 modulo K.
 * This is the arithmetic of docs/protocol.md §2, so that node and gateway name the same Wh for the same impulses. */
#include <stdbool.h>
#include <stdint.h>

#define METER_WRAP_WH         UINT32_C(4200000000) /* the register of deployed meters begins anew here */
#define METER_SET_MAX_WH      UINT32_C(2999999999) /* what a console or gateway may set: v10's bound, kept */
#define METER_IMP_PER_KWH_MIN 1U
#define METER_IMP_PER_KWH_MAX 65000U

struct meter {
    uint32_t wh;
    uint16_t remainder; /* < imp_per_kwh */
    uint16_t imp_per_kwh;
};

/** A register at `wh`; an impossible imp_per_kwh or remainder (EEPROM, radio) becomes the next possible one. */
void meter_init(struct meter *meter, uint32_t wh, uint16_t remainder, uint16_t imp_per_kwh);

/** Counts impulses. Runs past METER_WRAP_WH until meter_wrap is asked (an interval adds far less than the 94 Mwh that uint32 leaves). */
void meter_add(struct meter *meter, uint16_t impulses);

/** Takes one turn off a register that went past its end; true if it did. */
bool meter_wrap(struct meter *meter);

/** New register value: it begins at a whole Wh. */
void meter_set_wh(struct meter *meter, uint32_t wh);

/** New meter constant; Wh stays, the part of a Wh is kept in the new unit (rounded down: less than 1 Wh). */
void meter_set_imp_per_kwh(struct meter *meter, uint16_t imp_per_kwh);
