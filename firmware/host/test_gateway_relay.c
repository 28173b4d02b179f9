#include "host/gateway_bench.h"

static void tells_texts_of_v10_as_v10_does(void) {
    bench_start();
    bench_text(2, "MREB,1783000005,0");
    bench_text(2, "MUP_,1783000004,0;15,0;15,1;15,1;15,1");
    bench_text(3, "MUPC,1783000006,0;10,2,15.80;3,1,10.5");
    bench_text(2, "GMSG,BOOT v10. Flags: 1");
    CHECK_TEXT("G>S:MREB;2,MREB,1783000005,0\r\n"
               "G>S:MUP_;2,MUP_,1783000004,0;15,0;15,1;15,1;15,1\r\n"
               "G>S:MUPC;3,MUPC,1783000006,0;10,2,15.80;3,1,10.05\r\n"
               "G>S:GMSG;2,GMSG,BOOT v10. Flags: 1 \r\n",
               bench_out());
    CHECK_EQUAL(1, bench_ack_length);
    CHECK_EQUAL('!', bench_ack[0]);
}

static void acknowledges_a_repeat_but_tells_it_once(void) {
    bench_start();
    bench_text(2, "MREB,1783000005,0");
    bench_out();
    bench_id--;
    bench_text(2, "MREB,1783000005,0");
    CHECK_EQUAL(1, bench_ack_length);
    CHECK_TEXT("", bench_out());
}

static void names_a_text_that_does_not_fit_in_the_log_only(void) {
    bench_start();
    setup.common.log_level = LOG_WARN;
    bench_text(2, "MUP_,1783000004,0;15");
    bench_text(2, "MUP_,1783000004,0;15,1;;");
    bench_text(2, "MREB,12x,0");
    CHECK_TEXT("WARN: Unknown msg from node 2\r\nWARN: Unknown msg from node 2\r\nWARN: Unknown msg from node 2\r\n", bench_out());
}

static void refuses_the_seventeenth_node_and_says_so_once(void) {
    bench_start();
    for (uint8_t id = 2; id < 18; id++) {
        bench_text(id, "MREB,1783000005,0");
        CHECK_EQUAL(1, bench_ack_length);
    }
    bench_out();
    bench_text(18, "MREB,1783000005,0");
    CHECK_EQUAL(0, bench_ack_length);
    CHECK_TEXT("ERROR: Can't add node 18: array full\r\n", bench_out());
    bench_text(18, "MUP_,1783000004,0;15,0");
    CHECK_TEXT("", bench_out());
    bench_text(17, "MREB,1783000005,7");
    CHECK_TEXT("G>S:MREB;17,MREB,1783000005,7\r\n", bench_out());
}

static void tells_a_silent_node_once_whatever_the_clock_is_set_to(void) {
    bench_start();
    bench_text(2, "MREB,1783000005,0");
    bench_pass_s(500);
    bench_out();
    bench_type("S>G:STIME;1783090000");
    bench_out();
    bench_pass_s(100);
    CHECK_TEXT("", bench_out());
    bench_pass_s(1);
    CHECK_TEXT("G>S:NDARK;2,1783089500\r\n", bench_out());
    bench_pass_s(2000);
    CHECK_TEXT("", bench_out());
}

static void leaves_frames_of_other_devices_alone_unless_the_bridge_is_wanted(void) {
    static const uint8_t payload[] = {0x00, 0xAB, 0x7F};
    bench_start();
    struct radio_frame frame = bench_frame(77, payload, sizeof payload);
    bench_hear(&frame);
    CHECK_EQUAL(0, bench_ack_length);
    CHECK_TEXT("", bench_out());
    bench_type("S>G:SCAP;4");
    bench_out();
    bench_hear(&frame);
    CHECK_EQUAL(1, bench_ack_length);
    frame.to = RADIO_BROADCAST;
    bench_hear(&frame);
    char wanted[80];
    snprintf(wanted, sizeof wanted, "G>S:RADIO;77,1,%u,0,-72,00AB7F\r\nG>S:RADIO;77,255,%u,0,-72,00AB7F\r\n", frame.id, frame.id);
    CHECK_TEXT(wanted, bench_out());
    CHECK(nodes_find(77) == NULL);
    bench_text(77, "MREB,1783000005,0");
    CHECK_TEXT("G>S:MREB;77,MREB,1783000005,0\r\n", bench_out());
}

static void serves_no_plain_text_where_all_must_be_authenticated(void) {
    bench_start();
    setup.common.auth = 1;
    bench_text(2, "PREQ,0");
    bench_text(2, "MREB,1783000005,0");
    CHECK_EQUAL(0, bench_ack_length);
    CHECK_TEXT("", bench_out());
    CHECK(nodes_find(2) == NULL);
}

int main(void) {
    RUN(tells_texts_of_v10_as_v10_does);
    RUN(acknowledges_a_repeat_but_tells_it_once);
    RUN(names_a_text_that_does_not_fit_in_the_log_only);
    RUN(refuses_the_seventeenth_node_and_says_so_once);
    RUN(tells_a_silent_node_once_whatever_the_clock_is_set_to);
    RUN(leaves_frames_of_other_devices_alone_unless_the_bridge_is_wanted);
    RUN(serves_no_plain_text_where_all_must_be_authenticated);
    return rig_end();
}
