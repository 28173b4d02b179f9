/* How a session begins, goes on and ends: PREQ and PRSP, restarts, and peers that know none. */
#include "host/session_bench.h"

static void a_replayed_request_ends_no_session(void) {
    boot_node(1);
    boot_gateway(1);
    struct message old_preq = request();
    struct session_request to;
    CHECK_EQUAL(SESSION_NEW, ask(&old_preq, &to));
    struct message prsp = answer(&to);
    session_node_answer(&node, prsp.bytes, prsp.length);
    struct message old[3];
    for (int i = 0; i < 3; i++) {
        old[i] = from_node();
        CHECK_EQUAL(SESSION_NEW, to_gateway(&old[i]));
    }
    boot_node(2);
    establish();
    struct message now = from_node();
    CHECK_EQUAL(SESSION_NEW, to_gateway(&now));
    /* the earlier session of the same boot of the gateway, played again from its start */
    CHECK_EQUAL(SESSION_NEW, ask(&old_preq, &to));
    for (int i = 0; i < 3; i++) CHECK_EQUAL(SESSION_FORGED, to_gateway(&old[i]));
    prsp = answer(&to);
    CHECK_EQUAL(SESSION_FORGED, session_node_answer(&node, prsp.bytes, prsp.length));
    now = from_node();
    CHECK_EQUAL(SESSION_NEW, to_gateway(&now));
}

static void a_request_within_the_session_keeps_it(void) {
    fresh();
    struct message early = from_gateway();
    CHECK_EQUAL(SESSION_NEW, to_node(&early));
    struct session_peer before = peer;
    establish();
    CHECK_EQUAL(before.gateway_nonce, peer.gateway_nonce);
    CHECK_EQUAL(SESSION_ESTABLISHED, peer.state);
    CHECK_EQUAL(SESSION_REPEAT, to_node(&early));
    struct message up = from_node(), down = from_gateway();
    CHECK_EQUAL(SESSION_NEW, to_gateway(&up));
    CHECK_EQUAL(SESSION_NEW, to_node(&down));
}

static void an_old_request_of_the_session_is_old_and_the_last_one_answered_again(void) {
    fresh();
    struct session_request to;
    struct message a = request(), b = request();
    CHECK_EQUAL(SESSION_NEW, ask(&a, &to));
    CHECK_EQUAL(SESSION_NEW, ask(&b, &to));
    CHECK_EQUAL(SESSION_OLD, ask(&a, &to));
    CHECK_EQUAL(SESSION_REPEAT, ask(&b, &to));
    struct message prsp = answer(&to);
    CHECK_EQUAL(SESSION_NEW, session_node_answer(&node, prsp.bytes, prsp.length));
}

static void an_answer_counts_once_and_only_for_its_request(void) {
    boot_node(1);
    boot_gateway(1);
    struct session_request first, second;
    struct message a = request();
    CHECK_EQUAL(SESSION_NEW, ask(&a, &first));
    struct message b = request();
    CHECK_EQUAL(SESSION_NEW, ask(&b, &second));
    struct message late = answer(&first), right = answer(&second);
    CHECK_EQUAL(SESSION_FORGED, session_node_answer(&node, late.bytes, late.length));
    for (unsigned bit = 0; bit < right.length * 8U; bit++) {
        struct message forged = right;
        forged.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        /* a lost zero or mark makes it a plain one: then it is not believed either, but takes the request with it */
        struct session_node before = node;
        CHECK(session_node_answer(&node, forged.bytes, forged.length) != SESSION_NEW);
        node = before;
    }
    CHECK_EQUAL(SESSION_NEW, session_node_answer(&node, right.bytes, right.length));
    CHECK_EQUAL(SESSION_FORGED, session_node_answer(&node, right.bytes, right.length));
}

static void a_node_with_a_session_is_offered_another_beside_it(void) {
    fresh();
    struct session_peer before = peer;
    boot_node(2);
    establish();
    CHECK_BYTES(&before, &peer, sizeof peer);
    CHECK_EQUAL(NODE, gateway.offered_to);
    struct message first = from_node();
    CHECK_EQUAL(SESSION_NEW, to_gateway(&first));
    CHECK_EQUAL(SESSION_REPEAT, to_gateway(&first));
    CHECK(peer.gateway_nonce != before.gateway_nonce);
    CHECK_EQUAL(0, gateway.offered_to);
}

static void a_node_goes_on_after_a_restart_of_the_gateway(void) {
    fresh();
    struct message down = from_gateway();
    CHECK_EQUAL(SESSION_NEW, to_node(&down));
    boot_gateway(2);
    struct message lost = from_node();
    CHECK_EQUAL(SESSION_FORGED, to_gateway(&lost));
    establish();
    CHECK_EQUAL(SESSION_FORGED, to_gateway(&lost));
    struct message up = from_node();
    CHECK_EQUAL(SESSION_NEW, to_gateway(&up));
    CHECK_EQUAL(SESSION_FORGED, to_node(&down));
    struct message again = from_gateway();
    CHECK_EQUAL(SESSION_NEW, to_node(&again));
}

static void plain_requests_and_answers_are_told(void) {
    fresh();
    struct session_request to;
    struct message preq = {"PREQ,1783000000", SESSION_PAYLOAD_MAX};
    CHECK_EQUAL(SESSION_PLAIN, ask(&preq, &to));
    struct message prsp = {"PRSP,1783000000,1783000001,1,-70", SESSION_PAYLOAD_MAX};
    for (int i = 0; i < 9; i++) { /* unasked: no matter how many */
        CHECK_EQUAL(SESSION_PLAIN, session_node_answer(&node, prsp.bytes, prsp.length));
        CHECK(node.established);
    }
    for (int i = 0; i < 3; i++) {
        CHECK(node.established);
        request();
        CHECK_EQUAL(SESSION_PLAIN, session_node_answer(&node, prsp.bytes, prsp.length));
    }
    CHECK(!node.established);
    establish();
    CHECK(node.established);
}

static void texts_without_a_zero_are_plain(void) {
    fresh();
    struct session_request to;
    struct message m;
    memset(m.bytes, 0xB1, sizeof m.bytes);
    for (uint8_t length = 0; length <= SESSION_PAYLOAD_MAX; length++) {
        CHECK_EQUAL(SESSION_PLAIN, session_gateway_request(&gateway, &peer, NODE, m.bytes, length, &to));
        CHECK_EQUAL(SESSION_PLAIN, session_node_answer(&node, m.bytes, length));
    }
}

int main(void) {
    RUN(a_replayed_request_ends_no_session);
    RUN(a_request_within_the_session_keeps_it);
    RUN(an_old_request_of_the_session_is_old_and_the_last_one_answered_again);
    RUN(an_answer_counts_once_and_only_for_its_request);
    RUN(a_node_with_a_session_is_offered_another_beside_it);
    RUN(a_node_goes_on_after_a_restart_of_the_gateway);
    RUN(plain_requests_and_answers_are_told);
    RUN(texts_without_a_zero_are_plain);
    return rig_end();
}
