#!/usr/bin/env python3
"""The ID EEPROM of the Gateway HAT (CAT24C32 at 0x50 on ID_SD/ID_SC).

eeprom.py new FILE       an image for one board, with a UUID of its own
eeprom.py example FILE   the image with the example's UUID, as committed: for reading, not for a board
eeprom.py dump FILE      what an image, or what was read from a board, says; fails when it is damaged
eeprom.py overlay FILE   the device tree overlay alone

Format: eeprom-format.md of https://github.com/raspberrypi/hats, version 1. HAT+ (version 2) is not claimed: it wants a board that
draws and drives nothing while the Pi is off but powered, and this one keeps its radio running from 5 V.
Numbers are little-endian, the UUID is stored last byte first; the sum of an atom is CRC-16/ARC (0x8005, both reflected, from 0).
"""
import struct
import sys
import uuid
from pathlib import Path

import devicetree
from devicetree import cells, text

VENDOR, PRODUCT = "meterman", "Gateway"
PRODUCT_ID = 1
REVISIONS = {"A": 1}                # the board's revision -> product version
REVISION = "A"
# "Unique for every single board ever made": so this one is for none.
EXAMPLE = uuid.UUID("00000000-0000-4000-8000-000000000000")

VENDOR_ATOM, GPIO_ATOM, TREE_ATOM = 1, 2, 3
NAMES = {VENDOR_ATOM: "vendor info", GPIO_ATOM: "GPIO map", TREE_ATOM: "device tree overlay"}
INPUT, ALT0 = 0, 4                                  # as in a BCM2835's GPFSEL
DEFAULT, UP, DOWN, NONE = range(4)
FUNCTIONS = ("input", "output", "ALT5", "ALT4", "ALT0", "ALT1", "ALT2", "ALT3")
PULLS = ("default", "up", "down", "none")
# BCM number: function, pull, the board's net
PINS = {
    14: (ALT0, NONE, "PI_TXD"),
    15: (ALT0, UP, "PI_RXD"),                       # quiet when the jumpers give the serial port to the FTDI header
    16: (INPUT, NONE, "PI_RESET"),                  # a pull-down would be too low for a reset pin at its pull-up
    23: (INPUT, NONE, "PI_REBOOT"),                 # both buttons have pull-ups on the board
    24: (INPUT, NONE, "PI_SHUTDOWN"),
}
KEY_POWER, KEY_RESTART = 116, 408                   # linux/input-event-codes.h
BUTTONS = {"reboot": (23, KEY_RESTART), "shutdown": (24, KEY_POWER)}
CAPACITY = 4096
HEADER, ATOM = struct.Struct("<4sBBHI"), struct.Struct("<HHI")
SIGNATURE = b"R-Pi"


def _table():
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0xA001 if n & 1 else 0)
        yield n


_CRC = tuple(_table())


def crc16(data):
    """CRC-16/ARC."""
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 0xFF]
    return crc


def overlay():
    """Device tree overlay, as a tree: the two buttons are keys, which systemd's logind obeys without any setting."""
    unresolved, low, keys = 0xFFFFFFFF, 1, "meterman-buttons"
    path = f"/fragment@1/__overlay__/{keys}"
    pins = [pin for pin, _ in BUTTONS.values()]
    buttons = {name: {"label": text(f"meterman {name}"), "linux,code": cells(code), "gpios": cells(unresolved, pin, low),
                      "debounce-interval": cells(50)} for name, (pin, code) in BUTTONS.items()}
    return {
        "compatible": text("brcm,bcm2835"),
        "fragment@0": {"target": cells(unresolved), "__overlay__": {"meterman_button_pins": {
            "brcm,pins": cells(*pins), "brcm,function": cells(*[0] * len(pins)), "brcm,pull": cells(*[0] * len(pins)),
            "phandle": cells(1)}}},
        "fragment@1": {"target-path": text("/"), "__overlay__": {keys: {
            "compatible": text("gpio-keys"), "pinctrl-names": text("default"), "pinctrl-0": cells(1), **buttons}}},
        "__fixups__": {"gpio": text("/fragment@0:target:0", *(f"{path}/{name}:gpios:0" for name in buttons))},
        "__local_fixups__": {"fragment@1": {"__overlay__": {keys: {"pinctrl-0": cells(0)}}}},
    }


def vendor_info(vendor, product, identity, product_id, version):
    """Data of the vendor atom."""
    names = [s.encode("ascii") for s in (vendor, product)]
    return identity.bytes[::-1] + struct.pack("<HHBB", product_id, version, *map(len, names)) + b"".join(names)


def gpio_map(pins):
    """Data of the GPIO atom: drive, slew and hysteresis as they are, no power to the Pi, then one byte for each of BCM 0 to 27."""
    used = {bcm: 0x80 | pull << 5 | function for bcm, (function, pull, *_) in pins.items()}
    return bytes([0, 0, *(used.get(bcm, 0) for bcm in range(28))])


def assembled(atoms):
    """An image of (type, data) atoms."""
    body = b""
    for count, (kind, data) in enumerate(atoms):
        atom = ATOM.pack(kind, count, len(data) + 2) + data
        body += atom + struct.pack("<H", crc16(atom))
    return HEADER.pack(SIGNATURE, 1, 0, len(atoms), HEADER.size + len(body)) + body


def image(identity=EXAMPLE):
    """The image of a board with this UUID."""
    return assembled([
        (VENDOR_ATOM, vendor_info(VENDOR, PRODUCT, identity, PRODUCT_ID, REVISIONS[REVISION])),
        (GPIO_ATOM, gpio_map(PINS)),
        (TREE_ATOM, devicetree.write(overlay())),
    ])


def atoms(data):
    """The (type, data, sum) atoms of an image; ValueError when anything is not as the format has it. What follows the image is not looked at."""
    if len(data) < HEADER.size:
        raise ValueError("too short for a header")
    signature, version, reserved, number, length = HEADER.unpack_from(data)
    if signature != SIGNATURE:
        raise ValueError("no image: the signature is not R-Pi")
    if version != 1 or reserved:
        raise ValueError(f"format version {version}, reserved byte {reserved}: not 1 and 0")
    if length > len(data):
        raise ValueError(f"cut off: {len(data)} of {length} bytes")
    at, found = HEADER.size, []
    for expected in range(number):
        if at + ATOM.size + 2 > length:
            raise ValueError(f"the header counts {number} atoms, there are {expected}")
        kind, count, size = ATOM.unpack_from(data, at)
        if count != expected or size < 2 or at + ATOM.size + size > length:
            raise ValueError(f"atom {expected} is damaged: number {count}, {size} bytes")
        end = at + ATOM.size + size
        said, real = struct.unpack_from("<H", data, end - 2)[0], crc16(data[at:end - 2])
        if said != real:
            raise ValueError(f"atom {expected} is damaged: its sum is {real:#06x}, not {said:#06x}")
        found.append((kind, data[at + ATOM.size:end - 2], said))
        at = end
    if at != length:
        raise ValueError(f"the header says {length} bytes, the atoms end at {at}")
    return found


def vendor_of(data):
    """(uuid, product id, version, vendor, product) of a vendor atom."""
    product_id, version, *lengths = struct.unpack_from("<HHBB", data, 16)
    if len(data) != 22 + sum(lengths):
        raise ValueError("vendor info: its strings have other lengths than it says")
    names = data[22:].decode("ascii")
    return uuid.UUID(bytes=data[15::-1]), product_id, version, names[:lengths[0]], names[lengths[0]:]


def described(data):
    """Lines that say what an image holds."""
    found = atoms(data)
    yield f"HAT ID EEPROM, format 1, {len(found)} atoms, {HEADER.unpack_from(data)[4]} bytes"
    for kind, inside, crc in found:
        yield ""
        yield f"{NAMES.get(kind, f'atom of type {kind}')}: {len(inside)} bytes, CRC {crc:#06x}"
        if kind == VENDOR_ATOM:
            identity, product_id, version, vendor, product = vendor_of(inside)
            yield f"  vendor {vendor}, product {product}, id {product_id}, version {version}"
            yield f"  UUID {identity}" + (" (the example's, not for a board: make one with eeprom.py new)" if identity == EXAMPLE else "")
        elif kind == GPIO_ATOM:
            yield f"  drive, slew, hysteresis {inside[0]:#04x}; powers the Pi: {('no', '1.3 A', '2 A', 'reserved')[inside[1] & 3]}"
            for bcm, byte in enumerate(inside[2:]):
                if byte & 0x80:
                    net = f" {PINS[bcm][2]}" if bcm in PINS else ""
                    yield f"  BCM{bcm}{net}: {FUNCTIONS[byte & 7]}, pull {PULLS[byte >> 5 & 3]}"
        elif kind == TREE_ATOM and inside[:4] == b"\xd0\x0d\xfe\xed":
            yield from devicetree.shown(devicetree.read(inside), "  ")
        else:
            yield f"  {inside!r}"


def main(arguments):
    if len(arguments) != 2 or arguments[0] not in ("new", "example", "dump", "overlay"):
        sys.exit(__doc__.split("\n\nFormat")[0])
    file = Path(arguments[1])
    try:
        _do(arguments[0], file)
    except OSError as problem:
        sys.exit(f"{file}: {problem.strerror}")
    except ValueError as problem:
        sys.exit(f"{file}: {problem}")


def _do(what, file):
    if what == "new":
        identity = uuid.uuid4()                     # from the system's source of randomness
        file.write_bytes(image(identity))
        print(f"{file}: an image for one board, UUID {identity}")
    elif what == "example":
        file.write_bytes(image())
    elif what == "overlay":
        file.write_bytes(devicetree.write(overlay()))
    else:
        print("\n".join(described(file.read_bytes())))


if __name__ == "__main__":
    main(sys.argv[1:])
