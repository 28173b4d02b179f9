#include "queue.h"

#include <string.h>

_Static_assert(sizeof(struct queue_detail) == 7, "details are packed");
_Static_assert(QUEUE_SUMMARY_MAX_S < 1024, "ten bits hold the seconds of a summary");

static uint16_t get16(const uint8_t *bytes) {
    return (uint16_t)(bytes[0] | (uint16_t)(bytes[1] << 8));
}

static void put16(uint8_t *bytes, uint16_t value) {
    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
}

/* The `offset`-th place behind `head` in a ring of `size` (all sums below 256). */
static uint8_t place(uint8_t head, uint8_t offset, uint8_t size) {
    const uint8_t at = (uint8_t)(head + offset);
    return at >= size ? (uint8_t)(at - size) : at;
}

static uint8_t *summary_at(const struct queue *queue, uint8_t index) {
    return (uint8_t *)queue->summaries[place(queue->summary_head, index, QUEUE_SUMMARIES)];
}

static void summary_put(uint8_t *bytes, uint16_t seconds, uint16_t impulses) {
    bytes[0] = (uint8_t)seconds;
    bytes[1] = (uint8_t)((seconds >> 8) | (uint16_t)(impulses << 2));
    bytes[2] = (uint8_t)(impulses >> 6);
}

static void summary_get(const uint8_t *bytes, uint16_t *seconds, uint16_t *impulses) {
    *seconds = (uint16_t)(bytes[0] | (uint16_t)((bytes[1] & 3U) << 8));
    *impulses = (uint16_t)((bytes[1] >> 2) | (uint16_t)(bytes[2] << 6));
}

static const struct queue_base *rebase_at(const struct queue *queue, uint8_t index) {
    return &queue->rebases[place(queue->rebase_head, index, QUEUE_REBASES)];
}

void queue_init(struct queue *queue, uint32_t start_s, const struct meter *meter) {
    memset(queue, 0, sizeof *queue);
    queue->base.start_s = start_s;
    queue->base.meter = *meter;
}

bool queue_is_sound(const struct queue *queue) {
    return queue->rebase_head < QUEUE_REBASES && queue->rebase_count <= QUEUE_REBASES && queue->detail_head < QUEUE_DETAILS &&
           queue->detail_count <= QUEUE_DETAILS && queue->summary_head < QUEUE_SUMMARIES && queue->summary_count <= QUEUE_SUMMARIES &&
           queue->base.meter.imp_per_kwh != 0;
}

uint8_t queue_count(const struct queue *queue) {
    return (uint8_t)(queue->announcing + queue->summary_count + queue->detail_count);
}

static bool peek(const struct queue *queue, uint8_t index, struct queue_entry *entry) {
    memset(entry, 0, sizeof *entry);
    if (index < queue->summary_count) {
        entry->summary = true;
        summary_get(summary_at(queue, index), &entry->seconds, &entry->impulses);
        return true;
    }
    index = (uint8_t)(index - queue->summary_count);
    if (index >= queue->detail_count) return false;
    const struct queue_detail *detail = &queue->details[place(queue->detail_head, index, QUEUE_DETAILS)];
    entry->seconds = detail->seconds;
    entry->impulses = get16(detail->impulses);
    entry->last_q64 = get16(detail->last_q64);
    entry->current_ca = get16(detail->current_ca);
    return true;
}

bool queue_peek(const struct queue *queue, uint8_t index, struct queue_entry *entry) {
    if (!queue->announcing) return peek(queue, index, entry);
    if (index > 0) return peek(queue, (uint8_t)(index - 1U), entry);
    memset(entry, 0, sizeof *entry);
    return true;
}

const struct queue_base *queue_head(const struct queue *queue) {
    struct queue_entry head;
    if (queue->announcing) return &queue->announce;
    return peek(queue, 0, &head) && head.seconds == 0 ? rebase_at(queue, 0) : &queue->base;
}

/* Takes the oldest item but the announced one, and moves the base behind it; true if it was a rebase. */
static bool pop(struct queue *queue) {
    struct queue_entry head;
    if (!peek(queue, 0, &head)) return false;
    if (head.seconds == 0) {
        queue->base = *rebase_at(queue, 0);
        queue->rebase_head = place(queue->rebase_head, 1, QUEUE_REBASES);
        queue->rebase_count--;
    } else {
        queue->base.start_s += head.seconds;
        meter_add(&queue->base.meter, head.impulses);
    }
    if (head.summary) {
        queue->summary_head = place(queue->summary_head, 1, QUEUE_SUMMARIES);
        queue->summary_count--;
    } else {
        queue->detail_head = place(queue->detail_head, 1, QUEUE_DETAILS);
        queue->detail_count--;
    }
    return head.seconds == 0;
}

/* There is no room: the oldest item goes without having been acknowledged. */
static void give_up(struct queue *queue) {
    if (pop(queue)) {
        if (queue->announcing) queue->in_flight = 0; /* what may be on its way is not the announcement any more */
        queue->announce = queue->base;
        queue->announcing = true;
    } else if (!queue->announcing && queue->in_flight > 0) {
        queue->in_flight--;
    }
}

/* The second at which the summaries end and the details begin. */
static uint32_t summaries_end_s(const struct queue *queue) {
    uint32_t end_s = queue->base.start_s;
    uint8_t rebase = 0;
    for (uint8_t i = 0; i < queue->summary_count; i++) {
        uint16_t seconds, impulses;
        summary_get(summary_at(queue, i), &seconds, &impulses);
        if (seconds == 0) end_s = rebase_at(queue, rebase++)->start_s;
        end_s += seconds;
    }
    return end_s;
}

/* Adds an entry to the youngest summary if that is an entry, may still grow, and does not end on a quarter hour that the next ones can keep. */
static bool merge(struct queue *queue, const struct queue_entry *entry) {
    if (entry->seconds == 0 || queue->summary_count <= queue->in_flight) return false;
    uint8_t *last = summary_at(queue, (uint8_t)(queue->summary_count - 1U));
    uint16_t seconds, impulses;
    summary_get(last, &seconds, &impulses);
    if (seconds == 0 || seconds + entry->seconds > QUEUE_SUMMARY_MAX_S) return false;
    if ((uint32_t)impulses + entry->impulses > QUEUE_IMPULSES_MAX) return false;
    if (QUEUE_SUMMARY_MAX_S % entry->seconds == 0 && summaries_end_s(queue) % QUEUE_SUMMARY_MAX_S == 0) return false;
    summary_put(last, (uint16_t)(seconds + entry->seconds), (uint16_t)(impulses + entry->impulses));
    return true;
}

/* Makes room for one detail: the oldest one goes to the summaries. */
static void age(struct queue *queue) {
    struct queue_entry oldest;
    if (!peek(queue, queue->summary_count, &oldest)) return;
    if (!merge(queue, &oldest)) {
        if (queue->summary_count == QUEUE_SUMMARIES) give_up(queue);
        summary_put(summary_at(queue, queue->summary_count), oldest.seconds, oldest.impulses);
        queue->summary_count++;
    }
    queue->detail_head = place(queue->detail_head, 1, QUEUE_DETAILS);
    queue->detail_count--;
}

void queue_push(struct queue *queue, const struct queue_entry *entry) {
    if (queue->detail_count == QUEUE_DETAILS) age(queue);
    struct queue_detail *detail = &queue->details[place(queue->detail_head, queue->detail_count, QUEUE_DETAILS)];
    detail->seconds = (uint8_t)entry->seconds;
    put16(detail->impulses, entry->impulses);
    put16(detail->last_q64, entry->last_q64);
    put16(detail->current_ca, entry->current_ca);
    queue->detail_count++;
}

void queue_rebase(struct queue *queue, uint32_t start_s, const struct meter *meter) {
    struct queue_entry last;
    const uint8_t count = queue_count(queue);
    const bool replaces = queue->rebase_count > 0 && count > queue->in_flight && queue_peek(queue, (uint8_t)(count - 1U), &last) && last.seconds == 0;
    if (!replaces) {
        while (queue->rebase_count == QUEUE_REBASES) give_up(queue);
        queue_push(queue, &(struct queue_entry){0});
        queue->rebase_count++;
    }
    struct queue_base *rebase = &queue->rebases[place(queue->rebase_head, (uint8_t)(queue->rebase_count - 1U), QUEUE_REBASES)];
    rebase->start_s = start_s;
    rebase->meter = *meter;
}

void queue_sent(struct queue *queue, uint8_t items) {
    queue->in_flight = items;
}

void queue_acknowledged(struct queue *queue) {
    for (; queue->in_flight > 0; queue->in_flight--) {
        if (queue->announcing) queue->announcing = false;
        else (void)pop(queue);
    }
}

void queue_failed(struct queue *queue) {
    queue->in_flight = 0;
}

void queue_redate(struct queue *queue, uint32_t known_from_s, uint32_t delta_s) {
    if (queue->base.start_s < known_from_s) queue->base.start_s += delta_s;
    if (queue->announce.start_s < known_from_s) queue->announce.start_s += delta_s;
    for (uint8_t i = 0; i < queue->rebase_count; i++) {
        struct queue_base *rebase = &queue->rebases[place(queue->rebase_head, i, QUEUE_REBASES)];
        if (rebase->start_s < known_from_s) rebase->start_s += delta_s;
    }
}
