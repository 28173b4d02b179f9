#!/usr/bin/env python3
"""Writes the bodies of bodies.py as STEP, at the paths KiCad's footprints name, so that renders and the board's STEP show the parts.
Usage: steps.py <folder>"""
import math
import sys
from pathlib import Path

from bodies import BODIES

AXES = {"z": lambda u, v, w: (u, v, w), "x": lambda u, v, w: (w, u, v), "y": lambda u, v, w: (v, w, u)}


class Step:
    """A STEP file under construction: numbered entities."""

    def __init__(self):
        self.lines = []

    def add(self, text):
        """An entity; returns its number, "#12"."""
        self.lines.append(f"#{len(self.lines) + 1}={text};")
        return f"#{len(self.lines)}"

    def point(self, p):
        """A point in mm."""
        return self.add("CARTESIAN_POINT('',({:.4f},{:.4f},{:.4f}))".format(*p))

    def way(self, d):
        """A direction."""
        return self.add("DIRECTION('',({:.6g},{:.6g},{:.6g}))".format(*(v + 0. for v in d)).replace("e-", "E-"))

    def frame(self, at, normal, along):
        """A place with the directions of its z and x axes."""
        return self.add(f"AXIS2_PLACEMENT_3D('',{self.point(at)},{self.way(normal)},{self.way(along)})")

    def prism(self, solid):
        """A solid with two equal polygons as ends; returns its entity."""
        turned = AXES[solid.axis]
        n = len(solid.ring)
        spots = [turned(u, v, w) for w in (solid.low, solid.high) for u, v in solid.ring]
        corner = [self.add(f"VERTEX_POINT('',{self.point(p)})") for p in spots]
        edges = {}
        rings = [list(range(n))[::-1], list(range(n, 2 * n))]
        rings += [[i, (i + 1) % n, (i + 1) % n + n, i + n] for i in range(n)]
        faces = []
        for ring in rings:
            loop = ",".join(self._edge(a, b, spots, corner, edges) for a, b in zip(ring, ring[1:] + ring[:1]))
            along = _unit(spots[ring[0]], spots[ring[1]])
            normal = _across(along, _unit(spots[ring[1]], spots[ring[2]]))
            bound = self.add(f"FACE_BOUND('',{self.add(f'EDGE_LOOP({chr(39) * 2},({loop}))')},.T.)")
            plane = self.add(f"PLANE('',{self.frame(spots[ring[0]], normal, along)})")
            faces.append(self.add(f"ADVANCED_FACE('',({bound}),{plane},.T.)"))
        shell = self.add(f"CLOSED_SHELL('',({','.join(faces)}))")
        return self.add(f"MANIFOLD_SOLID_BREP('',{shell})")

    def round(self, solid):
        """A cylinder, or a tube when it has an inner radius; returns its entity."""
        turned, (u, v) = AXES[solid.axis], solid.ring[0]
        up, side = turned(0, 0, 1), turned(1, 0, 0)
        ends, faces = [], []
        for radius in [r for r in solid.radii if r]:
            corner = [self.add(f"VERTEX_POINT('',{self.point(turned(u + radius, v, w))})") for w in (solid.low, solid.high)]
            circle = []
            for w, at in zip((solid.low, solid.high), corner):
                curve = self.add(f"CIRCLE('',{self.frame(turned(u, v, w), up, side)},{radius:.4f})")
                circle.append(self.add(f"EDGE_CURVE('',{at},{at},{curve},.T.)"))
            vector = self.add(f"VECTOR('',{self.way(up)},1.)")
            seam = self.add(f"LINE('',{self.point(turned(u + radius, v, solid.low))},{vector})")
            seam = self.add(f"EDGE_CURVE('',{corner[0]},{corner[1]},{seam},.T.)")
            path = [(circle[0], "T"), (seam, "T"), (circle[1], "F"), (seam, "F")]
            outside = not ends
            if not outside:
                path = [(e, "F" if way == "T" else "T") for e, way in reversed(path)]
            surface = self.add(f"CYLINDRICAL_SURFACE('',{self.frame(turned(u, v, solid.low), up, side)},{radius:.4f})")
            faces.append(self._face([path], surface, "T" if outside else "F"))
            ends.append(circle)
        for end, (w, normal) in enumerate(((solid.low, tuple(-c for c in up)), (solid.high, up))):
            rings = [[(circle[end], "TF"[(n + end + 1) % 2])] for n, circle in enumerate(ends)]
            faces.append(self._face(rings, self.add(f"PLANE('',{self.frame(turned(u, v, w), normal, side)})"), "T"))
        shell = self.add(f"CLOSED_SHELL('',({','.join(faces)}))")
        return self.add(f"MANIFOLD_SOLID_BREP('',{shell})")

    def _face(self, rings, surface, same):
        bounds = []
        for path in rings:
            edges = ",".join(self.add(f"ORIENTED_EDGE('',*,*,{edge},.{way}.)") for edge, way in path)
            bounds.append(self.add(f"FACE_BOUND('',{self.add(f'EDGE_LOOP({chr(39) * 2},({edges}))')},.T.)"))
        return self.add(f"ADVANCED_FACE('',({','.join(bounds)}),{surface},.{same}.)")

    def _edge(self, a, b, spots, corner, edges):
        if (b, a) in edges:
            return self.add(f"ORIENTED_EDGE('',*,*,{edges[b, a]},.F.)")
        if (a, b) not in edges:
            vector = self.add(f"VECTOR('',{self.way(_unit(spots[a], spots[b]))},1.)")
            line = self.add(f"LINE('',{self.point(spots[a])},{vector})")
            edges[a, b] = self.add(f"EDGE_CURVE('',{corner[a]},{corner[b]},{line},.T.)")
        return self.add(f"ORIENTED_EDGE('',*,*,{edges[a, b]},.T.)")


def _unit(a, b):
    length = math.dist(a, b)
    return tuple((q - p) / length for p, q in zip(a, b))


def _across(a, b):
    product = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    length = math.hypot(*product)
    return tuple(v / length for v in product)


def write(path, solids):
    """One part as a STEP file (AP214) of coloured solids."""
    s = Step()
    context = s.add("APPLICATION_CONTEXT('automotive design')")
    s.add(f"APPLICATION_PROTOCOL_DEFINITION('international standard','automotive_design',2000,{context})")
    product = s.add(f"PRODUCT('{path.stem}','{path.stem}','',({s.add(f'PRODUCT_CONTEXT({chr(39) * 2},{context},{chr(39)}mechanical{chr(39)})')}))")
    formation = s.add(f"PRODUCT_DEFINITION_FORMATION('','',{product})")
    meaning = s.add(f"PRODUCT_DEFINITION_CONTEXT('part definition',{context},'design')")
    shape = s.add(f"PRODUCT_DEFINITION_SHAPE('','',{s.add(f'PRODUCT_DEFINITION({chr(39)}design{chr(39)},{chr(39) * 2},{formation},{meaning})')})")
    units = [s.add("(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT(.MILLI.,.METRE.))"), s.add("(NAMED_UNIT(*)PLANE_ANGLE_UNIT()SI_UNIT($,.RADIAN.))"),
             s.add("(NAMED_UNIT(*)SI_UNIT($,.STERADIAN.)SOLID_ANGLE_UNIT())")]
    fine = s.add(f"UNCERTAINTY_MEASURE_WITH_UNIT(LENGTH_MEASURE(1.E-05),{units[0]},'distance_accuracy_value','')")
    space = s.add(f"(GEOMETRIC_REPRESENTATION_CONTEXT(3)GLOBAL_UNCERTAINTY_ASSIGNED_CONTEXT(({fine}))"
                  f"GLOBAL_UNIT_ASSIGNED_CONTEXT(({','.join(units)}))REPRESENTATION_CONTEXT('',''))")
    breps = [s.round(solid) if solid.radii else s.prism(solid) for solid in solids]
    origin = s.frame((0, 0, 0), (0, 0, 1), (1, 0, 0))
    form = s.add(f"ADVANCED_BREP_SHAPE_REPRESENTATION('',({origin},{','.join(breps)}),{space})")
    s.add(f"SHAPE_DEFINITION_REPRESENTATION({shape},{form})")
    styles, styled = {}, []
    for brep, solid in zip(breps, solids):
        if solid.colour not in styles:
            styles[solid.colour] = _style(s, solid.colour)
        styled.append(s.add(f"STYLED_ITEM('color',({styles[solid.colour]}),{brep})"))
    s.add(f"MECHANICAL_DESIGN_GEOMETRIC_PRESENTATION_REPRESENTATION('',({','.join(styled)}),{space})")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','2026-01-01T00:00:00',(''),(''),'','','');\n"
                    "FILE_SCHEMA(('AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }'));\nENDSEC;\nDATA;\n" + "\n".join(s.lines)
                    + "\nENDSEC;\nEND-ISO-10303-21;\n")


def _style(s, colour):
    rgb = s.add("COLOUR_RGB('',{:.3f},{:.3f},{:.3f})".format(*colour))
    fill = s.add(f"FILL_AREA_STYLE('',({s.add(f'FILL_AREA_STYLE_COLOUR({chr(39) * 2},{rgb})')}))")
    side = s.add(f"SURFACE_SIDE_STYLE('',({s.add(f'SURFACE_STYLE_FILL_AREA({fill})')}))")
    return s.add(f"PRESENTATION_STYLE_ASSIGNMENT(({s.add(f'SURFACE_STYLE_USAGE(.BOTH.,{side})')}))")


def write_all(folder):
    """Every body, as <folder>/<Library>.3dshapes/<Name>.step."""
    for name, solids in BODIES.items():
        write(Path(folder) / f"{name}.step", solids)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write_all(sys.argv[1])
