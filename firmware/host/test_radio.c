/* Datagrams between healthy radios. */
#include "host/radio_bench.h"

static void sends_and_is_acknowledged(void) {
    fresh();
    CHECK(radio_asleep());
    CHECK(radio_send(&frame, RADIO_TRIES));
    CHECK(!radio_send(&frame, RADIO_TRIES));
    CHECK(!radio_asleep());
    wait_sent(1);
    CHECK_BYTES(((uint8_t[]){9, GATEWAY, ME, frame.id, 0, 'h', 'e', 'l', 'l', 'o'}), fake_rfm69.sent, 10);
    CHECK(hears(ME, GATEWAY, frame.id, RADIO_FLAG_ACK));
    CHECK_EQUAL(RADIO_ACKNOWLEDGED, wait(1));
    CHECK_TEXT("x", (const char *)radio_received()->payload);
    CHECK_EQUAL(-60, radio_received()->rssi);
    CHECK(radio_asleep());
    CHECK_EQUAL(0, fake_rfm69.registers[1]);
    CHECK_EQUAL(0, asked);
}

static void tries_four_times_half_a_second_to_a_second_apart(void) {
    uint32_t sent_ms[4];
    uint8_t id = 0;
    fresh();
    CHECK(radio_send(&frame, RADIO_TRIES));
    for (unsigned i = 0; i < 4; i++) {
        wait_sent(i + 1);
        sent_ms[i] = host.ms;
        if (i == 0)
            id = fake_rfm69.sent[3];
        else
            CHECK(sent_ms[i] - sent_ms[i - 1] >= 540 && sent_ms[i] - sent_ms[i - 1] <= 1060);
        CHECK_EQUAL(id, fake_rfm69.sent[3]);
    }
    CHECK_EQUAL(RADIO_FAILED, wait(1100));
    CHECK_EQUAL(4, fake_rfm69.sent_count);
    CHECK(radio_asleep());
    CHECK(sent_ms[1] - sent_ms[0] != sent_ms[2] - sent_ms[1] || sent_ms[2] - sent_ms[1] != sent_ms[3] - sent_ms[2]);
    CHECK_EQUAL(0, radio_faults());
}

static void only_the_right_acknowledgement_counts(void) {
    fresh();
    CHECK(radio_send(&frame, 1));
    wait_sent(1);
    CHECK(hears(ME, GATEWAY, (uint8_t)(frame.id + 1), RADIO_FLAG_ACK));
    CHECK_EQUAL(RADIO_NOTHING, wait(1));
    CHECK(hears(ME, OTHER, frame.id, RADIO_FLAG_ACK));
    CHECK_EQUAL(RADIO_NOTHING, wait(1));
    CHECK(hears(OTHER, GATEWAY, frame.id, RADIO_FLAG_ACK));
    CHECK_EQUAL(RADIO_NOTHING, wait(1));
    CHECK_EQUAL(0, judged);
    genuine = false;
    CHECK(hears(ME, GATEWAY, frame.id, RADIO_FLAG_ACK));
    CHECK_EQUAL(RADIO_NOTHING, wait(1));
    genuine = true;
    CHECK(hears(ME, GATEWAY, frame.id, RADIO_FLAG_ACK));
    CHECK_EQUAL(RADIO_ACKNOWLEDGED, wait(1));
    CHECK_EQUAL(2, judged);
}

static void acknowledges_what_the_hook_wants(void) {
    fresh();
    radio_listen(true);
    ack_length = 7;
    CHECK(hears(ME, OTHER, 9, 0));
    CHECK_EQUAL(RADIO_FRAME, wait(1));
    CHECK_EQUAL(OTHER, radio_received()->from);
    wait_sent(1);
    CHECK_BYTES(((uint8_t[]){11, OTHER, ME, 9, RADIO_FLAG_ACK, '!', '2', '3', '4', '5', '6', '7'}), fake_rfm69.sent, 12);
    ack_length = 0;
    CHECK(hears(ME, OTHER, 10, 0));
    CHECK_EQUAL(RADIO_FRAME, wait(1));
    CHECK_EQUAL(RADIO_NOTHING, wait(200));
    CHECK_EQUAL(1, fake_rfm69.sent_count);
    CHECK(hears(ME, OTHER, 11, 0));
    CHECK_EQUAL(RADIO_FRAME, wait(1));
}

static void what_is_for_others_is_not_told_and_what_is_for_all_not_acknowledged(void) {
    fresh();
    radio_listen(true);
    CHECK(hears(OTHER, GATEWAY, 9, 0));
    CHECK_EQUAL(RADIO_NOTHING, wait(1));
    CHECK(hears(RADIO_BROADCAST, OTHER, 9, 0));
    CHECK_EQUAL(RADIO_FRAME, wait(1));
    CHECK(hears(ME, OTHER, 9, RADIO_FLAG_ACK));
    CHECK_EQUAL(RADIO_NOTHING, wait(100));
    CHECK_EQUAL(0, asked);
    CHECK_EQUAL(0, fake_rfm69.sent_count);
}

static void receives_and_acknowledges_while_it_waits_for_its_own(void) {
    fresh();
    CHECK(radio_send(&frame, 1));
    wait_sent(1);
    CHECK(hears(ME, OTHER, 200, 0));
    CHECK_EQUAL(RADIO_FRAME, wait(1));
    CHECK(radio_sending());
    wait_sent(2);
    CHECK_EQUAL(RADIO_FLAG_ACK, fake_rfm69.sent[4]);
    CHECK(hears(ME, GATEWAY, frame.id, RADIO_FLAG_ACK));
    CHECK_EQUAL(RADIO_ACKNOWLEDGED, wait(1));
}

static void to_all_or_without_tries_it_is_sent_once(void) {
    fresh();
    frame.to = RADIO_BROADCAST;
    CHECK(radio_send(&frame, RADIO_TRIES));
    CHECK_EQUAL(RADIO_SENT, wait(200));
    CHECK_EQUAL(1, fake_rfm69.sent_count);
    frame.to = OTHER;
    CHECK(radio_send(&frame, 0));
    CHECK_EQUAL(RADIO_SENT, wait(200));
    CHECK_EQUAL(2, fake_rfm69.sent_count);
}

static void waits_for_a_clear_channel_but_not_for_ever(void) {
    fresh();
    fake_rfm69.rssi = 120; // −60 dBm
    CHECK(radio_send(&frame, 0));
    CHECK_EQUAL(RADIO_NOTHING, wait(30));
    CHECK_EQUAL(0, fake_rfm69.sent_count);
    CHECK_EQUAL(RADIO_SENT, wait(600));
    CHECK(radio_send(&frame, 0));
    CHECK_EQUAL(RADIO_NOTHING, wait(30));
    fake_rfm69.rssi = 220; // −110 dBm
    CHECK_EQUAL(RADIO_SENT, wait(120));
}

static void ids_go_on_and_are_never_0(void) {
    uint8_t before = 0;
    fresh();
    for (int i = 0; i < 300; i++) {
        CHECK(radio_send(&frame, 0));
        CHECK_EQUAL(RADIO_SENT, wait(200));
        CHECK(frame.id != 0);
        if (i > 0) CHECK(frame.id == (before == 255 ? 1 : before + 1));
        before = frame.id;
    }
}

static void two_that_boot_together_differ(void) {
    uint32_t second_try[2] = {0, 0};
    for (uint32_t seed = 0; seed < 2; seed++) {
        fresh();
        CHECK(radio_init(&settings, ME, seed + 5, &hooks));
        CHECK(radio_send(&frame, 2));
        wait_sent(2);
        second_try[seed] = host.ms;
        CHECK_EQUAL(RADIO_FAILED, wait(1100));
    }
    CHECK(second_try[0] != second_try[1]);
}

int main(void) {
    RUN(sends_and_is_acknowledged);
    RUN(tries_four_times_half_a_second_to_a_second_apart);
    RUN(only_the_right_acknowledgement_counts);
    RUN(acknowledges_what_the_hook_wants);
    RUN(what_is_for_others_is_not_told_and_what_is_for_all_not_acknowledged);
    RUN(receives_and_acknowledges_while_it_waits_for_its_own);
    RUN(to_all_or_without_tries_it_is_sent_once);
    RUN(waits_for_a_clear_channel_but_not_for_ever);
    RUN(ids_go_on_and_are_never_0);
    RUN(two_that_boot_together_differ);
    return rig_end();
}
