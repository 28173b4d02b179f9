/* A node and a gateway, and someone between them who hears, keeps, changes and repeats everything. */
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

static void boot_node(uint32_t boots) {
    session_node_init(&node, key, NODE, GATEWAY, boots, 7);
}

static void boot_gateway(uint32_t boots) {
    session_gateway_init(&gateway, key, GATEWAY, boots, 7);
    memset(&peer, 0, sizeof peer);
}

static struct message request(void) {
    struct message m = {"PREQ,1783000000", 16};
    m.length = session_node_request(&node, m.bytes, m.length);
    return m;
}

static struct message answer(const struct session_request *to) {
    struct message m = {"PRSP,1783000000,1783000001,1,-70", 33};
    m.length = session_gateway_answer(&gateway, NODE, to, m.bytes, m.length);
    return m;
}

static enum session_verdict ask(const struct message *preq, struct session_request *to) {
    return session_gateway_request(&gateway, &peer, NODE, preq->bytes, preq->length, to);
}

static void establish(void) {
    struct session_request to;
    struct message preq = request();
    CHECK_EQUAL(SESSION_NEW, ask(&preq, &to));
    struct message prsp = answer(&to);
    CHECK_EQUAL(SESSION_NEW, session_node_answer(&node, prsp.bytes, prsp.length));
}

static struct message from_node(void) {
    struct message m = {{FRAME_TEXT, 0, 0, 0, 'h', 'i'}, 6};
    m.length = session_node_seal(&node, m.bytes, m.length);
    return m;
}

static struct message from_gateway(void) {
    struct message m = {{FRAME_INTERVAL, 0, 0, 0, 30}, 5};
    m.length = session_gateway_seal(&gateway, &peer, NODE, m.bytes, m.length);
    return m;
}

static enum session_verdict to_gateway(const struct message *m) {
    return session_gateway_open(&gateway, &peer, NODE, m->bytes, m->length);
}

static enum session_verdict to_node(const struct message *m) {
    return session_node_open(&node, m->bytes, m->length);
}

static void fresh(void) {
    boot_node(1);
    boot_gateway(1);
    establish();
    struct message first = from_node();
    CHECK_EQUAL(SESSION_NEW, to_gateway(&first));
}

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
    RUN(a_replayed_request_ends_no_session);
    RUN(a_request_within_the_session_keeps_it);
    RUN(an_old_request_of_the_session_is_old_and_the_last_one_answered_again);
    RUN(an_answer_counts_once_and_only_for_its_request);
    RUN(a_node_with_a_session_is_offered_another_beside_it);
    RUN(a_node_goes_on_after_a_restart_of_the_gateway);
    RUN(plain_requests_and_answers_are_told);
    RUN(texts_without_a_zero_are_plain);
    RUN(acknowledgements_are_for_one_frame_and_one_direction);
    RUN(a_used_up_counter_begins_a_new_session);
    RUN(counters_are_compared_in_all_three_bytes);
    RUN(nonces_differ_from_boot_to_boot);
    RUN(what_does_not_fit_stays_as_it_is);
    return rig_end();
}
