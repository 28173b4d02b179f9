#include "queue.h"

#include <string.h>

_Static_assert(QUEUE_SUMMARY_MAX_S < 1024, "ten bits hold the seconds of a summary");
_Static_assert(QUEUE_SUMMARIES + QUEUE_DETAILS < 255, "eight bits number the items");

/* The `offset`-th place behind `head` in a ring of `size`. */
static uint8_t place(uint8_t head, uint8_t offset, uint8_t size) {
    const uint8_t at = (uint8_t)(head + offset);
    return at >= size ? (uint8_t)(at - size) : at;
}

static uint8_t *summary_at(const struct queue *queue, uint8_t index) {
    return (uint8_t *)(uintptr_t)queue->summaries[place(queue->summary_head, index, QUEUE_SUMMARIES)];
}

static struct queue_entry *detail_at(const struct queue *queue, uint8_t index) {
    return (struct queue_entry *)(uintptr_t)&queue->details[place(queue->detail_head, index, QUEUE_DETAILS)];
}

static struct queue_base *rebase_at(const struct queue *queue, uint8_t index) {
    return (struct queue_base *)(uintptr_t)&queue->bases[2 + place(queue->rebase_head, index, QUEUE_REBASES)];
}

static void summary_put(uint8_t *bytes, uint16_t seconds, uint16_t impulses) {
    bytes[0] = (uint8_t)seconds;
    bytes[1] = (uint8_t)((uint8_t)(seconds >> 8) | (uint8_t)(impulses << 2));
    bytes[2] = (uint8_t)(impulses >> 6);
}

static void summary_get(const uint8_t *bytes, struct queue_entry *entry) {
    memset(entry, 0, sizeof *entry);
    entry->seconds = (uint16_t)(bytes[0] | (bytes[1] & 3U) << 8) & 0x7FFFU;
    entry->impulses = (uint16_t)(bytes[1] >> 2 | (uint16_t)(bytes[2] << 6));
}

void queue_init(struct queue *queue, uint32_t start_s, const struct meter *meter) {
    memset(queue, 0, sizeof *queue);
    queue->bases->start_s = start_s;
    queue->bases->meter = *meter;
}

bool queue_is_sound(const struct queue *queue) {
    return queue->rebase_head < QUEUE_REBASES && queue->rebase_count <= QUEUE_REBASES && queue->detail_head < QUEUE_DETAILS &&
           queue->detail_count <= QUEUE_DETAILS && queue->summary_head < QUEUE_SUMMARIES && queue->summary_count <= QUEUE_SUMMARIES &&
           queue->bases->meter.imp_per_kwh != 0;
}

uint8_t queue_count(const struct queue *queue) {
    return (uint8_t)(queue->announcing + queue->summary_count + queue->detail_count);
}

bool queue_is_summary(const struct queue *queue, uint8_t index) {
    return index < queue->summary_count + queue->announcing;
}

bool queue_peek(const struct queue *queue, uint8_t index, struct queue_entry *entry) {
    *entry = (struct queue_entry){0};
    if (queue->announcing && index-- == 0) return true;
    if (index < queue->summary_count) {
        summary_get(summary_at(queue, index), entry);
        return true;
    }
    index = (uint8_t)(index - queue->summary_count);
    if (index >= queue->detail_count) return false;
    *entry = *detail_at(queue, index);
    return true;
}

const struct queue_base *queue_head(const struct queue *queue) {
    struct queue_entry head;
    if (queue->announcing) return &queue->bases[1];
    return queue_peek(queue, 0, &head) && head.seconds == 0 ? rebase_at(queue, 0) : queue->bases;
}

/* Takes the oldest item but the announced one, and moves the base behind it; true if it was a rebase. */
static bool pop(struct queue *queue) {
    struct queue_entry head;
    if (!queue_peek(queue, queue->announcing, &head)) return false;
    if (queue->summary_count > 0) {
        queue->summary_head = place(queue->summary_head, 1, QUEUE_SUMMARIES);
        queue->summary_count--;
    } else {
        queue->detail_head = place(queue->detail_head, 1, QUEUE_DETAILS);
        queue->detail_count--;
    }
    if (head.seconds != 0) {
        queue->bases->start_s += head.seconds;
        meter_add(&queue->bases->meter, head.impulses);
        return false;
    }
    queue->bases[0] = *rebase_at(queue, 0);
    queue->rebase_head = place(queue->rebase_head, 1, QUEUE_REBASES);
    queue->rebase_count--;
    return true;
}

/* There is no room: the oldest item goes without having been acknowledged. */
static void give_up(struct queue *queue) {
    if (pop(queue)) {
        if (queue->announcing) queue->in_flight = 0; /* what may be on its way is not the announcement any more */
        queue->bases[1] = queue->bases[0];
        queue->announcing = true;
    } else if (!queue->announcing && queue->in_flight > 0) {
        queue->in_flight--;
    }
}

/* Adds an entry to the youngest summary if that is an entry, may still grow, and does not end on a quarter hour. */
static bool merge(struct queue *queue, const struct queue_entry *entry) {
    struct queue_entry last;
    if (entry->seconds == 0 || queue->summary_full || queue->summary_count <= queue->in_flight) return false;
    uint8_t *bytes = summary_at(queue, (uint8_t)(queue->summary_count - 1U));
    summary_get(bytes, &last);
    const uint16_t seconds = (uint16_t)(last.seconds + entry->seconds), impulses = (uint16_t)(last.impulses + entry->impulses);
    if (last.seconds == 0 || seconds > QUEUE_SUMMARY_MAX_S || impulses > QUEUE_IMPULSES_MAX) return false;
    summary_put(bytes, seconds, impulses);
    return true;
}

/* Makes room for one detail: the oldest one goes to the summaries. */
static void age(struct queue *queue) {
    const struct queue_entry oldest = *detail_at(queue, 0);
    if (!merge(queue, &oldest)) {
        if (queue->summary_count == QUEUE_SUMMARIES) give_up(queue);
        summary_put(summary_at(queue, queue->summary_count), oldest.seconds, oldest.impulses);
        queue->summary_count++;
    }
    queue->summary_full = oldest.quarter;
    queue->detail_head = place(queue->detail_head, 1, QUEUE_DETAILS);
    queue->detail_count--;
}

void queue_push(struct queue *queue, const struct queue_entry *entry) {
    if (queue->detail_count == QUEUE_DETAILS) age(queue);
    *detail_at(queue, queue->detail_count) = *entry;
    queue->detail_count++;
}

void queue_rebase(struct queue *queue, uint32_t start_s, const struct meter *meter) {
    static const struct queue_entry marker;
    const bool replaces = queue->rebase_count > 0 && queue_count(queue) > queue->in_flight && queue->detail_count > 0 &&
                          detail_at(queue, (uint8_t)(queue->detail_count - 1U))->seconds == 0;
    if (!replaces) {
        while (queue->rebase_count == QUEUE_REBASES) give_up(queue);
        queue_push(queue, &marker);
        queue->rebase_count++;
    }
    struct queue_base *rebase = rebase_at(queue, (uint8_t)(queue->rebase_count - 1U));
    rebase->start_s = start_s;
    rebase->meter = *meter;
}

void queue_sent(struct queue *queue, uint8_t items) {
    queue->in_flight = items;
}

void queue_acknowledged(struct queue *queue) {
    for (; queue->in_flight > 0; queue->in_flight--) {
        if (queue->announcing)
            queue->announcing = false;
        else
            (void)pop(queue);
    }
}

void queue_failed(struct queue *queue) {
    queue->in_flight = 0;
}

void queue_redate(struct queue *queue, uint32_t known_from_s, uint32_t delta_s) {
    for (uint8_t i = 0; i < sizeof queue->bases / sizeof *queue->bases; i++) /* those that are not in use do not matter */
        if (queue->bases[i].start_s < known_from_s) queue->bases[i].start_s += delta_s;
}
