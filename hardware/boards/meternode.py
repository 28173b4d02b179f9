"""MeterNode: reads the puck, counts impulses, measures a clamp, and sends by radio; on three AA cells or 5 V."""
from meternode_parts import headers, mcu, power, printing, radio, sensor
from model import Board

SECTIONS = (power, mcu, radio, sensor, headers)


def collected(name):
    """What the sections that have it say of tracks and keepouts."""
    return [item for section in SECTIONS for item in getattr(section, name, ())]


board = Board(
    name="meternode", title="MeterNode", revision="A", date="2026-11-23", paper="A3",
    outline=[(10, 0), (50, 0), (50, 10), (60, 10), (60, 82), (50, 82), (50, 92), (10, 92), (10, 82), (0, 82), (0, 10), (10, 10)],
    parts=[p for s in SECTIONS for p in s.parts], blocks=[b for s in SECTIONS for b in s.blocks], texts=printing.texts,
    power={"+3V3": "power:+3V3", "GND": "power:GND"},
    widths={"+3V3": 0.5, "GND": 0.5, "LOAD": 0.6, "VBAT": 0.6, "CELLS": 0.8, "JACK": 0.6, "JACK_IN": 0.8, "FTDI_VCC": 0.5},
    tracks=collected("tracks"), keepouts=collected("keepouts"), lines=radio.lines, holes=[(*at, 3.2) for at in headers.HOLES],
    stitch=3.0, comments=("Licence CERN-OHL-P v2. Not yet fabricated.", "Built by hardware/tools from hardware/boards/meternode.py"))
