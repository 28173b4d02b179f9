"""The .kicad_pro: design rules of a common two-layer fab, net classes, and which findings are errors."""
import json

# Warnings by default, but without them parity is a false green.
PARITY = ["net_conflict", "missing_footprint", "extra_footprint", "duplicate_footprints", "footprint_symbol_mismatch",
          "unconnected_items", "footprint_filters_mismatch"]
# 'ignore' in KiCad's defaults or of no use to us.
# silk_edge_clearance: connectors at the edge print beyond it; fabs clip there.
IGNORED = ["footprint_type_mismatch", "silk_edge_clearance"]


def write(path, board):
    """Write the project file next to schematic and layout."""
    drc = {name: "error" for name in PARITY} | {name: "ignore" for name in IGNORED}
    classes = [_netclass("Default", board.width, board)]
    patterns = []
    for width in sorted(set(board.widths.values())):
        name = f"W{width:g}mm"
        classes.append(_netclass(name, width, board))
        patterns += [{"netclass": name, "pattern": n} for net, w in sorted(board.widths.items()) if w == width
                     for n in (net, "/" + net)]
    rules = {"min_clearance": 0.15, "min_track_width": 0.15, "min_via_diameter": 0.5, "min_via_annular_width": 0.1,
             "min_through_hole_diameter": 0.3, "min_copper_edge_clearance": 0.3, "min_hole_clearance": 0.25,
             "min_hole_to_hole": 0.25, "min_text_height": 0.7, "min_text_thickness": 0.1, "min_silk_clearance": 0.0,
             "min_resolved_spokes": 1, "min_connection": 0.0, "solder_mask_to_copper_clearance": 0.0,
             "use_height_for_length_calcs": True, "max_error": 0.005}
    project = {
        "board": {"design_settings": {
            "defaults": {"zones": {"min_clearance": board.clearance}},
            "rule_severities": drc, "rules": rules,
            "track_widths": [0.0], "via_dimensions": [{"diameter": 0.0, "drill": 0.0}],
            "meta": {"version": 2}}},
        "erc": {"rule_severities": {}, "meta": {"version": 0}, "erc_exclusions": []},
        "libraries": {"pinned_footprint_libs": [], "pinned_symbol_libs": []},
        "meta": {"filename": f"{board.name}.kicad_pro", "version": 3},
        "net_settings": {"classes": classes, "meta": {"version": 4}, "netclass_patterns": patterns},
        "schematic": {"legacy_lib_dir": "", "legacy_lib_list": []},
        "sheets": [], "text_variables": {}}
    path.write_text(json.dumps(project, indent=2, sort_keys=True) + "\n")


def _netclass(name, width, board):
    return {"name": name, "clearance": board.clearance, "track_width": width, "via_diameter": board.via[0],
            "via_drill": board.via[1], "microvia_diameter": 0.3, "microvia_drill": 0.1, "diff_pair_gap": 0.25,
            "diff_pair_width": 0.2, "diff_pair_via_gap": 0.25, "bus_width": 12, "wire_width": 6, "line_style": 0,
            "pcb_color": "rgba(0, 0, 0, 0.000)", "schematic_color": "rgba(0, 0, 0, 0.000)",
            "priority": 2147483647 if name == "Default" else 0}
