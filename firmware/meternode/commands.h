#pragma once

/** The node's console: v10's keywords, on a UART that is awake for a while after each byte. */
#include <stdbool.h>

enum { COMMANDS_AWAKE_S = 60 /* after the last byte, and after the start; the byte that wakes a sleeping node is lost */ };

void commands_start(void);

/** Takes what was typed. @param woken bytes came, or the line moved @return true while the node is to stay awake for more */
__attribute__((noinline)) bool commands_serve(bool woken);
