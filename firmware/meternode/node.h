#pragma once

/** The whole device: what it is, and what happens when something comes. main.c calls these in its loop, commands.c on the console. */
#include <stdbool.h>
#include <stdint.h>

#include "button.h"
#include "clock.h"
#include "common/settings.h"
#include "led.h"
#include "ledger.h"
#include "schedule.h"
#include "tuning.h"

/** Not to be merged into the loop: what a call keeps on the stack would stay there for all the others. */
#define NODE_CALL __attribute__((noinline))

enum {
    NODE_SAVE_S = 300,             ///< the register goes to EEPROM that often while impulses come
    NODE_SAVE_ACKNOWLEDGED_S = 60, ///< or that often with an acknowledged update: ten years of the cells' life
    NODE_LOW_BATTERY_MV = 3500,    ///< 3 AA are nearly empty: the register is saved whenever the battery is looked at
};

struct node {
    struct settings_node settings;
    struct clock clock;
    struct schedule schedule;
    struct tuning tuning;
    struct led led;
    struct button button;
    uint32_t boots;
    uint16_t unsaved_s; ///< since the register was saved
    enum schedule_task task; ///< the exchange under way
    uint16_t asked_q64;      ///< when it began
    bool signal;             ///< the button waits to be told how it went
    bool boot_text, power_text;
    bool sleepy;       ///< may power down
    bool testing;      ///< an impulse each second
    uint32_t tested_s; ///< when the last of them was
};
extern struct node node;
extern struct ledger node_ledger;

/** Everything from power-up on; takes a second or two. */
NODE_CALL void node_start(void);

/** Closes intervals that ended, counts impulses. @return what was counted; `high`: the meter's LED is lit */
NODE_CALL uint16_t node_count(bool *high);

/** Begins what is due, and finishes what the radio brings. */
NODE_CALL void node_talk(void);

/** Takes the button. */
void node_press(void);

/** Turns the LED, last of all: it shows what the others found. @param impulses since the last call */
void node_light(uint16_t impulses, bool high);

/** Milliseconds until LED or button need to be looked at. */
uint16_t node_due_ms(void);

/** Sets the clock: what was stored before is dated, or a rebase follows. */
void node_set_time(uint32_t now_s);

/** Sets the register, and saves it. */
void node_set_register(uint32_t wh);

/** A setting has changed: applies and saves it. @param offset in struct settings_node; 0: all that the radio needs */
NODE_CALL void node_setting(uint8_t offset);

/** Saves the register if it is not what is stored. */
NODE_CALL void node_save_register(void);

/** Seconds in power-down since the start. */
uint32_t node_slept_s(void);
