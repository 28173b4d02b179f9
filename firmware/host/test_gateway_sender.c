#include "host/gateway_bench.h"

static const char *sent(void) {
    sender_poll(host.ms);
    return sender_busy() ? (const char *)link_frame->payload : "";
}

static void answers_the_question_for_the_time(void) {
    bench_start();
    bench_text(2, "PREQ,1783000100");
    CHECK_TEXT("PRSP,1783000100,1783000000,1,-72", sent());
    CHECK_EQUAL(2, link_frame->to);
    CHECK_EQUAL(-100, nodes_find(2)->drift_s);
}

static void keeps_an_instruction_until_its_delivery_is_acknowledged(void) {
    bench_start();
    bench_text(2, "MREB,1783000005,0");
    bench_type("S>G:SMINT;2,30");
    for (uint8_t i = 0; i < 3; i++) {
        bench_text(2, "GINR,4495,606,587,367,-66,0,100,15,1000");
        CHECK_TEXT("MINI,30,-72", sent());
        bench_end_sending(RADIO_FAILED);
    }
    bench_text(2, "GINR,4495,606,587,367,-66,0,100,15,1000");
    CHECK_TEXT("MINI,30,-72", sent());
    bench_end_sending(RADIO_ACKNOWLEDGED);
    bench_text(2, "GINR,4495,606,587,367,-66,0,100,15,1000");
    CHECK_TEXT("MNOI,-72", sent());
}

static void hands_out_one_instruction_a_question_in_order(void) {
    static const char *const wanted[] = {"GITR,10,600,-72", "MVAI,5,-72", "MINI,30,-72", "MPLI,1,100,-72", "MNOI,-72"};
    bench_start();
    bench_text(2, "MREB,1783000005,0");
    bench_type("S>G:SPLED;2,1,100");
    bench_type("S>G:SMINT;2 30");
    bench_type("S>G:SMVAL;2,5");
    bench_type("S>G:SGITR;2,10,600");
    for (uint8_t i = 0; i < 5; i++) {
        bench_text(2, "GINR,4495,606,587,367,-66,0,100,15,1000");
        CHECK_TEXT(wanted[i], sent());
        bench_end_sending(RADIO_ACKNOWLEDGED);
    }
}

static void answers_next_who_asks_while_it_is_sending(void) {
    bench_start();
    bench_text(2, "PREQ,0");
    sent();
    bench_text(3, "PREQ,5");
    CHECK_EQUAL(2, link_frame->to);
    host_advance_ms(800);
    bench_end_sending(RADIO_ACKNOWLEDGED);
    CHECK_TEXT("PRSP,5,1783000000,1,-72", sent());
    CHECK_EQUAL(3, link_frame->to);
}

static void says_nothing_to_who_does_not_listen_any_more(void) {
    bench_start();
    bench_text(2, "PREQ,0");
    sent();
    bench_text(3, "PREQ,5");
    host_advance_ms(1000);
    bench_end_sending(RADIO_FAILED);
    CHECK_TEXT("", sent());
}

static void gives_up_a_long_line_for_an_answer(void) {
    char line[SERVER_LINE_BYTES] = "S>G:SRAD;200,0,";
    bench_start();
    while (strlen(line) < sizeof line - 5) strcat(line, "A5");
    host_type(line);
    CHECK(link_typed() == NULL);
    bench_text(2, "PREQ,0");
    CHECK_TEXT("PRSP,0,1783000000,1,-72", sent());
    host_type("\r");
    CHECK(link_typed() == NULL);
    CHECK_TEXT("PRSP,0,1783000000,1,-72", (const char *)link_frame->payload);
}

int main(void) {
    RUN(answers_the_question_for_the_time);
    RUN(keeps_an_instruction_until_its_delivery_is_acknowledged);
    RUN(hands_out_one_instruction_a_question_in_order);
    RUN(answers_next_who_asks_while_it_is_sending);
    RUN(says_nothing_to_who_does_not_listen_any_more);
    RUN(gives_up_a_long_line_for_an_answer);
    return rig_end();
}
