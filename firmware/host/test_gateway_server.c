#include "common/crc16.h"
#include "common/server_command.h"
#include "host/gateway_bench.h"

static void bench_type_checked(const char *line) {
    char checked[60];
    snprintf(checked, sizeof checked, "%s*%04X", line, crc16_add(CRC16_START, line, (uint8_t)strlen(line)));
    bench_type(checked);
}

static void queues_only_what_nodes_can_take(void) {
    bench_start();
    bench_text(2, "MREB,1783000005,0");
    bench_out();
    static const char *const good[] = {"SMVAL;2,18829393", "SMINT;2 30", "SMINT;2,60", "SPLED;2,254,3000", "SGITR;2,10,600"};
    for (uint8_t i = 0; i < 5; i++) {
        char line[40], answer[40];
        snprintf(line, sizeof line, "S>G:%s", good[i]);
        snprintf(answer, sizeof answer, "S>G:%s\r\nG>S:%.5s_ACK;2\r\n", good[i], good[i]);
        bench_type(line);
        CHECK_TEXT(answer, bench_out());
    }
    instructions_sending(2, INSTRUCTION_POLL);
    instructions_delivered(2, INSTRUCTION_POLL);
    instructions_sending(2, INSTRUCTION_REGISTER);
    instructions_delivered(2, INSTRUCTION_REGISTER);
    CHECK_EQUAL(60, instructions_next(2)->interval_s); // v10 set 0 by the comma
    static const char *const bad[] = {"SMVAL;2,0",      "SMVAL;2,3000000000", "SMINT;2,0", "SMINT;2,255", "SPLED;2,255,100",
                                      "SPLED;2,1,3001", "SGITR;2,9,600",      "SMVAL;2",   "SMVAL;2,1,1", "SMVAL;2,007"};
    for (uint8_t i = 0; i < 10; i++) {
        char line[40], answer[60];
        snprintf(line, sizeof line, "S>G:%s", bad[i]);
        snprintf(answer, sizeof answer, "S>G:%s\r\nG>S:%.5s_NACK;2\r\n", bad[i], bad[i]);
        bench_type(line);
        CHECK_TEXT(answer, bench_out());
    }
    bench_type("S>G:SMVAL;7,1");
    CHECK_TEXT("S>G:SMVAL;7,1\r\nG>S:SMVAL_NACK;7\r\n", bench_out());
}

static void snaps_nodes_as_v10_does(void) {
    bench_start();
    bench_type("S>G:GNOSNAP;254");
    CHECK_TEXT("S>G:GNOSNAP;254\r\nG>S:NOSNAP\r\n\r\n", bench_out());
    bench_text(2, "MUP_,1783000184,13;15,2;15,1;15,1;15,1");
    bench_text(2, "GINR,4495,606,587,367,-66,0,100,15,1000");
    bench_pass_s(7);
    bench_text(3, "MREB,1783000005,9");
    bench_out();
    bench_type("S>G:GNOSNAP;254");
    CHECK_TEXT("S>G:GNOSNAP;254\r\n"
               "G>S:NOSNAP;2,4495,606,587,367,1783000000,0,15,1000,1783000244,18,0.00,0,100,-72\r\n"
               ";3,0,0,0,0,1783000007,0,0,0,1783000005,9,0.00,0,0,-72\r\n\r\n",
               bench_out());
    bench_type("S>G:GNOSNAP;9");
    CHECK_TEXT("S>G:GNOSNAP;9\r\nG>S:GNOSNAP_NACK;9\r\n", bench_out());
    bench_type("S>G:SCAP;1");
    bench_out();
    bench_type_checked("S>G:GNOSNAP;254");
    CHECK(strstr(bench_out(), "\r\nG>S:NOSNAP;3,") != NULL);
}

static void begins_a_line_anew_where_a_snapshot_was_interrupted(void) {
    bench_start();
    bench_text(2, "MREB,1783000005,0");
    bench_text(3, "MREB,1783000005,0");
    bench_out();
    snapshot_begin(SERVER_ALL_NODES);
    snapshot_step();
    bench_text(3, "MREB,1783000006,1");
    snapshot_step();
    const char *out = bench_out();
    CHECK(strstr(out, "G>S:MREB;3,MREB,1783000006,1\r\nG>S:NOSNAP;3,") != NULL);
}

static void never_prints_the_key(void) {
    bench_start();
    bench_type("S>G:GGWSNAP");
    const char *out = bench_out();
    CHECK(strstr(out, ",ERROR,****************,0.0.1.1,20\r\n") != NULL);
    CHECK(strstr(out, "CHANGE_ME") == NULL);
    bench_type("ekey=ABCDEFGHIJKLMNOP");
    bench_type("ekey");
    bench_type("dumpg");
    host_type("EKEY=0123456789");
    link_typed();
    bench_text(2, "MREB,1783000005,0"); // a message in between: what was typed is shown again behind it
    host_type("ABCDEF");
    link_typed();
    out = bench_out();
    CHECK(strstr(out, "ABCD") == NULL);
    CHECK(strstr(out, "0123") == NULL);
    CHECK_BYTES("ABCDEFGHIJKLMNOP", setup.common.key, 16);
}

static void is_not_deafened_by_a_stray_byte(void) {
    bench_start();
    host_type("S>G:STI");
    CHECK(link_typed() == NULL);
    bench_text(2, "MREB,1783000005,0");
    CHECK_EQUAL(1, bench_ack_length);
    bench_type("ME;1783000600");
    CHECK_TEXT("S>G:STI\r\nG>S:MREB;2,MREB,1783000005,0\r\nS>G:STIME;1783000600\r\nG>S:STIME_ACK\r\n", bench_out());
    host_type("S>G:STIME;1783");
    CHECK(link_typed() == NULL);
    host_lose_bytes();
    CHECK(link_typed() == NULL);
    bench_type("000700");
    CHECK_EQUAL(1783000600, clock_now_s()); // nothing of a line with holes is used
    bench_type("S>G:STIME;1783000700");
    CHECK_EQUAL(1783000700, clock_now_s());
}

static void grants_what_the_server_asks_for_and_says_it_with_a_checksum(void) {
    bench_start();
    bench_type("S>G:SCAP;7");
    char wanted[60];
    snprintf(wanted, sizeof wanted, "S>G:SCAP;7\r\nG>S:SCAP_ACK;11,7*%04X\r\n", crc16_add(CRC16_START, "G>S:SCAP_ACK;11,7", 17));
    CHECK_TEXT(wanted, bench_out());
    bench_type("S>G:STIME;1783000700*0000");
    CHECK(strstr(bench_out(), "G>S:SCMD_NACK*") != NULL);
    CHECK_EQUAL(1783000000, clock_now_s());
    CHECK_EQUAL(7, link_granted());
    bench_type("S>G:SCAP;0");
    CHECK_TEXT("S>G:SCAP;0\r\nG>S:SCAP_ACK;11,0\r\n", bench_out());
}

static void ends_all_grants_for_a_server_that_knows_no_checksums(void) {
    bench_start();
    bench_type("S>G:SCAP;7");
    bench_out();
    bench_type("help"); // the console has none
    CHECK_EQUAL(7, link_granted());
    bench_out();
    bench_type("S>G:STIME;1783000700");
    CHECK_TEXT("S>G:STIME;1783000700\r\nG>S:SCMD_NACK\r\n", bench_out());
    CHECK_EQUAL(0, link_granted());
    CHECK_EQUAL(1783000000, clock_now_s());
    bench_type("S>G:STIME;1783000700");
    CHECK_TEXT("S>G:STIME;1783000700\r\nG>S:STIME_ACK\r\n", bench_out());
    bench_type("S>G:SCAP;7");
    bench_type("S>G:SCAP;3"); // may be asked for again without one
    CHECK_EQUAL(3, link_granted());
}

static void sends_nothing_to_meter_nodes_by_the_bridge(void) {
    bench_start();
    bench_text(2, "MREB,1783000005,0");
    bench_out();
    bench_type("S>G:SRAD;9,1,00");
    CHECK_TEXT("S>G:SRAD;9,1,00\r\nG>S:SRAD_NACK;9\r\n", bench_out());
    bench_type("S>G:SCAP;4");
    bench_out();
    bench_type("S>G:SRAD;2,1,00");
    CHECK_TEXT("S>G:SRAD;2,1,00\r\nG>S:SRAD_NACK;2\r\n", bench_out());
    bench_type("S>G:SRAD;9,1,00FF41");
    CHECK(sender_busy());
    CHECK_EQUAL(9, link_frame->to);
    CHECK_EQUAL(3, link_frame->length);
    CHECK_BYTES("\x00\xFF\x41", link_frame->payload, 3);
    bench_out();
    bench_end_sending(RADIO_ACKNOWLEDGED);
    CHECK_TEXT("G>S:SRAD_ACK;9\r\n", bench_out());
}

static void takes_the_longest_frame_for_the_bridge(void) {
    char line[SERVER_LINE_BYTES] = "S>G:SRAD;200,0,";
    bench_start();
    bench_type("S>G:SCAP;4");
    for (uint8_t i = 0; i < 60; i++) snprintf(line + strlen(line), 3, "%02X", i + 1);
    bench_type(line);
    CHECK(sender_busy());
    CHECK_EQUAL(60, link_frame->length);
    for (uint8_t i = 0; i < 60; i++) CHECK_EQUAL(i + 1, link_frame->payload[i]);
    bench_type(line); // while one is being sent there is no room for another
    CHECK_EQUAL(1, link_frame->payload[0]);
    CHECK_EQUAL(60, link_frame->payload[59]);
    bench_end_sending(RADIO_FAILED);
    CHECK(strstr(bench_out(), "G>S:SRAD_NACK;200\r\n") != NULL);
}

int main(void) {
    RUN(queues_only_what_nodes_can_take);
    RUN(snaps_nodes_as_v10_does);
    RUN(begins_a_line_anew_where_a_snapshot_was_interrupted);
    RUN(never_prints_the_key);
    RUN(is_not_deafened_by_a_stray_byte);
    RUN(grants_what_the_server_asks_for_and_says_it_with_a_checksum);
    RUN(ends_all_grants_for_a_server_that_knows_no_checksums);
    RUN(sends_nothing_to_meter_nodes_by_the_bridge);
    RUN(takes_the_longest_frame_for_the_bridge);
    return rig_end();
}
