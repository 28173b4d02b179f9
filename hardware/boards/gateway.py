"""Gateway: a HAT with the radio that hears the meters; talks to the Raspberry Pi or to an FTDI cable by a serial line."""
from gateway_parts import controller, pi, radio, serial, silk, supply, tracks
from gateway_parts.place import HEIGHT, HOLE, HOLES, RADIUS, WIDTH, pin
from model import Board

sections = (pi, controller, radio, supply, serial)

board = Board(
    name="gateway", title="Gateway: radio HAT for the Raspberry Pi", revision="A", date="2026-11-23", paper="A3",
    outline=[(0, 0, RADIUS), (WIDTH, 0, RADIUS), (WIDTH, HEIGHT, RADIUS), (0, HEIGHT, RADIUS)],
    parts=[part for section in sections for part in section.parts],
    blocks=[block for section in sections for block in section.blocks],
    texts=silk.texts, tracks=tracks.tracks, keepouts=tracks.keepouts, lines=tracks.LINES,
    holes=[(x, y, HOLE) for x, y in HOLES], fixed={f"J1.{n}": pin(n) for n in range(1, 41)}, stitch=2.0,
    power={"+5V": "power:+5V", "+5V_PI": "power:+5V", "+5V_FTDI": "power:+5V", "+3V3": "power:+3V3", "+3V3_PI": "power:+3V3",
           "GND": "power:GND"},
    widths={"+5V": 0.6, "+5V_PI": 0.6, "+5V_FTDI": 0.6, "+3V3": 0.6, "BULK": 0.6, "+3V3_PI": 0.4, "GND": 0.4},
    comments=("Licence CERN-OHL-P v2. Not yet fabricated.", "Built by hardware/tools from hardware/boards/gateway.py"))
