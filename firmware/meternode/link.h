#pragma once

/**
 * The conversation with the gateway: one exchange at a time. A frame is sent and acknowledged; a request (PREQ) or a status (GINR) is
 * answered as well, for which
 * the radio listens a few seconds. Plain text with a v10 gateway, authenticated frames as soon as one of v11 has answered a request.
 */
#include <stdbool.h>
#include <stdint.h>

#include "common/radio.h"
#include "common/radio_text.h"
#include "common/settings.h"
#include "report.h"

enum {
    LINK_ANSWER_MS = 3000, ///< how long an answer is waited for
    LINK_LINGER_MS = 1300, ///< after an instruction: its sender may not have heard our acknowledgement
};

enum link_event {
    LINK_NOTHING,
    LINK_DELIVERED,  ///< acknowledged, and that was all
    LINK_ANSWERED,   ///< link_answer() is the gateway's time
    LINK_ORDERED,    ///< link_order() is an instruction, or that there is none
    LINK_UNANSWERED, ///< acknowledged, but no answer came
    LINK_FAILED,     ///< no acknowledgement
};

/** What an exchange ends with. */
enum link_asks { LINK_ASKS_NOTHING, LINK_ASKS_TIME, LINK_ASKS_ORDER };

/**
 * Begins without a session. Again after a change of key, network, address, band or radio. @param boots never the same twice @return false:
 * no radio answers
 */
bool link_init(const struct settings_node *settings, uint32_t boots, uint32_t chance);

/** True: a session is there, payloads are to be binary. */
bool link_secure(void);

/** False: with `auth` = 1 nothing but requests may be sent now. */
bool link_open(void);

/** The payload to be filled for link_send, 60 bytes. Not while link_busy. */
uint8_t *link_payload(void);

/** Sends what is in link_payload. */
bool link_send(uint8_t length, enum link_asks asks, uint8_t tries);

/** Sends a request for the time. @param now_s goes with it; the answer repeats it */
bool link_request(uint32_t now_s, uint8_t tries);

bool link_busy(void);

/** Moves everything; call until LINK_NOTHING. */
enum link_event link_poll(uint32_t now_ms);

/** When link_poll is due without a wake of the radio. */
uint32_t link_due_ms(uint32_t now_ms);

const struct radio_text_answer *link_answer(void);
const struct order *link_order(void);

/** How the gateway heard us, once for each time that it told; false: it did not since the last call. */
bool link_heard(int8_t *rssi_dbm);

/** How we last heard the gateway. */
int8_t link_gateway_dbm(void);

/** True once: the gateway said that an instruction waits. */
bool link_instruction_waits(void);
