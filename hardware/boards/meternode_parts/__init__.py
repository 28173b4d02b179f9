"""The MeterNode, a block of its circuit per module: each has `parts` and `blocks`, some have `tracks`, `keepouts`, `texts`."""
