#pragma once

/**
 * Transmission power: as little as the gateway needs to hear this node at the target.
 *
 * The gateway tells how it heard us, in every answer (v10) or acknowledgement (v11). v10 steps down on good news only and never up when
 * nobody answers;
 * here frames that fail raise the power too.
 */
#include <stdbool.h>
#include <stdint.h>

enum {
    TUNING_STEP_S = 60,   ///< between steps of 1 dB
    TUNING_SLACK_DB = 10, ///< off the target by more than this: a step
    TUNING_FAIL_DB = 3,   ///< up when a frame got no acknowledgement
};

struct tuning {
    int8_t power_dbm;
    int8_t least_dbm, most_dbm; ///< what the radio can do
    int8_t target_dbm;          ///< 0: power stays as set
    int8_t average_dbm;         ///< of what the gateway told since the last step
    bool heard;                 ///< average_dbm is known
    uint16_t stepped_s;
};

/** @param high_power the radio is an HW (−2…20 dBm), else a W (−18…13 dBm) */
void tuning_init(struct tuning *tuning, bool high_power, int8_t power_dbm, int8_t target_dbm);

/** The gateway heard us at `rssi_dbm`. @return true if the power changed */
bool tuning_heard(struct tuning *tuning, int8_t rssi_dbm, uint16_t uptime_s);

/** A frame got no acknowledgement. @return true if the power changed */
bool tuning_failed(struct tuning *tuning);
