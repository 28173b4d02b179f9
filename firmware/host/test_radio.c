#include "common/radio.h"

#include "fake_rfm69.h"
#include "hal_host.h"
#include "rig.h"

enum { ME = 2, GATEWAY = 1, OTHER = 7 };

static const struct rfm69_settings settings = {{0, 0, 1, 1}, {1}, 868, RFM69_W, 13};
static struct radio_frame frame;
static unsigned asked, judged;
static bool genuine;
static uint8_t ack_length;

static uint8_t acknowledge(const struct radio_frame *got, uint8_t *payload) {
    asked++;
    CHECK_EQUAL(ME, got->to);
    memcpy(payload, "!234567", 7);
    return ack_length;
}

static bool is_genuine(const struct radio_frame *sent, const struct radio_frame *ack) {
    judged++;
    CHECK(sent == &frame);
    CHECK_EQUAL(RADIO_FLAG_ACK, ack->flags);
    return genuine;
}

static const struct radio_hooks hooks = {acknowledge, is_genuine};

static void fresh(void) {
    host_reset();
    fake_rfm69_attach();
    asked = judged = 0;
    genuine = true;
    ack_length = 1;
    CHECK(radio_init(&settings, ME, 1, &hooks));
    frame = (struct radio_frame){.to = GATEWAY, .length = 5, .payload = "hello"};
}

// Polls as a main loop does, for so long or until something happens.
static enum radio_event wait(uint32_t ms) {
    uint32_t end = host.ms + ms;
    for (;;) {
        enum radio_event event = radio_poll(host.ms);
        (void)hal_wakes();
        if (event != RADIO_NOTHING || host.ms >= end) return event;
        uint32_t due = radio_due_ms(host.ms);
        hal_idle((int32_t)(due - end) < 0 ? due : end);
    }
}

// Waits until the n-th packet has been sent.
static void wait_sent(unsigned n) {
    for (int i = 0; i < 5000 && fake_rfm69.sent_count < n; i++) CHECK_EQUAL(RADIO_NOTHING, wait(1));
    CHECK_EQUAL(n, fake_rfm69.sent_count);
    CHECK_EQUAL(RADIO_NOTHING, wait(1));
}

static bool hears(uint8_t to, uint8_t from, uint8_t id, uint8_t flags) {
    const uint8_t packet[] = {5, to, from, id, flags, 'x'};
    return fake_rfm69_hears(packet, -60);
}

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
    RUN(a_missing_radio_fails_and_comes_back);
    RUN(a_bus_where_nobody_answers_is_no_radio);
    RUN(it_goes_while_it_sends);
    RUN(a_radio_that_lost_its_settings_gets_them_again);
    RUN(a_transmission_that_never_ends_is_given_up);
    return rig_end();
}
