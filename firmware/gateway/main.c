/* The gateway: radio on one side, the server's serial line on the other. Serves what came, then idles until more comes. */
#include "common/hal.h"
#include "common/radio.h"
#include "gateway/clock.h"
#include "gateway/instructions.h"
#include "gateway/link.h"
#include "gateway/nodes.h"
#include "gateway/own_frame.h"
#include "gateway/reception.h"
#include "gateway/relay.h"
#include "gateway/sender.h"
#include "gateway/server.h"
#include "gateway/setup.h"
#include "gateway/snapshot.h"
#include "gateway/version.h"

enum { DARK_CHECK_MS = 5000, FLASHES = 3, FLASH_ON_MS = 500, FLASH_OFF_MS = 250 };

OWN_FRAME static void print_reset_cause(struct writer *w, uint8_t cause) {
    static const char names[][4] FLASH = {" PO", " EX", " BO", " WD"};
    write_flash(w, TEXT("\r\n\r\n=BOOT=\r\nR_FLG 0x"));
    write_hex(w, cause & 0xF, 1);
    for (uint8_t bit = 0; bit < 4; bit++) {
        if ((cause >> bit & 1) != 0) write_flash(w, flash_text_of(names[bit]));
    }
    link_end();
}

OWN_FRAME static void say_boot(uint8_t cause) {
    static const char words[] FLASH = "BOOT v";
    char text[32];
    struct writer w;
    write_into(&w, text, sizeof text);
    write_flash(&w, flash_text_of(words));
    write_u32(&w, VERSION);
    write_flash(&w, TEXT(". Flags: "));
    write_u32(&w, cause);
    line_message(link_message(), setup.common.gateway, text, (uint8_t)strlen(text));
    link_text();
    link_end();
}

OWN_FRAME static void start(void) {
    hal_init(HAL_GATEWAY);
    clock_init(hal_ms());
    nodes_init();
    instructions_init();
    link_init();
    uint8_t cause = hal_reset_cause();
    print_reset_cause(link_text(), cause);
    enum config_source source = setup_load();
    link_log_line(LOG_INFO, TEXT("Read ROM"));
    if (source != CONFIG_STORED) link_log_line(LOG_ERROR, TEXT("ROM Bad"));
    link_log_line(LOG_DEBUG, TEXT("Radio Init"));
    if (!setup_radio()) link_log_line(LOG_ERROR, TEXT("No radio"));
    say_boot(cause);
    link_log_time();
    line_bare(link_message(), TEXT("GTIME"));
}

OWN_FRAME static enum radio_event poll_radio(uint32_t now_ms) {
    return radio_poll(now_ms);
}

/** @return whether there was anything */
static bool serve_radio(uint32_t now_ms) {
    enum radio_event event = poll_radio(now_ms);
    if (event == RADIO_NOTHING) return false;
    if (event == RADIO_FRAME)
        relay_received(radio_received(), now_ms);
    else
        sender_done(event);
    return true;
}

OWN_FRAME static bool serve_line(uint32_t now_ms) {
    static char *waiting; // a command that has to wait for the radio
    char *line = waiting != NULL ? waiting : link_typed();
    if (line == NULL) return false;
    bool done = server_line(line, now_ms);
    waiting = done ? NULL : line;
    return done;
}

/** Three flashes say that it lives. @return when to look again */
static uint32_t flash(uint32_t now_ms) {
    uint32_t period = FLASH_ON_MS + FLASH_OFF_MS;
    bool over = now_ms >= FLASHES * period;
    bool on = !over && now_ms % period < FLASH_ON_MS;
    hal_led(on);
    return over ? now_ms + DARK_CHECK_MS : now_ms - now_ms % period + (on ? FLASH_ON_MS : period);
}

int main(void) {
    start();
    for (;;) {
        hal_watchdog_kick();
        hal_wakes();
        uint32_t now_ms = hal_ms();
        clock_advance(now_ms);
        bool more = serve_radio(now_ms);
        more |= serve_line(now_ms);
        more |= snapshot_step();
        sender_poll(now_ms);
        server_tell_dark();
        if (more) continue;
        uint32_t look_ms = flash(now_ms);
        uint32_t radio_ms = radio_due_ms(now_ms);
        hal_idle((int32_t)(radio_ms - look_ms) < 0 ? radio_ms : look_ms);
    }
}
