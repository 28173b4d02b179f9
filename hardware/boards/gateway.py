"""Gateway: a HAT with the radio that hears the meters; talks to the Raspberry Pi or to an FTDI cable by a serial line."""
from gateway_parts import controller, pi, radio, serial, silk, supply
from gateway_parts.place import HEIGHT, RADIUS, RF_X, WIDTH
from model import Board

sections = (pi, controller, radio, supply, serial)
LINE = 1.2               # mm, 50 ohm

board = Board(
    name="gateway", title="Gateway: radio HAT for the Raspberry Pi", revision="A", date="2026-11-23", paper="A3",
    outline=[(0, 0, RADIUS), (WIDTH, 0, RADIUS), (WIDTH, HEIGHT, RADIUS), (0, HEIGHT, RADIUS)],
    parts=[part for section in sections for part in section.parts],
    blocks=[block for section in sections for block in section.blocks],
    texts=silk.texts,
    power={"+5V": "power:+5V", "+5V_PI": "power:+5V", "+5V_FTDI": "power:+5V", "+3V3": "power:+3V3", "+3V3_PI": "power:+3V3",
           "GND": "power:GND"},
    widths={"+5V": 0.6, "+5V_PI": 0.6, "+5V_FTDI": 0.6, "+3V3": 0.6, "BULK": 0.6, "+3V3_PI": 0.4, "GND": 0.4},
    tracks=[("RF", "F.Cu", LINE, ["U2.10", "C15.1", "R18.1"]), ("RF_ANT", "F.Cu", LINE, ["R18.2", "C16.1", (RF_X, 43.95), "R21.1"]),
            ("RF_ANT", "F.Cu", LINE, ["R19.1", (RF_X, 43.95), "R20.1"]), ("ANT_SMA", "F.Cu", LINE, ["R19.2", "J5.1"]),
            ("ANT_UFL", "F.Cu", LINE, ["R20.2", "J6.1"]), ("ANT_WIRE", "F.Cu", LINE, ["R21.2", "J7.1"])],
    keepouts=[(("F.Cu",), [(RF_X - 2.4, 17.8), (RF_X + 12.4, 17.8), (RF_X + 12.4, 32.2), (RF_X - 2.4, 32.2)], "tracks vias")],
    comments=("Licence CERN-OHL-P v2. Not yet fabricated.", "Built by hardware/tools from hardware/boards/gateway.py"))
