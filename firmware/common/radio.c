#include "radio.h"

#include "rng.h"

enum {
    BUSY_DBM = -95,      // noise in our 83 kHz is at −118 dBm; who is heard louder than this is near enough to collide with
    SETTLE_MS = 3,       // receiver on until its RSSI is true
    CLEAR_LOOKS = 8,     // then it is sent anyhow: noise must not silence us
    LONGEST_TX_MS = 300, // twice the longest frame
    ACK_MS = 500,        // and by chance up to once more
    HEALTH_MS = 60000,
};

enum activity {
    RESTING,  // listening or asleep
    STARTING, // radio_send was called
    CLEARING, // in receive, until the channel is free
    SENDING,
    WAITING, // in receive, for the acknowledgement
};

static const struct rfm69_settings *settings;
static const struct radio_hooks *hooks;
static struct radio_frame in;
static struct radio_frame *out;
static uint32_t chance;
static uint32_t until_ms; // of the activity; resting: when the radio's health is looked at
static uint32_t acking_until_ms;
static enum activity activity;
static bool acking; // in the middle of the activity: only one transmission at a time
static bool listening;
static bool wants_ack;
static uint8_t tries_left, looks_left;
static uint8_t own_address, last_id, faults;
static int8_t power_dbm;

bool radio_init(const struct rfm69_settings *new_settings, uint8_t address, uint32_t seed, const struct radio_hooks *new_hooks) {
    settings = new_settings;
    hooks = new_hooks;
    own_address = address;
    rng_seed(&chance, seed);
    last_id = (uint8_t)rng_between(&chance, 1, UINT8_MAX);
    activity = RESTING;
    acking = false;
    listening = false;
    power_dbm = settings->power_dbm;
    return rfm69_init(settings);
}

// The radio has lost its settings, or does not do what it should.
static bool recover(void) {
    if (faults < UINT8_MAX) faults++;
    acking = false;
    if (!rfm69_init(settings)) return false;
    rfm69_set_power(power_dbm);
    return true;
}

static void rest(uint32_t now_ms) {
    activity = RESTING;
    until_ms = now_ms + HEALTH_MS;
    rfm69_mode(listening ? RFM69_RECEIVE : RFM69_SLEEP);
}

void radio_listen(bool on) {
    listening = on;
    if (activity == RESTING && !acking) rfm69_mode(on ? RFM69_RECEIVE : RFM69_SLEEP);
}

int8_t radio_set_power(int8_t dbm) {
    return power_dbm = rfm69_set_power(dbm);
}

bool radio_send(struct radio_frame *frame, uint8_t tries) {
    if (radio_sending()) return false;
    out = frame;
    last_id = (uint8_t)(last_id % UINT8_MAX + 1); // never 0: v10 takes a first frame with id 0 for a repeat
    out->id = last_id;
    out->from = own_address;
    wants_ack = tries > 0 && out->to != RADIO_BROADCAST;
    tries_left = wants_ack ? tries : 1;
    activity = STARTING;
    return true;
}

bool radio_sending(void) {
    return activity != RESTING;
}

bool radio_asleep(void) {
    return activity == RESTING && !acking && !listening;
}

static enum radio_event give_up(uint32_t now_ms) {
    rest(now_ms);
    return RADIO_FAILED;
}

static void clear(uint32_t now_ms) {
    activity = CLEARING;
    looks_left = CLEAR_LOOKS;
    until_ms = now_ms + SETTLE_MS;
}

static enum radio_event try_again(uint32_t now_ms) {
    if (tries_left == 0 || !rfm69_mode(RFM69_RECEIVE)) return give_up(now_ms);
    clear(now_ms);
    return RADIO_NOTHING;
}

// The channel was looked at: send, or look again later.
static enum radio_event look(uint32_t now_ms) {
    if ((rfm69_receiving() || rfm69_rssi() > BUSY_DBM) && looks_left > 0) {
        looks_left--;
        until_ms = now_ms + rng_between(&chance, 10, 50);
        return RADIO_NOTHING;
    }
    tries_left--;
    if (!rfm69_transmit(out, out->payload, out->length)) (void)recover(); // then this try ends by its time
    activity = SENDING;
    until_ms = now_ms + LONGEST_TX_MS;
    return RADIO_NOTHING;
}

static enum radio_event sent(uint32_t now_ms) {
    if (!wants_ack) {
        rest(now_ms);
        return RADIO_SENT;
    }
    activity = WAITING;
    until_ms = now_ms + ACK_MS + rng_between(&chance, 0, ACK_MS);
    rfm69_mode(RFM69_RECEIVE);
    return RADIO_NOTHING;
}

static void acknowledge(uint32_t now_ms) {
    uint8_t payload[RADIO_MAX_ACK];
    uint8_t length = hooks->acknowledge(&in, payload);
    const uint8_t head[] = {in.from, own_address, in.id, RADIO_FLAG_ACK};
    acking = length > 0 && rfm69_transmit(head, payload, length);
    acking_until_ms = now_ms + LONGEST_TX_MS;
}

// A frame waits in the radio, which goes on receiving afterwards, unless it acknowledges first.
static enum radio_event receive(uint32_t now_ms) {
    bool read = rfm69_read(&in);
    if (read && in.to == own_address && in.flags & RADIO_FLAG_ACK) {
        if (activity == WAITING && in.id == out->id && in.from == out->to && hooks->genuine(out, &in)) {
            rest(now_ms);
            return RADIO_ACKNOWLEDGED;
        }
        read = false;
    }
    read = read && (in.to == own_address || in.to == RADIO_BROADCAST);
    if (read && in.to == own_address) acknowledge(now_ms);
    if (!acking) rfm69_mode(RFM69_RECEIVE);
    return read ? RADIO_FRAME : RADIO_NOTHING;
}

static bool due(uint32_t now_ms, uint32_t at_ms) {
    return (int32_t)(now_ms - at_ms) >= 0;
}

enum radio_event radio_poll(uint32_t now_ms) {
    if (acking) {
        if (!rfm69_sent()) {
            if (!due(now_ms, acking_until_ms)) return RADIO_NOTHING;
            recover();
        }
        acking = false;
        rfm69_mode(activity == RESTING && !listening ? RFM69_SLEEP : RFM69_RECEIVE);
    }
    // one that answers nonsense is found out where its time is over
    if (rfm69_received() && rfm69_alive()) return receive(now_ms);
    switch (activity) {
    case RESTING:
        if (!listening || !due(now_ms, until_ms)) return RADIO_NOTHING;
        if (!rfm69_alive()) (void)recover();
        rest(now_ms);
        return RADIO_NOTHING;
    case STARTING:
        if (!rfm69_alive() && !recover()) return give_up(now_ms);
        return try_again(now_ms);
    case CLEARING: return due(now_ms, until_ms) ? look(now_ms) : RADIO_NOTHING;
    case SENDING:
        if (rfm69_sent()) return sent(now_ms);
        if (!due(now_ms, until_ms)) return RADIO_NOTHING;
        return recover() ? try_again(now_ms) : give_up(now_ms);
    case WAITING: return due(now_ms, until_ms) ? try_again(now_ms) : RADIO_NOTHING;
    }
    return RADIO_NOTHING;
}

const struct radio_frame *radio_received(void) {
    return &in;
}

uint32_t radio_due_ms(uint32_t now_ms) {
    if (acking) return acking_until_ms;
    if (activity == STARTING) return now_ms;
    if (activity == RESTING && !listening) return now_ms + HEALTH_MS;
    return until_ms;
}

uint8_t radio_faults(void) {
    return faults;
}

uint8_t radio_ack_plain(const struct radio_frame *frame, uint8_t *payload) {
    (void)frame;
    payload[0] = '!';
    return 1;
}
