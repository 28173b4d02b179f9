/**
 * The serial line: messages, log, console replies and the echo of what is typed share it, and none ever stands inside another.
 * What begins while a line is being typed starts on a new line; the typed part is shown again afterwards.
 */
#pragma once

#include "common/lines.h"
#include "common/rfm69.h"
#include "common/settings.h"

/** Begins with all grants off and an empty line. */
void link_init(void);

/** Begins a message; lines.h writes it. */
struct line_writer *link_message(void);

/** Begins a line of another kind: console, log. */
struct writer *link_text(void);

/** Begins a log line, `DEBUG: `; end it by link_end(). @return NULL when the settings leave out this level */
struct writer *link_log(enum log_level level);

/** A whole log line. */
void link_log_line(enum log_level level, flash_text text);

/** Logs what time it is. */
void link_log_time(void);

/** Ends a line that link_text() or link_log() began. */
void link_end(void);

/** The next message, if none comes between, continues the snapshot. @return whether the last line was one of it */
bool link_in_snapshot(void);
void link_snapshot_line(void);

/** What the server asked for by SCAP: bits of server_command.h. */
uint8_t link_granted(void);
void link_grant(uint8_t bits);

/**
 * The frame that is being sent. It lies in the memory of the longest lines, which only bring frames to send: RAM has no
 * room for both. While it is in use lines must be short, all commands but SRAD are.
 */
extern struct radio_frame *const link_frame;

/** Before the frame is made: what is typed of a long line is given up. */
void link_claim_frame(void);

/**
 * Takes what was typed.
 * @return a complete line, to be used before the next call (zero-terminated, may be changed); NULL when there is none
 */
char *link_typed(void);
