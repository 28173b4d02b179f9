#include <stddef.h>

#include "common/config.h"
#include "common/crc16.h"
#include "common/eeprom_map.h"
#include "common/settings.h"
#include "host/hal_host.h"
#include "host/rig.h"

static struct settings_node s;

static enum config_source load(void) {
    memset(&s, 0xA5, sizeof s);
    return config_load(&settings_node_layout, &s);
}

static bool save(void) {
    return config_save(&settings_node_layout, &s);
}

static void a_new_device_has_the_defaults(void) {
    host_reset();
    CHECK_EQUAL(CONFIG_DEFAULTS, load());
    CHECK_BYTES("\0\0\1\1", s.common.network, 4);
    CHECK_BYTES("CHANGE_ME_PLEASE", s.common.key, 16);
    CHECK_EQUAL(1, s.common.gateway);
    CHECK_EQUAL(2, s.address);
    CHECK_EQUAL(60, s.interval_s);
    CHECK_EQUAL(1000, s.imp_per_kwh);
    CHECK_EQUAL(13, s.common.tx_dbm);
    CHECK_EQUAL(-75, s.target_rssi_dbm);
    CHECK_EQUAL(LOG_INFO, s.common.log_level);
    CHECK_EQUAL(0, s.common.auth);
    struct settings_gateway g;
    CHECK_EQUAL(CONFIG_DEFAULTS, config_load(&settings_gateway_layout, &g));
    CHECK_EQUAL(20, g.common.tx_dbm);
    CHECK_EQUAL(1, g.common.radio_kind);
    CHECK_EQUAL(1, g.align);
}

static void all_values_of_the_defaults_are_in_range(void) {
    struct config_field field;
    struct settings_gateway g;
    config_defaults(&settings_node_layout, &s);
    config_defaults(&settings_gateway_layout, &g);
    for (uint8_t i = 0; config_field(&settings_node_layout, i, &field); i++)
        if (field.type != CONFIG_KEY && field.type != CONFIG_NETWORK) CHECK(config_fits(&field, config_number(&field, &s)));
    for (uint8_t i = 0; config_field(&settings_gateway_layout, i, &field); i++)
        if (field.type != CONFIG_KEY && field.type != CONFIG_NETWORK) CHECK(config_fits(&field, config_number(&field, &g)));
}

static void settings_come_back(void) {
    host_reset();
    load();
    for (uint8_t i = 2; i < 250; i++) {
        s.address = i;
        s.common.network[2] = (uint8_t)(255 - i);
        s.target_rssi_dbm = (int8_t) - (i % 100);
        s.led_ms = (uint16_t)(i * 10);
        CHECK(save());
        CHECK_EQUAL(CONFIG_STORED, load());
        CHECK_EQUAL(i, s.address);
        CHECK_EQUAL(255 - i, s.common.network[2]);
        CHECK_EQUAL(-(i % 100), s.target_rssi_dbm);
        CHECK_EQUAL(i * 10, s.led_ms);
    }
}

static void octets_and_led_rates_that_wiped_v10_do_no_harm(void) {
    host_reset();
    load();
    memset(s.common.network, 0, 4);
    memcpy(s.common.key, "ABCDEFGHIJKLMNOP", 16);
    s.led_rate = 255;
    s.interval_s = 0;
    save();
    CHECK_EQUAL(CONFIG_REPAIRED, load());
    CHECK_BYTES("\0\0\0\0", s.common.network, 4);
    CHECK_BYTES("ABCDEFGHIJKLMNOP", s.common.key, 16);
    CHECK_EQUAL(0, s.led_rate);
    CHECK_EQUAL(60, s.interval_s);
    memset(s.common.network, 255, 4);
    save();
    CHECK_EQUAL(CONFIG_STORED, load());
    CHECK_BYTES("\377\377\377\377", s.common.network, 4);
}

static void each_value_out_of_range_is_replaced_alone(void) {
    struct config_field field;
    for (uint8_t i = 0; config_field(&settings_node_layout, i, &field); i++) {
        if (field.type == CONFIG_KEY || field.type == CONFIG_NETWORK) continue;
        host_reset();
        load();
        memcpy(s.common.key, "ABCDEFGHIJKLMNOP", 16);
        s.common.network[0] = 9;
        memset((uint8_t *)&s + field.offset, field.type == CONFIG_I8 ? 0x80 : 0xFF, config_field_bytes(&field));
        save();
        CHECK_EQUAL(CONFIG_REPAIRED, load());
        CHECK(config_fits(&field, config_number(&field, &s)));
        CHECK_BYTES("ABCDEFGHIJKLMNOP", s.common.key, 16);
        CHECK_EQUAL(9, s.common.network[0]);
    }
}

static void power_may_fail_at_any_byte(void) {
    static const uint8_t leaves[] = {0xFF, 0x00};
    for (unsigned l = 0; l < sizeof leaves; l++) {
        for (int32_t cut = 0; cut < 64; cut++) {
            host_reset();
            load();
            s.address = 100;
            memcpy(s.common.key, "0000000000000000", 16);
            s.led_ms = 100;
            save();
            for (uint8_t n = 1; n < 30; n++) {
                CHECK_EQUAL(CONFIG_STORED, load());
                struct settings_node before = s, wanted;
                s.address = (uint8_t)(100 + n);
                memset(s.common.key, 'A' + n % 26, 16);
                s.led_ms = (uint16_t)(100 + n);
                wanted = s;
                if (setjmp(host.cut) == 0) {
                    host.cut_after = cut;
                    host.cut_leaves = leaves[l];
                    save();
                }
                host.cut_after = -1;
                CHECK_EQUAL(CONFIG_STORED, load());
                CHECK(memcmp(&s, &before, sizeof s) == 0 || memcmp(&s, &wanted, sizeof s) == 0);
            }
        }
    }
}

static void one_spoilt_slot_gives_the_other_one(void) {
    host_reset();
    load();
    s.address = 7;
    save();
    s.address = 8;
    save();
    uint8_t good[HAL_EEPROM_SIZE];
    memcpy(good, host.eeprom, sizeof good);
    for (int at = EEPROM_SETTINGS_A; at < EEPROM_BOOTS; at++) {
        memcpy(host.eeprom, good, sizeof good);
        host.eeprom[at] ^= 0x41;
        CHECK_EQUAL(CONFIG_STORED, load());
        CHECK(s.address == 7 || s.address == 8);
    }
}

static void settings_of_a_shorter_layout_stay(void) {
    host_reset();
    load();
    s.address = 33;
    s.target_rssi_dbm = -50;
    save();
    /* as if the layout had ended before the last settings when this was saved */
    uint16_t at = host.eeprom[EEPROM_SETTINGS_A] == sizeof s ? EEPROM_SETTINGS_A : EEPROM_SETTINGS_B;
    host.eeprom[at] = offsetof(struct settings_node, target_rssi_dbm);
    uint8_t *tail = host.eeprom + at + EEPROM_SLOT_BYTES - RING_OVERHEAD;
    uint16_t crc = crc16_add(crc16_byte(CRC16_START, tail[2]), host.eeprom + at, EEPROM_SLOT_BYTES - RING_OVERHEAD);
    tail[0] = (uint8_t)(crc >> 8);
    tail[1] = (uint8_t)crc;
    CHECK_EQUAL(CONFIG_STORED, load());
    CHECK_EQUAL(33, s.address);
    CHECK_EQUAL(-75, s.target_rssi_dbm);
}

static void a_band_is_one_of_three(void) {
    struct config_field field = {.type = CONFIG_BAND, .least = 434, .most = 915};
    CHECK(config_fits(&field, 434) && config_fits(&field, 868) && config_fits(&field, 915));
    CHECK(!config_fits(&field, 433) && !config_fits(&field, 500) && !config_fits(&field, 916) && !config_fits(&field, 0));
}

int main(void) {
    RUN(a_new_device_has_the_defaults);
    RUN(all_values_of_the_defaults_are_in_range);
    RUN(settings_come_back);
    RUN(octets_and_led_rates_that_wiped_v10_do_no_harm);
    RUN(each_value_out_of_range_is_replaced_alone);
    RUN(power_may_fail_at_any_byte);
    RUN(one_spoilt_slot_gives_the_other_one);
    RUN(settings_of_a_shorter_layout_stay);
    RUN(a_band_is_one_of_three);
    return rig_end();
}
