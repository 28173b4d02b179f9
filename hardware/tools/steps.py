#!/usr/bin/env python3
"""Writes simple bodies (boxes) of the parts as STEP, at the paths KiCad's footprints name, so that renders and the board's STEP
show heights and outlines. Dimensions in mm from the makers' drawings. Usage: steps.py <folder>"""
import sys
from pathlib import Path

BLACK, WHITE, METAL, RED, CERAMIC, TAN = (.12, .12, .13), (.9, .9, .9), (.75, .75, .77), (.75, .1, .1), (.9, .88, .85), (.82, .55, .3)
# model -> boxes (x0, y0, z0, x1, y1, z1, colour), y upwards as in KiCad's 3D space
BODIES = {
    "Connector_Audio.3dshapes/Jack_3.5mm_PJ320D_Horizontal": [
        (-6.2, -3, 0, 5.6, 3, 5, BLACK), (-8.2, -2.3, 0.2, -6.2, 2.3, 4.8, BLACK), (-3.6, 2.6, 0, -2.8, 4.3, .2, METAL),
        (-.6, 2.6, 0, .2, 4.3, .2, METAL), (3.4, 2.6, 0, 4.2, 4.3, .2, METAL), (4.5, -4.3, 0, 5.3, -2.6, .2, METAL)],
    "OptoDevice.3dshapes/R_LDR_5.1x4.3mm_P3.4mm_Vertical": [
        (-.85, -2.15, 2, 4.25, 2.15, 4, CERAMIC), (.2, -1.4, 4, 3.2, 1.4, 4.05, TAN),
        (-.25, -.25, -2, .25, .25, 2, METAL), (3.15, -.25, -2, 3.65, .25, 2, METAL)],
    "Package_TO_SOT_SMD.3dshapes/SOT-323_SC-70": [
        (-.625, -1, .1, .625, 1, 1, BLACK), (-1.05, .5, 0, -.5, .8, .4, METAL), (-1.05, -.8, 0, -.5, -.5, .4, METAL),
        (.5, -.15, 0, 1.05, .15, .4, METAL)],
    "LED_SMD.3dshapes/LED_0805_2012Metric": [
        (-1, -.625, 0, 1, .625, .3, WHITE), (-.7, -.625, .3, .7, .625, .75, RED)],
}
for name, length, width, height, colour in (("R_0603_1608Metric", 1.6, .8, .45, BLACK), ("R_0805_2012Metric", 2, 1.25, .5, BLACK),
                                            ("R_1206_3216Metric", 3.2, 1.6, .55, BLACK)):
    BODIES[f"Resistor_SMD.3dshapes/{name}"] = [
        (-length / 2, -width / 2, 0, length / 2, width / 2, height, METAL),
        (-length * .3, -width / 2, 0, length * .3, width / 2, height + .02, colour)]
for name, length, width, height in (("C_0603_1608Metric", 1.6, .8, .8), ("C_0805_2012Metric", 2, 1.25, 1.1), ("C_1206_3216Metric", 3.2, 1.6, 1.3)):
    BODIES[f"Capacitor_SMD.3dshapes/{name}"] = [
        (-length / 2, -width / 2, 0, length / 2, width / 2, height, METAL),
        (-length * .3, -width / 2 - .01, 0, length * .3, width / 2 + .01, height + .02, TAN)]


class Step:
    """A STEP file under construction: numbered entities."""

    def __init__(self):
        self.lines = []

    def add(self, text):
        self.lines.append(f"#{len(self.lines) + 1}={text};")
        return f"#{len(self.lines)}"

    def point(self, p):
        return self.add("CARTESIAN_POINT('',({:.4f},{:.4f},{:.4f}))".format(*p))

    def way(self, d):
        return self.add("DIRECTION('',({:.1f},{:.1f},{:.1f}))".format(*d))

    def frame(self, at, normal, along):
        return self.add(f"AXIS2_PLACEMENT_3D('',{self.point(at)},{self.way(normal)},{self.way(along)})")

    def box(self, x0, y0, z0, x1, y1, z1):
        """A solid block; returns its entity."""
        spots = [(x, y, z) for z in (z0, z1) for y in (y0, y1) for x in (x0, x1)]
        corner = [self.add(f"VERTEX_POINT('',{self.point(p)})") for p in spots]
        edges = {}

        def edge(a, b):
            if (b, a) in edges:
                return self.add(f"ORIENTED_EDGE('',*,*,{edges[b, a]},.F.)")
            if (a, b) not in edges:
                d = [spots[b][i] - spots[a][i] for i in range(3)]
                length = sum(map(abs, d))
                vector = self.add(f"VECTOR('',{self.way([v / length for v in d])},1.)")
                line = self.add(f"LINE('',{self.point(spots[a])},{vector})")
                edges[a, b] = self.add(f"EDGE_CURVE('',{corner[a]},{corner[b]},{line},.T.)")
            return self.add(f"ORIENTED_EDGE('',*,*,{edges[a, b]},.T.)")
        faces = []
        for ring, normal, along in (((0, 2, 3, 1), (0, 0, -1), (1, 0, 0)), ((4, 5, 7, 6), (0, 0, 1), (1, 0, 0)),
                                    ((0, 1, 5, 4), (0, -1, 0), (1, 0, 0)), ((2, 6, 7, 3), (0, 1, 0), (1, 0, 0)),
                                    ((0, 4, 6, 2), (-1, 0, 0), (0, 1, 0)), ((1, 3, 7, 5), (1, 0, 0), (0, 1, 0))):
            loop = self.add("EDGE_LOOP('',(" + ",".join(edge(a, b) for a, b in zip(ring, ring[1:] + ring[:1])) + "))")
            plane = self.add(f"PLANE('',{self.frame(spots[ring[0]], normal, along)})")
            faces.append(self.add(f"ADVANCED_FACE('',({self.add(f'FACE_BOUND($,{loop},.T.)'.replace('$', chr(39) * 2))}),{plane},.T.)"))
        return self.add(f"MANIFOLD_SOLID_BREP('',{self.add('CLOSED_SHELL($,('.replace('$', chr(39) * 2) + ','.join(faces) + '))')})")


def write(path, boxes):
    """One part as a STEP file (AP214) of coloured blocks."""
    s = Step()
    context = s.add("APPLICATION_CONTEXT('automotive design')")
    s.add(f"APPLICATION_PROTOCOL_DEFINITION('international standard','automotive_design',2000,{context})")
    product = s.add(f"PRODUCT('{path.stem}','{path.stem}','',({s.add(f'PRODUCT_CONTEXT($,{context},$mechanical$)'.replace('$,', chr(39) * 2 + ',', 1).replace('$', chr(39)))}))")
    formation = s.add(f"PRODUCT_DEFINITION_FORMATION('','',{product})")
    meaning = s.add(f"PRODUCT_DEFINITION_CONTEXT('part definition',{context},'design')")
    shape = s.add(f"PRODUCT_DEFINITION_SHAPE('','',{s.add(f'PRODUCT_DEFINITION({chr(39)}design{chr(39)},{chr(39) * 2},{formation},{meaning})')})")
    units = [s.add("(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT(.MILLI.,.METRE.))"), s.add("(NAMED_UNIT(*)PLANE_ANGLE_UNIT()SI_UNIT($,.RADIAN.))"),
             s.add("(NAMED_UNIT(*)SI_UNIT($,.STERADIAN.)SOLID_ANGLE_UNIT())")]
    fine = s.add(f"UNCERTAINTY_MEASURE_WITH_UNIT(LENGTH_MEASURE(1.E-05),{units[0]},'distance_accuracy_value','')")
    space = s.add(f"(GEOMETRIC_REPRESENTATION_CONTEXT(3)GLOBAL_UNCERTAINTY_ASSIGNED_CONTEXT(({fine}))"
                  f"GLOBAL_UNIT_ASSIGNED_CONTEXT(({','.join(units)}))REPRESENTATION_CONTEXT('',''))")
    solids = [s.box(*b[:6]) for b in boxes]
    origin = s.frame((0, 0, 0), (0, 0, 1), (1, 0, 0))
    form = s.add(f"ADVANCED_BREP_SHAPE_REPRESENTATION('',({origin},{','.join(solids)}),{space})")
    s.add(f"SHAPE_DEFINITION_REPRESENTATION({shape},{form})")
    styled = []
    for solid, box in zip(solids, boxes):
        colour = s.add("COLOUR_RGB('',{:.3f},{:.3f},{:.3f})".format(*box[6]))
        fill = s.add(f"FILL_AREA_STYLE('',({s.add(f'FILL_AREA_STYLE_COLOUR({chr(39) * 2},{colour})')}))")
        side = s.add(f"SURFACE_SIDE_STYLE('',({s.add(f'SURFACE_STYLE_FILL_AREA({fill})')}))")
        style = s.add(f"PRESENTATION_STYLE_ASSIGNMENT(({s.add(f'SURFACE_STYLE_USAGE(.BOTH.,{side})')}))")
        styled.append(s.add(f"STYLED_ITEM('color',({style}),{solid})"))
    s.add(f"MECHANICAL_DESIGN_GEOMETRIC_PRESENTATION_REPRESENTATION('',({','.join(styled)}),{space})")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','2026-01-01T00:00:00',(''),(''),'','','');\n"
                    "FILE_SCHEMA(('AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }'));\nENDSEC;\nDATA;\n" + "\n".join(s.lines)
                    + "\nENDSEC;\nEND-ISO-10303-21;\n")


def write_all(folder):
    for name, boxes in BODIES.items():
        write(Path(folder) / f"{name}.step", boxes)


if __name__ == "__main__":
    write_all(sys.argv[1])
