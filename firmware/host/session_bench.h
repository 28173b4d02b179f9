/** A node and a gateway, and someone between them who hears, keeps, changes and repeats everything. */
#pragma once

#include "common/frames.h"
#include "common/session.h"
#include "host/rig.h"

static const uint8_t key[16] = "CHANGE_ME_PLEASE";
static struct session_node node;
static struct session_gateway gateway;
static struct session_peer peer;

enum { NODE = 2, GATEWAY = 1 };

struct message {
    uint8_t bytes[SESSION_PAYLOAD_MAX];
    uint8_t length;
};

static inline void boot_node(uint32_t boots) {
    session_node_init(&node, key, NODE, GATEWAY, boots, 7);
}

static inline void boot_gateway(uint32_t boots) {
    session_gateway_init(&gateway, key, GATEWAY, boots, 7);
    memset(&peer, 0, sizeof peer);
}

static inline struct message request(void) {
    struct message m = {"PREQ,1783000000", 16};
    m.length = session_node_request(&node, m.bytes, m.length);
    return m;
}

static inline struct message answer(const struct session_request *to) {
    struct message m = {"PRSP,1783000000,1783000001,1,-70", 33};
    m.length = session_gateway_answer(&gateway, NODE, to, m.bytes, m.length);
    return m;
}

static inline enum session_verdict ask(const struct message *preq, struct session_request *to) {
    return session_gateway_request(&gateway, &peer, NODE, preq->bytes, preq->length, to);
}

static inline void establish(void) {
    struct session_request to;
    struct message preq = request();
    CHECK_EQUAL(SESSION_NEW, ask(&preq, &to));
    struct message prsp = answer(&to);
    CHECK_EQUAL(SESSION_NEW, session_node_answer(&node, prsp.bytes, prsp.length));
}

static inline struct message from_node(void) {
    struct message m = {{FRAME_TEXT, 0, 0, 0, 'h', 'i'}, 6};
    m.length = session_node_seal(&node, m.bytes, m.length);
    return m;
}

static inline struct message from_gateway(void) {
    struct message m = {{FRAME_INTERVAL, 0, 0, 0, 30}, 5};
    m.length = session_gateway_seal(&gateway, &peer, NODE, m.bytes, m.length);
    return m;
}

static inline enum session_verdict to_gateway(const struct message *m) {
    return session_gateway_open(&gateway, &peer, NODE, m->bytes, m->length);
}

static inline enum session_verdict to_node(const struct message *m) {
    return session_node_open(&node, m->bytes, m->length);
}

static inline void fresh(void) {
    boot_node(1);
    boot_gateway(1);
    establish();
    struct message first = from_node();
    CHECK_EQUAL(SESSION_NEW, to_gateway(&first));
}
