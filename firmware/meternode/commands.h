#pragma once

/** The node's console: v10's keywords, on a UART that is awake for a while after each byte. */
#include <stdbool.h>
#include <stdint.h>

enum {
    COMMANDS_AWAKE_S = 60,   ///< after the last byte; the byte that wakes a sleeping node is lost
    COMMANDS_START_S = 15,   ///< after the start, as v10
    COMMANDS_PAUSE_MS = 250, ///< what follows a waking byte without such a pause lacks its beginning, which may have been `ekey=`
};

void commands_start(void);

/**
 * Takes what was typed. @param woken bytes came, or the line moved @param slept that ended a sleep @param passed_s since the last call
 * @return true while the node is to stay awake for more
 */
__attribute__((noinline)) bool commands_serve(bool woken, bool slept, uint16_t passed_s);
