#include "settings.h"

#include <stddef.h>

#ifndef BAND
#define BAND 915
#endif

_Static_assert(sizeof(struct settings_node) <= 60 && sizeof(struct settings_gateway) <= 60, "a slot of config.c takes no more");

/* What v10 was shipped with, but for the band, which is the image's. */
#define COMMON_DEFAULTS(kind, dbm, level)                                                                                                  \
    {                                                                                                                                      \
        .network = {0, 0, 1, 1}, .key = "CHANGE_ME_PLEASE", .band = BAND, .radio_kind = (kind), .tx_dbm = (dbm), .gateway = 1,             \
        .log_level = (level)                                                                                                               \
    }

static const struct settings_node node_defaults FLASH = {
    .common = COMMON_DEFAULTS(0, 13, LOG_INFO),
    .address = 2,
    .interval_s = 60,
    .imp_per_kwh = 1000,
    .led_ms = 100,
    .target_rssi_dbm = -75,
};

static const struct settings_gateway gateway_defaults FLASH = {
    .common = COMMON_DEFAULTS(1, 20, LOG_DEBUG),
    .align = 1,
};

#define COMMON(member) offsetof(struct settings_common, member)
#define NODE(member)   offsetof(struct settings_node, member)

static const struct config_field node_fields[] FLASH = {
    {"LOGL", "LogLev=", CONFIG_LOG_LEVEL, COMMON(log_level), LOG_ERROR, LOG_DEBUG},
    {"EKEY", "Key=", CONFIG_KEY, COMMON(key), 0, 0},
    {"NETI", "Net Id=", CONFIG_NETWORK, COMMON(network), 0, 0},
    {"GWID", "GwId=", CONFIG_U8, COMMON(gateway), 1, 253},
    {"NOID", "NoId=", CONFIG_U8, NODE(address), 2, 253},
    {"BAND", "Band=", CONFIG_BAND, COMMON(band), 434, 915},
    {"RFHW", "RFM69HW=", CONFIG_FLAG, COMMON(radio_kind), 0, 1},
    {"TXPW", "TX Pow=", CONFIG_I8, COMMON(tx_dbm), -18, 20},
    {"TRSS", "Tgt RSSI=", CONFIG_I8, NODE(target_rssi_dbm), -100, 0},
    {"AUTH", "Auth=", CONFIG_FLAG, COMMON(auth), 0, 1},
    {"MTRR", "Imp/kWh=", CONFIG_U16, NODE(imp_per_kwh), 1, 65000},
    {"MTRI", "Mtr Intvl=", CONFIG_U8, NODE(interval_s), 1, 254},
    {"CTCL", "CT=", CONFIG_FLAG, NODE(ct), 0, 1},
    {"LEDR", "LED=1:", CONFIG_U8, NODE(led_rate), 0, 254},
    {"LEDT", "LED Pulse(ms)=", CONFIG_U16, NODE(led_ms), 0, 3000},
};

static const struct config_field gateway_fields[] FLASH = {
    {"LOGL", "LogLev=", CONFIG_LOG_LEVEL, COMMON(log_level), LOG_ERROR, LOG_DEBUG},
    {"EKEY", "Key=", CONFIG_KEY, COMMON(key), 0, 0},
    {"NETI", "Net Id=", CONFIG_NETWORK, COMMON(network), 0, 0},
    {"GWID", "Gway Id=", CONFIG_U8, COMMON(gateway), 1, 253},
    {"BAND", "Band=", CONFIG_BAND, COMMON(band), 434, 915},
    {"RFHW", "RFM69HW=", CONFIG_FLAG, COMMON(radio_kind), 0, 1},
    {"TXPW", "TX Pow=", CONFIG_I8, COMMON(tx_dbm), -18, 20},
    {"AUTH", "Auth=", CONFIG_FLAG, COMMON(auth), 0, 1},
    {"ENTA", "Entry Algn=", CONFIG_U8, offsetof(struct settings_gateway, align), 0, 1},
};

const struct config_layout settings_node_layout FLASH = {node_fields, &node_defaults, sizeof node_fields / sizeof node_fields[0],
                                                         sizeof(struct settings_node)};
const struct config_layout settings_gateway_layout FLASH = {
    gateway_fields, &gateway_defaults, sizeof gateway_fields / sizeof gateway_fields[0], sizeof(struct settings_gateway)};

flash_text settings_log_level(uint8_t level) {
    static const char names[][6] FLASH = {"ERROR", "WARN", "INFO", "DEBUG"};
    return flash_text_of(names[level <= LOG_DEBUG ? level : LOG_DEBUG]);
}
