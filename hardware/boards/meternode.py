"""MeterNode: reads the puck, counts impulses, measures a clamp, and sends by radio; on three AA cells or 5 V."""
from meternode_parts import headers, mcu, power, radio, sensor
from model import Board, Text

SECTIONS = (power, mcu, radio, sensor, headers)

NAMES = headers.PROBE_NAMES


def names(words, x, y, justify):
    """Names of a header's pins beside it."""
    return [Text(word, x, y + 2.54 * n, justify=justify) for n, word in enumerate(words)]


texts = names(("GND", "3V3", "LDR", "V+", "VREF 2.2V", "OUT", "CT"), 55.9, 53.5, "right") + names(
    ("GND", "GND", "5V IN", "TXD", "RXD", "RTS"), 55.7, 35.5, "right") + names(
    ("3V3", "GND", "PB0", "PB1", "PC2", "PC4", "PC5"), 4.5, 20.7, "left") + [
    Text("3 x AA", 5.2, 60.1, size=1.0), Text("+", 10.6, 63.5, size=1.5), Text("-", 10.6, 67.0, size=1.5),
    Text("5 V = CENTRE +", 23.2, 85.5, angle=90), Text("CLAMP", 35.4, 82.0, angle=90), Text("PUCK", 49.2, 85, angle=90),
    Text("CLOCKWISE:", 47.3, 75.8), Text("DIMMER LIGHT", 47.3, 77.1), Text("BUTTON", 54.7, 21.9), Text("RESET", 12.4, 50.0),
    Text("FIT ONE:", 10.4, 12.4, justify="left"), Text("R10 WIRE", 10.4, 13.8, justify="left"), Text("R11 U.FL", 10.4, 15.2, justify="left"),
    Text("R12 SMA", 10.4, 16.6, justify="left"), Text("RFM69W", 38.8, 13.6, size=1.5), Text("868 OR 915 MHz", 38.8, 15.9),
    Text("VBAT", 15.9, 60.3), Text("JACK", 7.9, 72.0), Text("LOAD", 22.2, 52.85), Text("3V3", 9.0, 55.3), Text("GND", 8.8, 52.6),
    Text("METERMAN NODE A", 43.3, 28.0, size=1.0), Text("CERN-OHL-P", 43.3, 29.7), Text("2026-11-23", 43.3, 31.0),
    Text("METERMAN NODE A", 30, 16, "B.SilkS", 2.0), Text("CERN-OHL-P v2", 30, 19, "B.SilkS", 1.2),
    Text("ANTENNA WIRE: 82 mm AT 868 MHz, 78 mm AT 915 MHz", 30, 21.6, "B.SilkS"),
    Text("PUCK: TIP 3V3, RING 1 LDR, RING 2 LED, SLEEVE GND", 30, 75.5, "B.SilkS"),
    Text("CLAMP: 100 A : 50 mA, TIP AND SLEEVE", 30, 77.2, "B.SilkS"), Text("JACK: 5 V =, CENTRE +", 30, 78.9, "B.SilkS"),
    Text("ATMEGA328P-PU", 30.2, 45.5, size=1.0, angle=90), Text("WIRE", 11.9, 5.4), Text("ISP", 4.3, 51.8), Text("FTDI 3.3 V", 52.4, 34.4, justify="right"),
]


def collected(name):
    """What the sections that have it say of tracks, keepouts, texts."""
    return [item for section in SECTIONS for item in getattr(section, name, ())]


board = Board(
    name="meternode", title="MeterNode", revision="A", date="2026-11-23", paper="A3",
    outline=[(10, 0), (50, 0), (50, 10), (60, 10), (60, 82), (50, 82), (50, 92), (10, 92), (10, 82), (0, 82), (0, 10), (10, 10)],
    parts=[p for s in SECTIONS for p in s.parts], blocks=[b for s in SECTIONS for b in s.blocks], texts=texts,
    power={"+3V3": "power:+3V3", "GND": "power:GND"},
    widths={"+3V3": 0.5, "GND": 0.5, "LOAD": 0.6, "VBAT": 0.6, "CELLS": 0.8, "JACK": 0.6, "JACK_IN": 0.8, "FTDI_VCC": 0.5},
    tracks=collected("tracks"), keepouts=collected("keepouts"), lines=radio.lines, holes=[(*at, 3.2) for at in headers.HOLES],
    comments=("Licence CERN-OHL-P v2. Not yet fabricated.", "Built by hardware/tools from hardware/boards/meternode.py"))
