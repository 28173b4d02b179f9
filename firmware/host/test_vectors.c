/*
 * Examples of the wire for an implementation in another language: ../test/firmware/vectors/session.json. Run without arguments this checks that the
 * file says what the sources do; `test_vectors write` writes it anew.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "common/crc16.h"
#include "common/frames.h"
#include "common/lines.h"
#include "common/session.h"
#include "host/rig.h"

static const char path[] = "../test/firmware/vectors/session.json";
static char json[8192];
static size_t length;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
    va_list values;
    va_start(values, format);
    length += (size_t)vsnprintf(json + length, sizeof json - length, format, values);
    va_end(values);
}

static void say_hex(const char *name, const void *bytes, size_t count, const char *behind) {
    say("\"%s\": \"", name);
    for (size_t i = 0; i < count; i++) say("%02x", ((const uint8_t *)bytes)[i]);
    say("\"%s", behind);
}

static struct session_node node;
static struct session_gateway gateway;
static struct session_peer peer;

static void say_frame(const char *direction, const uint8_t *frame, uint8_t bytes, const uint8_t *ack, bool last) {
    say("    { \"direction\": \"%s\", \"kind\": %d, \"counter\": %d, ", direction, frame[0], frame[1]);
    say_hex("body", frame + FRAME_BODY, bytes - 8U, ", ");
    say_hex("frame", frame, bytes, ", ");
    say("\"ackRssi\": %d, \"ackFlags\": %d, ", (int8_t)ack[1], ack[2]);
    say_hex("ack", ack, SESSION_ACK_BYTES, last ? " }\n" : " },\n");
}

static void say_up(uint8_t *frame, uint8_t bytes, bool last) {
    uint8_t ack[SESSION_ACK_BYTES];
    bytes = session_node_seal(&node, frame, bytes);
    CHECK_EQUAL(SESSION_NEW, session_gateway_open(&gateway, &peer, 2, frame, bytes));
    session_gateway_ack(&gateway, &peer, 2, frame, bytes, -77, SESSION_ACK_INSTRUCTION, ack);
    CHECK(session_node_acked(&node, frame, bytes, ack, sizeof ack));
    say_frame("up", frame, bytes, ack, last);
}

static void say_down(uint8_t *frame, uint8_t bytes, bool last) {
    uint8_t ack[SESSION_ACK_BYTES];
    bytes = session_gateway_seal(&gateway, &peer, 2, frame, bytes);
    CHECK_EQUAL(SESSION_NEW, session_node_open(&node, frame, bytes));
    session_node_ack(&node, frame, bytes, -60, 0, ack);
    CHECK(session_gateway_acked(&gateway, &peer, 2, frame, bytes, ack, sizeof ack));
    say_frame("down", frame, bytes, ack, last);
}

static void say_session(void) {
    static const uint8_t key[] = "CHANGE_ME_PLEASE";
    uint8_t payload[SESSION_PAYLOAD_MAX] = "PREQ,1783000000";
    struct session_request to;
    session_node_init(&node, key, 2, 1, 5, 0x12345678);
    session_gateway_init(&gateway, key, 1, 9, 0x9ABCDEF0);
    uint8_t bytes = session_node_request(&node, payload, 16);
    CHECK_EQUAL(SESSION_NEW, session_gateway_request(&gateway, &peer, 2, payload, bytes, &to));
    say("  \"key\": \"%s\", \"node\": 2, \"gateway\": 1,\n  ", key);
    say_hex("tagKey", node.tag_key, sizeof node.tag_key, ",\n  ");
    say_hex("nodeNonce", &to.nonce, 4, ", ");
    say_hex("gatewayNonce", &to.gateway_nonce, 4, ",\n");
    say("  \"request\": { \"text\": \"%s\", \"counter\": 1, ", (const char *)payload);
    say_hex("payload", payload, bytes, " },\n");
    strcpy((char *)payload, "PRSP,1783000000,1783000001,1,-70");
    bytes = session_gateway_answer(&gateway, 2, &to, payload, 33);
    CHECK_EQUAL(SESSION_NEW, session_node_answer(&node, payload, bytes));
    say("  \"answer\": { \"text\": \"%s\", \"counter\": 1, ", (const char *)payload);
    say_hex("payload", payload, bytes, " },\n");
}

static void say_frames(void) {
    uint8_t frame[SESSION_PAYLOAD_MAX];
    const struct frame_basis basis = {1783000001, 18829393, 1000, 500};
    const struct frame_entry entries[] = {{15, 5, 896, 1005}, {15, 0, 0, 0}, {254, 1, 16256, 65535}};
    static const enum frame_kind kinds[] = {FRAME_UPDATE, FRAME_UPDATE_CURRENT, FRAME_SUMMARY};
    say("  \"frames\": [\n");
    for (int k = 0; k < 3; k++) {
        uint8_t bytes = frame_put_basis(frame, kinds[k], &basis);
        for (int i = 0; i < 3; i++) bytes = frame_put_entry(frame, bytes, &entries[i]);
        say_up(frame, bytes, false);
    }
    const struct frame_rebase rebase = {1783000001, 18829393};
    say_up(frame, frame_put(frame, FRAME_REBASE, &rebase, sizeof rebase), false);
    say_up(frame, frame_put(frame, FRAME_TEXT, "BOOT v11. Flags: 1", 18), false);
    const struct frame_status status = {4495, 86400, 86000, 700, 1, 100, 60, 1000, 3};
    say_up(frame, frame_put(frame, FRAME_STATUS, &status, sizeof status), false);
    const struct frame_poll poll = {10, 300};
    const struct frame_led led = {254, 3000};
    const uint32_t wh = 18829393;
    const uint8_t interval = 30;
    say_down(frame, frame_put(frame, FRAME_NOTHING, NULL, 0), false);
    say_down(frame, frame_put(frame, FRAME_POLL, &poll, sizeof poll), false);
    say_down(frame, frame_put(frame, FRAME_REGISTER, &wh, sizeof wh), false);
    say_down(frame, frame_put(frame, FRAME_INTERVAL, &interval, sizeof interval), false);
    say_down(frame, frame_put(frame, FRAME_LED, &led, sizeof led), true);
    say("  ],\n");
}

static void hear(char c) {
    if (c == '\n')
        say("\\n");
    else if (c == '\r')
        say("\\r");
    else
        say("%c", c);
}

static void say_lines(void) {
    const struct frame_basis basis = {1783000001, 77, 1000, 500};
    const struct frame_entry entry = {15, 5, 896, 1005};
    const struct line_radio radio = {77, 1, 200, 3, -61, (const uint8_t *)"Hi\r\n", 4};
    struct line_writer line = {.checksums = true};
    write_to(&line.w, hear);
    say("  \"lines\": [\n    \"");
    line_capabilities(&line, 11, 7);
    say("\",\n    \"");
    line_timed_begin(&line, 2, false, &basis);
    line_timed_entry(&line, false, &entry, 5);
    line_end(&line);
    say("\",\n    \"");
    line_timed_begin(&line, 2, true, &basis);
    line_timed_entry(&line, true, &entry, 5);
    line_end(&line);
    say("\",\n    \"");
    line_radio(&line, &radio);
    say("\"\n  ]\n");
}

/* The file may be laid out otherwise. */
static void without_blanks(char *text) {
    char *to = text;
    for (; *text != 0; text++)
        if (*text != ' ' && *text != '\n') *to++ = *text;
    *to = 0;
}

static void the_file_says_what_the_sources_do(void) {
    static char kept[sizeof json];
    FILE *file = fopen(path, "r");
    CHECK(file != NULL);
    if (file == NULL) return;
    size_t read = fread(kept, 1, sizeof kept - 1, file);
    fclose(file);
    kept[read] = 0;
    without_blanks(kept);
    without_blanks(json);
    CHECK_TEXT(json, kept);
}

int main(int count, char **words) {
    say("{\n");
    RUN(say_session);
    RUN(say_frames);
    RUN(say_lines);
    say("}\n");
    if (count > 1 && strcmp(words[1], "write") == 0) {
        FILE *file = fopen(path, "w");
        if (file == NULL || fputs(json, file) < 0 || fclose(file) != 0) return 1;
    }
    RUN(the_file_says_what_the_sources_do);
    return rig_end();
}
