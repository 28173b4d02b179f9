/** The datagrams over a radio that the test plays, with hooks that count. */
#pragma once

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

static inline uint8_t acknowledge(const struct radio_frame *got, uint8_t *payload) {
    asked++;
    CHECK_EQUAL(ME, got->to);
    memcpy(payload, "!234567", 7);
    return ack_length;
}

static inline bool is_genuine(const struct radio_frame *sent, const struct radio_frame *ack) {
    judged++;
    CHECK(sent == &frame);
    CHECK_EQUAL(RADIO_FLAG_ACK, ack->flags);
    return genuine;
}

static const struct radio_hooks hooks = {acknowledge, is_genuine};

static inline void fresh(void) {
    host_reset();
    fake_rfm69_attach();
    asked = judged = 0;
    genuine = true;
    ack_length = 1;
    CHECK(radio_init(&settings, ME, 1, &hooks));
    frame = (struct radio_frame){.to = GATEWAY, .length = 5, .payload = "hello"};
}

// Polls as a main loop does, for so long or until something happens.
static inline enum radio_event wait(uint32_t ms) {
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
static inline void wait_sent(unsigned n) {
    for (int i = 0; i < 5000 && fake_rfm69.sent_count < n; i++) CHECK_EQUAL(RADIO_NOTHING, wait(1));
    CHECK_EQUAL(n, fake_rfm69.sent_count);
    CHECK_EQUAL(RADIO_NOTHING, wait(1));
}

static inline bool hears(uint8_t to, uint8_t from, uint8_t id, uint8_t flags) {
    const uint8_t packet[] = {5, to, from, id, flags, 'x'};
    return fake_rfm69_hears(packet, -60);
}
