#include "meter.h"

static uint16_t possible(uint16_t imp_per_kwh) {
    if (imp_per_kwh < METER_IMP_PER_KWH_MIN) return METER_IMP_PER_KWH_MIN;
    if (imp_per_kwh > METER_IMP_PER_KWH_MAX) return METER_IMP_PER_KWH_MAX;
    return imp_per_kwh;
}

void meter_init(struct meter *meter, uint32_t wh, uint16_t remainder, uint16_t imp_per_kwh) {
    meter->wh = wh;
    meter->imp_per_kwh = possible(imp_per_kwh);
    meter->remainder = remainder < meter->imp_per_kwh ? remainder : 0;
    (void)meter_wrap(meter);
}

void meter_add(struct meter *meter, uint16_t impulses) {
    const uint32_t parts = meter->remainder + (uint32_t)impulses * 1000U;
    meter->wh += parts / meter->imp_per_kwh;
    meter->remainder = (uint16_t)(parts % meter->imp_per_kwh);
}

bool meter_wrap(struct meter *meter) {
    if (meter->wh < METER_WRAP_WH) return false;
    meter->wh -= METER_WRAP_WH;
    return true;
}

void meter_set_wh(struct meter *meter, uint32_t wh) {
    meter->wh = wh;
    meter->remainder = 0;
    (void)meter_wrap(meter);
}

void meter_set_imp_per_kwh(struct meter *meter, uint16_t imp_per_kwh) {
    const uint16_t k = possible(imp_per_kwh);
    meter->remainder = (uint16_t)((uint32_t)meter->remainder * k / meter->imp_per_kwh);
    meter->imp_per_kwh = k;
}
