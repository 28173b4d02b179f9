/** As much of an RFM69 as its driver can tell: registers, modes, FIFO, DIO0. The air is the test. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct fake_rfm69 {
    bool present;
    bool stuck; ///< answers nothing sensible until its pin resets it
    uint8_t registers[128];
    uint8_t fifo[66];
    uint8_t fifo_length, fifo_read;
    bool payload_ready, packet_sent;
    bool deaf; ///< what is sent never ends: a radio that lost its settings
    uint32_t sends_until_ms;
    uint8_t sent[66]; ///< the packet that was sent last: length, to, from, id, flags, payload
    unsigned sent_count;
    uint8_t rssi; ///< register 24: −2 × dBm
};

extern struct fake_rfm69 fake_rfm69;

/** Puts a fresh radio on the host's bus, and its time into host.tick. */
void fake_rfm69_attach(void);

/** A packet comes in: length, to, from, id, flags, payload. @return false if the radio was not listening, or its FIFO full. */
bool fake_rfm69_hears(const uint8_t *packet, int8_t rssi);

/** Registers as after power-on. */
void fake_rfm69_forgets(void);

/** Its pin, for host.radio_reset. */
void fake_rfm69_reset(void);
