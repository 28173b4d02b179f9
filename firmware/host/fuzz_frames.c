/* What frame_get_basis() passes is possible, and is the same when it is built again. */
#include <stdlib.h>
#include <string.h>

#include "common/frames.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good) {
    if (!good) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct frame_basis basis;
    uint8_t again[FRAME_MAX];
    if (size == 0 || size > SESSION_PAYLOAD_MAX) return 0;
    uint8_t length = (uint8_t)size;
    uint8_t entries = frame_get_basis(data, length, &basis);
    if (entries == 0) return 0;
    must(entries <= frame_entries_max((enum frame_kind)data[0]));
    must(basis.remainder < basis.imp_per_kwh);
    uint16_t remainder = basis.remainder;
    uint8_t built = frame_put_basis(again, (enum frame_kind)data[0], &basis);
    for (uint8_t i = 0; i < entries; i++) {
        struct frame_entry entry;
        frame_get_entry(data, i, &entry);
        must(entry.duration_s >= 1 && entry.duration_s <= FRAME_DURATION_MAX_S && entry.last_64ths <= entry.duration_s * 64);
        frame_wh(&remainder, basis.imp_per_kwh, entry.impulses);
        must(remainder < basis.imp_per_kwh);
        built = frame_put_entry(again, built, &entry);
        must(built != 0);
    }
    must(built == length);
    must(memcmp(again + FRAME_BODY, data + FRAME_BODY, (size_t)(length - FRAME_BODY)) == 0);
    return 0;
}
