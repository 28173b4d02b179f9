"""The .kicad_pro: design rules of a common two-layer fab (0.15 mm tracks and gaps, 0.3 mm drill, 0.13 mm ring, printing 0.15 mm
wide and 0.8 mm high), net classes, and which findings are errors."""
import json

# All findings of DRC are errors: what is a warning by default (parity!) would be a false green.
ERRORS = """annular_width clearance connection_width copper_edge_clearance copper_sliver courtyards_overlap drill_out_of_range
    duplicate_footprints extra_footprint footprint footprint_filters_mismatch footprint_symbol_mismatch hole_clearance
    hole_to_hole holes_co_located invalid_outline isolated_copper item_on_disabled_layer items_not_allowed
    lib_footprint_issues lib_footprint_mismatch malformed_courtyard missing_courtyard missing_footprint
    mirrored_text_on_front_layer net_conflict nonmirrored_text_on_back_layer npth_inside_courtyard padstack
    pth_inside_courtyard shorting_items silk_over_copper silk_overlap solder_mask_bridge starved_thermal text_height
    text_on_edge_cuts text_thickness through_hole_pad_without_hole track_dangling track_width tracks_crossing
    unconnected_items unresolved_variable via_dangling zones_intersect""".split()
# silk_edge_clearance: connectors at the edge print beyond it; fabs clip there. Texts are checked by copper.py.
IGNORED = ["footprint_type_mismatch", "silk_edge_clearance"]


def write(path, board):
    """Write the project file next to schematic and layout."""
    drc = {name: "error" for name in ERRORS} | {name: "ignore" for name in IGNORED}
    classes = [_netclass("Default", board.width, board)]
    patterns = []
    for width in sorted(set(board.widths.values())):
        classes.append(_netclass(f"W{width:g}mm", width, board))
        patterns += [{"netclass": f"W{width:g}mm", "pattern": n} for net in sorted(board.widths) if board.widths[net] == width
                     for n in (net, "/" + net)]
    rules = {"min_clearance": 0.15, "min_track_width": 0.15, "min_via_diameter": 0.5, "min_via_annular_width": 0.13,
             "min_through_hole_diameter": 0.3, "min_copper_edge_clearance": 0.3, "min_hole_clearance": 0.25,
             "min_hole_to_hole": 0.25, "min_text_height": 0.8, "min_text_thickness": 0.15, "min_silk_clearance": 0.0,
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
