#include "lines.h"

#include "crc16.h"

static void put(struct line_writer *line, uint32_t value) {
    write_field(&line->w, ',', value);
}

static void put_signed(struct line_writer *line, int32_t value) {
    write_signed_field(&line->w, ',', value);
}

void line_begin(struct line_writer *line, flash_text name) {
    line->w.crc = CRC16_START;
    write_flash(&line->w, TEXT("G>S:"));
    write_flash(&line->w, name);
}

void line_end(struct line_writer *line) {
    if (line->checksums) {
        uint16_t crc = line->w.crc;
        write_char(&line->w, '*');
        write_hex(&line->w, crc, 4);
    }
    write_flash(&line->w, TEXT("\r\n"));
}

void line_bare(struct line_writer *line, flash_text name) {
    line_begin(line, name);
    line_end(line);
}

/* `MREB;2,MREB`: v10 repeats the name, as the node's own text had it */
static void begin_of_node(struct line_writer *line, flash_text name, uint8_t node) {
    line_begin(line, name);
    write_field(&line->w, ';', node);
    write_char(&line->w, ',');
    write_flash(&line->w, name);
}

void line_reply(struct line_writer *line, flash_text command, bool ack, uint8_t node) {
    line_begin(line, command);
    write_flash(&line->w, ack ? TEXT("_ACK") : TEXT("_NACK"));
    if (node != 0) write_field(&line->w, ';', node);
    line_end(line);
}

void line_capabilities(struct line_writer *line, uint8_t version, uint8_t granted) {
    line_begin(line, TEXT("SCAP_ACK"));
    write_field(&line->w, ';', version);
    put(line, granted);
    line_end(line);
}

void line_gateway(struct line_writer *line, const struct line_gateway *gateway) {
    line_begin(line, TEXT("GWSNAP"));
    write_field(&line->w, ';', gateway->address);
    put(line, gateway->booted);
    put(line, gateway->free_ram);
    put(line, gateway->now);
    write_char(&line->w, ',');
    write_flash(&line->w, gateway->log_level);
    write_flash(&line->w, TEXT(",****************,"));
    write_network(&line->w, gateway->network);
    put_signed(line, gateway->tx_dbm);
    line_end(line);
}

void line_node(struct line_writer *line, const struct line_node *node, bool first) {
    const struct frame_status *status = node->status;
    if (first || line->checksums) line_begin(line, TEXT("NOSNAP"));
    write_field(&line->w, ';', node->node);
    put(line, status->battery_mv);
    put(line, status->uptime_s);
    put(line, status->slept_s);
    put(line, status->free_ram);
    put(line, node->last_seen);
    put_signed(line, node->drift_s);
    put(line, status->interval_s);
    put(line, status->imp_per_kwh);
    put(line, node->last_finish);
    put(line, node->last_wh);
    write_char(&line->w, ',');
    write_hundredths(&line->w, node->current_ca);
    put(line, status->led_rate);
    put(line, status->led_ms);
    put_signed(line, node->rssi_dbm);
    line_end(line);
}

void line_rebase(struct line_writer *line, uint8_t node, uint32_t t, uint32_t wh) {
    begin_of_node(line, TEXT("MREB"), node);
    put(line, t);
    put(line, wh);
    line_end(line);
}

void line_dark(struct line_writer *line, uint8_t node, uint32_t last_seen) {
    line_begin(line, TEXT("NDARK"));
    write_field(&line->w, ';', node);
    put(line, last_seen);
    line_end(line);
}

void line_message(struct line_writer *line, uint8_t sender, const char *text, uint8_t length) {
    begin_of_node(line, TEXT("GMSG"), sender);
    write_char(&line->w, ',');
    write_foreign(&line->w, text, length);
    write_char(&line->w, ' ');
    line_end(line);
}

void line_update_begin(struct line_writer *line, uint8_t node, bool current, uint32_t t, uint32_t wh) {
    begin_of_node(line, current ? TEXT("MUPC") : TEXT("MUP_"), node);
    put(line, t);
    put(line, wh);
}

void line_update_entry(struct line_writer *line, bool current, const struct radio_text_entry *entry) {
    write_field(&line->w, ';', entry->duration_s);
    put(line, entry->wh);
    if (!current) return;
    write_char(&line->w, ',');
    write_hundredths(&line->w, entry->current_ca);
}

void line_timed_begin(struct line_writer *line, uint8_t node, bool current, const struct frame_basis *basis) {
    begin_of_node(line, current ? TEXT("MUTC") : TEXT("MUPT"), node);
    put(line, basis->t);
    put(line, basis->wh);
    put(line, basis->imp_per_kwh);
}

void line_timed_entry(struct line_writer *line, bool current, const struct frame_entry *entry, uint32_t wh) {
    write_field(&line->w, ';', entry->duration_s);
    put(line, wh);
    put(line, entry->impulses);
    put(line, entry->last_64ths * 100UL / 64);
    if (current) put(line, entry->current_ca);
}

void line_radio(struct line_writer *line, const struct line_radio *frame) {
    line_begin(line, TEXT("RADIO"));
    write_field(&line->w, ';', frame->from);
    put(line, frame->to);
    put(line, frame->id);
    put(line, frame->flags);
    put_signed(line, frame->rssi_dbm);
    write_char(&line->w, ',');
    for (uint8_t i = 0; i < frame->length; i++) write_hex(&line->w, frame->data[i], 2);
    line_end(line);
}
