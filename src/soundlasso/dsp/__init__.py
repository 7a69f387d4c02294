"""Signal processing that knows nothing of models: transforms, bands, levels.

Axes: waveforms ``B C T``, spectrograms ``F N`` (bins or bands, frames) after any leading axes.
"""
