#!/usr/bin/env python3
"""Impedance of a track with ground beside it and below it (coplanar line over ground). Usage: line.py [ohm] [gap mm]

Conformal mapping with a lower ground plane, thin copper: G. Ghione, C. Naldi, "Parameters of coplanar waveguides with lower
ground plane", Electronics Letters 19 (1983), pp. 734-735; also R. N. Simons, "Coplanar Waveguide Circuits, Components, and
Systems" (Wiley 2001), section 3.2. Copper of 35 um makes it 1 to 3 ohm less than computed; solder mask the same again."""
import math
import sys

HEIGHT = 1.51                # mm of FR-4 between the coppers of a 1.6 mm board: less twice 35 um copper and 10 um mask
ER = 4.4                     # of FR-4 near 900 MHz; 4.2 to 4.6 by maker


def _quarter(k):
    """Complete elliptic integral K(k) by the arithmetic-geometric mean."""
    a, b = 1.0, math.sqrt(1 - k * k)
    while abs(a - b) > 1e-14:
        a, b = (a + b) / 2, math.sqrt(a * b)
    return math.pi / (2 * a)


def _ratio(k):
    """K(k) / K(k'), k' = sqrt(1 - k^2)."""
    return _quarter(k) / _quarter(math.sqrt(1 - k * k))


def constants(width, gap, height=HEIGHT, er=ER):
    """(ohm, effective permittivity) of a track `width` mm wide with ground `gap` mm away on both sides and `height` mm below."""
    half, outer = width / 2, width / 2 + gap
    above = _ratio(half / outer)
    below = _ratio(math.tanh(math.pi * half / (2 * height)) / math.tanh(math.pi * outer / (2 * height)))
    effective = (1 + er * below / above) / (1 + below / above)
    return 60 * math.pi / math.sqrt(effective) / (above + below), effective


def impedance(width, gap, height=HEIGHT, er=ER):
    """Ohm of that track."""
    return constants(width, gap, height, er)[0]


def line(ohm=50.0, gap=0.2, height=HEIGHT, er=ER):
    """Width in mm, rounded to 0.05, of a track of this impedance."""
    low, high = 0.05, 10.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if impedance(middle, gap, height, er) > ohm else (low, middle)
    return round(round(low / 0.05) * 0.05, 2)


def check():
    """Sentences where the formula misses what is known without it."""
    said = []
    # K(k) = K(k') at k = 1/sqrt 2: in air and far from the ground below, Z = 30 pi.
    far = impedance(1, (math.sqrt(2) - 1) / 2, height=1e3, er=1)
    if abs(far - 30 * math.pi) > 0.1:
        said.append(f"line: coplanar limit {far:.2f} ohm, not 94.25")
    # Laplace's equation solved by finite differences (steps of 25 and 12.5 um, extrapolated), height 1.5 mm: 49.8 ohm.
    if abs(impedance(1.25, 0.2, height=1.5) - 49.8) > 0.5:
        said.append(f"line: {impedance(1.25, 0.2, height=1.5):.1f} ohm where the field has 49.8")
    return said


if __name__ == "__main__":
    wanted, distance = (float(a) for a in (sys.argv[1:] + ["50", "0.2"][len(sys.argv) - 1:]))
    found = line(wanted, distance)
    print(f"{found:g} mm wide, {distance:g} mm from ground: {impedance(found, distance):.1f} ohm"
          f" ({HEIGHT:g} mm of er {ER:g}; er 4.2: {impedance(found, distance, er=4.2):.1f}, 4.6: {impedance(found, distance, er=4.6):.1f})")
