"""LAION-CLAP's published state dicts: HTSAT-base and RoBERTa-base, without fusion."""

import re
from collections.abc import Mapping

from torch import Tensor

from soundlasso.models.clap_shapes import clap_numbers
from soundlasso.models.roberta import roberta_name
from soundlasso.zoo.official import htsat
from soundlasso.zoo.official.converted import Converted, rename_strictly

# The temperatures of the contrastive loss, and two networks that were built for another loss and
# have no part in the embeddings. Older files also store the numbers from 0 to 513.
_IGNORED = re.compile(
    r"logit_scale_[at]|(text|audio)_transform\..+|text_branch\.embeddings\.position_ids"
)
_AUDIO = "audio_branch."
_TEXT = "text_branch."
_PROJECTION = re.compile(r"(audio|text)_projection\.[02]\.(weight|bias)")


def convert(state: Mapping[str, Tensor]) -> Converted:
    """Converts a state dict.

    Args:
        state: Without the prefix of its file, ``module.``.

    Returns:
        Config and state of a `soundlasso.models.clap.Clap`.

    Raises:
        WeightsError: a key is missing or not known; names it.
    """
    renamed, ignored = rename_strictly(state, _rename, ignored=_is_ignored)
    return Converted(clap_numbers(renamed), renamed, ignored)


def _is_ignored(key: str) -> bool:
    if key.startswith(_AUDIO):
        return htsat.is_ignored(key.removeprefix(_AUDIO))
    return _IGNORED.fullmatch(key) is not None


def _rename(key: str) -> str | None:
    """Ours for a published key."""
    if key.startswith(_AUDIO):
        rest = key.removeprefix(_AUDIO)
        if rest.startswith("norm."):
            return f"audio_{rest}"
        name = htsat.rename(rest)
        return None if name is None else f"audio.{name}"
    if key.startswith(_TEXT):
        name = roberta_name(key.removeprefix(_TEXT))
        return None if name is None else f"text.{name}"
    return key if _PROJECTION.fullmatch(key) else None
