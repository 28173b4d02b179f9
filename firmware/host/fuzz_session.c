/* Anything at all, and genuine messages with bytes changed, to both ends of a session: nothing forged is ever taken for new. */
#include <stdlib.h>
#include <string.h>

#include "common/frames.h"
#include "common/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NODE = 2 };

static struct session_node node;
static struct session_gateway gateway;
static struct session_peer peer;

static void must(bool good) {
    if (!good) abort();
}

static void establish(void) {
    struct session_request to;
    uint8_t text[SESSION_PAYLOAD_MAX] = "PREQ,1";
    uint8_t length = session_node_request(&node, text, 7);
    must(session_gateway_request(&gateway, &peer, NODE, text, length, &to) == SESSION_NEW);
    memcpy(text, "PRSP,1,2,1,-3", 14);
    length = session_gateway_answer(&gateway, NODE, &to, text, 14);
    must(session_node_answer(&node, text, length) == SESSION_NEW);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint8_t key[16] = "CHANGE_ME_PLEASE";
    uint8_t payload[SESSION_PAYLOAD_MAX];
    struct session_request to;
    session_node_init(&node, key, NODE, 1, 1, 1);
    session_gateway_init(&gateway, key, 1, 1, 1);
    memset(&peer, 0, sizeof peer);
    establish();
    uint8_t length = (uint8_t)(size < sizeof payload ? size : sizeof payload);
    uint8_t *exact = malloc(length == 0 ? 1 : length); /* so that a byte read too far is noticed */
    memcpy(exact, data, length);
    enum session_verdict verdict = session_gateway_request(&gateway, &peer, NODE, exact, length, &to);
    must(verdict == SESSION_PLAIN || verdict == SESSION_FORGED);
    verdict = session_node_answer(&node, exact, length);
    must(verdict == SESSION_PLAIN || verdict == SESSION_FORGED);
    must(session_gateway_open(&gateway, &peer, NODE, exact, length) == SESSION_FORGED);
    must(session_node_open(&node, exact, length) == SESSION_FORGED);
    must(!session_node_acked(&node, payload, 12, exact, length));
    free(exact);
    /* a genuine frame, changed: body by the input, then one byte by the input */
    if (size < 8) return 0;
    uint8_t body = (uint8_t)(data[0] % (FRAME_TEXT_MAX + 1));
    memset(payload, 0, sizeof payload);
    memcpy(payload + FRAME_BODY, data, body < size ? body : size);
    length = session_node_seal(&node, payload, (uint8_t)(FRAME_BODY + body));
    must(length != 0);
    uint8_t at = (uint8_t)(data[1] % length);
    payload[at] ^= data[2];
    verdict = session_gateway_open(&gateway, &peer, NODE, payload, length);
    must(verdict == (data[2] == 0 ? SESSION_NEW : SESSION_FORGED));
    payload[at] ^= data[2];
    verdict = session_gateway_open(&gateway, &peer, NODE, payload, length);
    must(verdict == (data[2] == 0 ? SESSION_REPEAT : SESSION_NEW));
    return 0;
}
