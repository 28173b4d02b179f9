/**
 * Registry of the meter nodes that were heard since the gateway's reset: what a node snapshot tells of them.
 *
 * Times are the gateway's uptime in seconds, which never jumps: setting the clock moves no node in or out of the dark.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frames.h"
#include "common/session.h"

enum {
    NODES_MAX = 16,
    NODE_FIRST = 2,
    NODE_LAST = 253,
    NODE_DARK_S = 600,
    /** Four tries and their waits take less: the same id later is another frame (v10 nodes start at id 1 at each boot). */
    NODE_REPEAT_S = 8,
    /** What is kept of a status: all but the entries that waited. */
    NODE_TOLD = offsetof(struct frame_status, waiting),
};

/** One node. Zero until it told. */
struct node {
    uint8_t id;
    uint8_t last_frame_id;
    int8_t rssi_dbm;          /**< as the gateway last heard it */
    uint16_t heard_s;         /**< low bits of the uptime */
    int16_t drift_s;          /**< gateway's clock less the node's, at the node's last question for the time; ±32767: or more */
    uint32_t finish_s;        /**< epoch second in which the last entry ended */
    uint32_t register_wh;     /**< at that time */
    uint16_t current_ca : 14; /**< hundredths of an ampere; 16383: or more. A clamp measures to 100 A */
    bool dark : 1;            /**< said to be dark, and silent since */
    bool lost : 1;            /**< silent for longer than `heard_s` can tell */
    uint8_t told[NODE_TOLD];  /**< its last status, see nodes_status() */
    struct session_peer session;
};

/** Forgets all nodes. */
void nodes_init(void);

/** @return the node, or NULL when it was not heard yet */
struct node *nodes_find(uint8_t id);

/**
 * @param id of a node (2…253)
 * @return the node; one that was not heard yet stands behind the last, and is known only when nodes_heard() is called for
 *         it. NULL when there is no room
 */
struct node *nodes_get(uint8_t id);

/** @return the node at `index` in the order in which they were first heard, NULL behind the last */
struct node *nodes_at(uint8_t index);

/** Keeps a node's status. */
void nodes_keep_status(struct node *node, const struct frame_status *status);

/** @return the last status of the node, zeros when it has told none */
struct frame_status nodes_status(const struct node *node);

/** Keeps where the last entry of an update ended. */
void nodes_keep_entry(struct node *node, uint32_t finish_s, uint32_t register_wh, uint16_t current_ca);

/** Keeps how far the node's clock was off, as far as it can be told. */
void nodes_keep_drift(struct node *node, int32_t drift_s);

/** Notes a frame of the node. @param now_s uptime */
void nodes_heard(struct node *node, uint32_t now_s, int8_t rssi_dbm);

/**
 * For plain frames; those of v11 are told apart by their counter.
 * @return whether the frame repeats the node's last one: same id within NODE_REPEAT_S. The id is noted.
 */
bool nodes_repeats(struct node *node, uint8_t frame_id, uint32_t now_s);

/** @return seconds since the node was last heard, UINT32_MAX after 18 hours */
uint32_t nodes_silent_s(const struct node *node, uint32_t now_s);

/** Called at least every minute. @return a node that has been silent for more than NODE_DARK_S, each silence once; NULL when there is none */
struct node *nodes_darkened(uint32_t now_s);
