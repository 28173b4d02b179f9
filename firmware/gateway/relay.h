/** Messages of nodes, v10's and v11's, told to the server in v10's words, or in those it asked for. */
#pragma once

#include <stdint.h>

#include "common/radio.h"

/**
 * Serves a frame that reception.h has judged: tells the server what it says, keeps what snapshots tell, and queues the answer
 * if it asks for one.
 */
void relay_received(const struct radio_frame *frame, uint32_t now_ms);
