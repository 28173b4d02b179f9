/* Radios that are missing, forgetful or stuck. */
#include "host/radio_bench.h"

static void a_missing_radio_fails_and_comes_back(void) {
    host_reset();
    fake_rfm69_attach();
    fake_rfm69.present = false;
    CHECK(!radio_init(&settings, ME, 1, &hooks));
    CHECK(radio_send(&frame, 4));
    CHECK_EQUAL(RADIO_FAILED, wait(200));
    CHECK(radio_asleep());
    radio_listen(true);
    for (int i = 0; i < 100; i++) CHECK_EQUAL(RADIO_NOTHING, wait(10));
    radio_listen(false);
    fake_rfm69.present = true;
    fake_rfm69_forgets();
    CHECK(radio_send(&frame, 0));
    CHECK_EQUAL(RADIO_SENT, wait(200));
    CHECK(radio_faults() >= 2);
}

static void a_bus_where_nobody_answers_is_no_radio(void) {
    fresh();
    radio_listen(true);
    CHECK_EQUAL(RADIO_NOTHING, wait(10));
    fake_rfm69.present = false;
    CHECK(radio_send(&frame, RADIO_TRIES));
    CHECK_EQUAL(RADIO_FAILED, wait(10000));
    CHECK_EQUAL(RADIO_NOTHING, wait(10));
    fake_rfm69.present = true;
    fake_rfm69_forgets();
    CHECK_EQUAL(RADIO_NOTHING, wait(61000));
    CHECK(hears(ME, OTHER, 1, 0));
    CHECK_EQUAL(RADIO_FRAME, wait(1));
}

static void it_goes_while_it_sends(void) {
    fresh();
    CHECK(radio_send(&frame, RADIO_TRIES));
    CHECK_EQUAL(RADIO_NOTHING, wait(20));
    fake_rfm69.present = false;
    CHECK_EQUAL(RADIO_FAILED, wait(10000));
}

static void a_radio_that_lost_its_settings_gets_them_again(void) {
    fresh();
    uint8_t faults = radio_faults();
    CHECK_EQUAL(-3, radio_set_power(-3));
    radio_listen(true);
    (void)wait(100);
    fake_rfm69_forgets();
    (void)wait(61000);
    CHECK_EQUAL(0xD0, fake_rfm69.registers[0x37]);
    CHECK_EQUAL(0x80 | 15, fake_rfm69.registers[0x11]);
    CHECK(hears(ME, OTHER, 1, 0));
    CHECK_EQUAL(RADIO_FRAME, wait(1));
    CHECK_EQUAL(1, radio_faults() - faults);
}

static void a_transmission_that_never_ends_is_given_up(void) {
    fresh();
    uint8_t faults = radio_faults();
    fake_rfm69.deaf = true;
    CHECK(radio_send(&frame, 2));
    CHECK_EQUAL(RADIO_FAILED, wait(5000));
    CHECK(host.ms < 2000);
    CHECK_EQUAL(2, radio_faults() - faults);
    radio_listen(true);
    CHECK(hears(ME, OTHER, 1, 0));
    CHECK_EQUAL(RADIO_FRAME, wait(1));
    CHECK_EQUAL(RADIO_NOTHING, wait(1000));
    CHECK(hears(ME, OTHER, 2, 0));
    CHECK_EQUAL(RADIO_FRAME, wait(1));
}

static void a_stuck_radio_is_reset_by_its_pin(void) {
    host_reset();
    fake_rfm69_attach();
    fake_rfm69.stuck = true;
    CHECK(!radio_init(&settings, ME, 1, &hooks));
    host.radio_reset = fake_rfm69_reset;
    CHECK(radio_init(&settings, ME, 1, &hooks));
    fake_rfm69.stuck = true;
    CHECK(radio_send(&frame, 0));
    CHECK_EQUAL(RADIO_SENT, wait(200));
    CHECK_EQUAL(0xD0, fake_rfm69.registers[0x37]);
}

int main(void) {
    RUN(a_missing_radio_fails_and_comes_back);
    RUN(a_bus_where_nobody_answers_is_no_radio);
    RUN(it_goes_while_it_sends);
    RUN(a_stuck_radio_is_reset_by_its_pin);
    RUN(a_radio_that_lost_its_settings_gets_them_again);
    RUN(a_transmission_that_never_ends_is_given_up);
    return rig_end();
}
