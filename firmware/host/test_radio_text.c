/* Texts as v10 devices send them: captured by running the v10 images, docs/protocol.md §2. */
#include "common/radio_text.h"
#include "host/rig.h"

static char payload[RADIO_TEXT_BYTES];

static uint8_t with_zero(const char *text) {
    return (uint8_t)(strlen(text) + 1);
}

static void builds_what_v10_sends(void) {
    CHECK_EQUAL(16, radio_text_put_preq(payload, 1783000000));
    CHECK_TEXT("PREQ,1783000000", payload);
    CHECK_EQUAL(7, radio_text_put_preq(payload, 0));
    radio_text_put_rebase(payload, 1783000617, 18829392);
    CHECK_TEXT("MREB,1783000617,18829392", payload);
    const struct radio_text_status status = {{4495, 695, 680, 367, 1, 100, 30, 1000, 9}, -75};
    radio_text_put_status(payload, &status);
    CHECK_TEXT("GINR,4495,695,680,367,-75,1,100,30,1000", payload);
    const struct radio_text_answer answer = {1783000000, 1783000002, true, -70};
    radio_text_put_answer(payload, &answer);
    CHECK_TEXT("PRSP,1783000000,1783000002,1,-70", payload);
    uint8_t length = radio_text_put_message(payload, TEXT("Set TXPow= "));
    CHECK_EQUAL(19, radio_text_add_number(payload, length, -8));
    CHECK_TEXT("GMSG,Set TXPow= -8", payload);
}

static void builds_instructions(void) {
    struct radio_text_instruction i = {.rssi_dbm = -70};
    i.poll.every_s = 10;
    i.poll.for_s = 300;
    radio_text_put_instruction(payload, RADIO_TEXT_GITR, &i);
    CHECK_TEXT("GITR,10,300,-70", payload);
    i.register_wh = 18829393;
    radio_text_put_instruction(payload, RADIO_TEXT_MVAI, &i);
    CHECK_TEXT("MVAI,18829393,-70", payload);
    i.interval_s = 30;
    radio_text_put_instruction(payload, RADIO_TEXT_MINI, &i);
    CHECK_TEXT("MINI,30,-70", payload);
    i.led.rate = 254;
    i.led.on_ms = 3000;
    radio_text_put_instruction(payload, RADIO_TEXT_MPLI, &i);
    CHECK_TEXT("MPLI,254,3000,-70", payload);
    CHECK_EQUAL(9, radio_text_put_instruction(payload, RADIO_TEXT_MNOI, &i));
    CHECK_TEXT("MNOI,-70", payload);
}

static void builds_updates_until_they_are_full(void) {
    struct radio_text_entry entry = {18, 5, 0};
    uint8_t length = radio_text_put_update(payload, RADIO_TEXT_MUP, 1783000001, 0);
    length = radio_text_add_entry(payload, length, &entry);
    entry.duration_s = 60;
    entry.wh = 24;
    for (int i = 0; i < 3; i++) length = radio_text_add_entry(payload, length, &entry);
    CHECK_TEXT("MUP_,1783000001,0;18,5;60,24;60,24;60,24", payload);
    for (int i = 0; i < 3; i++) length = radio_text_add_entry(payload, length, &entry);
    CHECK_TEXT("MUP_,1783000001,0;18,5;60,24;60,24;60,24;60,24;60,24;60,24", payload);
    CHECK_EQUAL(0, radio_text_add_entry(payload, length, &entry));
    CHECK_TEXT("MUP_,1783000001,0;18,5;60,24;60,24;60,24;60,24;60,24;60,24", payload);
    length = radio_text_put_update(payload, RADIO_TEXT_MUPC, 1783000006, 0);
    const struct radio_text_entry current = {10, 2, 1005};
    CHECK_EQUAL(with_zero("MUPC,1783000006,0;10,2,10.05"), radio_text_add_entry(payload, length, &current));
    CHECK_TEXT("MUPC,1783000006,0;10,2,10.05", payload);
}

static void the_largest_values_fit(void) {
    const struct radio_text_status status = {{65535, UINT32_MAX, UINT32_MAX, 65535, 255, 65535, 255, 65535, 0}, -128};
    CHECK_EQUAL(60, radio_text_put_status(payload, &status));
    CHECK_TEXT("GINR,65535,4294967295,4294967295,65535,-128,255,65535,255,6", payload); /* cannot be: 59 characters hold all that is */
    const struct radio_text_answer answer = {UINT32_MAX, UINT32_MAX, true, -128};
    CHECK_EQUAL(34, radio_text_put_answer(payload, &answer));
}

static void reads_what_v10_sends(void) {
    uint32_t t, wh;
    CHECK(radio_text_get_preq("PREQ,1783000000", 16, &t));
    CHECK_EQUAL(1783000000, t);
    CHECK(radio_text_get_rebase("MREB,1783000617,18829392", 60, &t, &wh));
    CHECK_EQUAL(18829392, wh);
    struct radio_text_status status;
    CHECK(radio_text_get_status("GINR,4495,695,680,367,-75,1,100,30,1000", 40, &status));
    CHECK_EQUAL(4495, status.status.battery_mv);
    CHECK_EQUAL(680, status.status.slept_s);
    CHECK_EQUAL(-75, status.rssi_dbm);
    CHECK_EQUAL(30, status.status.interval_s);
    CHECK_EQUAL(1000, status.status.imp_per_kwh);
    struct radio_text_answer answer;
    CHECK(radio_text_get_answer("PRSP,1783000000,1783000002,0,-70", 33, &answer));
    CHECK_EQUAL(1783000002, answer.now);
    CHECK(!answer.align);
    uint8_t characters;
    const char *text = radio_text_get_message("GMSG,Set TXPow= 12", 60, &characters);
    CHECK_EQUAL(13, characters);
    CHECK_BYTES("Set TXPow= 12", text, 13);
}

static void reads_updates(void) {
    static const char text[RADIO_TEXT_BYTES] = "MUP_,1783000001,0;18,5;60,24;900,250";
    uint32_t t, wh;
    struct radio_text_entry entry;
    CHECK_EQUAL(3, radio_text_get_update(text, sizeof text, &t, &wh));
    CHECK_EQUAL(1783000001, t);
    radio_text_get_entry(text, sizeof text, 0, &entry);
    CHECK_EQUAL(18, entry.duration_s);
    radio_text_get_entry(text, sizeof text, 2, &entry);
    CHECK_EQUAL(250, entry.wh);
    static const char currents[RADIO_TEXT_BYTES] = "MUPC,1783000006,0;10,2,10.5;3,1,15.80;3,1,10.05";
    static const uint16_t wanted[] = {1005, 1580, 1005};
    CHECK_EQUAL(3, radio_text_get_update(currents, sizeof currents, &t, &wh));
    for (uint8_t i = 0; i < 3; i++) {
        radio_text_get_entry(currents, sizeof currents, i, &entry);
        CHECK_EQUAL(wanted[i], entry.current_ca);
    }
}

static void reads_instructions_in_range(void) {
    struct radio_text_instruction i;
    CHECK(radio_text_get_instruction("GITR,10,300,-70", 60, &i) && i.poll.for_s == 300 && i.rssi_dbm == -70);
    CHECK(radio_text_get_instruction("MVAI,2999999999,-70", 60, &i) && i.register_wh == 2999999999U);
    CHECK(radio_text_get_instruction("MINI,254,-70", 60, &i) && i.interval_s == 254);
    CHECK(radio_text_get_instruction("MPLI,0,3000,-70", 60, &i) && i.led.on_ms == 3000);
    CHECK(radio_text_get_instruction("MNOI,-70", 60, &i));
    static const char *const bad[] = {"GITR,9,300,-70",
                                      "GITR,10,9,-70",
                                      "GITR,601,300,-70",
                                      "MVAI,3000000000,-70",
                                      "MVAI,-1,-70",
                                      "MINI,0,-70",
                                      "MINI,255,-70",
                                      "MPLI,255,0,-70",
                                      "MPLI,1,3001,-70",
                                      "MNOI",
                                      "MNOI,",
                                      "MNOI,-70,1",
                                      "MINI,30",
                                      "PREQ,1",
                                      "",
                                      "MVAI",
                                      "MVAI=1,-70",
                                      "MINI,030,-70"};
    for (unsigned k = 0; k < sizeof bad / sizeof bad[0]; k++) CHECK(!radio_text_get_instruction(bad[k], 60, &i));
}

static void refuses_everything_else(void) {
    uint32_t t, wh;
    struct radio_text_status status;
    struct radio_text_answer answer;
    static const char *const updates[] = {"MUP_,1783000001,0",
                                          "MUP_,1783000001,0;",
                                          "MUP_,1783000001,0;18",
                                          "MUP_,1783000001,0;18,",
                                          "MUP_,1783000001,0;0,5",
                                          "MUP_,1783000001,0;901,5",
                                          "MUP_,1783000001,0;18,5;",
                                          "MUP_,1783000001,0;18,5,1.00",
                                          "MUPC,1,0;18,5",
                                          "MUPC,1,0;18,5,1",
                                          "MUPC,1,0;18,5,1.",
                                          "MUPC,1,0;18,5,.5",
                                          "MUPC,1,0;18,5,1.005",
                                          "MUPC,1,0;18,5,656.00",
                                          "MUPC,1,0;18,5,655.99",
                                          "MREB,1,0",
                                          "MUP",
                                          "MUP_",
                                          "MUP_;1,2",
                                          "MUP_,1,4294967296;1,1"};
    for (unsigned i = 0; i < sizeof updates / sizeof updates[0]; i++)
        CHECK_EQUAL(0, radio_text_get_update(updates[i], with_zero(updates[i]), &t, &wh));
    CHECK(!radio_text_get_preq("PREQ", 5, &t));
    CHECK(!radio_text_get_preq("PREQ,-1", 8, &t));
    CHECK(!radio_text_get_preq("PREQ,1,2", 9, &t));
    CHECK(!radio_text_get_preq("MREB,1", 7, &t));
    CHECK(!radio_text_get_status("GINR,4495,695,680,367,-75,1,100,30", 60, &status));
    CHECK(!radio_text_get_status("GINR,4495,695,680,367,-75,256,100,30,1000", 60, &status));
    CHECK(!radio_text_get_answer("PRSP,1783000000,1783000002,2,-70", 60, &answer));
    CHECK(!radio_text_get_answer("PRSP,1783000000,1783000002,1,-129", 60, &answer));
}

static void knows_the_kinds(void) {
    CHECK_EQUAL(RADIO_TEXT_MUP, radio_text_kind("MUP_,1", 6));
    CHECK_EQUAL(RADIO_TEXT_MUPC, radio_text_kind("MUPC,1", 6));
    CHECK_EQUAL(RADIO_TEXT_MNOI, radio_text_kind("MNOI", 4));
    CHECK_EQUAL(RADIO_TEXT_UNKNOWN, radio_text_kind("MNO", 3));
    CHECK_EQUAL(RADIO_TEXT_UNKNOWN, radio_text_kind("", 0));
    CHECK_EQUAL(RADIO_TEXT_UNKNOWN, radio_text_kind("\x81\1\0\0", 4));
}

int main(void) {
    RUN(builds_what_v10_sends);
    RUN(builds_instructions);
    RUN(builds_updates_until_they_are_full);
    RUN(the_largest_values_fit);
    RUN(reads_what_v10_sends);
    RUN(reads_updates);
    RUN(reads_instructions_in_range);
    RUN(refuses_everything_else);
    RUN(knows_the_kinds);
    return rig_end();
}
