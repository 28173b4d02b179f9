#include "common/frames.h"
#include "host/rig.h"

static const struct frame_basis basis = {1783000000, 18829393, 1000, 500};

static void lie_on_the_air_as_the_protocol_says(void) {
    uint8_t frame[FRAME_MAX];
    static const uint8_t wanted[] = {0x81, 9, 9, 9, 0xC0, 0x6B, 0x46, 0x6A, 0x51, 0x50, 0x1F, 0x01, 0xE8, 3, 0xF4, 1, 15, 5, 0, 0x80, 3};
    const struct frame_entry entry = {.duration_s = 15, .impulses = 5, .last_64ths = 896};
    memset(frame, 9, sizeof frame);
    uint8_t length = frame_put_basis(frame, FRAME_UPDATE, &basis);
    length = frame_put_entry(frame, length, &entry);
    CHECK_EQUAL(sizeof wanted, length);
    CHECK_BYTES(wanted, frame, sizeof wanted);
}

static void come_back_as_they_went(void) {
    static const enum frame_kind kinds[] = {FRAME_UPDATE, FRAME_UPDATE_CURRENT, FRAME_SUMMARY};
    static const uint8_t most[] = {8, 5, 10};
    for (int k = 0; k < 3; k++) {
        uint8_t frame[FRAME_MAX];
        uint8_t entries = 0;
        uint8_t length = frame_put_basis(frame, kinds[k], &basis);
        CHECK_EQUAL(most[k], frame_entries_max(kinds[k]));
        for (;; entries++) {
            uint8_t more;
            struct frame_entry entry = {(uint16_t)(10 + entries), (uint16_t)(100 + entries), (uint16_t)(1 + entries),
                                        (uint16_t)(1005 + entries)};
            if (k == 2) entry.duration_s = 900;
            more = frame_put_entry(frame, length, &entry);
            if (more == 0) break;
            length = more;
            struct frame_basis got;
            CHECK_EQUAL(entries + 1, frame_get_basis(frame, length, &got));
            CHECK_BYTES(&basis, &got, sizeof got);
            struct frame_entry back;
            frame_get_entry(frame, entries, &back);
            CHECK_EQUAL(entry.duration_s, back.duration_s);
            CHECK_EQUAL(entry.impulses, back.impulses);
            CHECK_EQUAL(k == 2 ? 0 : entry.last_64ths, back.last_64ths);
            CHECK_EQUAL(k == 1 ? entry.current_ca : 0, back.current_ca);
        }
        CHECK_EQUAL(most[k], entries);
        CHECK(length <= FRAME_MAX);
    }
}

static uint8_t update(uint8_t *frame, struct frame_basis from, struct frame_entry entry) {
    return frame_put_entry(frame, frame_put_basis(frame, FRAME_UPDATE, &from), &entry);
}

static bool refused(struct frame_basis from, struct frame_entry entry) {
    uint8_t frame[FRAME_MAX];
    struct frame_basis got;
    return frame_get_basis(frame, update(frame, from, entry), &got) == 0;
}

static void impossible_values_are_refused(void) {
    const struct frame_entry good = {.duration_s = 15, .impulses = 5, .last_64ths = 960};
    CHECK(!refused(basis, good));
    struct frame_basis b = basis;
    b.imp_per_kwh = 0;
    CHECK(refused(b, good));
    b.imp_per_kwh = 65001;
    CHECK(refused(b, good));
    b = basis;
    b.remainder = 1000;
    CHECK(refused(b, good));
    struct frame_entry e = good;
    e.duration_s = 0;
    CHECK(refused(basis, e));
    e = good;
    e.last_64ths = 961;
    CHECK(refused(basis, e));
    e = good;
    e.impulses = 0;
    CHECK(refused(basis, e));
    e.last_64ths = 0;
    CHECK(!refused(basis, e));
    uint8_t frame[FRAME_MAX];
    struct frame_basis got;
    e.duration_s = 901;
    uint8_t length = frame_put_entry(frame, frame_put_basis(frame, FRAME_SUMMARY, &basis), &e);
    CHECK_EQUAL(0, frame_get_basis(frame, length, &got));
}

static void one_bad_entry_refuses_the_frame(void) {
    uint8_t frame[FRAME_MAX];
    struct frame_basis got;
    const struct frame_entry good = {.duration_s = 15}, bad = {.duration_s = 0};
    uint8_t length = frame_put_entry(frame, update(frame, basis, good), &bad);
    CHECK_EQUAL(0, frame_get_basis(frame, length, &got));
}

static void other_lengths_and_kinds_are_refused(void) {
    uint8_t frame[64];
    struct frame_basis got;
    uint8_t length = update(frame, basis, (struct frame_entry){.duration_s = 15});
    for (uint8_t other = 0; other < 64; other++)
        if (other % 5 != length % 5 || other < length || other > FRAME_MAX) CHECK_EQUAL(0, frame_get_basis(frame, other, &got));
    frame[0] = FRAME_REBASE;
    CHECK_EQUAL(0, frame_get_basis(frame, length, &got));
}

static void bodies_of_fixed_size_come_back(void) {
    uint8_t frame[FRAME_MAX];
    const struct frame_status status = {4495, 86400, 86000, 700, 1, 100, 60, 1000, 3};
    struct frame_status got;
    uint8_t length = frame_put(frame, FRAME_STATUS, &status, sizeof status);
    CHECK_EQUAL(24, length);
    CHECK(frame_get(frame, length, FRAME_STATUS, &got, sizeof got));
    CHECK_BYTES(&status, &got, sizeof got);
    CHECK(!frame_get(frame, (uint8_t)(length - 1), FRAME_STATUS, &got, sizeof got));
    CHECK(!frame_get(frame, length, FRAME_REBASE, &got, sizeof got));
    CHECK_EQUAL(4, frame_put(frame, FRAME_NOTHING, NULL, 0));
    CHECK(frame_get(frame, 4, FRAME_NOTHING, NULL, 0));
    CHECK_EQUAL(0, frame_put(frame, FRAME_TEXT, frame, FRAME_TEXT_MAX + 1));
}

static void no_impulse_is_lost_in_the_arithmetic(void) {
    static const uint16_t constants[] = {1, 3, 800, 1000, 1600, 10000, 65000};
    for (unsigned k = 0; k < sizeof constants / sizeof constants[0]; k++) {
        uint16_t remainder = 0;
        uint64_t impulses = 0, wh = 0;
        for (uint32_t i = 0; i < 2000; i++) {
            uint16_t more = (uint16_t)(i * 7919 % 65536);
            impulses += more;
            wh += frame_wh(&remainder, constants[k], more);
        }
        CHECK_EQUAL(impulses * 1000 / constants[k], wh);
        CHECK_EQUAL(impulses * 1000 % constants[k], remainder);
    }
}

int main(void) {
    RUN(lie_on_the_air_as_the_protocol_says);
    RUN(come_back_as_they_went);
    RUN(impossible_values_are_refused);
    RUN(one_bad_entry_refuses_the_frame);
    RUN(other_lengths_and_kinds_are_refused);
    RUN(bodies_of_fixed_size_come_back);
    RUN(no_impulse_is_lost_in_the_arithmetic);
    return rig_end();
}
