/* Whatever the server's line brings: a command is in range, and its data lie in the line. */
#include <stdlib.h>
#include <string.h>

#include "common/server_command.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good) {
    if (!good) abort();
}

static void check(const struct server_command *c, const char *line, size_t length) {
    switch (c->kind) {
    case SERVER_SET_TIME: must(c->time >= 1483228800); break;
    case SERVER_NODE_SNAPSHOT: must(c->node >= 2 && c->node <= 254); break;
    case SERVER_REGISTER: must(c->node >= 2 && c->node <= 253 && c->register_wh <= FRAME_REGISTER_MAX_WH); break;
    case SERVER_INTERVAL: must(c->node >= 2 && c->node <= 253 && c->interval_s >= 1 && c->interval_s <= 254); break;
    case SERVER_LED: must(c->node >= 2 && c->led.rate <= 254 && c->led.on_ms <= 3000); break;
    case SERVER_POLL: must(c->poll.every_s >= 10 && c->poll.every_s <= 600 && c->poll.for_s >= 10 && c->poll.for_s <= 3000); break;
    case SERVER_CAPABILITIES: must(c->wanted <= 7); break;
    case SERVER_RADIO:
        must(c->node != 0 && c->radio.length <= SERVER_RADIO_MAX);
        must((const char *)c->radio.data >= line && (const char *)c->radio.data + c->radio.length <= line + length);
        break;
    default: break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct server_command command;
    if (size > SERVER_LINE_BYTES - 1) size = SERVER_LINE_BYTES - 1;
    char *line = malloc(size + 1); /* so that a byte read too far is noticed */
    memcpy(line, data, size);
    line[size] = 0;
    server_command_read(line, &command);
    if (command.good) check(&command, line, size);
    free(line);
    return 0;
}
