#include "gateway/nodes.h"

#include <string.h>

/* 18 hours, and time to notice before the low bits wrap. */
enum { LOST_S = 18 * 3600U, CURRENT_MAX_CA = 0x3FFF };

static struct node nodes[NODES_MAX];
static uint8_t known;

void nodes_init(void) {
    memset(nodes, 0, sizeof nodes);
    known = 0;
}

struct node *nodes_at(uint8_t index) {
    return index < known ? &nodes[index] : NULL;
}

struct node *nodes_find(uint8_t id) {
    for (uint8_t i = 0; i < known; i++) {
        if (nodes[i].id == id) return &nodes[i];
    }
    return NULL;
}

struct node *nodes_get(uint8_t id) {
    struct node *node = nodes_find(id);
    if (node != NULL || known == NODES_MAX) return node;
    node = &nodes[known];
    memset(node, 0, sizeof *node);
    node->id = id;
    return node;
}

void nodes_keep_status(struct node *node, const struct frame_status *status) {
    memcpy(node->told, status, sizeof node->told);
}

struct frame_status nodes_status(const struct node *node) {
    struct frame_status status = {0};
    memcpy(&status, node->told, sizeof node->told);
    return status;
}

void nodes_keep_entry(struct node *node, uint32_t finish_s, uint32_t register_wh, uint16_t current_ca) {
    node->finish_s = finish_s;
    node->register_wh = register_wh;
    node->current_ca = current_ca < CURRENT_MAX_CA ? current_ca & CURRENT_MAX_CA : CURRENT_MAX_CA;
}

void nodes_keep_drift(struct node *node, int32_t drift_s) {
    if (drift_s > INT16_MAX) drift_s = INT16_MAX;
    if (drift_s < -INT16_MAX) drift_s = -INT16_MAX;
    node->drift_s = (int16_t)drift_s;
}

void nodes_heard(struct node *node, uint32_t now_s, int8_t rssi_dbm) {
    if (node == &nodes[known]) known++;
    node->heard_s = (uint16_t)now_s;
    node->rssi_dbm = rssi_dbm;
    node->dark = node->lost = false;
}

uint32_t nodes_silent_s(const struct node *node, uint32_t now_s) {
    return node->lost ? UINT32_MAX : (uint16_t)(now_s - node->heard_s);
}

bool nodes_repeats(struct node *node, uint8_t frame_id, uint32_t now_s) {
    bool repeats = node != &nodes[known] && frame_id == node->last_frame_id && nodes_silent_s(node, now_s) <= NODE_REPEAT_S;
    node->last_frame_id = frame_id;
    return repeats;
}

struct node *nodes_darkened(uint32_t now_s) {
    for (uint8_t i = 0; i < known; i++) {
        struct node *node = &nodes[i];
        uint32_t silent_s = nodes_silent_s(node, now_s);
        if (silent_s > LOST_S) node->lost = true;
        if (node->dark || silent_s <= NODE_DARK_S) continue;
        node->dark = true;
        return node;
    }
    return NULL;
}
