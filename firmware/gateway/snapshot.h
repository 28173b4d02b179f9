/** Snapshots of nodes for the server: a node a turn of the main loop, so that the radio is served in between. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "gateway/nodes.h"

/** @param id a node, or SERVER_ALL_NODES. One that is not known is refused at once */
void snapshot_begin(uint8_t id);

/** Tells the next node of a snapshot that was begun. @return false when there is nothing to tell */
bool snapshot_step(void);

/** @return epoch second in which the node was last heard, 4294967295 when that was too long ago */
uint32_t snapshot_last_seen(const struct node *node);
