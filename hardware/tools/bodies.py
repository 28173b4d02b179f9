"""Bodies of the parts for pictures and STEP, by the path KiCad's footprints name. Outer sizes from the makers' drawings or the
footprints' outlines; details are for the eye. Millimetres, y away from the viewer as in KiCad's 3D space (footprints have y down)."""
import library
import plugs
from shapes import (BLACK, BLUE, BOARD, CERAMIC, GOLD, GREEN, GREY, METAL, RED, TAN, WHITE, YELLOW, Solid, box, centred, chip, gull,
                    rod, rounded)
from sexpr import find_all, parse

SMALL = (("0603_1608", 1.6, .8, .45, .8), ("0805_2012", 2, 1.25, .5, 1.1), ("1206_3216", 3.2, 1.6, .55, 1.5), ("1210_3225", 3.2, 2.5, .55, 1.9))


def _passives():
    for name, length, width, low, high in SMALL:
        yield f"Resistor_SMD.3dshapes/R_{name}Metric", chip(length, width, low, BLACK)
        yield f"Capacitor_SMD.3dshapes/C_{name}Metric", chip(length, width, high, TAN)
        yield f"Inductor_SMD.3dshapes/L_{name}Metric", chip(length, width, high * .8, GREY)
    yield "Fuse.3dshapes/Fuse_1812_4532Metric", [
        centred(4.5, 3.2, .03, .6, METAL), centred(3.1, 3.22, 0, .65, GREEN), centred(1.6, .3, .65, .66, WHITE)]
    yield "Fuse.3dshapes/Fuse_1206_3216Metric", chip(3.2, 1.6, .6, GREEN)
    yield "Capacitor_Tantalum_SMD.3dshapes/CP_EIA-3528-21_Kemet-B", [
        centred(3.5, 2.8, .15, 1.9, YELLOW), box(-1.76, -1.1, 0, -1.1, 1.1, .9, METAL), box(1.1, -1.1, 0, 1.76, 1.1, .9, METAL),
        box(-1.65, -1.41, 1.2, -1.2, 1.41, 1.91, BLACK)]


def _diodes():
    for name, length, width, height, reach, lead in (("D_SOD-123", 2.7, 1.6, 1.1, 1.85, .6), ("D_SOD-323", 1.7, 1.25, .9, 1.3, .3),
                                                     ("D_SMA", 4.3, 2.6, 2.2, 2.6, 1.5)):
        yield f"Diode_SMD.3dshapes/{name}", gull([(-1, 0), (1, 0)], (length, width), height, reach, lead, dot=False) + [
            box(-length * .4, -width / 2 - .01, height * .5, -length * .27, width / 2 + .01, height + .01, WHITE)]
    yield "LED_SMD.3dshapes/LED_0805_2012Metric", [
        centred(2, 1.25, 0, .3, WHITE), centred(1.4, 1.25, .3, .75, RED), box(-1.01, -.63, 0, -.75, .63, .32, METAL), box(.75, -.63, 0, 1.01, .63, .32, METAL),
        box(-.75, -.1, .3, -.68, .1, .32, GREEN)]
    yield "OptoDevice.3dshapes/R_LDR_5.1x4.3mm_P3.4mm_Vertical", [
        rounded(-.85, -2.15, 4.25, 2.15, 1.6, 2, 4, CERAMIC), centred(2.6, .35, 4, 4.03, TAN, (1.7, .9)), centred(3.2, .35, 4, 4.03, TAN, (1.7, 0)),
        centred(2.6, .35, 4, 4.03, TAN, (1.7, -.9)), rod((0, 0), .5, -2, 2, METAL), rod((3.4, 0), .5, -2, 2, METAL)]


def _chips():
    sot = "Package_TO_SOT_SMD.3dshapes/"
    yield sot + "SOT-23", gull([(-1, .95), (-1, -.95), (1, 0)], (1.3, 2.9), 1.05, 1.2, .42, dot=False)
    yield sot + "SOT-23-5", gull([(-1, .95), (-1, 0), (-1, -.95), (1, -.95), (1, .95)], (1.6, 2.9), 1.2, 1.4, .4)
    yield sot + "SOT-323_SC-70", gull([(-1, .65), (-1, -.65), (1, 0)], (1.25, 2), .95, 1.05, .3, dot=False)
    yield sot + "SOT-89-3", [centred(2.5, 4.5, .05, 1.5, BLACK), box(1.25, -.8, 0, 2.0, .8, .4, METAL)] + [
        box(-2.1, y - .22, 0, -1.2, y + .22, .4, METAL) for y in (1.5, 0, -1.5)]
    pitch = [y * .65 for y in (3, 2, 1, 0, -1, -2, -3)]
    yield "Package_SO.3dshapes/TSSOP-14_4.4x5mm_P0.65mm", gull([(s, y) for s in (-1, 1) for y in pitch], (4.4, 5), 1.1, 3.2, .24)
    pitch = [y * 1.27 for y in (1.5, .5, -.5, -1.5)]
    yield "Package_SO.3dshapes/SOIC-8_3.9x4.9mm_P1.27mm", gull([(s, y) for s in (-1, 1) for y in pitch], (3.9, 4.9), 1.6, 3, .42)
    yield "Package_DIP.3dshapes/DIP-28_W7.62mm_Socket", _dip_in_socket(28)


def _dip_in_socket(n):
    """An integrated circuit, 7.62 mm wide, in its socket: 4.2 mm of socket, the case on top of it."""
    half, length = n // 2, (n // 2 - 1) * 2.54
    y0, y1, middle = -length - 1.3, 1.3, 3.81
    solids = [box(-1.2, y0, .4, 1.2, y1, 4.2, BLACK), box(6.42, y0, .4, 8.82, y1, 4.2, BLACK), box(1.2, y1 - 1.2, .4, 6.42, y1, 3, BLACK),
              box(1.2, y0, .4, 6.42, y0 + 1.2, 3, BLACK), box(1.2, -length / 2 - .8, .4, 6.42, -length / 2 + .8, 3, BLACK),
              box(middle - 3.3, y0 + .2, 4.6, middle + 3.3, y1 - .2, 7.9, BLACK), rod((middle, y1 - .6), 1.4, 7.9, 7.92, GREY),
              rod((1.5, 0), .7, 7.9, 7.92, GREY)]
    for i in range(half):
        y = -2.54 * i
        for x, side in ((0, 1), (7.62, -1)):
            solids += [rod((x, y), .5, -3, .4, METAL), rod((x, y), 1.3, 4.2, 4.22, GOLD),
                       box(min(x - .15, x + .15), y - .5, 4.2, max(x - .15, x + .15), y + .5, 6.2, METAL),
                       box(min(x, x + side * .6), y - .5, 6, max(x, x + side * .6), y + .5, 6.2, METAL)]
    return solids


def _modules():
    """Radio: its board with the chip, the crystal and the small parts that are to be seen."""
    pads = [box(x - .7, y - .5, 0, x + .7, y + .5, .82, GOLD) for x in (-9.2, 9.2) for y in range(-7, 8, 2)]
    small = [centred(.6, 1, .8, 1.2, c, at) for c, at in (
        (TAN, (2.6, 5)), (TAN, (4, 5)), (TAN, (5.4, 5)), (GREY, (2.6, 2.8)), (GREY, (4, 2.8)), (TAN, (5.4, 2.8)), (TAN, (-2.2, -4.8)),
        (TAN, (-.8, -4.8)), (TAN, (3.8, -1.4)), (GREY, (5.4, .6)), (BLACK, (5.4, -1.4)))]
    yield "RF_Module.3dshapes/HOPERF_RFM69HW", [
        centred(19.7, 16, .05, .8, BOARD), *pads, *small, centred(5, 5, .8, 1.65, BLACK, (-.8, 0)),
        rod((-2.7, 1.9), .4, 1.65, 1.66, WHITE), rounded(-7, -2, -4.2, 2, .4, .8, 1.9, METAL)]
    yield "Crystal.3dshapes/Crystal_HC49-4H_Vertical", [
        rounded(-3.2, -2.3, 8.08, 2.3, 2.29, 0, .5, METAL), rounded(-2.6, -1.8, 7.48, 1.8, 1.79, .5, 3.5, METAL),
        rod((0, 0), .5, -3, 0, METAL), rod((4.88, 0), .5, -3, 0, METAL)]
    yield "Crystal.3dshapes/Crystal_SMD_3215-2Pin_3.2x1.5mm", [
        centred(3.2, 1.5, 0, .5, CERAMIC), rounded(-1.4, -.6, 1.4, .6, .15, .5, .8, METAL)]
    yield "Button_Switch_THT.3dshapes/SW_PUSH_6mm_H5mm", [
        rounded(.25, -5.25, 6.25, .75, .4, .1, 3.2, BLACK), rounded(.35, -5.15, 6.15, .65, .4, 3.2, 3.5, METAL),
        rod((3.25, -2.25), 3.5, 3.5, 5, BLACK)] + [
        rod((x, y), .7, -3, .4, METAL) for x in (0, 6.5) for y in (0, -4.5)] + [
        rod((x, y), .9, 3.5, 3.6, BLACK) for x in (1.1, 5.4) for y in (-.1, -4.4)]
    yield "Potentiometer_THT.3dshapes/Potentiometer_Bourns_3296W_Vertical", [
        box(-7.3, -2.42, .4, 2.22, 2.41, 10, BLUE), rod((.955, -1.15), 2.2, 10, 11.5, GOLD),
        box(-.1, -1.4, 11.5, 2, -.9, 11.52, BLACK)] + [rod((x, 0), .5, -3, .4, METAL) for x in (0, -2.54, -5.08)] + [
        box(x - .5, y - .3, 0, x + .5, y + .3, .4, BLUE) for x in (-6.6, 1.5) for y in (-1.8, 1.8)]


BODIES = {name: solids for family in (_passives, _diodes, _chips, _modules, plugs.bodies) for name, solids in family()}
assert all(isinstance(s, Solid) for solids in BODIES.values() for s in solids)


def of(footprint):
    """Solids of "Library:Name", as its file names them; none for one without a body."""
    tree = parse(library.footprint_file(footprint).read_text())
    models = [str(m[1]).partition("/")[2].rpartition(".")[0] for m in find_all(tree, "model")]
    return next((BODIES[model] for model in models if model in BODIES), [])


def height(footprint):
    """Millimetres above the board; 0 without a body."""
    return max((solid.top for solid in of(footprint)), default=0)
