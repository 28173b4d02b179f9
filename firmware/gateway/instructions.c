#include "gateway/instructions.h"

#include <stddef.h>
#include <string.h>

static struct instruction slots[INSTRUCTIONS_MAX];

void instructions_init(void) {
    memset(slots, 0, sizeof slots);
}

static struct instruction *find(uint8_t node, uint8_t kind) {
    for (uint8_t i = 0; i < INSTRUCTIONS_MAX; i++) {
        if (slots[i].node == node && slots[i].kind == kind) return &slots[i];
    }
    return NULL;
}

static struct instruction *find_free(void) {
    for (uint8_t i = 0; i < INSTRUCTIONS_MAX; i++) {
        if (slots[i].node == 0) return &slots[i];
    }
    return NULL;
}

bool instructions_put(const struct instruction *instruction) {
    struct instruction *slot = find(instruction->node, instruction->kind);
    if (slot == NULL) slot = find_free();
    if (slot == NULL) return false;
    *slot = *instruction;
    slot->sent = false;
    return true;
}

const struct instruction *instructions_next(uint8_t node) {
    for (uint8_t kind = INSTRUCTION_POLL; kind <= INSTRUCTION_LED; kind++) {
        const struct instruction *slot = find(node, kind);
        if (slot != NULL) return slot;
    }
    return NULL;
}

void instructions_sending(uint8_t node, enum instruction_kind kind) {
    struct instruction *slot = find(node, (uint8_t)kind);
    if (slot != NULL) slot->sent = true;
}

void instructions_delivered(uint8_t node, enum instruction_kind kind) {
    struct instruction *slot = find(node, (uint8_t)kind);
    if (slot != NULL && slot->sent) slot->node = 0;
}

void instructions_register_seen(uint8_t node, uint32_t register_wh) {
    struct instruction *slot = find(node, INSTRUCTION_REGISTER);
    if (slot == NULL || !slot->sent) return;
    uint32_t wanted = slot->register_wh;
    uint32_t off = wanted > register_wh ? wanted - register_wh : register_wh - wanted;
    if (off <= wanted >> 24) slot->node = 0; // half the spacing of 32-bit floats there, or more
}
