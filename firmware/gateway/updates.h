/** Energy by interval, from a node's message to the server's lines. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "gateway/nodes.h"

/** MUP_ or MUPC as v10 nodes send it. @return false when the text does not fit: nothing was told */
bool updates_tell_text(struct node *node, const char *text, uint8_t length, bool current);

/**
 * Update or summary of a v11 node: timed if the server asked for that, else as v10 would say it, in as many lines as needed.
 * @param length without the tag. @return false when the frame does not fit: nothing was told
 */
bool updates_tell_frame(struct node *node, const uint8_t *frame, uint8_t length);
