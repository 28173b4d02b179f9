"""The board's body (hardware/boards/puck_outline.json) for OpenSCAD: outline.scad, y from the board's middle."""
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent / "boards" / "puck_outline.json"


def text(source=SOURCE):
    """Content of outline.scad."""
    data = json.loads(source.read_text())
    middle = data["board"]["width"] / 2
    lines = ["// Made by outline.py from hardware/boards/puck_outline.json."]
    for group, values in data.items():
        fields = values.items() if isinstance(values, dict) else (("", values),)
        for key, value in fields:
            if isinstance(value, (int, float)):
                name = f"{group}_{key}" if key else group
                lines.append(f"{name} = {value - middle if key == 'y' else value:g};")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (HERE / "outline.scad").write_text(text())
