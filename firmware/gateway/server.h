/** What the server wants: its commands, carried out and answered. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/**
 * Carries out a line that was typed: a command of the server, `S>G:…`, or one for the console.
 * @param line as link_typed() gave it; is changed, unless it has to wait
 * @return false when it has to wait until what is being sent is done: give it again then
 */
bool server_line(char *line, uint32_t now_ms);

/** Tells the server of nodes that have gone dark. */
void server_tell_dark(void);
