#include "gateway/nodes.h"
#include "host/rig.h"

static void holds_sixteen_nodes_and_refuses_the_next(void) {
    nodes_init();
    for (uint8_t id = 2; id < 18; id++) CHECK(nodes_get(id) != NULL);
    CHECK(nodes_get(18) == NULL);
    CHECK(nodes_find(18) == NULL);
    CHECK_EQUAL(7, nodes_get(7)->id);
    CHECK(nodes_at(15) != NULL);
    CHECK(nodes_at(16) == NULL);
}

static void takes_only_addresses_of_nodes(void) {
    static const uint8_t others[] = {0, 1, 254, 255};
    nodes_init();
    for (uint8_t i = 0; i < sizeof others; i++) CHECK(nodes_get(others[i]) == NULL);
    CHECK(nodes_at(0) == NULL);
}

static void tells_each_silence_once(void) {
    nodes_init();
    struct node *node = nodes_get(2);
    nodes_heard(node, 1000, -70);
    CHECK(nodes_darkened(1600) == NULL);
    CHECK(nodes_darkened(1601) == node);
    CHECK(nodes_darkened(5000) == NULL);
    nodes_heard(node, 6000, -70);
    CHECK(nodes_darkened(6600) == NULL);
    CHECK(nodes_darkened(6601) == node);
}

static void knows_a_repeat_by_its_id_for_a_few_seconds(void) {
    nodes_init();
    struct node *node = nodes_get(2);
    CHECK(!nodes_repeats(node, 0, 1)); // nothing was heard before, whatever the id of the first frame
    nodes_heard(node, 1, -70);
    CHECK(nodes_repeats(node, 0, 2));
    CHECK(!nodes_repeats(node, 1, 2));
    nodes_heard(node, 2, -70);
    CHECK(nodes_repeats(node, 1, 10));
    nodes_heard(node, 10, -70);
    CHECK(!nodes_repeats(node, 1, 19)); // a v10 node that was reset begins with 1 again
}

int main(void) {
    RUN(holds_sixteen_nodes_and_refuses_the_next);
    RUN(takes_only_addresses_of_nodes);
    RUN(tells_each_silence_once);
    RUN(knows_a_repeat_by_its_id_for_a_few_seconds);
    return rig_end();
}
