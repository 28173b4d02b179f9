#include "gateway/clock.h"
#include "host/rig.h"

static void begins_in_2017(void) {
    clock_init(123);
    clock_advance(123 + 5999);
    CHECK_EQUAL(CLOCK_UNSET_S + 5, clock_now_s());
    CHECK_EQUAL(5, clock_uptime_s());
}

static void goes_on_from_the_moment_it_was_set(void) {
    clock_init(0);
    clock_set(1783000000, 2400);
    clock_advance(3399);
    CHECK_EQUAL(1783000000, clock_now_s());
    clock_advance(3400);
    CHECK_EQUAL(1783000001, clock_now_s());
    CHECK_EQUAL(3, clock_uptime_s());
    clock_set(1700000000, 3400);
    CHECK_EQUAL(1700000000, clock_now_s());
    CHECK_EQUAL(3, clock_uptime_s());
}

static void remembers_when_it_started(void) {
    clock_init(0);
    clock_set(1783000000, 2400);
    CHECK_EQUAL(1782999998, clock_booted_s());
    clock_set(1783000700, 602400);
    CHECK_EQUAL(1782999998, clock_booted_s());
    CHECK_EQUAL(602, clock_uptime_s());
}

static void keeps_spans_of_time_but_for_half_a_second_each_time_it_is_set(void) {
    const uint32_t sets = 144, every_ms = 600400;
    clock_init(0);
    for (uint32_t i = 1; i <= sets; i++) clock_set(1783000000, i * every_ms);
    CHECK(clock_uptime_s() <= sets * 601);
    CHECK(clock_uptime_s() >= sets * 600);
    clock_set(1783000000, sets * every_ms + 600700);
    CHECK_EQUAL(sets * 600 + 601, clock_uptime_s());
}

static void does_not_notice_that_the_milliseconds_wrap(void) {
    clock_init(4294967000U);
    clock_set(1783000000, 4294967000U);
    clock_advance(4294967000U + 900U);
    CHECK_EQUAL(1783000000, clock_now_s());
    clock_advance(4294967000U + 1000U);
    CHECK_EQUAL(1783000001, clock_now_s());
    CHECK_EQUAL(1, clock_uptime_s());
    clock_advance(4294967000U + 40U * 86400000U);
    CHECK_EQUAL(40 * 86400, clock_uptime_s());
    CHECK_EQUAL(1783000000 + 40 * 86400, clock_now_s());
}

int main(void) {
    RUN(begins_in_2017);
    RUN(goes_on_from_the_moment_it_was_set);
    RUN(remembers_when_it_started);
    RUN(keeps_spans_of_time_but_for_half_a_second_each_time_it_is_set);
    RUN(does_not_notice_that_the_milliseconds_wrap);
    return rig_end();
}
