"""Published query encoders that can be imported, for machines that no hub can be reached from.

Where a hub can be reached, query encoders come from there by themselves.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from soundlasso.atomic import write_text
from soundlasso.config import build_config
from soundlasso.errors import WeightsError, in_one_line
from soundlasso.models.clap import Clap, ClapConfig
from soundlasso.query.clap import ClapEncoder
from soundlasso.query.clap_files import read_tokenizer
from soundlasso.zoo.official.clap import convert
from soundlasso.zoo.official.importing import counted, sha256_of
from soundlasso.zoo.official.reading import read_contents
from soundlasso.zoo.official.systems import OfficialFile

_PAGE = "https://huggingface.co/lukewys/laion_clap"


@dataclass(frozen=True)
class OfficialEncoder:
    """A published query encoder.

    Attributes:
        name: What users call it.
        file: Its file.
        hub_id: What models call it: the repository that holds the same for transformers.
    """

    name: str
    file: OfficialFile
    hub_id: str


ENCODERS: dict[str, OfficialEncoder] = {
    name: OfficialEncoder(name, OfficialFile(file, _PAGE, prefix="module."), hub_id)
    for name, file, hub_id in (
        ("clap", "music_speech_audioset_epoch_15_esc_89.98.pt", "laion/larger_clap_general"),
        ("clap_music", "music_audioset_epoch_15_esc_90.14.pt", "laion/larger_clap_music"),
    )
}
"""All of them, by name."""


def import_encoder(
    encoder: OfficialEncoder, path: Path, folder: Path, *, tokenizer: Path | None = None
) -> Path:
    """Converts a published query encoder and writes the folder that models find it in.

    Args:
        encoder: What it is.
        path: Its file, which holds no vocabulary.
        folder: Where to; made if need be.
        tokenizer: A folder that holds RoBERTa's ``tokenizer.json``, or ``vocab.json`` and
            ``merges.txt``; the folder that the file is in unless told.

    Returns:
        The folder.

    Raises:
        WeightsError: a file cannot be read, is not that encoder's, or the folder not written.
    """
    vocabulary = path.parent if tokenizer is None else tokenizer
    try:
        words = read_tokenizer(vocabulary)
    except OSError as error:
        raise WeightsError(
            f"{vocabulary}: holds no tokenizer.json; download it from "
            f"https://huggingface.co/{encoder.hub_id} and name its folder with --tokenizer"
        ) from error
    contents = read_contents(path, encoder.file)
    converted = convert(contents.weights)
    try:
        network = Clap(build_config(ClapConfig, converted.config))
        network.load_state_dict(converted.state, strict=True)
        made = ClapEncoder(network, words)
    except (ValueError, RuntimeError) as error:
        reason = in_one_line(error, 300)
        raise WeightsError(f"{path}: does not fit {encoder.name}: {reason}") from error
    origin = {
        encoder.file.name: {"sha256": sha256_of(path), "file": path.name},
        "ignored": counted([*contents.passed_over, *converted.ignored]),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / "origin.json", json.dumps(origin, indent=2) + "\n")
        made.save(folder)
    except OSError as error:
        raise WeightsError(f"{folder}: cannot be written: {error.strerror}") from error
    return folder
