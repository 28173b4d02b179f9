#include "gateway/snapshot.h"

#include "common/server_command.h"
#include "gateway/clock.h"
#include "gateway/link.h"
#include "gateway/own_frame.h"

static uint8_t wanted; /* node or SERVER_ALL_NODES; 0: no snapshot is being told */
static uint8_t next;

void snapshot_begin(uint8_t id) {
    if (id != SERVER_ALL_NODES && nodes_find(id) == NULL) {
        line_reply(link_message(), TEXT("GNOSNAP"), false, id);
        return;
    }
    if (nodes_at(0) == NULL) line_bare(link_message(), TEXT("NOSNAP"));
    wanted = id;
    next = 0;
}

uint32_t snapshot_last_seen(const struct node *node) {
    uint32_t silent_s = nodes_silent_s(node, clock_uptime_s());
    return silent_s == UINT32_MAX ? UINT32_MAX : clock_now_s() - silent_s;
}

OWN_FRAME static void tell(const struct node *node) {
    bool first = !link_in_snapshot();
    struct frame_status status = nodes_status(node);
    struct line_node line = {
        .node = node->id,
        .status = &status,
        .last_seen = snapshot_last_seen(node),
        .drift_s = node->drift_s,
        .last_finish = node->finish_s,
        .last_wh = node->register_wh,
        .current_ca = node->current_ca,
        .rssi_dbm = node->rssi_dbm,
    };
    line_node(link_message(), &line, first);
    link_snapshot_line();
}

bool snapshot_step(void) {
    while (wanted != 0) {
        const struct node *node = nodes_at(next++);
        if (node == NULL) {
            wanted = 0;
            link_text();
            link_end(); // v10 ends a snapshot with an empty line
        } else if (wanted == SERVER_ALL_NODES || wanted == node->id) {
            tell(node);
            return true;
        }
    }
    return false;
}
