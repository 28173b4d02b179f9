/** The gateway's settings, and what has to be done when they change. */
#pragma once

#include "common/radio.h"
#include "common/settings.h"

extern struct settings_gateway setup;

/** Loads the settings. @return where they came from */
enum config_source setup_load(void);

/**
 * Sets up the radio, and sessions under the network's key: those there were end, and what was being sent is forgotten.
 * @return false when no radio answers
 */
bool setup_radio(void);
