"""Separating recordings of any length with any model.

`model` says what a model must offer, `stream` works through a recording in stretches, `files`
does so from file to file, `separator` is what Python users hold. The engine knows no model by
name and reads no weights.
"""
