/** Settings of both devices: what they are, their ranges and defaults, and their names on the console. */
#pragma once

#include <stdint.h>

#include "config.h"
#include "flash.h"
#include "rfm69.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/** What both devices have: stands first in their structs. */
struct settings_common {
    union {
        struct rfm69_settings radio; /**< the same, as radio.h takes it */
        struct {
            uint8_t network[4]; /**< neti */
            uint8_t key[16];    /**< ekey */
            uint16_t band;      /**< band: 434, 868, 915 MHz; the image gives the default */
            uint8_t radio_kind; /**< rfhw: enum rfm69_kind */
            int8_t tx_dbm;      /**< txpw */
        };
    };
    uint8_t gateway;   /**< gwid */
    uint8_t log_level; /**< logl: enum log_level */
    uint8_t auth;      /**< auth: 1: v10 peers are not served, not believed */
};

struct settings_node {
    struct settings_common common;
    uint8_t address;        /**< noid */
    uint8_t interval_s;     /**< mtri, 1…254 */
    uint16_t imp_per_kwh;   /**< mtrr, 1…65000 */
    uint8_t led_rate;       /**< ledr: 0 off, n: each n-th impulse */
    uint8_t ct;             /**< ctcl: 1: current is measured */
    uint16_t led_ms;        /**< ledt: longest on-time, 0: as long as the meter's */
    int8_t target_rssi_dbm; /**< trss: TX power is tuned to be heard at this, 0: not tuned */
    uint8_t reserved;       /**< 0 */
};

struct settings_gateway {
    struct settings_common common;
    uint8_t align; /**< enta: nodes begin their entries at full minutes */
    uint8_t reserved;
};

extern const struct config_layout settings_node_layout;    /**< in flash: give its address to config.h */
extern const struct config_layout settings_gateway_layout; /**< in flash */

/** @return name of a log level as v10 prints it: `DEBUG` */
flash_text settings_log_level(uint8_t level);
