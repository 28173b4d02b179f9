/* Lines as a v10 gateway printed them in captures of its image, and those that are new. */
#include "common/crc16.h"
#include "common/lines.h"
#include "host/rig.h"

static char out[512];
static uint16_t length;
static struct line_writer line;

static void hear(char c) {
    out[length++] = c;
    out[length] = 0;
}

static void begin(bool checksums) {
    write_to(&line.w, hear);
    line.checksums = checksums;
    length = 0;
    out[0] = 0;
}

static const struct frame_status status = {4495, 695, 680, 367, 1, 100, 30, 1000, 0};
static const struct line_node node = {2, &status, 1783000695, -2, 1783000617, 18829392, 0, -75};

static void are_those_of_v10(void) {
    begin(false);
    line_bare(&line, TEXT("GTIME"));
    CHECK_TEXT("G>S:GTIME\r\n", out);
    begin(false);
    line_reply(&line, TEXT("STIME"), true, 0);
    CHECK_TEXT("G>S:STIME_ACK\r\n", out);
    begin(false);
    line_reply(&line, TEXT("SMVAL"), false, 7);
    CHECK_TEXT("G>S:SMVAL_NACK;7\r\n", out);
    begin(false);
    line_rebase(&line, 2, 1783000617, 18829392);
    CHECK_TEXT("G>S:MREB;2,MREB,1783000617,18829392\r\n", out);
    begin(false);
    line_dark(&line, 2, 1783000000);
    CHECK_TEXT("G>S:NDARK;2,1783000000\r\n", out);
    begin(false);
    line_message(&line, 2, "Set TXPow= 12", 13);
    CHECK_TEXT("G>S:GMSG;2,GMSG,Set TXPow= 12 \r\n", out);
    begin(false);
    line_node(&line, &node, true);
    CHECK_TEXT("G>S:NOSNAP;2,4495,695,680,367,1783000695,-2,30,1000,1783000617,18829392,0.00,1,100,-75\r\n", out);
    begin(false);
    line_node(&line, &node, false);
    CHECK_TEXT(";2,4495,695,680,367,1783000695,-2,30,1000,1783000617,18829392,0.00,1,100,-75\r\n", out);
}

static void updates_are_those_of_v10(void) {
    const struct radio_text_entry a = {18, 5, 0}, b = {10, 2, 1580};
    begin(false);
    line_update_begin(&line, 2, false, 1783000001, 0);
    line_update_entry(&line, false, &a);
    line_update_entry(&line, false, &a);
    line_end(&line);
    CHECK_TEXT("G>S:MUP_;2,MUP_,1783000001,0;18,5;18,5\r\n", out);
    begin(false);
    line_update_begin(&line, 3, true, 1783000006, 0);
    line_update_entry(&line, true, &b);
    line_end(&line);
    CHECK_TEXT("G>S:MUPC;3,MUPC,1783000006,0;10,2,15.80\r\n", out);
}

static void the_key_is_no_part_of_a_snapshot(void) {
    struct line_gateway gateway = {1, 1783000000, 398, 1783000019, NULL, {0, 0, 1, 1}, 19};
    gateway.log_level = TEXT("DEBUG");
    begin(false);
    line_gateway(&line, &gateway);
    CHECK_TEXT("G>S:GWSNAP;1,1783000000,398,1783000019,DEBUG,****************,0.0.1.1,19\r\n", out);
}

static void a_checksum_ends_every_line_once_granted(void) {
    begin(true);
    line_capabilities(&line, 11, 7);
    char wanted[64] = "G>S:SCAP_ACK;11,7";
    sprintf(wanted + 17, "*%04X\r\n", crc16_add(CRC16_START, wanted, 17));
    CHECK_TEXT(wanted, out);
    length = 0;
    line_bare(&line, TEXT("NOSNAP"));
    sprintf(wanted, "G>S:NOSNAP*%04X\r\n", crc16_add(CRC16_START, "G>S:NOSNAP", 10));
    CHECK_TEXT(wanted, out);
    length = 0;
    line_node(&line, &node, false);
    CHECK_BYTES("G>S:NOSNAP;2,", out, 13);
    CHECK_EQUAL('*', out[length - 7]);
}

static void timed_impulses(void) {
    const struct frame_basis basis = {1783000001, 77, 1000, 500};
    const struct frame_entry a = {15, 5, 959, 0}, first = {15, 1, 1, 1005}, none = {900, 0, 0, 0};
    begin(false);
    line_timed_begin(&line, 2, false, &basis);
    line_timed_entry(&line, false, &a, 5);
    line_timed_entry(&line, false, &first, 1);
    line_timed_entry(&line, false, &none, 0);
    line_end(&line);
    CHECK_TEXT("G>S:MUPT;2,MUPT,1783000001,77,1000;15,5,5,1498;15,1,1,1;900,0,0,0\r\n", out);
    begin(false);
    line_timed_begin(&line, 2, true, &basis);
    line_timed_entry(&line, true, &first, 1);
    line_end(&line);
    CHECK_TEXT("G>S:MUTC;2,MUTC,1783000001,77,1000;15,1,1,1,1005\r\n", out);
}

static void foreign_frames_and_texts_cannot_leave_their_line(void) {
    const struct line_radio frame = {77, 1, 200, 3, -61, (const uint8_t *)"Hi\r\n", 4};
    begin(false);
    line_radio(&line, &frame);
    CHECK_TEXT("G>S:RADIO;77,1,200,3,-61,48690D0A\r\n", out);
    begin(false);
    line_message(&line, 9, "a\r\nG>S:STIME_ACK", 16);
    CHECK_TEXT("G>S:GMSG;9,GMSG,a..G>S:STIME_ACK \r\n", out);
}

int main(void) {
    RUN(are_those_of_v10);
    RUN(updates_are_those_of_v10);
    RUN(the_key_is_no_part_of_a_snapshot);
    RUN(a_checksum_ends_every_line_once_granted);
    RUN(timed_impulses);
    RUN(foreign_frames_and_texts_cannot_leave_their_line);
    return rig_end();
}
