"""How each published network is run on conformance vectors: one file a network.

A file says in ``INPUTS`` what a case of each kind is run on: names, and their numbers of axes
(``None`` for any). Its function ``outputs(state, arrays)`` takes the official state dict, converts
and loads it strictly, runs every case that ``arrays`` has inputs for, and yields pairs of an
array's name and what our network makes of it, whether ``arrays`` has it or not.
"""
