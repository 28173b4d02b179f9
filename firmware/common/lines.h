/**
 * The gateway's messages to the server, `G>S:…`, written character by character: docs/protocol.md §1. Line ends and
 * checksums are made here and nowhere else.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frames.h"
#include "radio_text.h"
#include "writer.h"

struct line_writer {
    struct writer w;
    bool checksums; /**< granted by SCAP */
};

/** A gateway as GWSNAP tells it. The key is no part of it. */
struct __attribute__((packed)) line_gateway {
    uint8_t address;
    uint32_t booted; /**< epoch seconds */
    uint16_t free_ram;
    uint32_t now;
    flash_text log_level;
    uint8_t network[4];
    int8_t tx_dbm;
};

/** A node as NOSNAP tells it. */
struct __attribute__((packed)) line_node {
    uint8_t node;
    const struct frame_status *status;
    uint32_t last_seen; /**< epoch seconds, 4294967295: unknown */
    int32_t drift_s;
    uint32_t last_finish, last_wh;
    uint16_t current_ca;
    int8_t rssi_dbm;
};

/** A frame of another device, for the bridge. */
struct __attribute__((packed)) line_radio {
    uint8_t from, to, id, flags;
    int8_t rssi_dbm;
    const uint8_t *data;
    uint8_t length;
};

/** Begins a message: `G>S:` and its name. Then write_…() to `&line->w`. */
void line_begin(struct line_writer *line, flash_text name);

/** Ends it: checksum if granted, CR LF. */
void line_end(struct line_writer *line);

/** A message without fields: `GTIME`, `NOSNAP`. */
void line_bare(struct line_writer *line, flash_text name);

/** `STIME_ACK`, `SMVAL_NACK;2`. @param node 0: without */
void line_reply(struct line_writer *line, flash_text command, bool ack, uint8_t node);

/** `SCAP_ACK;<version>,<granted>` */
void line_capabilities(struct line_writer *line, uint8_t version, uint8_t granted);

void line_gateway(struct line_writer *line, const struct line_gateway *gateway);

/** One node of a snapshot. @param first without checksums, those behind the first are continuations: `;` in front */
void line_node(struct line_writer *line, const struct line_node *node, bool first);

void line_rebase(struct line_writer *line, uint8_t node, uint32_t t, uint32_t wh);
void line_dark(struct line_writer *line, uint8_t node, uint32_t last_seen);

/** Text of a node or of the gateway; what could end a line is made harmless. The blank behind it is v10's. */
void line_message(struct line_writer *line, uint8_t sender, const char *text, uint8_t length);

/** Begins `MUP_;2,MUP_,<t>,<Wh>`, or MUPC; entries and line_end() follow. */
void line_update_begin(struct line_writer *line, uint8_t node, bool current, uint32_t t, uint32_t wh);
void line_update_entry(struct line_writer *line, bool current, const struct radio_text_entry *entry);

/** Begins `MUPT;2,MUPT,<t>,<Wh>,<imp/kWh>`, or MUTC; entries and line_end() follow. */
void line_timed_begin(struct line_writer *line, uint8_t node, bool current, const struct frame_basis *basis);

/** @param wh of this entry: frame_wh(). Sixty-fourths become hundredths of a second, rounded down. */
void line_timed_entry(struct line_writer *line, bool current, const struct frame_entry *entry, uint32_t wh);

/** `RADIO;<from>,<to>,<id>,<flags>,<rssi>,<hex>` */
void line_radio(struct line_writer *line, const struct line_radio *frame);
