#include "common/pcf2123.h"

#include <time.h>

#include "fake_pcf2123.h"
#include "hal_host.h"
#include "rig.h"

static struct pcf2123_time now;

static void fresh(uint64_t us) {
    host_reset();
    fake_pcf2123_attach(us);
}

static void a_running_clock_goes_on(void) {
    fresh(123456);
    fake_pcf2123.registers[13] = 0x45; // what v10's stray bytes may have left
    CHECK_EQUAL(PCF2123_GOOD, pcf2123_init());
    CHECK(host.ms < 1200);
    CHECK_EQUAL(PCF2123_GOOD, pcf2123_read(&now));
    CHECK_EQUAL(1783000000 + 1, now.s); // one second's turn was waited for
    CHECK(now.q64 < 2);
    CHECK_EQUAL(0x79, fake_pcf2123.registers[14]);
    CHECK_EQUAL(64, fake_pcf2123.registers[15]);
    CHECK_EQUAL(0, fake_pcf2123.registers[0]);
    CHECK_EQUAL(0, fake_pcf2123.registers[13]);
}

static void after_a_power_failure_it_counts_from_2000(void) {
    fresh(0);
    fake_pcf2123_fails();
    CHECK_EQUAL(PCF2123_UNSET, pcf2123_init());
    CHECK(host.ms < 3500);
    CHECK_EQUAL(PCF2123_UNSET, pcf2123_read(&now));
    CHECK(now.s - 946684800 < 5);
    CHECK(pcf2123_set(1783000000));
    CHECK_EQUAL(PCF2123_GOOD, pcf2123_read(&now));
    CHECK_EQUAL(1783000000, now.s);
}

static void impossible_digits_are_no_time(void) {
    static const uint8_t bad[][2] = {{2, 0x5A}, {2, 0x60}, {3, 0x60}, {4, 0x24}, {5, 0x00},
                                     {5, 0x32}, {7, 0x00}, {7, 0x13}, {8, 0xA0}, {8, 0x9F}};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        fresh(0);
        fake_pcf2123.registers[bad[i][0]] = bad[i][1];
        CHECK_EQUAL(PCF2123_UNSET, pcf2123_init());
    }
}

static void a_missing_or_stopped_clock_is_an_error_and_no_hang(void) {
    fresh(0);
    fake_pcf2123.present = false;
    CHECK_EQUAL(PCF2123_DEAD, pcf2123_init());
    CHECK(host.ms < 20);
    CHECK_EQUAL(PCF2123_DEAD, pcf2123_read(&now));
    CHECK_EQUAL(0, now.s);
    CHECK(!pcf2123_set(1783000000));
    fresh(0);
    fake_pcf2123.starts_us = UINT64_MAX;
    CHECK_EQUAL(PCF2123_DEAD, pcf2123_init());
    CHECK(host.ms < 4000);
}

static void a_clock_that_fails_while_it_runs_is_noticed(void) {
    fresh(0);
    CHECK_EQUAL(PCF2123_GOOD, pcf2123_init());
    fake_pcf2123_fails();
    CHECK_EQUAL(PCF2123_DEAD, pcf2123_read(&now));
    CHECK_EQUAL(PCF2123_UNSET, pcf2123_init());
    CHECK_EQUAL(PCF2123_UNSET, pcf2123_read(&now));
}

// at any phase of the crystal, at any moment of the read, slow bus or fast
static void time_never_goes_back_and_is_right_to_a_64th(void) {
    for (uint32_t phase = 0; phase < 1000000; phase += 99991) {
        fresh(phase);
        fake_pcf2123.us_per_byte = 1 + phase % 40;
        CHECK_EQUAL(PCF2123_GOOD, pcf2123_init());
        uint32_t before = 0;
        for (int i = 0; i < 20000; i++) {
            fake_pcf2123_pass((uint64_t)(i * 7919L % 1500));
            CHECK_EQUAL(PCF2123_GOOD, pcf2123_read(&now));
            uint32_t late = (uint32_t)(fake_pcf2123.us * 64 / 1000000) - ((now.s - 1783000000U) * 64 + now.q64);
            CHECK(late < 2);
            CHECK((int32_t)(now.s * 64 + now.q64 - before) >= 0 || i == 0);
            before = now.s * 64 + now.q64;
        }
    }
}

static void every_day_of_the_century_can_be_set_and_read(void) {
    fresh(0);
    CHECK_EQUAL(PCF2123_GOOD, pcf2123_init());
    fake_pcf2123.us_per_byte = 0;
    for (time_t s = 1577836800 + 86399; s < 4102444800; s += 86400) {
        struct tm *utc = gmtime(&s);
        CHECK(pcf2123_set((uint32_t)s));
        pcf2123_read(&now);
        CHECK_EQUAL(s, now.s);
        CHECK_EQUAL(utc->tm_mday, (fake_pcf2123.registers[5] >> 4) * 10 + (fake_pcf2123.registers[5] & 15));
        CHECK_EQUAL(utc->tm_mon + 1, (fake_pcf2123.registers[7] >> 4) * 10 + (fake_pcf2123.registers[7] & 15));
        // the chip's own calendar agrees with ours at each midnight
        fake_pcf2123_pass(1000000);
        pcf2123_read(&now);
        CHECK(s + 1 == now.s || s + 1 == 4102444800); // it has no 2100
    }
}

static void takes_no_time_outside_its_years(void) {
    fresh(0);
    CHECK_EQUAL(PCF2123_GOOD, pcf2123_init());
    CHECK(!pcf2123_set(0));
    CHECK(!pcf2123_set(1577836799));
    CHECK(pcf2123_set(1577836800));
    CHECK(pcf2123_set(4102444799));
    CHECK(!pcf2123_set(4102444800));
    CHECK(!pcf2123_set(UINT32_MAX));
}

int main(void) {
    RUN(a_running_clock_goes_on);
    RUN(after_a_power_failure_it_counts_from_2000);
    RUN(impossible_digits_are_no_time);
    RUN(a_missing_or_stopped_clock_is_an_error_and_no_hang);
    RUN(a_clock_that_fails_while_it_runs_is_noticed);
    RUN(time_never_goes_back_and_is_right_to_a_64th);
    RUN(every_day_of_the_century_can_be_set_and_read);
    RUN(takes_no_time_outside_its_years);
    return rig_end();
}
