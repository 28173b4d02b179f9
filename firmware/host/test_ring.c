/* Rings in EEPROM, and the power that goes away at any byte. */
#include "common/ring.h"
#include "host/hal_host.h"
#include "host/rig.h"

enum { PAYLOAD = 6 };

static const struct ring ring = {100, 5, PAYLOAD};

static void number(uint8_t *payload, uint32_t n) {
    memset(payload, 0, PAYLOAD);
    memcpy(payload, &n, sizeof n);
    payload[4] = (uint8_t)(n * 7);
    payload[5] = (uint8_t)(n * 13);
}

static bool save(uint32_t n) {
    uint8_t payload[PAYLOAD];
    number(payload, n);
    return ring_save(&ring, payload);
}

/* The number that is stored, −1: none, −2: a mixture */
static int64_t stored(void) {
    uint8_t payload[PAYLOAD], wanted[PAYLOAD];
    uint32_t n;
    if (!ring_load(&ring, payload)) return -1;
    memcpy(&n, payload, sizeof n);
    number(wanted, n);
    return memcmp(payload, wanted, PAYLOAD) == 0 ? n : -2;
}

static void an_empty_eeprom_holds_nothing(void) {
    static const uint8_t fills[] = {0xFF, 0x00, 0xAA, 0x55};
    for (int i = 0; i < 4; i++) {
        host_reset();
        memset(host.eeprom, fills[i], sizeof host.eeprom);
        CHECK_EQUAL(-1, stored());
    }
}

static void gives_back_the_last_one(void) {
    host_reset();
    for (uint32_t n = 0; n < 2000; n++) {
        CHECK(save(n));
        CHECK_EQUAL(n, stored());
    }
}

static void does_not_write_what_is_stored(void) {
    host_reset();
    save(5);
    uint8_t before[HAL_EEPROM_SIZE];
    uint32_t writes[HAL_EEPROM_SIZE];
    memcpy(before, host.eeprom, sizeof before);
    memcpy(writes, host.eeprom_writes, sizeof writes);
    CHECK(save(5));
    CHECK_BYTES(before, host.eeprom, sizeof before);
    CHECK_BYTES(writes, host.eeprom_writes, sizeof writes);
}

static void keeps_to_its_place_and_wears_evenly(void) {
    host_reset();
    for (uint32_t n = 0; n < 5000; n++) save(n * 0x01010101U);
    for (int at = 0; at < HAL_EEPROM_SIZE; at++) {
        if (at < 100 || at >= 100 + 5 * (PAYLOAD + RING_OVERHEAD))
            CHECK_EQUAL(0, host.eeprom_writes[at]);
        else
            CHECK(host.eeprom_writes[at] <= 1000);
    }
}

/* Power fails in each byte of many writes; the byte in question is left as each of these. */
static void power_may_fail_at_any_byte(void) {
    static const uint8_t leaves[] = {0xFF, 0x00, 0x80};
    for (unsigned l = 0; l <= sizeof leaves; l++) {
        for (int32_t cut = 0; cut < PAYLOAD + RING_OVERHEAD; cut++) {
            host_reset();
            int64_t before = -1;
            for (uint32_t n = 1; n < 300; n++) {
                uint8_t spare[HAL_EEPROM_SIZE];
                memcpy(spare, host.eeprom, sizeof spare);
                uint32_t value = n * 2654435761U;
                if (setjmp(host.cut) == 0) {
                    host.cut_after = cut;
                    host.cut_leaves = l < sizeof leaves ? leaves[l] : 0xFF;
                    save(value);
                }
                host.cut_after = -1;
                if (l == sizeof leaves) { /* or as it was */
                    for (int at = 0; at < HAL_EEPROM_SIZE; at++)
                        if (host.eeprom[at] == 0xFF) host.eeprom[at] = spare[at];
                }
                int64_t after = stored();
                CHECK(after == before || after == value);
                if (n % 3 == 0) { /* the next boot saves in peace */
                    CHECK(save(value));
                    after = stored();
                    CHECK_EQUAL(value, after);
                }
                before = after;
            }
        }
    }
}

static void goes_on_when_cells_are_worn_out(void) {
    for (uint16_t at = 100; at < 100 + 5 * (PAYLOAD + RING_OVERHEAD); at++) {
        host_reset();
        host.worn_out = at;
        for (uint32_t n = 1; n < 300; n++) {
            CHECK(save(n * 2654435761U));
            CHECK_EQUAL(n * 2654435761U, stored());
        }
    }
}

static void a_spoilt_newest_place_gives_the_one_before(void) {
    for (int bit = 0; bit < 8 * (PAYLOAD + RING_OVERHEAD); bit++) {
        host_reset();
        save(7);
        save(8);
        int newest = -1;
        for (int place = 0; place < 5; place++)
            if (host.eeprom[100 + place * (PAYLOAD + RING_OVERHEAD)] == 8) newest = place;
        host.eeprom[100 + newest * (PAYLOAD + RING_OVERHEAD) + bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK_EQUAL(7, stored());
    }
}

int main(void) {
    RUN(an_empty_eeprom_holds_nothing);
    RUN(gives_back_the_last_one);
    RUN(does_not_write_what_is_stored);
    RUN(keeps_to_its_place_and_wears_evenly);
    RUN(power_may_fail_at_any_byte);
    RUN(goes_on_when_cells_are_worn_out);
    RUN(a_spoilt_newest_place_gives_the_one_before);
    return rig_end();
}
