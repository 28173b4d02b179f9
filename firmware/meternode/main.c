/* The loop: read the clock, serve what came, sleep. */
#include "commands.h"
#include "common/hal.h"
#include "link.h"
#include "node.h"

enum { LONGEST_SLEEP_MS = 8192, LOOK_MS = 1000 };

/* @return true if it was power-down, which the beginning of what is typed does not survive */
static bool sleep(bool awake) {
    const uint32_t now_ms = hal_ms();
    uint16_t most_ms = node_due_ms();
    if (!awake && node.sleepy && !link_busy()) {
        hal_power_down(most_ms < LONGEST_SLEEP_MS ? most_ms : LONGEST_SLEEP_MS);
        return true;
    }
    if (most_ms > LOOK_MS) most_ms = LOOK_MS;
    const uint32_t link_ms = link_due_ms(now_ms) - now_ms; /* what is overdue is past INT32_MAX */
    hal_idle(now_ms + (link_ms > INT32_MAX ? 0 : link_ms < most_ms ? link_ms : most_ms));
    return false;
}

int main(void) {
    node_start();
    commands_start();
    bool slept = false;
    for (;;) {
        bool high;
        hal_watchdog_kick();
        const uint8_t wakes = hal_wakes();
        const uint16_t passed_s = clock_read(&node.clock);
        schedule_pass(&node.schedule, passed_s);
        const uint16_t impulses = node_count(&high);
        const bool awake = commands_serve((wakes & HAL_WAKE_UART) != 0, slept, passed_s);
        node_press();
        node_talk();
        node_light(impulses, high);
        node.unsaved_s = (uint16_t)(node.unsaved_s + passed_s); /* saved long before it wraps */
        if (node.unsaved_s >= NODE_SAVE_S) node_save_register();
        slept = sleep(awake || node.testing);
    }
}
