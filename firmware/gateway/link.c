#include "gateway/link.h"

#include "common/console.h"
#include "common/hal.h"
#include "common/reader.h"
#include "common/server_command.h"
#include "gateway/clock.h"
#include "gateway/sender.h"
#include "gateway/setup.h"

static struct line_writer out;
static struct console typing;
static union {
    char line[SERVER_LINE_BYTES];
    struct {
        char start[SERVER_LINE_BYTES - sizeof(struct radio_frame)];
        struct radio_frame frame;
    };
} typed;
struct radio_frame *const link_frame = &typed.frame;
static uint8_t granted;
static bool echoed;      /* a part of a line that is being typed stands on the present line */
static bool in_snapshot; /* the last line was one of a snapshot */

void link_init(void) {
    write_to(&out.w, hal_putc);
    link_grant(0);
    console_init(&typing, typed.line, sizeof typed.line);
    echoed = in_snapshot = false;
}

void link_end(void) {
    write_flash(&out.w, TEXT("\r\n"));
}

struct writer *link_text(void) {
    if (echoed) link_end();
    echoed = in_snapshot = false;
    return &out.w;
}

struct line_writer *link_message(void) {
    link_text();
    return &out;
}

struct writer *link_log(enum log_level level) {
    if (level > setup.common.log_level) return NULL;
    struct writer *w = link_text();
    write_flash(w, settings_log_level(level));
    write_flash(w, TEXT(": "));
    return w;
}

void link_log_line(enum log_level level, flash_text text) {
    struct writer *w = link_log(level);
    if (w == NULL) return;
    write_flash(w, text);
    link_end();
}

void link_log_time(void) {
    struct writer *w = link_log(LOG_DEBUG);
    if (w == NULL) return;
    write_flash(w, TEXT("Time="));
    write_date(w, clock_now_s());
    link_end();
}

bool link_in_snapshot(void) {
    return in_snapshot;
}

void link_snapshot_line(void) {
    in_snapshot = true;
}

uint8_t link_granted(void) {
    return granted;
}

void link_grant(uint8_t bits) {
    granted = bits;
    out.checksums = (bits & SERVER_CHECKSUMS) != 0;
}

/** A server that asked for checksums sends a command again when it hears this. */
static void refuse_spoilt(void) {
    if (out.checksums) line_reply(link_message(), TEXT("SCMD"), false, 0);
    link_log_line(LOG_WARN, TEXT("Bad line"));
}

/** What was typed so far, behind what came between; never a key. */
static void echo_again(void) {
    struct reader r;
    read_from(&r, typed.line, typing.length);
    if (!read_if_text(&r, TEXT("EKEY="))) write_foreign(link_text(), typed.line, typing.length);
}

void link_claim_frame(void) {
    if (typing.length < sizeof typed.start) return;
    typing.length = 0;
    typing.spoilt = true;
}

char *link_typed(void) {
    int16_t byte = hal_getc();
    while (byte != HAL_NO_BYTE) {
        typing.room = sender_busy() ? sizeof typed.start : sizeof typed.line;
        if (!echoed && typing.length > 0) echo_again();
        enum console_event event = console_take(&typing, byte, &out.w);
        echoed = event == CONSOLE_NOTHING && typing.length > 0;
        if (event == CONSOLE_SPOILT) refuse_spoilt();
        if (event == CONSOLE_LINE) return typed.line;
        byte = hal_getc();
    }
    return NULL;
}
