"""AudioSep's and AudioSep-DP's published state dicts, which share all but the bottleneck.

The window is read from the shapes; sample rate and hop are not in the file, but all published
variants (32 kHz, and 16 kHz for DCASE 2024 Task 9) have windows of 64 ms and 100 frames a second.
"""

import re
from collections.abc import Mapping

from torch import Tensor

from soundlasso.errors import WeightsError
from soundlasso.zoo.official.converted import Converted, rename_strictly

_RATE_OF_WINDOW = 15.625
_FRAMES_PER_SECOND = 100

# Tables that a constructor computes, and a second norm and shift in each block of the decoder
# that is stored but never applied.
_IGNORED = re.compile(
    r"base\.i?stft\..+|base\.decoder_block\d+\.bn2\..+|film\.decoder_block\d+->beta2\..+"
)
_IN_UNIT = {
    "bn1": "enter.norm",
    "beta1": "enter.fuse.shift",
    "conv1": "first",
    "bn2": "between.norm",
    "beta2": "between.fuse.shift",
    "conv2": "second",
    "shortcut": "shortcut",
}
_IN_DECODER = {"bn1": "enter.norm", "beta1": "enter.fuse.shift", "conv1": "refine"}
_AT_TOP = {"bn0": "input_norm", "pre_conv": "stem", "after_conv": "output"}
_IN_SWEEP = {"rnn.rnn": "gru", "rnn.proj": "project", "norm": "norm"}

_UNIT = re.compile(r"(encoder_block|decoder_block|conv_block7a)(\d*)\.conv_block[12]\.(\w+)\.(\w+)")
_DECODER = re.compile(r"decoder_block(\d+)\.(\w+)\.(\w+)")
_TOP = re.compile(r"(bn0|pre_conv|after_conv)\.(\w+)")
_SWEEP = re.compile(r"DPRNN\.0\.(row|col)_(?:(rnn)\.(\d+)\.(rnn|proj)|(norm)\.(\d+))\.(\w+)")
_LEAVE = re.compile(r"DPRNN\.0\.output\.([01])\.(\w+)")


def convert(state: Mapping[str, Tensor]) -> Converted:
    """Converts a state dict.

    Args:
        state: Without the prefix of its file, ``ss_model.``.

    Raises:
        WeightsError: a key is missing or not known; names it.
    """
    config = _read_config(state)
    renamed, ignored = rename_strictly(
        state, _rename, ignored=lambda key: _IGNORED.fullmatch(key) is not None
    )
    # Kernels are turned: frames lie behind bins here.
    turned = {
        name: value.mT.contiguous() if value.ndim == 4 else value for name, value in renamed.items()
    }
    return Converted(config, turned, ignored)


def _read_config(state: Mapping[str, Tensor]) -> dict[str, object]:
    blocks = _count(state, r"base\.encoder_block(\d+)\..+")
    window = 2 * (_shape(state, "base.bn0.weight")[0] - 1)
    sample_rate = round(window * _RATE_OF_WINDOW)
    config: dict[str, object] = {
        "sample_rate": sample_rate,
        "window": window,
        "hop": sample_rate // _FRAMES_PER_SECOND,
        "condition": _shape(state, "film.encoder_block1->conv_block1->beta1.weight")[1],
        "channels": [
            _shape(state, f"base.encoder_block{block}.conv_block1.conv2.weight")[0]
            for block in range(1, blocks + 1)
        ],
        "dual_path_layers": 0,
    }
    first = "base.DPRNN.0.row_rnn.0.rnn"
    if f"{first}.weight_hh_l0" in state:
        config |= {
            "dual_path_layers": _count(state, r"base\.DPRNN\.0\.row_rnn\.(\d+)\..+"),
            "dual_path_hidden": _shape(state, f"{first}.weight_hh_l0")[1],
            "dual_path_depth": _count(state, re.escape(first) + r"\.weight_hh_l(\d+)"),
        }
    return config


def _count(state: Mapping[str, Tensor], pattern: str) -> int:
    """How many different numbers keys of a pattern have."""
    return len({found[1] for key in state if (found := re.fullmatch(pattern, key))})


def _shape(state: Mapping[str, Tensor], key: str) -> tuple[int, ...]:
    if key not in state:
        raise WeightsError(f"the checkpoint is not one of AudioSep: it lacks {key}")
    return tuple(state[key].shape)


def _rename(key: str) -> str | None:
    """Ours for a published key."""
    part, _, rest = key.partition(".")
    if part not in {"base", "film"}:
        return None
    rest = rest.replace("->", ".")
    if found := _UNIT.fullmatch(rest):
        kind, number, layer, value = found.groups()
        place = "bridge" if not number else f"{kind[:7]}.{int(number) - 1}.unit"
        return f"{place}.{_IN_UNIT[layer]}.{value}" if layer in _IN_UNIT else None
    if found := _DECODER.fullmatch(rest):
        number, layer, value = found.groups()
        place = f"decoder.{int(number) - 1}"
        return f"{place}.{_IN_DECODER[layer]}.{value}" if layer in _IN_DECODER else None
    if found := _TOP.fullmatch(rest):
        return f"{_AT_TOP[found[1]]}.{found[2]}"
    if found := _LEAVE.fullmatch(rest):
        return f"dual_path.leave.{found[1]}.{found[2]}"
    return _rename_sweep(rest)


def _rename_sweep(rest: str) -> str | None:
    """Ours for a key of the recurrence, whose rows are frames and whose columns are bins."""
    found = _SWEEP.fullmatch(rest)
    if found is None:
        return None
    axis = "along_frames" if found[1] == "row" else "along_bins"
    number = found[3] or found[6]
    layer = _IN_SWEEP[f"rnn.{found[4]}" if found[2] else "norm"]
    return f"dual_path.{axis}.{number}.{layer}.{found[7]}"
