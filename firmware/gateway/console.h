/** The gateway's console: `help dumpg dumpn[=id] rcfg time`, and a name for each setting. */
#pragma once

#include <stdint.h>

/** Carries out a line that is no command of the server. */
void console_line(const char *line, uint32_t now_ms);
