#!/usr/bin/env python3
"""Checks the Gateway's ID EEPROM: the committed image and its text are what eeprom.py makes; sums are those that other
images publish; the GPIO map is the board's; every damage is found.  check.py [--write]: writes the image and its text first."""
import sys
import uuid
from pathlib import Path

import devicetree
import eeprom

HERE = Path(__file__).resolve().parent
IMAGE = HERE.parent / "out" / "gateway" / "id-eeprom.eep"
TEXT = IMAGE.with_suffix(".txt")
# Position on the Pi's header -> BCM number
HEADER = {3: 2, 5: 3, 7: 4, 8: 14, 10: 15, 11: 17, 12: 18, 13: 27, 15: 22, 16: 23, 18: 24, 19: 10, 21: 9, 22: 25, 23: 11, 24: 8, 26: 7,
          27: 0, 28: 1, 29: 5, 31: 6, 32: 12, 33: 13, 35: 19, 36: 16, 37: 26, 38: 20, 40: 21}
RESERVED = {0: "ID_SD", 1: "ID_SC"}                 # the specification's, not in the map
BUTTON_NETS = {"reboot": "PI_REBOOT", "shutdown": "PI_SHUTDOWN"}
I2C, I2S = (eeprom.ALT0, eeprom.UP), (eeprom.ALT0, eeprom.DEFAULT)
# What others published of boards on the market: the fields and the sums of their atoms, as eepdump or a hex dump shows them
PUBLISHED = [
    # HiFiBerry DAC+: http://www.freesandal.org/?m=20161114
    (1, 0, ("HiFiBerry (Modul 9 LLC)", "HiFiBerry DAC+", uuid.UUID("622ae230-c7d9-46d2-b578-216a7e93f83d"), 0x3141, 1), 0xE84B),
    (2, 1, {2: I2C, 3: I2C, 16: (eeprom.INPUT, eeprom.NONE), 18: I2S, 19: I2S, 20: I2S, 21: I2S}, 0x6982),
    # Raspberry Pi M.2 HAT+: https://github.com/raspberrypi/linux/issues/6202
    (1, 0, ("Raspberry Pi", "M.2 HAT+ M Key", uuid.UUID("833ad001-a8e0-4779-8e6f-3c4ee6676e9c"), 0, 3), 0x1A90),
]


def text(data):
    """What the text beside the image says."""
    return "\n".join(eeprom.described(data)) + "\n"


def committed():
    """Where the committed image or its text is not what eeprom.py makes."""
    if not IMAGE.exists() or IMAGE.read_bytes() != eeprom.image():
        yield f"{IMAGE.name} is not what eeprom.py makes (check.py --write)"
    if not TEXT.exists() or TEXT.read_text() != text(eeprom.image()):
        yield f"{TEXT.name} is not what the image says (check.py --write)"
    if len(eeprom.image()) > eeprom.CAPACITY:
        yield "the image is larger than the EEPROM"


def known():
    """Sums of images that are on the market, rebuilt from their fields."""
    if eeprom.crc16(b"123456789") != 0xBB3D:
        yield "crc16 is not CRC-16/ARC"
    for kind, count, fields, crc in PUBLISHED:
        data = eeprom.vendor_info(*fields) if kind == eeprom.VENDOR_ATOM else eeprom.gpio_map(fields)
        real = eeprom.crc16(eeprom.ATOM.pack(kind, count, len(data) + 2) + data)
        if real != crc:
            yield f"an atom of {fields} has the sum {real:#06x}, published is {crc:#06x}"


def unlike_the_board(header, revision, pins=None, buttons=None):
    """Where the image is not of a board with these nets at the Pi's header (position -> net)."""
    pins, buttons = pins or eeprom.PINS, buttons or eeprom.BUTTONS
    at_bcm = {HEADER[position]: net for position, net in header.items() if net and position in HEADER}
    map_says = {bcm: net for bcm, (_, _, net) in pins.items()} | RESERVED
    for bcm in sorted(at_bcm.keys() | map_says.keys()):
        if at_bcm.get(bcm) != map_says.get(bcm):
            yield f"BCM{bcm}: the board has {at_bcm.get(bcm)}, the image {map_says.get(bcm)}"
    for name, (bcm, _) in buttons.items():
        if at_bcm.get(bcm) != BUTTON_NETS[name]:
            yield f"the overlay's {name} is BCM{bcm}, the board has {at_bcm.get(bcm)} there"
    if revision != eeprom.REVISION:
        yield f"the board is revision {revision}, the image is of {eeprom.REVISION}"


def header_of_the_board():
    """(position -> net at the Pi's header, revision) of boards/gateway.py."""
    sys.path.insert(0, str(HERE.parent / "tools"))
    import build
    board = build.load("gateway")
    part, = [p for p in board.parts if "Raspberry_Pi" in p.symbol]
    return {int(number): net for number, net in part.nets.items()}, board.revision


def accepted(data):
    """Whether an image passes as sound."""
    try:
        text(data)
    except ValueError:
        return False
    return True


def undetected():
    """Damages that pass as a sound image; each must be found."""
    good = eeprom.image()
    for at in range(len(good)):
        for change in [1 << bit for bit in range(8)] + [0xFF]:
            if accepted(good[:at] + bytes([good[at] ^ change]) + good[at + 1:]):
                yield f"byte {at} changed by {change:#04x}"
        if accepted(good[:at]):
            yield f"cut off at {at}"
        for size in (2, 4, 16, 32):                 # an EEPROM's page is 32 bytes
            for fill in (0x00, 0xFF):
                damaged = (good[:at] + bytes([fill]) * size + good[at + size:])[:len(good)]
                if damaged != good and accepted(damaged):
                    yield f"{size} bytes of {fill:#04x} at {at}"
    parts = [(kind, data) for kind, data, _ in eeprom.atoms(good)]
    whole = eeprom.assembled(parts[:2])             # a sound image with bytes of another one in it
    first = whole[eeprom.HEADER.size:len(whole) - 40]
    for name, data in {"an atom twice": whole[:12] + first + first, "atoms exchanged": whole[:12] + whole[-40:] + first,
                       "an atom less": whole[:-40], "an empty EEPROM": b"\xff" * eeprom.CAPACITY, "nothing": b""}.items():
        if accepted(data):
            yield name


def strange():
    """Sound images that would not be read as what they are, and UUIDs that are not one per board."""
    good = eeprom.image()
    if text(good + b"\xff" * (eeprom.CAPACITY - len(good))) != text(good):
        yield "read back from an EEPROM, the image is not the same"
    one, two = (eeprom.image(uuid.uuid4()) for _ in range(2))
    places = {n for n, (a, b) in enumerate(zip(one, two)) if a != b}
    if one == two or len(one) != len(two) or not places <= {*range(20, 36), *range(57, 59)}:
        yield "images of two boards differ in more or less than UUID and sum"
    tree = devicetree.read(eeprom.atoms(good)[2][1])
    if tree != eeprom.overlay():
        yield "the overlay is not read back as it was written"


def missed_on_the_board(header, revision):
    """Differences between board and image that pass."""
    swapped = {**header, 16: header.get(18), 18: header.get(16)}
    serial = {**header, 8: header.get(10), 10: header.get(8)}
    for name, other, rev in (("buttons exchanged", swapped, revision), ("serial line exchanged", serial, revision),
                             ("a pin more", {**header, 40: "X"}, revision), ("a pin less", {**header, 36: None}, revision),
                             ("another revision", header, "B")):
        if not list(unlike_the_board(other, rev)):
            yield f"{name} is not found"


def main(arguments):
    if "--write" in arguments:
        IMAGE.parent.mkdir(parents=True, exist_ok=True)
        IMAGE.write_bytes(eeprom.image())
        TEXT.write_text(text(eeprom.image()))
    board = header_of_the_board()
    faults = [*committed(), *known(), *unlike_the_board(*board), *strange(), *missed_on_the_board(*board)]
    faults += [f"not found: {what}" for what in undetected()]
    print("\n".join(f"ID EEPROM: {fault}" for fault in faults) or "checked: the Gateway's ID EEPROM")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
