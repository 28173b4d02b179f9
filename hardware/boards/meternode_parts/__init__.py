"""The MeterNode, a block of its circuit per module: each has `parts` and `blocks`, some have `tracks` and `keepouts`; printing.py has `texts`."""
