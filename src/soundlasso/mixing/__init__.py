"""Mixtures with known sources, made from a corpus: for training and for tests.

`bank` holds a split's recordings in memory, `online` mixes them by seed and index, `thesis`
mixes and filters as the thesis does, `augment` varies single sounds. `shards` writes a split as
tar files, `opus` encodes what is in them, `stream` mixes from them; `pack` puts a bank into a few
files of limited size.
"""
