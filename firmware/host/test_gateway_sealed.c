#include "host/gateway_bench.h"

static struct session_node session;

static void send_sealed(uint8_t *payload, uint8_t length) {
    struct radio_frame frame = bench_frame(2, payload, session_node_seal(&session, payload, length));
    memcpy(payload, frame.payload, frame.length);
    bench_hear(&frame);
}

static bool acked(const uint8_t *payload, uint8_t length) {
    return session_node_acked(&session, payload, (uint8_t)(length + SESSION_TAG_BYTES), bench_ack, bench_ack_length);
}

/** A v11 node 2 asks for the time and gets it, with a session. */
static void join(uint32_t boots) {
    uint8_t payload[SESSION_PAYLOAD_MAX] = {0};
    session_node_init(&session, setup.common.key, 2, 1, boots, 99);
    uint8_t length = session_node_request(&session, payload, radio_text_put_preq((char *)payload, 0));
    struct radio_frame frame = bench_frame(2, payload, length);
    bench_hear(&frame);
    sender_poll(host.ms);
    CHECK_EQUAL(SESSION_NEW, session_node_answer(&session, link_frame->payload, link_frame->length));
    bench_end_sending(RADIO_ACKNOWLEDGED);
}

static uint8_t rebase(uint8_t *payload) {
    struct frame_rebase body = {1783000000, 100};
    return frame_put(payload, FRAME_REBASE, &body, sizeof body);
}

static uint8_t update(uint8_t *payload, enum frame_kind kind, uint8_t entries) {
    struct frame_basis basis = {1783000000, 100, 800, 600};
    uint8_t length = frame_put_basis(payload, kind, &basis);
    for (uint8_t i = 0; i < entries; i++) {
        struct frame_entry entry = {kind == FRAME_SUMMARY ? 900 : 15, 1, 64, 1005};
        if (kind == FRAME_SUMMARY) entry.last_64ths = 0;
        length = frame_put_entry(payload, length, &entry);
    }
    return length;
}

static void tells_updates_in_the_words_of_v10(void) {
    uint8_t payload[SESSION_PAYLOAD_MAX];
    bench_start();
    join(1);
    bench_out();
    uint8_t length = update(payload, FRAME_UPDATE, 5);
    send_sealed(payload, length);
    CHECK(acked(payload, length));
    CHECK_EQUAL(-72, (int8_t)bench_ack[1]);
    // 0.75 impulses are left over, and each makes 1.25 Wh.
    CHECK_TEXT("G>S:MUP_;2,MUP_,1783000000,100;15,2;15,1;15,1;15,1\r\nG>S:MUP_;2,MUP_,1783000060,105;15,2\r\n", bench_out());
    length = update(payload, FRAME_UPDATE_CURRENT, 3);
    send_sealed(payload, length);
    CHECK_TEXT("G>S:MUPC;2,MUPC,1783000000,100;15,2,10.05;15,1,10.05\r\nG>S:MUPC;2,MUPC,1783000030,103;15,1,10.05\r\n", bench_out());
    CHECK_EQUAL(1783000045, nodes_find(2)->finish_s);
    CHECK_EQUAL(104, nodes_find(2)->register_wh);
    length = update(payload, FRAME_SUMMARY, 2);
    send_sealed(payload, length);
    CHECK_TEXT("G>S:MUP_;2,MUP_,1783000000,100;900,2;900,1\r\n", bench_out());
}

static void tells_when_impulses_came_to_a_server_that_asked(void) {
    uint8_t payload[SESSION_PAYLOAD_MAX];
    bench_start();
    join(1);
    link_grant(SERVER_TIMED_IMPULSES);
    bench_out();
    send_sealed(payload, update(payload, FRAME_UPDATE, 5));
    CHECK_TEXT("G>S:MUPT;2,MUPT,1783000000,100,800;15,2,1,100;15,1,1,100;15,1,1,100;15,1,1,100;15,2,1,100\r\n", bench_out());
    send_sealed(payload, update(payload, FRAME_UPDATE_CURRENT, 1));
    CHECK_TEXT("G>S:MUTC;2,MUTC,1783000000,100,800;15,2,1,100,1005\r\n", bench_out());
    send_sealed(payload, update(payload, FRAME_SUMMARY, 1));
    CHECK_TEXT("G>S:MUPT;2,MUPT,1783000000,100,800;900,2,1,0\r\n", bench_out());
}

static void keeps_lines_as_short_as_v10_does(void) {
    uint8_t payload[SESSION_PAYLOAD_MAX];
    struct frame_basis basis = {1783000000, 4199000000U, 1, 0};
    bench_start();
    join(1);
    bench_out();
    // 59 characters: as many as a radio text of v10 can have
    uint8_t length = frame_put_basis(payload, FRAME_SUMMARY, &basis);
    for (uint8_t i = 0; i < 4; i++) {
        struct frame_entry entry = {900, 100, 0, 0};
        length = frame_put_entry(payload, length, &entry);
    }
    send_sealed(payload, length);
    CHECK_TEXT("G>S:MUP_;2,MUP_,1783000000,4199000000;900,100000;900,100000;900,100000\r\n"
               "G>S:MUP_;2,MUP_,1783002700,4199300000;900,100000\r\n",
               bench_out());
}

static void acts_on_no_frame_twice_and_on_no_forged_one(void) {
    uint8_t payload[SESSION_PAYLOAD_MAX];
    bench_start();
    join(1);
    uint8_t length = rebase(payload);
    send_sealed(payload, length);
    bench_out();
    struct radio_frame again = bench_frame(2, payload, (uint8_t)(length + SESSION_TAG_BYTES));
    bench_hear(&again);
    CHECK(acked(payload, length));
    CHECK_TEXT("", bench_out());
    again.payload[5] ^= 1;
    bench_hear(&again);
    CHECK_EQUAL(0, bench_ack_length);
    bench_text(2, "MREB,1783000005,0"); // whoever has heard the node could say this
    CHECK_EQUAL(0, bench_ack_length);
    CHECK_TEXT("", bench_out());
    again.payload[5] ^= 1;
    join(2);
    uint8_t fresh[SESSION_PAYLOAD_MAX];
    send_sealed(fresh, rebase(fresh));
    bench_out();
    bench_hear(&again); // of the session before
    CHECK_EQUAL(0, bench_ack_length);
    CHECK_TEXT("", bench_out());
}

static void says_in_acknowledgements_that_an_instruction_waits(void) {
    uint8_t payload[SESSION_PAYLOAD_MAX];
    bench_start();
    join(1);
    send_sealed(payload, rebase(payload));
    CHECK_EQUAL(0, bench_ack[2]);
    bench_type("S>G:SMVAL;2,0"); // v11 nodes take 0
    send_sealed(payload, rebase(payload));
    CHECK_EQUAL(SESSION_ACK_INSTRUCTION, bench_ack[2]);
    struct frame_status status = {.battery_mv = 4500, .interval_s = 30, .imp_per_kwh = 800};
    send_sealed(payload, frame_put(payload, FRAME_STATUS, &status, sizeof status));
    sender_poll(host.ms);
    CHECK_EQUAL(SESSION_NEW, session_node_open(&session, link_frame->payload, link_frame->length));
    CHECK_EQUAL(FRAME_REGISTER, link_frame->payload[0]);
    struct radio_frame ack = {.to = 1, .from = 2, .flags = RADIO_FLAG_ACK, .length = 1, .payload = "!"};
    CHECK(!sender_genuine(link_frame, &ack));
    session_node_ack(&session, link_frame->payload, link_frame->length, -60, 0, ack.payload);
    ack.length = SESSION_ACK_BYTES;
    CHECK(sender_genuine(link_frame, &ack));
    bench_end_sending(RADIO_ACKNOWLEDGED);
    CHECK(instructions_next(2) == NULL);
}

static void takes_no_frame_of_a_session_it_has_forgotten_for_another_devices(void) {
    uint8_t payload[SESSION_PAYLOAD_MAX];
    bench_start();
    join(1);
    bench_start();
    link_grant(SERVER_BRIDGE);
    reception_bridge(true);
    send_sealed(payload, rebase(payload));
    CHECK_EQUAL(0, bench_ack_length);
    CHECK_TEXT("", bench_out());
    CHECK(nodes_find(2) == NULL);
}

int main(void) {
    RUN(tells_updates_in_the_words_of_v10);
    RUN(tells_when_impulses_came_to_a_server_that_asked);
    RUN(keeps_lines_as_short_as_v10_does);
    RUN(acts_on_no_frame_twice_and_on_no_forged_one);
    RUN(says_in_acknowledgements_that_an_instruction_waits);
    RUN(takes_no_frame_of_a_session_it_has_forgotten_for_another_devices);
    return rig_end();
}
