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
    TEXT_HEAD = 6, /* `MUP_,` and the comma between time and register */
};

/** A message in either form, read entry by entry. */
struct update {
    const uint8_t *payload;
    uint8_t length;
    uint8_t entries;
    bool text, current, timed;
    struct frame_basis basis; /* moves on with the entries */
};

static uint32_t take_entry(struct update *update, uint8_t index, struct frame_entry *entry) {
    if (update->text) {
        struct radio_text_entry told;
        radio_text_get_entry((const char *)update->payload, update->length, index, &told);
        *entry = (struct frame_entry){.duration_s = told.duration_s, .current_ca = told.current_ca};
        return told.wh;
    }
    frame_get_entry(update->payload, index, entry);
    uint16_t remainder = update->basis.remainder;
    uint32_t wh = frame_wh(&remainder, update->basis.imp_per_kwh, entry->impulses);
    update->basis.remainder = remainder;
    return wh;
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

/** Lines hold little in v10's words: each says anew where it continues. */
static void tell(struct node *node, struct update *update) {
    struct frame_basis *basis = &update->basis;
    struct line_writer *line = link_message();
    struct frame_entry entry = {0};
    uint8_t left = 0, room = 0;
    for (uint8_t i = 0; i < update->entries; i++) {
        uint32_t wh = take_entry(update, i, &entry);
        struct radio_text_entry told = {entry.duration_s, wh, entry.current_ca};
        uint8_t needed = characters_of(update, &told);
        if (i == 0 || (!update->timed && (left == 0 || room < needed))) {
            if (i > 0) line_end(line);
            if (update->timed) line_timed_begin(line, node->id, update->current, basis);
            else line_update_begin(line, node->id, update->current, basis->t, basis->wh);
            left = update->current ? CURRENTS_MAX : ENTRIES_MAX;
            room = (uint8_t)(TEXT_MAX - TEXT_HEAD - digits(basis->t) - digits(basis->wh));
        }
        if (update->timed) line_timed_entry(line, update->current, &entry, wh);
        else line_update_entry(line, update->current, &told);
        left--;
        room = (uint8_t)(room - needed);
        basis->t += entry.duration_s;
        basis->wh += wh;
    }
    line_end(line);
    node->finish_s = basis->t;
    node->register_wh = basis->wh;
    node->current_ca = entry.current_ca;
}

bool updates_tell_text(struct node *node, const char *text, uint8_t length, bool current) {
    struct update update = {.payload = (const uint8_t *)text, .length = length, .text = true, .current = current};
    uint32_t t, wh;
    update.entries = radio_text_get_update(text, length, &t, &wh);
    if (update.entries == 0) return false;
    update.basis.t = t;
    update.basis.wh = wh;
    instructions_register_seen(node->id, wh);
    tell(node, &update);
    return true;
}

bool updates_tell_frame(struct node *node, const uint8_t *frame, uint8_t length) {
    struct update update = {.payload = frame, .current = frame[0] == FRAME_UPDATE_CURRENT};
    update.entries = frame_get_basis(frame, length, &update.basis);
    if (update.entries == 0) return false;
    update.timed = (link_granted() & SERVER_TIMED_IMPULSES) != 0;
    instructions_register_seen(node->id, update.basis.wh);
    tell(node, &update);
    return true;
}
