/* The loop: read the clock, serve what came, sleep. */
#include "commands.h"
#include "common/hal.h"
#include "link.h"
#include "node.h"

enum { LONGEST_SLEEP_MS = 8192, LOOK_MS = 1000 };

static void sleep(bool awake) {
    const uint32_t now_ms = hal_ms();
    const uint16_t due_ms = node_due_ms();
    if (!awake && node.sleepy && !link_busy()) {
        hal_power_down(due_ms < LONGEST_SLEEP_MS ? due_ms : LONGEST_SLEEP_MS);
        return;
    }
    uint32_t until_ms = now_ms + (due_ms < LOOK_MS ? due_ms : LOOK_MS);
    if (link_busy()) {
        const uint32_t link_ms = link_due_ms(now_ms);
        if ((int32_t)(link_ms - until_ms) < 0) until_ms = link_ms;
    }
    hal_idle(until_ms);
}

int main(void) {
    node_start();
    commands_start();
    for (;;) {
        bool high;
        hal_watchdog_kick();
        const uint8_t wakes = hal_wakes();
        schedule_pass(&node.schedule, clock_read(&node.clock));
        const uint16_t impulses = node_count(&high);
        node_show(impulses, high);
        const bool awake = commands_serve((wakes & HAL_WAKE_UART) != 0);
        node_talk();
        if (node.clock.uptime_s - node.saved_s >= NODE_SAVE_S) node_save_register();
        sleep(awake || node.testing);
    }
}
