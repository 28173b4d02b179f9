/* Frames and acknowledgements of a session, and what is none of them. */
#include "host/session_bench.h"

static void blocks_have_their_length(void) {
    boot_node(1);
    boot_gateway(1);
    struct message preq = request();
    CHECK_EQUAL(16 + SESSION_REQUEST_BYTES, preq.length);
    CHECK_EQUAL(0xB1, preq.bytes[16]);
    struct session_request to;
    CHECK_EQUAL(SESSION_NEW, ask(&preq, &to));
    CHECK_EQUAL(33 + SESSION_ANSWER_BYTES, answer(&to).length);
}

static void frames_go_both_ways(void) {
    fresh();
    for (int i = 0; i < 300; i++) {
        struct message up = from_node(), down = from_gateway();
        CHECK_EQUAL(10, up.length);
        CHECK_EQUAL(SESSION_NEW, to_gateway(&up));
        CHECK_EQUAL(SESSION_NEW, to_node(&down));
        CHECK_BYTES("hi", up.bytes + 4, 2);
    }
}

static void nothing_is_sealed_before_there_is_a_session(void) {
    boot_node(1);
    boot_gateway(1);
    CHECK_EQUAL(0, from_node().length);
    CHECK_EQUAL(0, from_gateway().length);
    establish();
    CHECK_EQUAL(0, from_gateway().length); /* offered only: a replayed PREQ comes as far */
    struct message m = {{FRAME_TEXT, 9, 9, 9}, 8};
    CHECK_EQUAL(SESSION_FORGED, to_gateway(&m));
    CHECK_EQUAL(SESSION_FORGED, to_node(&m));
}

static void the_last_frame_again_is_a_repeat_and_older_ones_are_old(void) {
    fresh();
    struct message a = from_node(), b = from_node();
    CHECK_EQUAL(SESSION_NEW, to_gateway(&a));
    CHECK_EQUAL(SESSION_REPEAT, to_gateway(&a));
    CHECK_EQUAL(SESSION_NEW, to_gateway(&b));
    CHECK_EQUAL(SESSION_OLD, to_gateway(&a));
    CHECK_EQUAL(SESSION_REPEAT, to_gateway(&b));
    struct message c = from_gateway(), d = from_gateway();
    CHECK_EQUAL(SESSION_NEW, to_node(&d));
    CHECK_EQUAL(SESSION_OLD, to_node(&c));
    CHECK_EQUAL(SESSION_REPEAT, to_node(&d));
}

static void every_changed_bit_is_noticed(void) {
    fresh();
    struct message up = from_node(), down = from_gateway();
    for (unsigned bit = 0; bit < up.length * 8U; bit++) {
        struct message forged = up;
        forged.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        CHECK_EQUAL(SESSION_FORGED, to_gateway(&forged));
    }
    for (unsigned bit = 0; bit < down.length * 8U; bit++) {
        struct message forged = down;
        forged.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        CHECK_EQUAL(SESSION_FORGED, to_node(&forged));
    }
    for (uint8_t length = 0; length < up.length; length++) {
        struct message cut = up;
        cut.length = length;
        CHECK_EQUAL(SESSION_FORGED, to_gateway(&cut));
    }
    CHECK_EQUAL(SESSION_NEW, to_gateway(&up));
    CHECK_EQUAL(SESSION_NEW, to_node(&down));
}

static void a_frame_counts_only_in_its_direction_and_from_its_sender(void) {
    fresh();
    struct message up = from_node(), down = from_gateway();
    CHECK_EQUAL(SESSION_FORGED, to_node(&up));
    CHECK_EQUAL(SESSION_FORGED, to_gateway(&down));
    CHECK_EQUAL(SESSION_FORGED, session_gateway_open(&gateway, &peer, 3, up.bytes, up.length));
    struct session_node other = node;
    other.pair.node = 3;
    CHECK_EQUAL(SESSION_FORGED, session_node_open(&other, down.bytes, down.length));
    other.pair.node = GATEWAY;
    other.pair.gateway = NODE;
    CHECK_EQUAL(SESSION_FORGED, session_node_open(&other, up.bytes, up.length));
}

static void another_key_says_nothing(void) {
    fresh();
    struct message up = from_node();
    struct session_peer kept = peer;
    session_gateway_init(&gateway, (const uint8_t *)"change_me_please", GATEWAY, 1, 7);
    peer = kept;
    CHECK_EQUAL(SESSION_FORGED, to_gateway(&up));
    struct message preq = request();
    struct session_request to;
    CHECK_EQUAL(SESSION_FORGED, ask(&preq, &to));
}

static void acknowledgements_are_for_one_frame_and_one_direction(void) {
    fresh();
    uint8_t ack[SESSION_ACK_BYTES], other[SESSION_ACK_BYTES];
    struct message up = from_node(), next = from_node(), down = from_gateway();
    CHECK_EQUAL(SESSION_NEW, to_gateway(&up));
    session_gateway_ack(&gateway, &peer, NODE, up.bytes, up.length, -77, SESSION_ACK_INSTRUCTION, ack);
    CHECK_EQUAL(0x80, ack[0]);
    CHECK_EQUAL(-77, (int8_t)ack[1]);
    CHECK_EQUAL(SESSION_ACK_INSTRUCTION, ack[2]);
    CHECK(session_node_acked(&node, up.bytes, up.length, ack, sizeof ack));
    CHECK(!session_node_acked(&node, next.bytes, next.length, ack, sizeof ack));
    CHECK(!session_node_acked(&node, up.bytes, up.length, ack, sizeof ack - 1));
    CHECK(!session_node_acked(&node, up.bytes, up.length, (const uint8_t *)"!", 1));
    CHECK(!session_gateway_acked(&gateway, &peer, NODE, up.bytes, up.length, ack, sizeof ack));
    for (unsigned bit = 0; bit < sizeof ack * 8; bit++) {
        memcpy(other, ack, sizeof ack);
        other[bit / 8] ^= (uint8_t)(1U << bit % 8);
        CHECK(!session_node_acked(&node, up.bytes, up.length, other, sizeof other));
    }
    CHECK_EQUAL(SESSION_NEW, to_node(&down));
    session_node_ack(&node, down.bytes, down.length, -60, 0, ack);
    CHECK(session_gateway_acked(&gateway, &peer, NODE, down.bytes, down.length, ack, sizeof ack));
    CHECK(!session_gateway_acked(&gateway, &peer, 3, down.bytes, down.length, ack, sizeof ack));
}

static void a_used_up_counter_begins_a_new_session(void) {
    fresh();
    node.sent = 0xFFFFFE;
    struct message last = from_node();
    CHECK_EQUAL(SESSION_NEW, to_gateway(&last));
    CHECK_EQUAL(0, from_node().length);
    uint32_t before = node.pair.nonce;
    establish();
    CHECK(node.pair.nonce != before);
    struct message up = from_node();
    CHECK_EQUAL(2, up.bytes[1]);
    CHECK_EQUAL(SESSION_NEW, to_gateway(&up));
    gateway.sent = 0xFFFFFF;
    CHECK_EQUAL(0, from_gateway().length);
}

static void counters_are_compared_in_all_three_bytes(void) {
    fresh();
    static const uint32_t rising[] = {0xFE, 0xFF, 0x100, 0xFFFE, 0xFFFF, 0x10000, 0x1FFFF, 0x20000, 0xFFFFFE};
    for (unsigned i = 0; i < sizeof rising / sizeof rising[0]; i++) {
        node.sent = rising[i] - 2;
        struct message before = from_node(), now = from_node();
        CHECK_EQUAL(SESSION_NEW, to_gateway(&now));
        CHECK_EQUAL(SESSION_OLD, to_gateway(&before));
    }
}

static void nonces_differ_from_boot_to_boot(void) {
    uint32_t seen[64];
    for (uint32_t boots = 0; boots < 64; boots++) {
        boot_node(boots);
        seen[boots] = node.pair.nonce;
        for (uint32_t i = 0; i < boots; i++) CHECK(seen[i] != seen[boots]);
    }
}

static void what_does_not_fit_stays_as_it_is(void) {
    fresh();
    uint8_t payload[SESSION_PAYLOAD_MAX] = {0};
    struct session_request to = {0};
    CHECK_EQUAL(49, session_node_request(&node, payload, 49));
    CHECK_EQUAL(52, session_gateway_answer(&gateway, NODE, &to, payload, 52));
    CHECK_EQUAL(60, session_node_seal(&node, payload, 56));
    CHECK_EQUAL(0, session_node_seal(&node, payload, 57));
    CHECK_EQUAL(0, session_node_seal(&node, payload, 3));
}

int main(void) {
    RUN(blocks_have_their_length);
    RUN(frames_go_both_ways);
    RUN(nothing_is_sealed_before_there_is_a_session);
    RUN(the_last_frame_again_is_a_repeat_and_older_ones_are_old);
    RUN(every_changed_bit_is_noticed);
    RUN(a_frame_counts_only_in_its_direction_and_from_its_sender);
    RUN(another_key_says_nothing);
    RUN(acknowledgements_are_for_one_frame_and_one_direction);
    RUN(a_used_up_counter_begins_a_new_session);
    RUN(counters_are_compared_in_all_three_bytes);
    RUN(nonces_differ_from_boot_to_boot);
    RUN(what_does_not_fit_stays_as_it_is);
    return rig_end();
}
