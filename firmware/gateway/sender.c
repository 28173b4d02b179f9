#include "gateway/sender.h"

#include <string.h>

#include "common/radio_text.h"
#include "gateway/clock.h"
#include "gateway/instructions.h"
#include "gateway/link.h"
#include "gateway/own_frame.h"
#include "gateway/reception.h"
#include "gateway/setup.h"

enum {
    /** v10 nodes listen for a second after their question. */
    LISTENING_MS = 900,
    /** More would come when nobody listens any more. */
    ANSWER_TRIES = 2,
};

enum job { JOB_NONE, JOB_TIME, JOB_INSTRUCTION, JOB_BRIDGE };

struct question {
    uint8_t job;
    bool sealed;
    uint8_t node;
    uint16_t asked_ms; /* low bits of the counter */
    uint32_t asked;    /* JOB_TIME: the node's time */
};

static struct question next_question; /* a later one takes its place */
static uint8_t sending;               /* enum job */
static uint8_t instruction;           /* the kind on its way, if any */
static const uint8_t NO_INSTRUCTION = 255;

void sender_init(void) {
    next_question.job = JOB_NONE;
    sending = JOB_NONE;
}

bool sender_busy(void) {
    return sending != JOB_NONE;
}

void sender_time(const struct node *node, uint32_t asked, bool sealed, uint32_t now_ms) {
    next_question = (struct question){JOB_TIME, sealed, node->id, (uint16_t)now_ms, asked};
}

void sender_instruction(const struct node *node, bool sealed, uint32_t now_ms) {
    next_question = (struct question){JOB_INSTRUCTION, sealed, node->id, (uint16_t)now_ms, 0};
}

static uint8_t put_time(const struct question *question, const struct node *node) {
    struct radio_text_answer text = {question->asked, clock_now_s(), setup.align != 0, node->rssi_dbm};
    uint8_t length = radio_text_put_answer((char *)link_frame->payload, &text);
    if (!question->sealed) return length;
    return session_gateway_answer(reception_sessions(), node->id, reception_request(), link_frame->payload, length);
}

static uint8_t put_text(const struct instruction *next, int8_t rssi_dbm) {
    struct radio_text_instruction text = {.rssi_dbm = rssi_dbm};
    enum radio_text_kind kind = RADIO_TEXT_MNOI;
    if (next != NULL) {
        kind = (enum radio_text_kind)(RADIO_TEXT_GITR + next->kind);
        memcpy(&text.poll, &next->poll, sizeof text.poll);
    }
    return radio_text_put_instruction((char *)link_frame->payload, kind, &text);
}

static uint8_t put_sealed(const struct instruction *next, const struct node *node) {
    static const uint8_t sizes[] FLASH = {sizeof next->poll, sizeof next->register_wh, sizeof next->interval_s, sizeof next->led};
    enum frame_kind kind = FRAME_NOTHING;
    uint8_t size = 0;
    if (next != NULL) {
        kind = (enum frame_kind)(FRAME_POLL + next->kind);
        size = flash_byte(&sizes[next->kind]);
    }
    uint8_t length = frame_put(link_frame->payload, kind, next == NULL ? NULL : &next->poll, size);
    return session_gateway_seal(reception_sessions(), &node->session, node->id, link_frame->payload, length);
}

static uint8_t put_instruction(const struct node *node, bool sealed) {
    const struct instruction *next = instructions_next(node->id);
    instruction = NO_INSTRUCTION;
    if (next != NULL) {
        instruction = next->kind;
        instructions_sending(node->id, (enum instruction_kind)instruction);
    }
    return sealed ? put_sealed(next, node) : put_text(next, node->rssi_dbm);
}

static void log_frame(enum log_level level, flash_text what) {
    struct writer *w = link_log(level);
    if (w == NULL) return;
    write_flash(w, what);
    if (link_frame->payload[0] >= FRAME_ACK)
        write_hex(w, link_frame->payload[0], 2);
    else
        write_foreign(w, (const char *)link_frame->payload, link_frame->length);
    link_end();
}

OWN_FRAME static void send_answer(const struct question *question) {
    link_claim_frame();
    const struct node *node = nodes_find(question->node);
    if (node == NULL) return;
    link_frame->length = question->job == JOB_TIME ? put_time(question, node) : put_instruction(node, question->sealed);
    link_frame->to = node->id;
    link_frame->flags = 0;
    log_frame(LOG_DEBUG, TEXT("Sending: "));
    if (link_frame->length > 0 && radio_send(link_frame, ANSWER_TRIES)) sending = question->job;
}

void sender_poll(uint32_t now_ms) {
    if (sending != JOB_NONE || next_question.job == JOB_NONE) return;
    if ((uint16_t)(now_ms - next_question.asked_ms) <= LISTENING_MS) send_answer(&next_question);
    next_question.job = JOB_NONE;
}

void sender_bridge(const struct server_command *command) {
    link_frame->to = command->node;
    link_frame->flags = 0;
    link_frame->length = command->radio.length;
    memmove(link_frame->payload, command->radio.data, command->radio.length); // from one part of the line to another
    if (radio_send(link_frame, command->radio.acknowledge ? RADIO_TRIES : 0))
        sending = JOB_BRIDGE;
    else
        line_reply(link_message(), TEXT("SRAD"), false, command->node);
}

void sender_done(enum radio_event event) {
    uint8_t job = sending;
    bool good = event != RADIO_FAILED;
    sending = JOB_NONE;
    if (job == JOB_BRIDGE)
        line_reply(link_message(), TEXT("SRAD"), good, link_frame->to);
    else if (!good)
        log_frame(LOG_WARN, TEXT("Send fail: "));
    else if (job == JOB_INSTRUCTION && instruction != NO_INSTRUCTION)
        instructions_delivered(link_frame->to, (enum instruction_kind)instruction);
}

bool sender_genuine(const struct radio_frame *sent, const struct radio_frame *ack) {
    if (sending == JOB_BRIDGE || sent->payload[0] < FRAME_ACK) return true;
    const struct node *node = nodes_find(sent->to);
    if (node == NULL) return false;
    return session_gateway_acked(reception_sessions(), &node->session, node->id, sent->payload, sent->length, ack->payload, ack->length);
}
