"""Separating recordings of any length with any model.

`model` says what a model must offer, `wording`, `request` and `wishes` what it can be asked,
`stream` works through a recording in stretches. `timeline` remembers what went by; `presence` and
`spans` tell from that whether a sound was there, and where. `files` does all of it from file to
file, `separator` is what Python users hold. The engine knows no model by name and reads no
weights.
"""
