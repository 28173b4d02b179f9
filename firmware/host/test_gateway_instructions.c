#include "gateway/instructions.h"
#include "host/rig.h"

static bool put_register(uint8_t node, uint32_t register_wh) {
    struct instruction instruction = {.node = node, .kind = INSTRUCTION_REGISTER, .register_wh = register_wh};
    return instructions_put(&instruction);
}

static bool put(uint8_t node, uint8_t kind) {
    struct instruction instruction = {.node = node, .kind = kind & 3};
    return instructions_put(&instruction);
}

static void hands_out_in_the_order_of_kinds(void) {
    static const uint8_t given[] = {INSTRUCTION_LED, INSTRUCTION_INTERVAL, INSTRUCTION_REGISTER, INSTRUCTION_POLL};
    instructions_init();
    for (uint8_t i = 0; i < sizeof given; i++) CHECK(put(2, given[i]));
    for (uint8_t kind = INSTRUCTION_POLL; kind <= INSTRUCTION_LED; kind++) {
        CHECK_EQUAL(kind, instructions_next(2)->kind);
        instructions_sending(2, kind);
        instructions_delivered(2, kind);
    }
    CHECK(instructions_next(2) == NULL);
}

static void keeps_until_the_delivery_is_acknowledged(void) {
    instructions_init();
    put_register(2, 1000);
    instructions_sending(2, INSTRUCTION_REGISTER);
    CHECK_EQUAL(1000, instructions_next(2)->register_wh); // the answer failed: handed out again at the next question
    instructions_sending(2, INSTRUCTION_REGISTER);
    instructions_delivered(2, INSTRUCTION_REGISTER);
    CHECK(instructions_next(2) == NULL);
}

static void keeps_the_later_one_when_the_earlier_is_delivered(void) {
    instructions_init();
    put_register(2, 1000);
    instructions_sending(2, INSTRUCTION_REGISTER);
    put_register(2, 2000);
    instructions_delivered(2, INSTRUCTION_REGISTER);
    CHECK_EQUAL(2000, instructions_next(2)->register_wh);
}

static void keeps_nodes_apart(void) {
    instructions_init();
    put_register(2, 1000);
    put_register(3, 3000);
    CHECK_EQUAL(3000, instructions_next(3)->register_wh);
    instructions_sending(3, INSTRUCTION_REGISTER);
    instructions_delivered(3, INSTRUCTION_REGISTER);
    CHECK_EQUAL(1000, instructions_next(2)->register_wh);
    CHECK(instructions_next(4) == NULL);
}

static void sets_no_register_twice_when_only_the_acknowledgement_was_lost(void) {
    instructions_init();
    put_register(2, 18829393);
    instructions_register_seen(2, 18829393); // not sent yet: chance
    CHECK(instructions_next(2) != NULL);
    instructions_sending(2, INSTRUCTION_REGISTER);
    instructions_register_seen(2, 400);
    CHECK(instructions_next(2) != NULL);
    instructions_register_seen(2, 18829392); // a float cannot hold the 3
    CHECK(instructions_next(2) == NULL);
    put_register(2, 1100);
    instructions_sending(2, INSTRUCTION_REGISTER);
    instructions_register_seen(2, 1099); // as it was: a small correction has not come through yet
    CHECK(instructions_next(2) != NULL);
}

static void says_when_it_is_full_and_still_replaces(void) {
    instructions_init();
    for (uint8_t i = 0; i < INSTRUCTIONS_MAX; i++) CHECK(put_register((uint8_t)(2 + i), 1));
    CHECK(!put_register(100, 1));
    CHECK(instructions_next(100) == NULL);
    CHECK(put_register(2, 2));
    CHECK_EQUAL(2, instructions_next(2)->register_wh);
}

int main(void) {
    RUN(hands_out_in_the_order_of_kinds);
    RUN(keeps_until_the_delivery_is_acknowledged);
    RUN(keeps_the_later_one_when_the_earlier_is_delivered);
    RUN(keeps_nodes_apart);
    RUN(sets_no_register_twice_when_only_the_acknowledgement_was_lost);
    RUN(says_when_it_is_full_and_still_replaces);
    return rig_end();
}
