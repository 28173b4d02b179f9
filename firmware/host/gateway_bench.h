/** A gateway without a radio on the bench: frames are handed to it as if its radio had received them. */
#pragma once

#include "common/hal.h"
#include "common/radio_text.h"
#include "gateway/clock.h"
#include "gateway/instructions.h"
#include "gateway/link.h"
#include "gateway/nodes.h"
#include "gateway/reception.h"
#include "gateway/relay.h"
#include "gateway/sender.h"
#include "gateway/server.h"
#include "gateway/setup.h"
#include "gateway/snapshot.h"
#include "host/hal_host.h"
#include "host/rig.h"

/** The last acknowledgement, and its length (0: none was made). */
static uint8_t bench_ack[RADIO_MAX_ACK];
static uint8_t bench_ack_length;
static uint8_t bench_id;

static inline uint8_t bench_no_radio(uint8_t byte) {
    (void)byte;
    return 0;
}

/** Fresh gateway, log level ERROR, clock at 1783000000, nothing printed yet. */
static inline void bench_start(void) {
    host_reset();
    host.radio.transfer = bench_no_radio;
    hal_init(HAL_GATEWAY);
    clock_init(0);
    nodes_init();
    instructions_init();
    link_init();
    setup_load();
    setup_radio();
    setup.common.log_level = LOG_ERROR;
    setup.common.auth = 0;
    reception_bridge(false);
    clock_set(1783000000, 0);
    host_clear_out();
}

static inline void bench_pass_s(uint32_t seconds) {
    while (seconds-- > 0) {
        host_advance_ms(1000);
        clock_advance(host.ms);
        server_tell_dark();
    }
}

/** What the main loop does with a received frame. */
static inline void bench_hear(const struct radio_frame *frame) {
    bench_ack_length = frame->to == RADIO_BROADCAST ? 0 : reception_acknowledge(frame, bench_ack);
    relay_received(frame, host.ms);
}

static inline struct radio_frame bench_frame(uint8_t from, const void *payload, uint8_t length) {
    struct radio_frame frame = {.to = 1, .from = from, .id = ++bench_id, .length = length, .rssi = -72};
    memcpy(frame.payload, payload, length);
    return frame;
}

/** A v10 text, as v10 sends it: 60 bytes. */
static inline void bench_text(uint8_t from, const char *text) {
    char payload[RADIO_TEXT_BYTES] = {0};
    strncpy(payload, text, sizeof payload - 1);
    struct radio_frame frame = bench_frame(from, payload, sizeof payload);
    bench_hear(&frame);
}

/** Types a line and carries it out, with all that follows. */
static inline void bench_type(const char *line) {
    host_type(line);
    host_type("\r");
    char *typed = link_typed();
    if (typed != NULL) server_line(typed, host.ms);
    while (snapshot_step()) {
    }
}

/** Lets the radio, which is none, give up what it sends, and says that it ended so. */
static inline void bench_end_sending(enum radio_event event) {
    for (uint16_t ms = 0; ms < 10000 && radio_poll(host.ms) == RADIO_NOTHING; ms++) host.ms++;
    sender_done(event);
}

/** All that was printed since the last call. */
static inline const char *bench_out(void) {
    static char out[sizeof host.out];
    strcpy(out, host.out);
    host_clear_out();
    return out;
}
