"""The mixtures that benchmarks make of a corpus: as recorded, at -5 to 5 dB, all labels alike."""

from soundlasso.mixing.augment import NO_AUGMENTATION
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.online import MixingConfig, MixtureSampler


def plain_mixtures(
    bank: SoundBank, seed: int, *, third_source: float, seconds: float = 6.0
) -> MixtureSampler:
    """Mixtures of two sounds, or of three.

    Args:
        bank: Whose sounds they are made of.
        seed: Says which mixtures.
        third_source: How often there is a third sound, 6 dB quieter.
        seconds: How long they are.
    """
    config = MixingConfig(
        seconds=seconds,
        snr=(-5.0, 5.0),
        level=(-30.0, -20.0),
        third_source_probability=third_source,
        rare_label_power=0.0,
        augment=NO_AUGMENTATION,
    )
    return MixtureSampler(bank, config, seed=seed)
