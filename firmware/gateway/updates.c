#include "gateway/updates.h"

#include "common/radio_text.h"
#include "common/server_command.h"
#include "gateway/instructions.h"
#include "gateway/link.h"
#include "gateway/own_frame.h"

enum {
    /* A server of v10 knows no more in a line, and no radio text that is longer. */
    ENTRIES_MAX = 4,
    CURRENTS_MAX = 2,
    TEXT_MAX = RADIO_TEXT_BYTES - 1,
    TEXT_HEAD = 6, /* `MUP_,` and the comma between time and register */
};

/** A message in either form, read entry by entry. */
struct update {
    const uint8_t *payload;
    uint8_t length;
    uint8_t entries;
    bool text, current, timed;
    uint32_t t, wh; /* move on with the entries */
    uint16_t imp_per_kwh, remainder;
};

OWN_FRAME static void take_entry(struct update *update, uint8_t index, struct radio_text_entry *told) {
    struct frame_entry entry;
    if (update->text) {
        radio_text_get_entry((const char *)update->payload, update->length, index, told);
        return;
    }
    frame_get_entry(update->payload, index, &entry);
    told->duration_s = entry.duration_s;
    told->wh = frame_wh(&update->remainder, update->imp_per_kwh, entry.impulses);
    told->current_ca = entry.current_ca;
}

static uint8_t digits(uint32_t number) {
    uint8_t count = 1;
    for (; number >= 10; number /= 10) count++;
    return count;
}

/** @return characters of an entry in v10's words: `;15,2`, `;15,2,10.05` */
static uint8_t characters_of(const struct update *update, const struct radio_text_entry *entry) {
    uint8_t characters = (uint8_t)(2 + digits(entry->duration_s) + digits(entry->wh));
    return update->current ? (uint8_t)(characters + 4 + digits(entry->current_ca / 100)) : characters;
}

OWN_FRAME static void begin_timed(const struct update *update, uint8_t node, struct line_writer *line) {
    struct frame_basis basis = {update->t, update->wh, update->imp_per_kwh, 0};
    line_timed_begin(line, node, update->current, &basis);
}

OWN_FRAME static void tell_timed(const struct update *update, uint8_t index, uint32_t wh, struct line_writer *line) {
    struct frame_entry entry;
    frame_get_entry(update->payload, index, &entry);
    line_timed_entry(line, update->current, &entry, wh);
}

/** Lines hold little in v10's words: each says anew where it continues. */
static void tell(struct node *node, struct update *update) {
    struct line_writer *line = NULL;
    struct radio_text_entry told = {0};
    uint8_t left = 0, room = 0;
    instructions_register_seen(node->id, update->wh);
    for (uint8_t i = 0; i < update->entries; i++) {
        take_entry(update, i, &told);
        uint8_t needed = characters_of(update, &told);
        if (line == NULL || (!update->timed && (left == 0 || room < needed))) {
            if (line != NULL) line_end(line);
            line = link_message();
            if (update->timed)
                begin_timed(update, node->id, line);
            else
                line_update_begin(line, node->id, update->current, update->t, update->wh);
            left = update->current ? CURRENTS_MAX : ENTRIES_MAX;
            room = (uint8_t)(TEXT_MAX - TEXT_HEAD - digits(update->t) - digits(update->wh));
        }
        if (update->timed)
            tell_timed(update, i, told.wh, line);
        else
            line_update_entry(line, update->current, &told);
        left--;
        room = (uint8_t)(room - needed);
        update->t += told.duration_s;
        update->wh += told.wh;
    }
    if (line != NULL) line_end(line);
    nodes_keep_entry(node, update->t, update->wh, told.current_ca);
}

bool updates_tell_text(struct node *node, const char *text, uint8_t length, bool current) {
    struct update update = {.payload = (const uint8_t *)text, .length = length, .text = true, .current = current};
    update.entries = radio_text_get_update(text, length, &update.t, &update.wh);
    if (update.entries > 0) tell(node, &update);
    return update.entries > 0;
}

/** Reads the head. @return number of entries, 0: the frame does not fit */
OWN_FRAME static uint8_t read_head(struct update *update, const uint8_t *frame, uint8_t length) {
    struct frame_basis basis = {0};
    uint8_t entries = frame_get_basis(frame, length, &basis);
    update->t = basis.t;
    update->wh = basis.wh;
    update->imp_per_kwh = basis.imp_per_kwh;
    update->remainder = basis.remainder;
    return entries;
}

bool updates_tell_frame(struct node *node, const uint8_t *frame, uint8_t length) {
    struct update update = {.payload = frame, .current = frame[0] == FRAME_UPDATE_CURRENT};
    update.entries = read_head(&update, frame, length);
    update.timed = (link_granted() & SERVER_TIMED_IMPULSES) != 0;
    if (update.entries > 0) tell(node, &update);
    return update.entries > 0;
}
