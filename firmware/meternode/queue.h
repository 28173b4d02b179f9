#pragma once

/**
 * What the gateway has not acknowledged yet, oldest first.
 *
 * Items are entries (closed intervals) and rebases (time or register begin anew). The newest QUEUE_DETAILS items are kept as measured;
 * what is pushed out
 * of there is added up to summaries of at most 900 s, ending on quarter hours where the intervals allow it; 120 of them hold 24 h for
 * every interval length.
 * Then the oldest entry is given up and the base moves over it: its energy stays in the register, so that the server sees a gap, never a
 * loss. Of rebases the last
 * one that is given up is announced all the same, or what follows would be taken for a part of what was before.
 * Nothing else leaves before queue_acknowledged. The whole struct is plain data and survives a reset in RAM.
 */
#include <stdbool.h>
#include <stdint.h>

#include "meter.h"

enum {
    QUEUE_DETAILS = 24,
    QUEUE_SUMMARIES = 120,
    QUEUE_REBASES = 3,
    QUEUE_SUMMARY_MAX_S = 900,
    QUEUE_IMPULSES_MAX = 16383, ///< what an item holds; an interval is to be closed before it
};

/** A point from which entries follow without a hole: the register as it stands when the second `start_s` begins. */
struct queue_base {
    uint32_t start_s;
    struct meter meter;
};

struct queue_entry {
    uint16_t seconds : 15; ///< 0: not an entry but a rebase
    uint16_t quarter : 1;  ///< the next summary is to begin behind it
    uint16_t impulses;
    uint16_t last_q64;   ///< 1/64 s from the entry's start to its last impulse; 0: none, or not known
    uint16_t current_ca; ///< hundredths of an ampere; not known in summaries
};

struct queue {
    uint8_t rebase_head, rebase_count;
    uint8_t detail_head, detail_count;
    uint8_t summary_head, summary_count;
    bool summary_full; ///< the youngest summary ends with a quarter hour
    bool announcing;
    uint8_t in_flight; ///< items at the head that were sent and may not be merged
    /**
     * 0: where the oldest entry begins. 1: the oldest item of all if `announcing`: a rebase whose entries may be given up in part.
     * Behind them a ring of the rebases that the items stand for.
     */
    struct queue_base bases[2 + QUEUE_REBASES];
    struct queue_entry details[QUEUE_DETAILS];
    uint8_t summaries[QUEUE_SUMMARIES][3]; ///< 10 bits seconds, 14 bits impulses
};

/** Empty, its first item to come at `start_s`. */
void queue_init(struct queue *queue, uint32_t start_s, const struct meter *meter);

/** True if the counts can be those of a queue (what a reset left in RAM is not trusted by its checksum alone). */
bool queue_is_sound(const struct queue *queue);

/** Adds a closed interval of 1…254 s behind all others. */
void queue_push(struct queue *queue, const struct queue_entry *entry);

/**
 * Adds: from `start_s` on, the register is `meter`. Takes the place of a rebase with nothing behind it. When QUEUE_REBASES wait already,
 * the oldest section
 * is given up.
 */
void queue_rebase(struct queue *queue, uint32_t start_s, const struct meter *meter);

/** Number of items. */
uint8_t queue_count(const struct queue *queue);

/** Item `index` from the oldest on; false: there is none. */
bool queue_peek(const struct queue *queue, uint8_t index, struct queue_entry *entry);

/** True if item `index` is a summary. */
bool queue_is_summary(const struct queue *queue, uint8_t index);

/** Where the oldest item begins: the base of its message, or the rebase itself if the oldest item is one. */
const struct queue_base *queue_head(const struct queue *queue);

/** The oldest `items` are on their way; then one of the two ways it ends. */
void queue_sent(struct queue *queue, uint8_t items);
void queue_acknowledged(struct queue *queue);
void queue_failed(struct queue *queue);

/** Moves what lies before `known_from_s` by `delta_s`: dates what was stored before the clock was known. */
void queue_redate(struct queue *queue, uint32_t known_from_s, uint32_t delta_s);
