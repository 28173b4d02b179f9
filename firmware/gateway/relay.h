/** Messages of nodes, v10's and v11's, told to the server in v10's words, or in those it asked for. */
#pragma once

#include "common/radio.h"
#include "gateway/reception.h"

/**
 * Tells what a genuine frame of a node says, keeps what snapshots tell, and queues the answer if it asks for one.
 * @param reception of kind TEXT, REQUEST or FRAME
 */
void relay(const struct radio_frame *frame, const struct reception *reception, uint32_t now_ms);

/** Tells a frame of another device. */
void relay_foreign(const struct radio_frame *frame);
