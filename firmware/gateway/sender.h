/**
 * What the gateway sends: answers to nodes that asked, frames of the bridge. One at a time; a node that asks meanwhile is
 * answered next, if it still listens then.
 */
#pragma once

#include "common/radio.h"
#include "common/server_command.h"
#include "gateway/nodes.h"

/** Forgets all that was to be sent. */
void sender_init(void);

/** A node asked for the time. @param asked the node's time. @param sealed it sent reception_request() with it */
void sender_time(const struct node *node, uint32_t asked, bool sealed, uint32_t now_ms);

/** A node asked for an instruction. @param sealed it speaks v11 */
void sender_instruction(const struct node *node, bool sealed, uint32_t now_ms);

/** The server wants a frame sent to another device; not while sender_busy(). The outcome goes to the server. */
void sender_bridge(const struct server_command *command);

/** True while a frame is on its way. */
bool sender_busy(void);

/** Begins with the next answer that waits. */
void sender_poll(uint32_t now_ms);

/** RADIO_ACKNOWLEDGED, RADIO_SENT or RADIO_FAILED: what was on its way is done. */
void sender_done(enum radio_event event);

/** Hook of the radio: whether an acknowledgement is its receiver's own. */
bool sender_genuine(const struct radio_frame *sent, const struct radio_frame *ack);
