/**
 * Datagrams with acknowledgement over rfm69.h, for both devices: listen before talk, four tries 500…1000 ms apart, nothing that waits.
 *
 * `radio_poll` moves everything; call it after HAL_WAKE_RADIO and when `radio_due_ms` has come. One frame goes out at a time; while it waits for its
 * acknowledgement others are received and acknowledged as ever. Repeats are handed on: their sender's session, or the last id, tells the caller.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "rfm69.h"

enum { RADIO_BROADCAST = 255, RADIO_FLAG_ACK = 0x80, RADIO_TRIES = 4 };

/** Longest acknowledgement: with the header one AES block, 45 ms on the air. */
enum { RADIO_MAX_ACK = 12 };

enum radio_event {
    RADIO_NOTHING,
    RADIO_FRAME,        ///< `radio_received()` is a frame for us or for all, already acknowledged if the hook wanted that
    RADIO_ACKNOWLEDGED, ///< of `radio_send`; `radio_received()` is the acknowledgement
    RADIO_SENT,         ///< of `radio_send` with tries 0, or to all: it is on the air, nobody answers for it
    RADIO_FAILED,       ///< of `radio_send`: no acknowledgement after all tries, or no working radio
};

/** What the owner of the radio decides. Both are called from `radio_poll`, between receiving and answering: up to 50 ms are fine. */
struct radio_hooks {
    /**
     * A frame for our address came (never an acknowledgement, never one to all).
     * @param payload for the acknowledgement's payload, RADIO_MAX_ACK bytes.
     * @return its length; 0: no acknowledgement. `!` for v10 peers: radio_ack_plain.
     */
    uint8_t (*acknowledge)(const struct radio_frame *frame, uint8_t *payload);
    /** An acknowledgement with the right id, from the right sender, came. @return false: a forgery or a repeat, go on waiting. */
    bool (*genuine)(const struct radio_frame *sent, const struct radio_frame *ack);
};

/**
 * Sets up the radio. Settings and hooks are lent for good. Repeat it after any change of settings; a frame in the making is forgotten without an event.
 * @param address own address. @param seed chance for ids and waiting times: two devices that boot together must differ.
 * @return false if no radio answers. Sending then fails, with an event, and tries to set it up again.
 */
bool radio_init(const struct rfm69_settings *settings, uint8_t address, uint32_t seed, const struct radio_hooks *hooks);

/** What the radio does while nothing is sent: listen (gateway; a node that expects an answer) or sleep. At first it sleeps. */
void radio_listen(bool on);

/** Power from the next frame on, clamped; returns what was set. */
int8_t radio_set_power(int8_t dbm);

/**
 * Begins to send. The frame is lent until RADIO_ACKNOWLEDGED, RADIO_SENT or RADIO_FAILED: leave it untouched. Its `from` and `id` are set here; retries keep the id.
 * @param tries how often at most; 0: once, without acknowledgement. To RADIO_BROADCAST always once.
 * @return false while another one is on its way.
 */
bool radio_send(struct radio_frame *frame, uint8_t tries);

/** True from `radio_send` to its event. */
bool radio_sending(void);

/** Moves everything that can move. @return at most one event; call again until RADIO_NOTHING. */
enum radio_event radio_poll(uint32_t now_ms);

/** The frame of the last event, until the next `radio_poll`. Its payload ends in a zero that does not count. */
const struct radio_frame *radio_received(void);

/** When `radio_poll` is due without a wake by the radio: the time to give to `hal_idle`. At most a minute away (the listening radio's health is looked at then). */
uint32_t radio_due_ms(uint32_t now_ms);

/** True if the radio is asleep and nothing is under way: power-down is allowed. */
bool radio_asleep(void);

/** How often since start the radio was found gone or without our settings, and set up again; stops at 255. */
uint8_t radio_faults(void);

/** Hook for peers of v10: acknowledges all with `!`. */
uint8_t radio_ack_plain(const struct radio_frame *frame, uint8_t *payload);
