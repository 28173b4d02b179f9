#include "frames.h"

#include <string.h>

/* Entries on the air. */
struct __attribute__((packed)) wire_entry {
    uint8_t duration_s;
    uint16_t impulses, last_64ths;
    uint16_t current_ca; /* FRAME_UPDATE_CURRENT only */
};
struct __attribute__((packed)) wire_summary {
    uint16_t duration_s, impulses;
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "structs go on the air as they lie in memory");
_Static_assert(sizeof(struct frame_basis) == 12, "docs/protocol.md, kinds 81 to 83");
_Static_assert(sizeof(struct wire_entry) == 7, "docs/protocol.md, kind 82");
_Static_assert(sizeof(struct wire_summary) == 4, "docs/protocol.md, kind 83");
_Static_assert(sizeof(struct frame_rebase) == 8, "docs/protocol.md, kind 84");
_Static_assert(sizeof(struct frame_status) == 20, "docs/protocol.md, kind 86");
_Static_assert(sizeof(struct frame_poll) == 4, "docs/protocol.md, kind C2");
_Static_assert(sizeof(struct frame_led) == 3, "docs/protocol.md, kind C5");

enum {
    IMP_PER_KWH_MAX = 65000,
    FIRST_ENTRY = FRAME_BODY + sizeof(struct frame_basis),
};

/* @return size of an entry, 0: the kind has none */
static uint8_t entry_bytes(uint8_t kind) {
    switch (kind) {
    case FRAME_UPDATE: return sizeof(struct wire_entry) - sizeof(uint16_t);
    case FRAME_UPDATE_CURRENT: return sizeof(struct wire_entry);
    case FRAME_SUMMARY: return sizeof(struct wire_summary);
    default: return 0;
    }
}

uint8_t frame_entries_max(enum frame_kind kind) {
    uint8_t bytes = entry_bytes((uint8_t)kind);
    if (bytes == 0) return 0;
    return (uint8_t)((FRAME_MAX - FIRST_ENTRY) / bytes);
}

uint8_t frame_put_basis(uint8_t *frame, enum frame_kind kind, const struct frame_basis *basis) {
    return frame_put(frame, kind, basis, sizeof *basis);
}

uint8_t frame_put_entry(uint8_t *frame, uint8_t length, const struct frame_entry *entry) {
    uint8_t bytes = entry_bytes(frame[0]);
    if (length > FRAME_MAX - bytes) return 0;
    if (frame[0] == FRAME_SUMMARY) {
        struct wire_summary wire = {entry->duration_s, entry->impulses};
        memcpy(frame + length, &wire, bytes);
    } else {
        struct wire_entry wire = {(uint8_t)entry->duration_s, entry->impulses, entry->last_64ths, entry->current_ca};
        memcpy(frame + length, &wire, bytes);
    }
    return (uint8_t)(length + bytes);
}

void frame_get_entry(const uint8_t *frame, uint8_t index, struct frame_entry *entry) {
    uint8_t bytes = entry_bytes(frame[0]);
    const uint8_t *at = frame + FIRST_ENTRY + (uint8_t)(index * bytes);
    memset(entry, 0, sizeof *entry);
    if (frame[0] == FRAME_SUMMARY) {
        struct wire_summary wire;
        memcpy(&wire, at, bytes);
        entry->duration_s = wire.duration_s;
        entry->impulses = wire.impulses;
    } else {
        struct wire_entry wire = {.current_ca = 0};
        memcpy(&wire, at, bytes);
        entry->duration_s = wire.duration_s;
        entry->impulses = wire.impulses;
        entry->last_64ths = wire.last_64ths;
        entry->current_ca = wire.current_ca;
    }
}

static bool entry_fits(const struct frame_entry *entry) {
    return entry->duration_s > 0 && entry->duration_s <= FRAME_DURATION_MAX_S && entry->last_64ths <= entry->duration_s * 64U &&
           (entry->impulses > 0 || entry->last_64ths == 0);
}

uint8_t frame_get_basis(const uint8_t *frame, uint8_t length, struct frame_basis *basis) {
    uint8_t bytes = length > FIRST_ENTRY && length <= FRAME_MAX ? entry_bytes(frame[0]) : 0;
    if (bytes == 0 || (length - FIRST_ENTRY) % bytes != 0) return 0;
    uint8_t entries = (uint8_t)((length - FIRST_ENTRY) / bytes);
    memcpy(basis, frame + FRAME_BODY, sizeof *basis);
    if (basis->imp_per_kwh == 0 || basis->imp_per_kwh > IMP_PER_KWH_MAX || basis->remainder >= basis->imp_per_kwh) return 0;
    for (uint8_t i = 0; i < entries; i++) {
        struct frame_entry entry;
        frame_get_entry(frame, i, &entry);
        if (!entry_fits(&entry)) return 0;
    }
    return entries;
}

uint32_t frame_wh(uint16_t *remainder, uint16_t imp_per_kwh, uint16_t impulses) {
    uint32_t thousandths = *remainder + impulses * 1000UL;
    *remainder = (uint16_t)(thousandths % imp_per_kwh);
    return thousandths / imp_per_kwh;
}

uint8_t frame_put(uint8_t *frame, enum frame_kind kind, const void *body, uint8_t bytes) {
    if (bytes > FRAME_TEXT_MAX) return 0;
    frame[0] = (uint8_t)kind;
    if (bytes > 0) memcpy(frame + FRAME_BODY, body, bytes);
    return (uint8_t)(FRAME_BODY + bytes);
}

bool frame_get(const uint8_t *frame, uint8_t length, enum frame_kind kind, void *body, uint8_t bytes) {
    if (length != FRAME_BODY + bytes || frame[0] != (uint8_t)kind) return false;
    if (bytes > 0) memcpy(body, frame + FRAME_BODY, bytes);
    return true;
}
