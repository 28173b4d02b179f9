/* Transmission power against a gateway at many distances. */
#include "host/rig.h"
#include "meternode/tuning.h"

static struct tuning tuning;

static void takes_no_power_that_the_radio_has_not(void) {
    tuning_init(&tuning, false, 20, -75);
    CHECK_EQUAL(13, tuning.power_dbm);
    tuning_init(&tuning, true, -18, -75);
    CHECK_EQUAL(-2, tuning.power_dbm);
}

static void comes_to_within_ten_db_of_the_target(void) {
    for (int loss_db = 40; loss_db <= 110; loss_db++) {
        tuning_init(&tuning, false, 13, -75);
        for (uint32_t s = 0; s < 40 * 240; s += 240) (void)tuning_heard(&tuning, (int8_t)(tuning.power_dbm - loss_db), (uint16_t)s);
        const int heard_dbm = tuning.power_dbm - loss_db;
        if (heard_dbm > -65) CHECK_EQUAL(-18, tuning.power_dbm);
        if (heard_dbm < -85) CHECK_EQUAL(13, tuning.power_dbm);
    }
}

static void steps_once_a_minute(void) {
    tuning_init(&tuning, false, 13, -75);
    unsigned steps = 0;
    for (uint32_t s = 60; s < 360; s++) steps += tuning_heard(&tuning, -30, (uint16_t)s);
    CHECK_EQUAL(5, steps);
    CHECK_EQUAL(8, tuning.power_dbm);
}

static void goes_up_when_nobody_answers(void) {
    tuning_init(&tuning, false, -18, -75);
    unsigned steps = 0;
    while (tuning_failed(&tuning) && steps < 100) steps++;
    CHECK_EQUAL(13, tuning.power_dbm);
    CHECK_EQUAL(11, steps);
}

static void stays_as_set_without_a_target(void) {
    tuning_init(&tuning, true, 3, 0);
    CHECK(!tuning_heard(&tuning, -20, 1000));
    CHECK(!tuning_failed(&tuning));
    CHECK_EQUAL(3, tuning.power_dbm);
}

static void believes_no_impossible_strength(void) {
    tuning_init(&tuning, false, 13, -75);
    CHECK(!tuning_heard(&tuning, 0, 1000));
    CHECK(!tuning_heard(&tuning, 127, 1000));
    for (uint32_t s = 0; s < 60000; s += 60) (void)tuning_heard(&tuning, -128, (uint16_t)s);
    CHECK_EQUAL(13, tuning.power_dbm);
}

int main(void) {
    RUN(takes_no_power_that_the_radio_has_not);
    RUN(comes_to_within_ten_db_of_the_target);
    RUN(steps_once_a_minute);
    RUN(goes_up_when_nobody_answers);
    RUN(stays_as_set_without_a_target);
    RUN(believes_no_impossible_strength);
    return rig_end();
}
