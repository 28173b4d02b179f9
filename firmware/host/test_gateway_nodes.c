#include "gateway/nodes.h"
#include "host/rig.h"

static void holds_sixteen_nodes_and_refuses_the_next(void) {
    nodes_init();
    for (uint8_t id = 2; id < 18; id++) nodes_heard(nodes_get(id), 1, -70);
    CHECK(nodes_get(18) == NULL);
    CHECK(nodes_find(18) == NULL);
    CHECK_EQUAL(7, nodes_get(7)->id);
    CHECK(nodes_at(15) != NULL);
    CHECK(nodes_at(16) == NULL);
}

static void knows_a_node_only_once_it_was_heard(void) {
    nodes_init();
    nodes_get(5)->register_wh = 7;
    CHECK(nodes_find(5) == NULL);
    CHECK(nodes_at(0) == NULL);
    struct node *node = nodes_get(6);
    CHECK_EQUAL(0, node->register_wh);
    nodes_heard(node, 1, -70);
    CHECK(nodes_find(6) == node);
    CHECK(nodes_find(5) == NULL);
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

static void forgets_when_a_node_was_heard_after_a_day(void) {
    nodes_init();
    struct node *node = nodes_get(2);
    nodes_heard(node, 100000, -70);
    uint32_t now_s = 100000;
    for (; now_s < 164000; now_s += 60) nodes_darkened(now_s);
    CHECK_EQUAL(now_s - 100000, nodes_silent_s(node, now_s));
    for (; now_s < 300000; now_s += 60) nodes_darkened(now_s);
    CHECK_EQUAL(UINT32_MAX, nodes_silent_s(node, now_s));
    CHECK(!nodes_repeats(node, 0, 165536));
    nodes_heard(node, now_s, -70);
    CHECK_EQUAL(5, nodes_silent_s(node, now_s + 5));
}

int main(void) {
    RUN(forgets_when_a_node_was_heard_after_a_day);
    RUN(holds_sixteen_nodes_and_refuses_the_next);
    RUN(knows_a_node_only_once_it_was_heard);
    RUN(tells_each_silence_once);
    RUN(knows_a_repeat_by_its_id_for_a_few_seconds);
    return rig_end();
}
