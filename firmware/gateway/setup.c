#include "gateway/setup.h"

#include <string.h>

#include "common/hal.h"
#include "common/store.h"
#include "gateway/nodes.h"
#include "gateway/own_frame.h"
#include "gateway/reception.h"
#include "gateway/sender.h"

struct settings_gateway setup;

OWN_FRAME enum config_source setup_load(void) {
    return config_load(&settings_gateway_layout, &setup);
}

bool setup_radio(void) {
    static const struct radio_hooks hooks = {reception_acknowledge, sender_genuine};
    const struct settings_common *common = &setup.common;
    uint32_t boots = store_count_boot(); // a number that no sessions were made of before, also when settings change
    for (uint8_t i = 0; nodes_at(i) != NULL; i++) memset(&nodes_at(i)->session, 0, sizeof(struct session_peer));
    reception_init(common->key, common->gateway, boots, hal_entropy());
    sender_init();
    bool found = radio_init(&common->radio, common->gateway, hal_entropy() ^ boots, &hooks);
    radio_listen(true);
    return found;
}
