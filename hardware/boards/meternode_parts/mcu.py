"""The microcontroller with crystal, reset, programming headers and the button."""
from model import Block, Place, Tag, Wire
from parts import C, R, make

PINS = {"RESET": "RESET", "PD0": "RXD", "PD1": "TXD", "PD2": "DIO0", "PD3": "IMPULSE", "PD4": "LED", "VCC": "+3V3", "GND": "GND",
        "XTAL1": "XTAL1", "XTAL2": "XTAL2", "PD5": "RTC_INT", "PD6": "BUTTON", "PD7": "RTC_CE", "PB0": "PB0", "PB1": "PB1",
        "PB2": "NSS", "PB3": "MOSI", "PB4": "MISO", "PB5": "SCK", "AVCC": "+3V3", "AREF": "AREF", "PC0": "BATT_ADC", "PC1": "CT",
        "PC2": "PC2", "PC3": "RADIO_RESET", "PC4": "PC4", "PC5": "PC5"}

parts = [
    make("atmega328p", "U1", PINS, (34, 62, 180)),
    C("C5", "100n", "+3V3", "GND", (36.8, 45.5, 90), ref_at=(0, 2.4, 0)),
    C("C6", "100n", "+3V3", "GND", (23.6, 42.6, 270), ref_at=(-1.7, 0, 90)),
    C("C7", "100n", "AREF", "GND", (23.6, 46.15, 270), ref_at=(-1.7, 0, 90)),
    make("crystal-8mhz", "Y1", {"1": "XTAL1", "2": "XTAL2"}, (40.9, 42.85, 90)),
    C("C8", "22p", "XTAL1", "GND", (45.7, 42.85, 0), ref_at=(0, -1.55, 0)),
    C("C9", "22p", "XTAL2", "GND", (45.7, 37.97, 0), ref_at=(0, -1.55, 0)),
    make("ftdi", "J5", {"GND": "GND", "CTS": "GND", "VCC": "FTDI_VCC", "TXD": "FTDI_TXD", "RXD": "FTDI_RXD", "RTS": "RTS"}, (57.6, 35.5, 0)),
    R("R4", "10k", "FTDI_TXD", "RXD", (51.4, 43.1, 180), ref_at=(-2.8, 0, 0)),
    R("R25", "1k", "FTDI_RXD", "TXD", (51.4, 45.66, 180), ref_at=(-3.2, 0, 0)),
    C("C10", "100n", "RTS", "RESET", (51.4, 48.2, 180), ref_at=(-3.2, 0, 0)),
    R("R5", "10k", "+3V3", "RESET", (37.6, 66.2, 180), ref_at=(2.9, 0, 0)),
    make("1n4148w", "D6", {"K": "+3V3", "A": "RESET"}, (37.2, 68.5, 180), ref_at=(-3.2, 0, 0)),
    make("tact", "SW2", {"1": "RESET", "2": "GND"}, (9.1, 42.6, 0), "RESET"),
    make("isp", "J6", {"VCC": "+3V3", "GND": "GND", "MISO": "MISO", "MOSI": "MOSI", "SCK": "SCK", "RST": "RESET"}, (3.0, 44.0, 0)),
    make("tact", "SW1", {"1": "BUTTON", "2": "GND"}, (52.5, 31, 90), "BUTTON", ref_at=(2.2, -10.5, 0)),
]

blocks = [
    Block("Microcontroller, 8 MHz", at=(11, 78), size=(98, 86),
          places=[Place("U1", 40, 45), Place("C5", 6, 12), Place("C6", 15, 12), Place("C7", 22, 24),
                  Place("Y1", 76, 34, 270), Place("C8", 84, 27, 90), Place("C9", 84, 41, 90)],
          wires=[Wire("C5.1", (40, 9), "U1.7"), Wire((40, 9), (42, 9), "U1.20"), Wire("U1.21", "C7.1"),
                 Wire("U1.9", (70, 33), (70, 27), "C8.1"), Wire("U1.10", (70, 35), (70, 41), "C9.1"),
                 Wire("Y1.1", (76, 27)), Wire("Y1.2", (76, 41)),
                 Wire("C8.2", (87, 43))],
          tags=[Tag("+3V3", (10, 9)), Tag("GND", (87, 43)), Tag("XTAL1", (62, 33)), Tag("XTAL2", (62, 35))],
          notes=[("RADIO_RESET is active high,\nheld low by R8.\nPC2, PC4, PC5, PB0, PB1 are free.", 60, 72)]),
    Block("Serial cable, reset, programming, button", at=(112, 78), size=(68, 86),
          places=[Place("J5", 8, 17), Place("R4", 36, 21, 90), Place("R25", 36, 27, 90), Place("C10", 36, 34, 90), Place("R5", 12, 45),
                  Place("D6", 22, 45, 270), Place("SW2", 36, 52, 270), Place("J6", 14, 69), Place("SW1", 52, 66, 270)],
          wires=[Wire("J5.1", (48, 12)), Wire("J5.2", (22, 14), (22, 12)), Wire("J5.4", (22, 18), (22, 21), "R4.1"),
                 Wire("J5.5", (20, 20), (20, 27), "R25.1"), Wire("J5.6", (18, 22), (18, 34), "C10.1"),
                 Wire("R4.2", (50, 21)), Wire("R25.2", (50, 27)), Wire("C10.2", (50, 34)),
                 Wire("R5.1", (12, 41), (22, 41), "D6.1"), Wire("R5.2", (50, 48)), Wire("SW2.1", (36, 48)),
                 Wire("SW1.1", (52, 60))],
          tags=[Tag("GND", (48, 12)), Tag("RXD", (50, 21)), Tag("TXD", (50, 27)), Tag("RESET", (50, 34)), Tag("+3V3", (17, 41)),
                Tag("RESET", (50, 48)), Tag("BUTTON", (52, 60), "up"), Tag("FTDI_TXD", (24, 21)), Tag("FTDI_RXD", (24, 27)), Tag("RTS", (24, 34))],
          notes=[("Names as on the cable: its TXD is our RXD.\nR25: a cable without USB takes little from the cells.", 23, 80)]),
]
