"""Printing of the Gateway: what is where, which jumper does what."""
from model import Text

texts = [
    Text("GATEWAY A", 31.0, 50.0),
]
