/**
 * Authenticated, replay-protected frames between v11 devices: docs/protocol.md §2, "authenticated frames".
 *
 * A session is a pair of nonces. The node's is new at every boot; the gateway's is new for every session it offers, so
 * that frames of an earlier session of the same node cannot be played again behind its replayed PREQ.
 * Counters of the node begin at 1 in each boot. The gateway has one counter for all nodes: each node only sees it rise.
 *
 * No function reads or writes past the length it is given; payloads must have room for SESSION_PAYLOAD_MAX bytes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    SESSION_PAYLOAD_MAX = 60, /**< of a radio frame */
    SESSION_TAG_BYTES = 4,
    SESSION_HEADER_BYTES = 4,   /**< kind and counter, in front of a frame's body */
    SESSION_REQUEST_BYTES = 12, /**< block behind PREQ and its zero */
    SESSION_ANSWER_BYTES = 9,   /**< block behind PRSP and its zero */
    SESSION_ACK_BYTES = 7,
    SESSION_ACK_INSTRUCTION = 1, /**< bit of the flags of an acknowledgement: an instruction waits, ask now */
};

/** What a received frame is worth. */
enum session_verdict {
    SESSION_PLAIN,  /**< a text without the v11 block: from a v10 device, or made to look so */
    SESSION_FORGED, /**< tag wrong, malformed, or no session: drop, do not acknowledge */
    SESSION_OLD,    /**< genuine, but before the last one taken: drop, do not acknowledge */
    SESSION_REPEAT, /**< the last one taken, again: acknowledge again, do not act on it again */
    SESSION_NEW,    /**< genuine and new: act on it */
};

/* ---- node ---- */

/** Between whom, and with which key: what every tag is made of. */
struct __attribute__((packed)) session_pair {
    const uint8_t *tag_key;
    uint8_t node, gateway; /**< addresses */
    uint32_t nonce, gateway_nonce;
};

struct session_node {
    uint8_t tag_key[16];
    struct session_pair pair;
    uint32_t sent;         /**< counter of the last frame or PREQ made */
    uint8_t taken[3];      /**< counter of the last frame taken from the gateway */
    uint32_t request;      /**< counter of the PREQ that waits for its PRSP, 0: none does */
    uint8_t plain_answers; /**< PRSP in a row without the block */
    bool established;      /**< the gateway has answered with a genuine block */
};

/**
 * Begins without a session. At boot, and when the key or an address was changed.
 * @param key the network's, 16 bytes; not kept
 * @param boots a number that is never the same again with this key: boot counter of store.h
 * @param chance what the hardware gives; may be bad
 */
void session_node_init(struct session_node *s, const uint8_t *key, uint8_t address, uint8_t gateway, uint32_t boots, uint32_t chance);

/**
 * Puts the v11 block behind a PREQ. A retry of the radio sends the same bytes; a new request is made anew.
 * @param length of the text with its zero
 * @return length with the block; `length` unchanged when there is no room
 */
uint8_t session_node_request(struct session_node *s, uint8_t *payload, uint8_t length);

/**
 * Looks at a received PRSP. On SESSION_NEW the session is established. The third SESSION_PLAIN in a row ends it: the
 * gateway was replaced by one that knows only v10.
 * @return SESSION_PLAIN, SESSION_NEW, or SESSION_FORGED (also an answer to no or another request)
 */
enum session_verdict session_node_answer(struct session_node *s, const uint8_t *payload, uint8_t length);

/**
 * Completes a frame to the gateway: its counter and tag.
 * @param frame kind at 0, room for the counter at 1…3, body from 4
 * @param length of header and body
 * @return length with the tag; 0 without a session, without room, or when the counter is used up (the next
 *         session_node_request() then begins anew)
 */
uint8_t session_node_seal(struct session_node *s, uint8_t *frame, uint8_t length);

/** Looks at a received frame; its body is at 4, length − 8 bytes long. @return FORGED, OLD, REPEAT or NEW */
enum session_verdict session_node_open(struct session_node *s, const uint8_t *frame, uint8_t length);

/**
 * Acknowledgement of a frame that was REPEAT or NEW.
 * @param frame, length as received
 * @param ack 7 bytes, written
 */
void session_node_ack(const struct session_node *s, const uint8_t *frame, uint8_t length, int8_t rssi_dbm, uint8_t flags, uint8_t *ack);

/** @return whether `ack` is genuine for the frame as session_node_seal() left it; RSSI and flags are ack[1], ack[2] */
bool session_node_acked(const struct session_node *s, const uint8_t *frame, uint8_t length, const uint8_t *ack, uint8_t ack_length);

/* ---- gateway ---- */

/** What a gateway knows of one node. All zero: nothing. */
struct session_peer {
    uint32_t nonce, gateway_nonce;
    uint8_t taken[3]; /**< counter of the last PREQ or frame taken */
    uint8_t state;    /**< enum session_peer_state */
};
_Static_assert(sizeof(struct session_peer) <= 12, "there is one for each of 16 nodes");

enum session_peer_state {
    SESSION_NONE,
    SESSION_OFFERED,     /**< a PREQ was answered, no frame has come yet */
    SESSION_ESTABLISHED, /**< genuine frames came: plain text from this node no longer counts */
};

struct session_gateway {
    uint8_t tag_key[16];
    uint32_t seed;             /**< own nonce of this boot; those of the sessions are made of it */
    uint32_t sessions;         /**< offered so far */
    uint32_t sent;             /**< counter of the last frame made, for whichever node */
    struct session_peer offer; /**< to a node that has a session with another nonce: that one stays until a frame comes */
    uint8_t offered_to;        /**< its address, 0: none */
    uint8_t address;
};

/** What the block of a PRSP needs of the PREQ it answers. */
struct session_request {
    uint32_t nonce, gateway_nonce;
    uint8_t counter[3];
};

/** Begins without sessions; the caller clears its peers. Parameters as session_node_init(). */
void session_gateway_init(struct session_gateway *g, const uint8_t *key, uint8_t address, uint32_t boots, uint32_t chance);

/**
 * Looks at a received PREQ.
 * @param peer what is known of the node
 * @param request filled in on REPEAT and NEW, for session_gateway_answer()
 * @return PLAIN, FORGED, OLD, REPEAT (answer it again) or NEW
 */
enum session_verdict session_gateway_request(struct session_gateway *g, struct session_peer *peer, uint8_t node, const uint8_t *payload,
                                             uint8_t length, struct session_request *request);

/** Puts the v11 block behind a PRSP. @return length with the block; `length` unchanged when there is no room */
uint8_t session_gateway_answer(const struct session_gateway *g, uint8_t node, const struct session_request *request, uint8_t *payload,
                               uint8_t length);

/** Completes a frame to a node. As session_node_seal(). */
uint8_t session_gateway_seal(struct session_gateway *g, const struct session_peer *peer, uint8_t node, uint8_t *frame, uint8_t length);

/** Looks at a received frame; the first one under an offered session establishes it. As session_node_open(). */
enum session_verdict session_gateway_open(struct session_gateway *g, struct session_peer *peer, uint8_t node, const uint8_t *frame,
                                          uint8_t length);

/** As session_node_ack(). */
void session_gateway_ack(const struct session_gateway *g, const struct session_peer *peer, uint8_t node, const uint8_t *frame,
                         uint8_t length, int8_t rssi_dbm, uint8_t flags, uint8_t *ack);

/** As session_node_acked(). */
bool session_gateway_acked(const struct session_gateway *g, const struct session_peer *peer, uint8_t node, const uint8_t *frame,
                           uint8_t length, const uint8_t *ack, uint8_t ack_length);
