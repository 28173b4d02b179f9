"""Puck: a light sensor over the meter's LED and a red LED that shows what it sees, at the end of a four-wire cable."""
from model import Block, Board, Part, Place, Tag, Text, Wire

# The cable, as on the original boards: tip 3.3 V, ring 1 sensor, ring 2 LED, sleeve ground.
SUPPLY, SENSE, LED = "+3V3", "SENSE", "LED"
PADS = (("3V3", SUPPLY, 14.6), ("LDR", SENSE, 17.4), ("LED", LED, 20.2), ("GND", "GND", 23.0))

parts = [
    Part("J1", "Connector_Audio:AudioJack4", "Connector_Audio:Jack_3.5mm_PJ320D_Horizontal", "TRRS 3.5 mm",
         {"T": SUPPLY, "R1": SENSE, "R2": LED, "S": "GND"}, at=(18.7, 5, 180), ref_at=(-2.9, -3.85, 0),
         maker="QingPu", mpn="WQP-PJ320D", alternatives=("any PJ-320D with the WQP-PJ320D drawing",), price=0.25, facts="PJ-320D",
         note="3.5 mm jack, 4 poles, SMD, two pegs; plug enters at the short edge"),
    Part("R1", "Device:R", "Resistor_SMD:R_0603_1608Metric", "100R",
         {"1": SUPPLY, "2": "LDR_SUPPLY"}, at=(7.9, 5, 270), ref_at=(0, -2.1, 0), maker="Yageo", mpn="RC0603FR-07100RL",
         alternatives=("Vishay CRCW0603100RFKEA", "Panasonic ERJ-3EKF1000V"), price=0.01, facts="R",
         note="behind the TVS: limits what a strike or a bridged R2 draws to 33 mA"),
    Part("R2", "Device:R_Photo", "OptoDevice:R_LDR_5.1x4.3mm_P3.4mm_Vertical", "GL5539",
         {"1": "LDR_SUPPLY", "2": SENSE}, at=(2.5, 5, 0), side="bottom", maker="Senba", mpn="GL5539",
         alternatives=("GL5539 of another maker", "Luna NSL-19M51"), price=0.30, facts="LDR",
         note="photoresistor, 30-100 kohm at 10 lux, some Mohm in the dark; contains cadmium (RoHS exemption needed to sell)"),
    Part("D1", "Device:LED", "LED_SMD:LED_0805_2012Metric", "red",
         {"1": "GND", "2": LED}, at=(11.3, 5, 90), show_ref=False, maker="Kingbright", mpn="KPT-2012SURCK",
         alternatives=("Lite-On LTST-C170KRKT", "Wurth 150080RS75000"), price=0.08, facts="LED",
         note="its resistor of 1 kohm is on the node"),
    Part("D2", "Power_Protection:TPD2E2U06DCK", "Package_TO_SOT_SMD:SOT-323_SC-70", "TPD2E2U06",
         {"1": SENSE, "2": LED, "3": "GND"}, at=(10.45, 8.4, 180), ref_at=(-2.9, 0.2, 0), maker="Texas Instruments", mpn="TPD2E2U06DCKR",
         alternatives=("Texas Instruments TPD2E2U06QDCKRQ1",), price=0.28, facts="TPD2E2U06DCK",
         note="TVS, at most 10 nA leakage: SENSE is a node of up to 1 Mohm"),
    Part("D3", "Power_Protection:TPD2E2U06DCK", "Package_TO_SOT_SMD:SOT-323_SC-70", "TPD2E2U06",
         {"1": SUPPLY, "2": SUPPLY, "3": "GND"}, at=(10.45, 1.6, 180), ref_at=(-2.9, 0, 0), maker="Texas Instruments",
         mpn="TPD2E2U06DCKR", alternatives=("Texas Instruments TPD2E2U06QDCKRQ1",), price=0.28,
         facts="TPD2E2U06DCK", note="TVS, both channels on the supply wire"),
] + [
    Part(f"TP{n}", "Connector:TestPoint", "TestPoint:TestPoint_Pad_D1.5mm", name, {"1": net},
         at=(x, 7.2, 0), side="bottom", in_bom=False, show_ref=False,
         note="test point; a cable can be soldered here instead of J1")
    for n, (name, net, x) in enumerate(PADS, 1)
]

blocks = [
    Block("Cable to the node", at=(11, 11), size=(60, 57),
          places=[Place("J1", 9, 38, mirror="x"), Place("D3", 46, 15), Place("D2", 46, 38),
                  Place("TP1", 28, 13), Place("TP2", 27, 36), Place("TP3", 24, 40, 180), Place("TP4", 31, 48)],
          wires=[Wire("J1.T", (17, 13), "D3.1", "D3.2"),
                 Wire("J1.R1", "D2.1"), Wire((36, 36), (36, 29), (49, 29)),
                 Wire("J1.R2", (19, 38), (19, 40), "D2.2"), Wire((39, 40), (39, 51), (49, 51)),
                 Wire("J1.S", (15, 48), (31, 48))],
          tags=[Tag(SUPPLY, (22, 13)), Tag("GND", (15, 48)), Tag(SENSE, (49, 29)), Tag(LED, (49, 51))],
          flags=[(SUPPLY, 17, 13), ("GND", 21, 48)],
          notes=[("Tip 3.3 V, ring 1 sensor (printed LDR), ring 2 LED, sleeve ground.", 3, 54)]),
    Block("Light sensor", at=(74, 11), size=(40, 57), places=[Place("R1", 14, 15), Place("R2", 14, 33)],
          wires=[Wire("R1.2", "R2.1"), Wire("R2.2", (14, 39), (22, 39))], tags=[Tag(SENSE, (22, 39))],
          notes=[("R1 keeps a strike from R2 and limits\na bridge over R2 to 33 mA. A shorted\nplug is limited by the node.", 3, 44), ("Trimmer to ground on the node.", 3, 54)]),
    Block("What the sensor sees", at=(117, 11), size=(37, 57), places=[Place("D1", 20, 26, 90)],
          wires=[Wire((10, 18), (20, 18), "D1.2")], tags=[Tag(LED, (10, 18), "left")],
          notes=[("Its 1 kohm is on the node: 1.4 mA.", 3, 54)]),
]

texts = [
    Text("PUCK A", 3.2, 1.2), Text("CABLE >", 20.6, 1.2), Text("D1", 9.4, 6.9, justify="right"),
    Text("METER'S LED", 4.2, 1.2, "B.SilkS", 0.8), Text("METERMAN", 18.8, 1.3, "B.SilkS", 0.8),
    Text("CERN-OHL-P", 18.8, 2.7, "B.SilkS", 0.8),
] + [Text(name, x, 9.0, "B.SilkS", 0.8) for name, _, x in PADS]

board = Board(
    name="puck", title="Puck: light sensor at the meter", revision="A", date="2026-11-23", paper="A5",
    outline=[(0, 0, 1), (25, 0, 1), (25, 10, 1), (0, 10, 1)], parts=parts, blocks=blocks, texts=texts,
    power={SUPPLY: "power:+3V3", "GND": "power:GND"}, widths={SUPPLY: 0.4, "GND": 0.4, LED: 0.3}, stitch=2.0,
    comments=("Licence CERN-OHL-P v2. Not yet fabricated.", "Built by hardware/tools from hardware/boards/puck.py"))
