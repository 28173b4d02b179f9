#include "common/eeprom_map.h"
#include "common/store.h"
#include "host/hal_host.h"
#include "host/rig.h"

static void a_new_device_has_no_register(void) {
    struct store_register value = {1, 2};
    host_reset();
    CHECK(!store_load_register(&value));
    CHECK_EQUAL(0, value.wh);
    CHECK_EQUAL(0, value.remainder);
}

static void a_register_comes_back_whole(void) {
    host_reset();
    const struct store_register saved = {18829393, 999};
    struct store_register value;
    CHECK(store_save_register(&saved));
    CHECK(store_load_register(&value));
    CHECK_EQUAL(18829393, value.wh);
    CHECK_EQUAL(999, value.remainder);
}

static void ten_years_at_a_write_a_minute_wear_no_cell_out(void) {
    host_reset();
    enum { WRITES = 64 * 40 };
    for (uint32_t i = 0; i < WRITES; i++) {
        const struct store_register value = {i * 16777619U, (uint16_t)(i * 7919)};
        store_save_register(&value);
    }
    uint32_t most = 0;
    for (int at = 0; at < HAL_EEPROM_SIZE; at++)
        if (host.eeprom_writes[at] > most) most = host.eeprom_writes[at];
    CHECK(most * (10.0 * 365.25 * 24 * 60) / WRITES < 100000);
}

static void boots_are_counted_whatever_happens_meanwhile(void) {
    host_reset();
    uint32_t last = 0;
    for (int i = 0; i < 600; i++) {
        if (setjmp(host.cut) == 0) {
            host.cut_after = i % 5;
            host.cut_leaves = 0xFF;
            uint32_t now = store_count_boot();
            CHECK(now > last);
            last = now;
        }
        host.cut_after = -1;
    }
    uint32_t now = store_count_boot();
    CHECK_EQUAL(now + 1, store_count_boot());
    CHECK(now > last);
}

static void register_and_boots_do_not_touch_each_other(void) {
    host_reset();
    struct store_register value;
    for (uint32_t i = 1; i < 200; i++) {
        const struct store_register saved = {i, 0};
        CHECK(store_save_register(&saved));
        CHECK_EQUAL(i, store_count_boot());
        CHECK(store_load_register(&value) && value.wh == i);
    }
    for (int at = 0; at < EEPROM_BOOTS; at++) CHECK_EQUAL(0xFF, host.eeprom[at]);
}

int main(void) {
    RUN(a_new_device_has_no_register);
    RUN(a_register_comes_back_whole);
    RUN(ten_years_at_a_write_a_minute_wear_no_cell_out);
    RUN(boots_are_counted_whatever_happens_meanwhile);
    RUN(register_and_boots_do_not_touch_each_other);
    return rig_end();
}
