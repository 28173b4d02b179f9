#include "common/server_command.h"
#include "host/rig.h"

static struct server_command c;
static char line[SERVER_LINE_BYTES];

static bool reads(const char *text, enum server_command_kind kind) {
    strcpy(line, text);
    server_command_read(line, &c);
    return c.kind == kind;
}

static bool good(const char *text, enum server_command_kind kind) {
    return reads(text, kind) && c.good;
}
static bool bad(const char *text, enum server_command_kind kind) {
    return reads(text, kind) && !c.good;
}

static void reads_every_command(void) {
    CHECK(good("S>G:STIME;1783000000", SERVER_SET_TIME) && c.time == 1783000000);
    CHECK(good("S>G:GGWSNAP", SERVER_GATEWAY_SNAPSHOT));
    CHECK(good("S>G:GNOSNAP;254", SERVER_NODE_SNAPSHOT) && c.node == 254);
    CHECK(good("S>G:SMVAL;2,18829393", SERVER_REGISTER) && c.node == 2 && c.register_wh == 18829393);
    CHECK(good("S>G:SMINT;2 30", SERVER_INTERVAL) && c.interval_s == 30);
    CHECK(good("S>G:SMINT;253,254", SERVER_INTERVAL) && c.node == 253 && c.interval_s == 254);
    CHECK(good("S>G:SPLED;2,254,3000", SERVER_LED) && c.led.rate == 254 && c.led.on_ms == 3000);
    CHECK(good("S>G:SGITR;2,10,300", SERVER_POLL) && c.poll.every_s == 10 && c.poll.for_s == 300);
    CHECK(good("S>G:SCAP;7", SERVER_CAPABILITIES) && c.wanted == 7);
    CHECK(good("S>G:SCAP;255", SERVER_CAPABILITIES) && c.wanted == 7);
    CHECK(good("S>G:SCAP;0", SERVER_CAPABILITIES) && c.wanted == 0);
    CHECK(good("s>g:ggwsnap", SERVER_GATEWAY_SNAPSHOT));
}

static void refuses_values_out_of_range(void) {
    static const struct {
        const char *text;
        enum server_command_kind kind;
    } refused[] = {
        {"S>G:STIME;0", SERVER_SET_TIME},
        {"S>G:STIME", SERVER_SET_TIME},
        {"S>G:STIME;1483228799", SERVER_SET_TIME},
        {"S>G:STIME;4294967296", SERVER_SET_TIME},
        {"S>G:STIME;1783000000000", SERVER_SET_TIME},
        {"S>G:STIME;1783000000 ", SERVER_SET_TIME},
        {"S>G:GGWSNAP;1", SERVER_GATEWAY_SNAPSHOT},
        {"S>G:GNOSNAP", SERVER_NODE_SNAPSHOT},
        {"S>G:GNOSNAP;255", SERVER_NODE_SNAPSHOT},
        {"S>G:GNOSNAP;1", SERVER_NODE_SNAPSHOT},
        {"S>G:SMVAL;2", SERVER_REGISTER},
        {"S>G:SMVAL;2,", SERVER_REGISTER},
        {"S>G:SMVAL;2,3000000000", SERVER_REGISTER},
        {"S>G:SMVAL;254,1", SERVER_REGISTER},
        {"S>G:SMVAL;2,-1", SERVER_REGISTER},
        {"S>G:SMVAL;2,1,1", SERVER_REGISTER},
        {"S>G:SMINT;2,0", SERVER_INTERVAL},
        {"S>G:SMINT;2 255", SERVER_INTERVAL},
        {"S>G:SMINT;2", SERVER_INTERVAL},
        {"S>G:SMINT;2;30", SERVER_INTERVAL},
        {"S>G:SMINT;2  30", SERVER_INTERVAL},
        {"S>G:SPLED;2,255,0", SERVER_LED},
        {"S>G:SPLED;2,1,3001", SERVER_LED},
        {"S>G:SGITR;2,9,300", SERVER_POLL},
        {"S>G:SGITR;2,10,3001", SERVER_POLL},
        {"S>G:SCAP", SERVER_CAPABILITIES},
        {"S>G:SCAP;256", SERVER_CAPABILITIES},
        {"S>G:SMVAL;02,1", SERVER_REGISTER},
        {"S>G:SMVALX;2,1", SERVER_REGISTER},
    };
    for (unsigned i = 0; i < sizeof refused / sizeof refused[0]; i++) CHECK(bad(refused[i].text, refused[i].kind));
}

static void names_the_node_even_when_the_value_is_bad(void) {
    CHECK(bad("S>G:SMVAL;7,3000000000", SERVER_REGISTER));
    CHECK_EQUAL(7, c.node);
    CHECK(bad("S>G:SMVAL;x,1", SERVER_REGISTER));
    CHECK_EQUAL(0, c.node);
}

static void leaves_other_lines_alone(void) {
    CHECK(reads("", SERVER_NONE));
    CHECK(reads("help", SERVER_NONE));
    CHECK(reads("S>G", SERVER_NONE));
    CHECK(reads(" S>G:GGWSNAP", SERVER_NONE));
    CHECK(reads("ekey=ABCDEFGHIJKLM*123", SERVER_NONE));
    CHECK_TEXT("ekey=ABCDEFGHIJKLM*123", line);
    CHECK(reads("S>G:WHAT;1", SERVER_UNKNOWN));
    CHECK(reads("S>G:", SERVER_UNKNOWN));
}

static void checks_the_checksum_when_there_is_one(void) {
    char text[64] = "S>G:SMVAL;2,1000";
    unsigned crc = 0xFFFF; /* bit by bit, as the polynomial division is written down */
    for (const char *at = text; *at != 0; at++)
        for (int bit = 7; bit >= 0; bit--) {
            unsigned out = (crc >> 15 ^ (unsigned)*at >> bit) & 1;
            crc = (crc << 1 & 0xFFFF) ^ (out ? 0x1021U : 0);
        }
    sprintf(text + 16, "*%04X", crc);
    CHECK(good(text, SERVER_REGISTER) && c.register_wh == 1000);
    for (int at = 0; at < 21; at++) {
        if (at == 16) continue; /* without its mark it is no checksum */
        char spoilt[64];
        strcpy(spoilt, text);
        spoilt[at] = spoilt[at] == '1' ? '2' : '1';
        reads(spoilt, SERVER_NONE);
        CHECK(c.kind == SERVER_CORRUPT || (at < 4 && c.kind == SERVER_NONE));
    }
    CHECK(reads("S>G:SMVAL;2,1000*", SERVER_CORRUPT));
    CHECK(reads("S>G:SMVAL;2,1000*123", SERVER_CORRUPT));
    CHECK(reads("S>G:SMVAL;2,1000*12345", SERVER_CORRUPT));
}

static void decodes_radio_frames_in_place(void) {
    CHECK(good("S>G:SRAD;253,1,48690A00ff", SERVER_RADIO));
    CHECK_EQUAL(253, c.node);
    CHECK(c.radio.acknowledge);
    CHECK_EQUAL(5, c.radio.length);
    CHECK_BYTES("Hi\n\0\xff", c.radio.data, 5);
    CHECK(good("S>G:SRAD;255,0,", SERVER_RADIO) && c.radio.length == 0 && !c.radio.acknowledge);
    CHECK(bad("S>G:SRAD;2,1,4", SERVER_RADIO));
    CHECK(bad("S>G:SRAD;2,1,4G", SERVER_RADIO));
    CHECK(bad("S>G:SRAD;2,2,48", SERVER_RADIO));
    CHECK(bad("S>G:SRAD;0,1,48", SERVER_RADIO));
    CHECK(bad("S>G:SRAD;256,1,48", SERVER_RADIO));
    CHECK(bad("S>G:SRAD;2,1", SERVER_RADIO));
}

static void takes_sixty_bytes_and_no_more(void) {
    char text[160] = "S>G:SRAD;253,1,";
    for (int i = 0; i < 60; i++) strcat(text, "5A");
    CHECK(good(text, SERVER_RADIO));
    CHECK_EQUAL(60, c.radio.length);
    for (int i = 0; i < 60; i++) CHECK_EQUAL(0x5A, c.radio.data[i]);
    memcpy(text, "S>G:SRAD;2,1,\0", 14);
    for (int i = 0; i < 61; i++) strcat(text, "5A");
    CHECK(bad(text, SERVER_RADIO));
}

int main(void) {
    RUN(reads_every_command);
    RUN(refuses_values_out_of_range);
    RUN(names_the_node_even_when_the_value_is_bad);
    RUN(leaves_other_lines_alone);
    RUN(checks_the_checksum_when_there_is_one);
    RUN(decodes_radio_frames_in_place);
    RUN(takes_sixty_bytes_and_no_more);
    return rig_end();
}
