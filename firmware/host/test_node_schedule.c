/* The rhythm of the node: what is due when, and how it grows quiet while nobody answers. */
#include "host/rig.h"
#include "meternode/schedule.h"

static struct schedule schedule;
static struct schedule_waiting waiting;
static const struct schedule_waiting nothing = {.clock_known = true};

static void joined(void) {
    schedule_init(&schedule, 0);
    schedule_done(&schedule, SCHEDULE_REQUEST, true);
    schedule_done(&schedule, SCHEDULE_STATUS, true);
    schedule_done(&schedule, SCHEDULE_DATA, true);
    waiting = nothing;
}

/* Seconds until a task is due; what is done is told so. */
static uint32_t due_in(enum schedule_task wanted, uint32_t most_s) {
    for (uint32_t s = 0; s <= most_s; s++) {
        if (schedule_next(&schedule, &waiting) == wanted) return s;
        schedule_pass(&schedule, 1);
    }
    return UINT32_MAX;
}

static void asks_for_the_time_first(void) {
    schedule_init(&schedule, 3);
    waiting = (struct schedule_waiting){.entries = 1, .rebase = true, .text = true};
    CHECK_EQUAL(SCHEDULE_NOTHING, schedule_next(&schedule, &waiting));
    CHECK_EQUAL(3, due_in(SCHEDULE_REQUEST, 10));
    schedule_done(&schedule, SCHEDULE_REQUEST, true);
    waiting.clock_known = true;
    CHECK_EQUAL(SCHEDULE_DATA, schedule_next(&schedule, &waiting)); /* the rebase */
    schedule_done(&schedule, SCHEDULE_DATA, true);
    waiting.entries = 0;
    waiting.rebase = false;
    CHECK_EQUAL(SCHEDULE_TEXT, schedule_next(&schedule, &waiting));
}

static void keeps_v10_s_rhythm(void) {
    joined();
    CHECK_EQUAL(SCHEDULE_NOTHING, schedule_next(&schedule, &waiting));
    CHECK_EQUAL(600, due_in(SCHEDULE_STATUS, 1000));
    schedule_done(&schedule, SCHEDULE_STATUS, true);
    CHECK_EQUAL(300, due_in(SCHEDULE_REQUEST, 1000));
    joined();
    waiting.entries = 1;
    CHECK_EQUAL(300, due_in(SCHEDULE_DATA, 1000));
    joined();
    waiting.entries = 4;
    CHECK_EQUAL(0, due_in(SCHEDULE_DATA, 1));
    schedule_done(&schedule, SCHEDULE_DATA, true);
    waiting.entries = 2; /* what did not fit the message goes at once */
    CHECK_EQUAL(0, due_in(SCHEDULE_DATA, 1));
    waiting.entries = 0;
    CHECK_EQUAL(SCHEDULE_NOTHING, schedule_next(&schedule, &waiting));
    waiting.entries = 1;
    CHECK_EQUAL(SCHEDULE_NOTHING, schedule_next(&schedule, &waiting));
}

static void sends_no_entries_without_a_clock(void) {
    joined();
    waiting = (struct schedule_waiting){.entries = 100, .rebase = true};
    schedule_done(&schedule, SCHEDULE_REQUEST, false);
    CHECK_EQUAL(60, due_in(SCHEDULE_REQUEST, 1000));
}

static void a_task_that_failed_stays_due(void) {
    joined();
    CHECK_EQUAL(600, due_in(SCHEDULE_STATUS, 1000));
    schedule_failed(&schedule, 0);
    CHECK_EQUAL(SCHEDULE_NOTHING, schedule_next(&schedule, &waiting));
    CHECK_EQUAL(45, due_in(SCHEDULE_REQUEST, 100));
    schedule_done(&schedule, SCHEDULE_REQUEST, true);
    CHECK_EQUAL(SCHEDULE_STATUS, schedule_next(&schedule, &waiting));
}

static void grows_quiet_while_nobody_answers(void) {
    uint32_t day_s = 0, attempts = 0, tries = 0, pauses[40];
    joined();
    waiting.entries = 4;
    while (day_s < 86400) {
        if (schedule_next(&schedule, &waiting) != SCHEDULE_NOTHING) {
            if (attempts < 40) pauses[attempts] = day_s;
            attempts++;
            tries += schedule_tries(&schedule);
            schedule_failed(&schedule, (uint16_t)(day_s * 40503U));
        }
        schedule_pass(&schedule, 1);
        day_s++;
    }
    CHECK(pauses[1] - pauses[0] >= 45 && pauses[1] - pauses[0] <= 75);
    CHECK(pauses[12] - pauses[11] >= 2700 && pauses[12] - pauses[11] <= 4500);
    CHECK(attempts >= 22 && attempts <= 40);
    CHECK(tries <= attempts + 9);
    schedule_done(&schedule, SCHEDULE_REQUEST, true);
    CHECK_EQUAL(4, schedule_tries(&schedule));
    CHECK_EQUAL(SCHEDULE_STATUS, schedule_next(&schedule, &waiting));
    schedule_done(&schedule, SCHEDULE_STATUS, true);
    CHECK_EQUAL(SCHEDULE_DATA, schedule_next(&schedule, &waiting));
}

static void polls_faster_for_a_while(void) {
    joined();
    schedule_poll(&schedule, 10, 100);
    uint32_t polls = 0;
    for (uint32_t s = 0; s < 500; s++) {
        if (schedule_next(&schedule, &waiting) == SCHEDULE_STATUS) {
            polls++;
            schedule_done(&schedule, SCHEDULE_STATUS, true);
        }
        schedule_pass(&schedule, 1);
    }
    CHECK(polls >= 9 && polls <= 11);
    schedule_ask(&schedule);
    CHECK_EQUAL(SCHEDULE_STATUS, schedule_next(&schedule, &waiting));
}

static void the_button_breaks_the_silence(void) {
    joined();
    waiting.entries = 1;
    for (int i = 0; i < 10; i++) schedule_failed(&schedule, 7);
    CHECK_EQUAL(SCHEDULE_NOTHING, schedule_next(&schedule, &waiting));
    schedule_all(&schedule);
    CHECK_EQUAL(SCHEDULE_REQUEST, schedule_next(&schedule, &waiting));
    schedule_done(&schedule, SCHEDULE_REQUEST, true);
    CHECK_EQUAL(SCHEDULE_STATUS, schedule_next(&schedule, &waiting));
    schedule_done(&schedule, SCHEDULE_STATUS, true);
    CHECK_EQUAL(SCHEDULE_DATA, schedule_next(&schedule, &waiting));
}

/* Countdowns know no wrap: after years the same, also when time passes in leaps. */
static void goes_on_for_years(void) {
    joined();
    uint32_t requests = 0;
    for (uint32_t s = 0; s < 4U * 366U * 86400U; s += 8) {
        schedule_pass(&schedule, 8);
        const enum schedule_task task = schedule_next(&schedule, &waiting);
        requests += task == SCHEDULE_REQUEST;
        schedule_done(&schedule, task, true);
    }
    CHECK(requests > 4U * 366U * 94U);
    schedule_pass(&schedule, UINT16_MAX);
    CHECK_EQUAL(SCHEDULE_REQUEST, schedule_next(&schedule, &waiting));
}

int main(void) {
    RUN(asks_for_the_time_first);
    RUN(keeps_v10_s_rhythm);
    RUN(sends_no_entries_without_a_clock);
    RUN(a_task_that_failed_stays_due);
    RUN(grows_quiet_while_nobody_answers);
    RUN(polls_faster_for_a_while);
    RUN(the_button_breaks_the_silence);
    RUN(goes_on_for_years);
    return rig_end();
}
