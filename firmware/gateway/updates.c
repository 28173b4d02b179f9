#include "gateway/updates.h"

#include "common/radio_text.h"
#include "common/server_command.h"
#include "gateway/instructions.h"
#include "gateway/link.h"

enum {
    /* A server of v10 knows no more in a line, and no radio text that is longer. */
    ENTRIES_MAX = 4,
    CURRENTS_MAX = 2,
    TEXT_MAX = RADIO_TEXT_BYTES - 1,
    TEXT_HEAD = 5, /* `MUP_,` */
};

static void keep(struct node *node, uint32_t t, uint32_t wh, uint16_t current_ca) {
    node->finish_s = t;
    node->register_wh = wh;
    node->current_ca = current_ca;
}

bool updates_tell_text(struct node *node, const char *text, uint8_t length, bool current) {
    uint32_t t, wh;
    struct radio_text_entry entry = {0};
    uint8_t entries = radio_text_get_update(text, length, &t, &wh);
    if (entries == 0) return false;
    instructions_register_seen(node->id, wh);
    struct line_writer *line = link_message();
    line_update_begin(line, node->id, current, t, wh);
    for (uint8_t i = 0; i < entries; i++) {
        radio_text_get_entry(text, length, i, &entry);
        line_update_entry(line, current, &entry);
        t += entry.duration_s;
        wh += entry.wh;
    }
    line_end(line);
    keep(node, t, wh, entry.current_ca);
    return true;
}

static void tell_timed(struct node *node, const uint8_t *frame, struct frame_basis *basis, uint8_t entries) {
    bool current = frame[0] == FRAME_UPDATE_CURRENT;
    struct frame_entry entry = {0};
    struct line_writer *line = link_message();
    line_timed_begin(line, node->id, current, basis);
    for (uint8_t i = 0; i < entries; i++) {
        frame_get_entry(frame, i, &entry);
        uint32_t wh = frame_wh(&basis->remainder, basis->imp_per_kwh, entry.impulses);
        line_timed_entry(line, current, &entry, wh);
        basis->t += entry.duration_s;
        basis->wh += wh;
    }
    line_end(line);
    keep(node, basis->t, basis->wh, entry.current_ca);
}

static uint8_t digits(uint32_t number) {
    uint8_t count = 1;
    for (; number >= 10; number /= 10) count++;
    return count;
}

/** v10's lines hold little: each says anew where it continues. */
static void tell_plain(struct node *node, const uint8_t *frame, struct frame_basis *basis, uint8_t entries) {
    bool current = frame[0] == FRAME_UPDATE_CURRENT;
    struct line_writer *line = NULL;
    struct radio_text_entry told = {0};
    uint8_t count = 0, characters = 0;
    for (uint8_t i = 0; i < entries; i++) {
        struct frame_entry entry;
        frame_get_entry(frame, i, &entry);
        told.duration_s = entry.duration_s;
        told.current_ca = entry.current_ca;
        told.wh = frame_wh(&basis->remainder, basis->imp_per_kwh, entry.impulses);
        uint8_t more = (uint8_t)(2 + digits(told.duration_s) + digits(told.wh));
        if (current) more = (uint8_t)(more + 4 + digits(told.current_ca / 100));
        if (line != NULL && (count == (current ? CURRENTS_MAX : ENTRIES_MAX) || characters + more > TEXT_MAX)) {
            line_end(line);
            line = NULL;
        }
        if (line == NULL) {
            line = link_message();
            line_update_begin(line, node->id, current, basis->t, basis->wh);
            characters = (uint8_t)(TEXT_HEAD + digits(basis->t) + 1 + digits(basis->wh));
            count = 0;
        }
        line_update_entry(line, current, &told);
        characters = (uint8_t)(characters + more);
        count++;
        basis->t += told.duration_s;
        basis->wh += told.wh;
    }
    line_end(line);
    keep(node, basis->t, basis->wh, told.current_ca);
}

bool updates_tell_frame(struct node *node, const uint8_t *frame, uint8_t length) {
    struct frame_basis basis;
    uint8_t entries = frame_get_basis(frame, length, &basis);
    if (entries == 0) return false;
    instructions_register_seen(node->id, basis.wh);
    if ((link_granted() & SERVER_TIMED_IMPULSES) != 0) tell_timed(node, frame, &basis, entries);
    else tell_plain(node, frame, &basis, entries);
    return true;
}
