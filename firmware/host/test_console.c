#include <stddef.h>

#include "common/console.h"
#include "common/settings.h"
#include "host/hal_host.h"
#include "host/rig.h"

static char out[1024];
static uint16_t length;
static char buffer[20];
static struct console console;
static struct writer w;
static struct settings_node s;

static void hear(char c) {
    if (length < sizeof out - 1) out[length++] = c;
    out[length] = 0;
}

static void fresh(void) {
    write_to(&w, hear);
    console_init(&console, buffer, sizeof buffer);
    config_defaults(&settings_node_layout, &s);
    length = 0;
    out[0] = 0;
}

static enum console_event type(const char *text) {
    enum console_event event = CONSOLE_NOTHING;
    for (; *text != 0; text++) event = console_take(&console, (uint8_t)*text, &w);
    return event;
}

static void a_line_ends_with_cr_and_is_echoed(void) {
    fresh();
    CHECK_EQUAL(CONSOLE_NOTHING, type("dump\n"));
    CHECK_EQUAL(CONSOLE_LINE, type("\r"));
    CHECK_TEXT("dump", buffer);
    CHECK_TEXT("dump\r\n", out);
    CHECK_EQUAL(CONSOLE_NOTHING, type("\r\r\n\r"));
    CHECK_EQUAL(CONSOLE_LINE, type("x\r"));
    CHECK_TEXT("x", buffer);
}

static void backspace_takes_one_back_and_never_more_than_there_is(void) {
    fresh();
    CHECK_EQUAL(CONSOLE_LINE, type("\b\b\x7f"
                                   "dx\bu\b\b\b\bdumb\x7fp\r"));
    CHECK_TEXT("dump", buffer);
}

static void a_line_that_is_too_long_is_refused_whole(void) {
    fresh();
    CHECK_EQUAL(CONSOLE_LINE, type("1234567890123456789\r"));
    CHECK_TEXT("1234567890123456789", buffer);
    CHECK_EQUAL(CONSOLE_SPOILT, type("12345678901234567890\r"));
    CHECK_EQUAL(CONSOLE_SPOILT, type("12345678901234567890\b\b\b\r"));
    CHECK_EQUAL(CONSOLE_LINE, type("ok\r"));
    CHECK_TEXT("ok", buffer);
}

static void a_line_with_a_hole_is_refused(void) {
    fresh();
    type("mtri=2");
    CHECK_EQUAL(CONSOLE_NOTHING, console_take(&console, HAL_BYTES_LOST, &w));
    CHECK_EQUAL(CONSOLE_SPOILT, type("5\r"));
    CHECK_EQUAL(CONSOLE_LINE, type("mtri\r"));
    CHECK_EQUAL(CONSOLE_NOTHING, console_take(&console, HAL_NO_BYTE, &w));
}

static void control_characters_and_noise_are_dropped(void) {
    fresh();
    CHECK_EQUAL(CONSOLE_LINE, type("\x01"
                                   "d\xff\x80u\tmp\x1b\r"));
    CHECK_TEXT("dump", buffer);
}

static void a_key_is_not_echoed(void) {
    char long_buffer[40];
    fresh();
    console_init(&console, long_buffer, sizeof long_buffer);
    CHECK_EQUAL(CONSOLE_LINE, type("Ekey=ABCDEFGHIJKLMNOP\r"));
    CHECK_TEXT("Ekey=****************\r\n", out);
    CHECK_TEXT("Ekey=ABCDEFGHIJKLMNOP", long_buffer);
}

static enum console_result say(const char *line, const char *wanted) {
    uint8_t changed = 255;
    length = 0;
    out[0] = 0;
    enum console_result result = console_setting(line, &settings_node_layout, &s, &w, &changed);
    CHECK_TEXT(wanted, out);
    CHECK_EQUAL(result == CONSOLE_SET || result == CONSOLE_SHOWN, changed != 255);
    return result;
}

static void settings_are_shown(void) {
    fresh();
    CHECK_EQUAL(CONSOLE_SHOWN, say("txpw", " > TX Pow=13\r\n"));
    CHECK_EQUAL(CONSOLE_SHOWN, say("TRSS", " > Tgt RSSI=-75\r\n"));
    CHECK_EQUAL(CONSOLE_SHOWN, say("neti", " > Net Id=0.0.1.1\r\n"));
    CHECK_EQUAL(CONSOLE_SHOWN, say("logl", " > LogLev=INFO\r\n"));
    CHECK_EQUAL(CONSOLE_SHOWN, say("ctcl", " > CT=N\r\n"));
    CHECK_EQUAL(CONSOLE_SHOWN, say("ledr", " > LED=1:0\r\n"));
    CHECK_EQUAL(CONSOLE_SHOWN, say("ledt", " > LED Pulse(ms)=100\r\n"));
    CHECK_EQUAL(CONSOLE_SHOWN, say("mtrr", " > Imp/kWh=1000\r\n"));
    CHECK_EQUAL(CONSOLE_SHOWN, say("ekey", " > Key=(set)\r\n"));
}

static void settings_are_set(void) {
    fresh();
    CHECK_EQUAL(CONSOLE_SET, say("txpw=-18", " > TX Pow=-18\r\n"));
    CHECK_EQUAL(-18, s.common.tx_dbm);
    CHECK_EQUAL(CONSOLE_SET, say("MTRR=65000", " > Imp/kWh=65000\r\n"));
    CHECK_EQUAL(65000, s.imp_per_kwh);
    CHECK_EQUAL(CONSOLE_SET, say("neti=10.20.30.255", " > Net Id=10.20.30.255\r\n"));
    CHECK_BYTES("\12\24\36\377", s.common.network, 4);
    CHECK_EQUAL(CONSOLE_SET, say("ekey=A=B=C=D=E=F=G,HI", " > Key=(set)\r\n"));
    CHECK_BYTES("A=B=C=D=E=F=G,HI", s.common.key, 16);
    CHECK_EQUAL(CONSOLE_SET, say("logl=debug", " > LogLev=DEBUG\r\n"));
    CHECK_EQUAL(LOG_DEBUG, s.common.log_level);
    CHECK_EQUAL(CONSOLE_SET, say("band=434", " > Band=434\r\n"));
    CHECK_EQUAL(434, s.common.band);
    CHECK_EQUAL(CONSOLE_SET, say("ctcl=1", " > CT=Y\r\n"));
    uint8_t changed;
    CHECK_EQUAL(CONSOLE_SET, console_setting("ledt=0", &settings_node_layout, &s, &w, &changed));
    CHECK_EQUAL(offsetof(struct settings_node, led_ms), changed);
}

static void bad_values_change_nothing(void) {
    static const struct {
        const char *line, *reply;
    } bad[] = {
        {"txpw=21", " > Bad TX Pow\r\n"},
        {"txpw=", " > Bad TX Pow\r\n"},
        {"txpw=1x", " > Bad TX Pow\r\n"},
        {"txpw=010", " > Bad TX Pow\r\n"},
        {"mtri=0", " > Bad Mtr Intvl\r\n"},
        {"mtri=255", " > Bad Mtr Intvl\r\n"},
        {"mtri=-1", " > Bad Mtr Intvl\r\n"},
        {"mtrr=0", " > Bad Imp/kWh\r\n"},
        {"mtrr=65001", " > Bad Imp/kWh\r\n"},
        {"ledr=255", " > Bad LED\r\n"},
        {"neti=1.2.3", " > Bad Net Id\r\n"},
        {"neti=1.2.3.256", " > Bad Net Id\r\n"},
        {"ekey=short", " > Bad Key\r\n"},
        {"ekey=ABCDEFGHIJKLMNOPQ", " > Bad Key\r\n"},
        {"ekey=", " > Bad Key\r\n"},
        {"logl=LOUD", " > Bad LogLev\r\n"},
        {"logl=INFOS", " > Bad LogLev\r\n"},
        {"band=900", " > Bad Band\r\n"},
        {"noid=1", " > Bad NoId\r\n"},
        {"noid=254", " > Bad NoId\r\n"},
        {"trss=1", " > Bad Tgt RSSI\r\n"},
        {"auth=2", " > Bad Auth\r\n"},
        {"gwid=4294967297", " > Bad GwId\r\n"},
    };
    fresh();
    const struct settings_node before = s;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) CHECK_EQUAL(CONSOLE_BAD, say(bad[i].line, bad[i].reply));
    CHECK_BYTES(&before, &s, sizeof s);
}

static void other_lines_are_the_callers(void) {
    static const char *const others[] = {"", "help", "txp", "txpwr", "txpw 5", " txpw", "=5", "mtrv=1000"};
    fresh();
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++) CHECK_EQUAL(CONSOLE_OTHER, say(others[i], ""));
}

static void ones_own_commands(void) {
    bool has_value;
    struct reader value;
    CHECK(console_command("mtrv=1000", TEXT("MTRV"), &has_value, &value));
    CHECK(has_value);
    CHECK_EQUAL(1000, read_u32(&value, 0, 9999));
    CHECK(read_end(&value));
    CHECK(console_command("Time", TEXT("TIME"), &has_value, &value));
    CHECK(!has_value);
    CHECK(!read_end(&value));
    CHECK(!console_command("times", TEXT("TIME"), &has_value, &value));
    CHECK(!console_command("tim", TEXT("TIME"), &has_value, &value));
}

static void replies_and_lists(void) {
    fresh();
    console_reply(&w, TEXT("Batt"));
    write_u32(&w, 4495);
    console_end(&w);
    console_bad(&w, TEXT("Cmd"));
    CHECK_TEXT(" > Batt=4495\r\n > Bad Cmd\r\n", out);
    length = 0;
    console_print_names(&settings_gateway_layout, &w);
    CHECK_TEXT("LOGL EKEY NETI GWID BAND RFHW TXPW AUTH ENTA ", out);
    length = 0;
    console_print_settings(&settings_node_layout, &s, &w);
    CHECK(strstr(out, "CHANGE_ME") == NULL);
    CHECK(strstr(out, " > NoId=2\r\n") != NULL);
}

int main(void) {
    RUN(a_line_ends_with_cr_and_is_echoed);
    RUN(backspace_takes_one_back_and_never_more_than_there_is);
    RUN(a_line_that_is_too_long_is_refused_whole);
    RUN(a_line_with_a_hole_is_refused);
    RUN(control_characters_and_noise_are_dropped);
    RUN(a_key_is_not_echoed);
    RUN(settings_are_shown);
    RUN(settings_are_set);
    RUN(bad_values_change_nothing);
    RUN(other_lines_are_the_callers);
    RUN(ones_own_commands);
    RUN(replies_and_lists);
    return rig_end();
}
