/**
 * Judges what the radio received: who sent it, whether it counts, how it is acknowledged. Acts on nothing.
 *
 * A frame is metering by its form (docs/protocol.md §2): v10's texts, or a v11 frame. Everything else is another device's.
 */
#pragma once

#include "common/radio.h"
#include "gateway/nodes.h"

enum reception_kind {
    RECEPTION_IGNORED, /**< forged, old, or from whom we do not serve */
    RECEPTION_REPEAT,  /**< acknowledged again, nothing else */
    RECEPTION_FULL,    /**< of a node for which there is no room */
    RECEPTION_FOREIGN, /**< of another device */
    RECEPTION_TEXT,    /**< v10's, from a peer that may use it; its fields are not checked yet */
    RECEPTION_REQUEST, /**< a PREQ with a genuine v11 block */
    RECEPTION_FRAME,   /**< v11's, genuine and new */
};

struct reception {
    enum reception_kind kind;
    bool sealed;       /**< the acknowledgement is authenticated */
    struct node *node; /**< unless IGNORED, FULL, FOREIGN */
};

/** Begins without sessions. As session_gateway_init(). */
void reception_init(const uint8_t *key, uint8_t address, uint32_t boots, uint32_t chance);

/** The gateway's side of all sessions. */
struct session_gateway *reception_sessions(void);

/** What the answer to the last RECEPTION_REQUEST needs. */
const struct session_request *reception_request(void);

/** Whether frames of other devices are wanted. */
void reception_bridge(bool wanted);

/** Hook of the radio: judges a frame for our address, and makes its acknowledgement. */
uint8_t reception_acknowledge(const struct radio_frame *frame, uint8_t *payload);

/** What the frame of RADIO_FRAME is worth: as judged when it was acknowledged; one to all is only another device's. */
const struct reception *reception_of(const struct radio_frame *frame);
