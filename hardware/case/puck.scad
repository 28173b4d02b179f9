// Housing of the puck: base (stuck over the meter's LED), lid, collet (holds the cable). Millimetres.
// Licence CERN-OHL-P v2. Not yet fabricated.
// Axes: x along the board, 0 at the meter's end; y across, 0 in the middle; z up from the meter. The board's figures are in outline.scad.
include <outline.scad>

part = "assembly";   // base, lid, collet: as printed; assembly, exploded: to look at; board: the board's body; clash, closed: for check.py
hole = 5;            // opening over the meter's LED: smaller for a bright one
cable = 3.0;         // diameter of the cable, 2.5 to 5
plug = [8, 20];      // body of the plug: diameter, length
wall = 1.4;          // each of the two walls where lid and base overlap
floor_z = 1.6;
gap = 0.3;           // around the board
fit = 0.2;           // between lid and base
flange = 1.2;         // the collet beyond its own radius, in a groove
grow = 0;            // board's body grown by this in the check
$fn = 48;

recess = 1.0;                                    // the light sensor's face above the meter
board_z = recess + ldr_height;                   // board's lower face
top_z = board_z + board_thickness;
axis_z = top_z + jack_axis_above_board;                      // plug, cable; base and lid part here
roof_z = max(top_z + height_above, axis_z + plug[0] / 2) + gap;
lid_z = max(roof_z + floor_z, axis_z + max(4, cable / 2 + 2.2) + flange + wall);   // top of all
in_x = [-gap, jack_barrel_to_x + plug[1]];       // inside
in_y = board_width / 2 + gap;
out_y = in_y + 2 * wall + fit;
seat = 10;                                       // length of the collet and its seat
out_x = [in_x[0] - 2 * wall, in_x[1] + seat];
lip_x = [3, in_x[1] - 2];
lip_z = [axis_z - 3, axis_z];
collet_r = max(4, cable / 2 + 2.2);
squeeze = 0.1;

module block(x, y, z) { translate([x[0], y[0], z[0]]) cube([x[1] - x[0], y[1] - y[0], z[1] - z[0]]); }
module both() { children(); mirror([0, 1, 0]) children(); }
module outside(z) {
    translate([0, 0, z[0]]) linear_extrude(height = z[1] - z[0]) offset(3) offset(-3)
        translate([out_x[0], -out_y]) square([out_x[1] - out_x[0], 2 * out_y]);
}

// Along x through the plug's axis: radius r over [from, to].
module along(x, r, r2 = -1) { translate([x[0], 0, axis_z]) rotate([0, 90, 0]) cylinder(h = x[1] - x[0], r1 = r, r2 = r2 < 0 ? r : r2); }

module collet_body(r, end) {       // flange with 45 degree sides in the middle
    m = in_x[1] + seat / 2;
    along([in_x[1] + end, out_x[1] - end], r);
    along([m - 1 - flange, m - 1], r, r + flange);
    along([m - 1, m + 1], r + flange);
    along([m + 1, m + 1 + flange], r + flange, r);
}

module snap(extra) {               // ridges of the lip, 50 degrees
    for (x = [9, 24, 40]) translate([x, 0, lip_z[0] + 1.1])
        rotate([90, 0, 90]) translate([0, 0, -3 - extra])
            linear_extrude(height = 6 + 2 * extra) polygon([[in_y + wall - 0.2, -0.74 - extra], [in_y + wall - 0.2, 0.74 + extra], [in_y + wall + 0.4 + extra / 2, 0]]);
}

module base() {
    difference() {
        outside([0, axis_z]);
        difference() {
            block(in_x, [-in_y, in_y], [floor_z, axis_z + 1]);
            // where the board lies, to both sides
            both() block([rest_from_x, rest_to_x], [board_width / 2 - rest_strip, in_y + 1], [0, board_z]);
            // dark tube round the light sensor
            translate([ldr_x, ldr_y, 0]) cylinder(h = board_z - 0.1, d = ldr_diameter + 0.6 + 2 * wall);
            // rib at the board's end: the jack's barrel goes through
            block([board_length + gap, board_length + gap + 1.4], [-in_y - 1, in_y + 1], [0, axis_z - 0.2]);
        }
        translate([ldr_x, ldr_y, -1]) cylinder(h = 20, d = hole);
        translate([ldr_x, ldr_y, recess]) cylinder(h = 20, d = ldr_diameter + 0.6);
        along([board_length - 1, in_x[1]], jack_barrel_diameter / 2 + gap);
        along([board_length + gap + 1.4, in_x[1] + 0.01], plug[0] / 2 + gap);
        both() {
            block([lip_x[0] - fit, lip_x[1] + fit], [in_y - 1, in_y + wall + fit], [lip_z[0] - fit, axis_z + 1]);
            snap(fit);
            block([in_x[1] + 3.2, in_x[1] + 6.8], [out_y - 0.6, out_y + 1], [-1, axis_z + 1]);
        }
        collet_body(collet_r, -1);
    }
}

module lid() {
    difference() {
        union() {
            difference() {
                outside([axis_z, lid_z]);
                block(in_x, [-in_y, in_y], [axis_z - 1, roof_z]);
                both() block([14, 22], [out_y - 1, out_y + 1], [axis_z - 1, axis_z + 0.8]);    // for a screwdriver
            }
            both() {
                block(lip_x, [in_y, in_y + wall], [lip_z[0], axis_z + 1]);
                snap(0);
                // holds the board's corners down
                block([in_x[0] - 1, 1.3], [board_width / 2 - 1.4, in_y + 1], [axis_z, roof_z + 1]);
                block([0, 1.3], [board_width / 2 - 1.4, board_width / 2], [top_z + 0.15, roof_z + 1]);
            }
            // holds the jack down
            if (roof_z - top_z - jack_height > 0.3)
                block([jack_body_from_x + 3, jack_body_to_x - 4], [-2, 2], [top_z + jack_height + 0.15, roof_z + 1]);
        }
        translate([led_x, led_y, axis_z]) cylinder(h = 20, d = 3);
        along([board_length + gap + 1.4, in_x[1] + 0.01], plug[0] / 2 + gap);
        both() block([in_x[1] + 3.2, in_x[1] + 6.8], [out_y - 0.6, out_y + 1], [axis_z - 1, roof_z + 5]);
        collet_body(collet_r, -1);
    }
}

module collet(r = collet_r + squeeze) {
    difference() {
        collet_body(r, 0.2);
        along([0, 100], cable / 2 - 0.05);
        block([0, 100], [-0.6, 0.6], [axis_z, axis_z + 20]);
    }
}

// The board with its parts; grow: larger to the sides and up.
module board() {
    block([-grow, board_length + grow], [-board_width / 2 - grow, board_width / 2 + grow], [board_z + 0.05, top_z]);
    translate([ldr_x, ldr_y, recess + 0.05]) cylinder(h = ldr_height, d = ldr_diameter + 2 * grow);
    block([1.5, jack_body_from_x], [-board_width / 2 + 0.9, board_width / 2 - 0.9], [top_z - 0.1, top_z + 1.6 + grow]);
    block([jack_body_from_x - grow, jack_body_to_x + grow], [-jack_body_width / 2 - grow, jack_body_width / 2 + grow], [top_z - 0.1, top_z + jack_height + grow / 2]);
    block([ldr_x + 6, board_length], [-board_width / 2 + 1, board_width / 2 - 1], [board_z - height_below - grow, board_z + 0.1]);
    along([jack_body_to_x, jack_barrel_to_x], jack_barrel_diameter / 2 + grow);
    along([jack_barrel_to_x, jack_barrel_to_x + plug[1] - grow], plug[0] / 2 + grow);
}

if (part == "base") base();
if (part == "lid") translate([0, 0, lid_z]) rotate([180, 0, 0]) lid();
if (part == "lid as it sits") lid();
if (part == "collet") rotate([0, -90, 0]) translate([-in_x[1], 0, -axis_z]) collet();
if (part == "board") board();
if (part == "clash") intersection() { board(); union() { base(); lid(); } }
if (part == "closed") intersection() { translate([0, 0, 0.02]) lid(); base(); }
if (part == "held") intersection() { collet(collet_r - 0.05); union() { base(); translate([0, 0, 0.02]) lid(); } }
if (part == "assembly") { color("dimgray") base(); color("green") board(); color("orange") collet(); }
if (part == "exploded") {
    color("dimgray") base();
    translate([0, 0, 12]) { color("green") board(); color("orange") collet(); }
    translate([0, 0, 26]) color("silver") lid();
}
