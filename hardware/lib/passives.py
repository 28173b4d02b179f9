"""Order numbers of resistors, capacitors and pin headers from their values."""
import math
import re

from model import Fault

UNITS = {"R": 1.0, "k": 1e3, "M": 1e6, "p": 1e-12, "n": 1e-9, "u": 1e-6}
E24 = (10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 27, 30, 33, 36, 39, 43, 47, 51, 56, 62, 68, 75, 82, 91)


def number(value):
    """"4k7" -> 4700.0, "22p" -> 22e-12."""
    match = re.fullmatch(r"(\d+)([RkMpnu])(\d*)", value)
    if not match:
        raise Fault(f"not a value: '{value}'; write 10k, 4M7, 0R, 100n")
    whole, unit, part = match.groups()
    return float(f"{whole}.{part or 0}") * UNITS[unit]


def resistor(value):
    """Fields of a Part: Yageo RC0805, 1 %, and the same from Vishay and Panasonic."""
    fields = dict(symbol="Device:R", footprint="Resistor_SMD:R_0805_2012Metric", facts="R", price=0.01)
    if value == "DNP":
        return fields | dict(note="pads only")
    ohms = number(value)
    if ohms == 0:
        return fields | dict(maker="Yageo", mpn="RC0805JR-070RL", alternatives=("Vishay CRCW08050000Z0EA", "Panasonic ERJ-6GEY0R00V"))
    letter = {"R": "R", "k": "K", "M": "M"}[re.sub(r"\d", "", value)]
    code, yageo = _code(ohms, value), value.replace("k", "K")
    other = [f"Vishay CRCW0805{_vishay(ohms, letter)}FKEA"]
    if 10 <= ohms <= 2.2e6:                      # Panasonic's 1 % series ends there
        other.append(f"Panasonic ERJ-6ENF{code}V")
    else:
        other.append(f"KOA RK73H2ATTD{code}F")
    return fields | dict(maker="Yageo", mpn=f"RC0805FR-07{yageo}L", alternatives=tuple(other))


def _code(ohms, value):
    """Four characters: 4703 is 470 kohm, 22R0 is 22 ohm, 2R20 is 2.2 ohm. Only values of E24."""
    power = math.floor(math.log10(ohms) + 1e-9) - 1
    digits = round(ohms / 10 ** power)
    if digits not in E24 or abs(digits * 10.0 ** power / ohms - 1) > 1e-6:
        raise Fault(f"{value} is not in E24")
    if power < 1:
        return f"{ohms:.3f}".replace(".", "R")[:4]
    return f"{digits}0{power - 1}"


def _vishay(ohms, letter):
    """Four characters, the letter in the place of the point: 4K70, 100R, 1M00."""
    text = f"{ohms / UNITS[letter.replace('K', 'k')]:.3f}"
    whole, part = text.split(".")
    return (whole + letter + part)[:4] if len(whole) < 3 else whole + letter


CAPACITORS = {      # value: (size, maker, number, alternatives, price, note)
    "22p": ("0805", "Yageo", "CC0805JRNPO9BN220", ("Kemet C0805C220J5GACTU",), 0.02, "C0G, 50 V"),
    "100n": ("0805", "Yageo", "CC0805KRX7R9BB104", ("Kemet C0805C104K5RACTU", "Samsung CL21B104KBCNNNC"), 0.02, "X7R, 50 V"),
    "1u": ("0805", "Samsung", "CL21B105KBFNNNE", ("Murata GRM21BR71H105KA12L",), 0.05, "X7R, 50 V"),
    "10u": ("0805", "Samsung", "CL21A106KAYNNNE", ("Murata GRM21BR61E106KA73L",), 0.08, "X5R, 25 V"),
    "47u": ("1206", "Murata", "GRM31CR61A476ME15L", ("Samsung CL31A476MPHNNNE",), 0.30, "X5R, 10 V"),
}


def capacitor(value):
    """Fields of a Part: ceramic capacitors on stock at every distributor."""
    fields = dict(symbol="Device:C", footprint="Capacitor_SMD:C_0805_2012Metric", facts="C")
    if value == "DNP":
        return fields | dict(note="pads only")
    if value not in CAPACITORS:
        raise Fault(f"no capacitor of {value}; there are {', '.join(CAPACITORS)}")
    size, maker, mpn, other, price, note = CAPACITORS[value]
    return fields | dict(footprint=f"Capacitor_SMD:C_{ {'0805': '0805_2012', '1206': '1206_3216'}[size] }Metric", maker=maker,
                         mpn=mpn, alternatives=other, price=price, note=note)


def header(n):
    """Catalogue entry of a pin header 1xN, 2.54 mm."""
    return dict(symbol=f"Connector_Generic:Conn_01x{n:02d}", footprint=f"Connector_PinHeader_2.54mm:PinHeader_1x{n:02d}_P2.54mm_Vertical",
                value=f"1x{n}", maker="Wurth", mpn=f"6130{n:02d}11121", facts="header", price=round(0.05 + 0.03 * n, 2),
                alternatives=[f"Samtec TSW-1{n:02d}-07-G-S", f"any 1x{n} at 2.54 mm"])
