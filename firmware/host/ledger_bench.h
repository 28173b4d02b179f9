/** One ledger on the bench, and what must hold in it at any time. */
#pragma once

#include "host/rig.h"
#include "meternode/ledger.h"

#define EPOCH UINT32_C(1783000000)

static struct ledger ledger;

/* What waits, from the base on, adds up to the register. */
static inline void balance(void) {
    struct queue_base end = *ledger.queue.bases;
    struct queue_entry entry;
    uint8_t rebase = 0;
    for (uint8_t i = ledger.queue.announcing; queue_peek(&ledger.queue, i, &entry); i++) {
        if (entry.seconds == 0) end = ledger.queue.bases[2 + (ledger.queue.rebase_head + rebase++) % QUEUE_REBASES];
        end.start_s += entry.seconds;
        meter_add(&end.meter, entry.impulses);
    }
    CHECK_EQUAL(ledger.running.start_s, end.start_s);
    meter_add(&end.meter, ledger.running.impulses);
    CHECK_EQUAL(ledger.running.meter.wh, end.meter.wh);
    CHECK_EQUAL(ledger.running.meter.remainder, end.meter.remainder);
    CHECK_EQUAL(rebase, ledger.queue.rebase_count);
    CHECK(ledger_is_intact(&ledger));
}
