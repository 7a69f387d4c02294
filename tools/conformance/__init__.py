"""How each published network is run on conformance vectors: one file a network.

A file has one function, ``outputs(state, arrays)``: it takes the official state dict, converts
and loads it strictly, runs every case that ``arrays`` has inputs for, and yields pairs of an
array's name and what our network makes of it.
"""
