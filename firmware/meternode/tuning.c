#include "tuning.h"

void tuning_init(struct tuning *tuning, bool high_power, int8_t power_dbm, int8_t target_dbm) {
    *tuning = (struct tuning){.least_dbm = high_power ? -2 : -18, .most_dbm = high_power ? 20 : 13, .target_dbm = target_dbm};
    tuning->power_dbm = power_dbm < tuning->least_dbm ? tuning->least_dbm : power_dbm > tuning->most_dbm ? tuning->most_dbm : power_dbm;
}

static bool step(struct tuning *tuning, int8_t db) {
    int8_t power_dbm = (int8_t)(tuning->power_dbm + db);
    if (power_dbm > tuning->most_dbm) power_dbm = tuning->most_dbm;
    if (power_dbm < tuning->least_dbm) power_dbm = tuning->least_dbm;
    tuning->heard = false; /* what was heard before says nothing about the new power */
    if (power_dbm == tuning->power_dbm) return false;
    tuning->power_dbm = power_dbm;
    return true;
}

bool tuning_heard(struct tuning *tuning, int8_t rssi_dbm, uint16_t uptime_s) {
    if (tuning->target_dbm == 0 || rssi_dbm >= 0) return false;
    tuning->average_dbm = tuning->heard ? (int8_t)((tuning->average_dbm + rssi_dbm) / 2) : rssi_dbm;
    tuning->heard = true;
    if ((uint16_t)(uptime_s - tuning->stepped_s) < TUNING_STEP_S) return false;
    const int16_t over_db = (int16_t)(tuning->average_dbm - tuning->target_dbm);
    if (over_db <= TUNING_SLACK_DB && over_db >= -TUNING_SLACK_DB) return false;
    tuning->stepped_s = uptime_s;
    return step(tuning, over_db > 0 ? -1 : 1);
}

bool tuning_failed(struct tuning *tuning) {
    return tuning->target_dbm != 0 && step(tuning, TUNING_FAIL_DB);
}
