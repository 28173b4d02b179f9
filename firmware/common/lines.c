#include "lines.h"

#include "crc16.h"
#include "form.h"

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
    const uint8_t values[] = {version, granted};
    line_begin(line, TEXT("SCAP_ACK"));
    form_write(&line->w, TEXT(";b,b"), values);
    line_end(line);
}

void line_gateway(struct line_writer *line, const struct line_gateway *gateway) {
    line_begin(line, TEXT("GWSNAP"));
    form_write(&line->w, TEXT(";b,l,h,l,"), gateway);
    write_flash(&line->w, gateway->log_level);
    write_flash(&line->w, TEXT(",****************,"));
    form_write(&line->w, TEXT("b.b.b.b,s"), gateway->network);
    line_end(line);
}

void line_node(struct line_writer *line, const struct line_node *node, bool first) {
    if (first || line->checksums) line_begin(line, TEXT("NOSNAP"));
    form_write(&line->w, TEXT(";b"), &node->node);
    form_write(&line->w, TEXT(",h,l,l,h"), node->status);
    form_write(&line->w, TEXT(",l,i"), &node->last_seen);
    form_write(&line->w, TEXT(",b,h"), &node->status->interval_s);
    form_write(&line->w, TEXT(",l,l,c"), &node->last_finish);
    form_write(&line->w, TEXT(",b,h"), &node->status->led_rate);
    form_write(&line->w, TEXT(",s"), &node->rssi_dbm);
    line_end(line);
}

static void begin_update(struct line_writer *line, flash_text name, uint8_t node, uint32_t t, uint32_t wh) {
    const struct frame_rebase from = {t, wh};
    begin_of_node(line, name, node);
    form_write(&line->w, TEXT(",l,l"), &from);
}

void line_rebase(struct line_writer *line, uint8_t node, uint32_t t, uint32_t wh) {
    begin_update(line, TEXT("MREB"), node, t, wh);
    line_end(line);
}

void line_dark(struct line_writer *line, uint8_t node, uint32_t last_seen) {
    line_begin(line, TEXT("NDARK"));
    write_field(&line->w, ';', node);
    write_field(&line->w, ',', last_seen);
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
    begin_update(line, current ? TEXT("MUPC") : TEXT("MUP_"), node, t, wh);
}

void line_update_entry(struct line_writer *line, bool current, const struct radio_text_entry *entry) {
    form_write(&line->w, current ? TEXT(";h,l,c") : TEXT(";h,l"), entry);
}

void line_timed_begin(struct line_writer *line, uint8_t node, bool current, const struct frame_basis *basis) {
    begin_update(line, current ? TEXT("MUTC") : TEXT("MUPT"), node, basis->t, basis->wh);
    write_field(&line->w, ',', basis->imp_per_kwh);
}

void line_timed_entry(struct line_writer *line, bool current, const struct frame_entry *entry, uint32_t wh) {
    write_field(&line->w, ';', entry->duration_s);
    write_field(&line->w, ',', wh);
    write_field(&line->w, ',', entry->impulses);
    write_field(&line->w, ',', entry->last_64ths * 25UL / 16);
    if (current) write_field(&line->w, ',', entry->current_ca);
}

void line_radio(struct line_writer *line, const struct line_radio *frame) {
    line_begin(line, TEXT("RADIO"));
    form_write(&line->w, TEXT(";b,b,b,b,s,"), frame);
    for (uint8_t i = 0; i < frame->length; i++) write_hex(&line->w, frame->data[i], 2);
    line_end(line);
}
