"""CLAP as a query encoder (Wu et al. 2023, arXiv 2211.06687): texts and sounds in one space.

The network is the project's own (`soundlasso.models.clap`); files may be what `ClapEncoder.save`
writes or what transformers writes, such as LAION's on the hub:

* ``laion/larger_clap_general``: ``music_speech_audioset_epoch_15_esc_89.98.pt``, AudioSep's.
* ``laion/larger_clap_music``: ``music_audioset_epoch_15_esc_90.14.pt``, CLAPSep's.
* ``laion/clap-htsat-unfused``, a smaller one.

Sounds are heard as those checkpoints were trained (bands from 50 to 14,000 Hz, norms with an
epsilon of 1e-5), whatever the configs beside them say.
"""

import json
from dataclasses import asdict
from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors import SafetensorError
from safetensors.torch import save
from torch import Tensor

from soundlasso.atomic import write_text, written_aside
from soundlasso.config import build_config
from soundlasso.errors import WeightsError, in_one_line
from soundlasso.models.clap import Clap, ClapConfig
from soundlasso.models.clap_shapes import clap_numbers
from soundlasso.query.clap_files import (
    CONFIG_NAME,
    NUMBERS,
    TOKENIZER_NAME,
    WEIGHTS_NAME,
    download_clap,
    read_numbers,
    read_tokenizer,
    read_weights,
)
from soundlasso.query.encoder import TokenStates, check_query
from soundlasso.query.tokens import batch_tokens, parse_tokenizer

# What CLAP was trained with, fewer than RoBERTa has positions.
_MAX_TOKENS = 77


class ClapEncoder:
    """The frozen encoder; see `soundlasso.query.embedding.SoundEmbedder`.

    Attributes:
        network: The CLAP.
    """

    max_tokens = _MAX_TOKENS

    def __init__(self, network: Clap, tokenizer: bytes) -> None:
        """Puts the parts together.

        Args:
            network: Stays on the device that it is on.
            tokenizer: RoBERTa's ``tokenizer.json``.

        Raises:
            ValueError: it is no tokenizer.
        """
        self._tokenizer = parse_tokenizer(tokenizer)
        self.network = network.eval().requires_grad_(False)
        self.size = network.config.size
        self.sample_rate = network.config.audio.sample_rate

    @classmethod
    def from_pretrained(cls, name: str, *, revision: str | None = None) -> "ClapEncoder":
        """Loads an encoder.

        Args:
            name: A hub id, or a folder that holds ``model.safetensors`` (or
                ``pytorch_model.bin``) and ``tokenizer.json`` (or ``vocab.json`` and
                ``merges.txt``).
            revision: A branch, tag or commit of the hub's repository.

        Raises:
            MissingDependencyError: the hub is out of reach, or what reaches it is not installed.
            WeightsError: the files are not those of a CLAP without fusion.
        """
        folder = Path(name) if Path(name).is_dir() else download_clap(name, revision)
        try:
            state = read_weights(folder)
            numbers = read_numbers(folder) or clap_numbers(state)
            network = Clap(build_config(ClapConfig, numbers))
            network.load_state_dict(state, strict=True)
            return cls(network, read_tokenizer(folder))
        except (
            OSError, ValueError, RuntimeError, SafetensorError, UnpicklingError, WeightsError,
        ) as error:  # fmt: skip
            reason = in_one_line(error)
            raise WeightsError(f"{name}: holds no CLAP: {reason}") from error

    def save(self, folder: Path) -> None:
        """Writes a folder that `from_pretrained` reads; made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        state = {key: value.contiguous() for key, value in self.network.state_dict().items()}
        with written_aside(folder / WEIGHTS_NAME) as partial:
            partial.write_bytes(save(state))
        write_text(folder / TOKENIZER_NAME, self._tokenizer.to_str())
        # By its model type a folder is known for a CLAP's.
        config = {"model_type": "clap", NUMBERS: asdict(self.network.config)}
        write_text(folder / CONFIG_NAME, json.dumps(config, indent=2) + "\n")

    def encode(self, queries: list[str]) -> TokenStates:
        """Encodes queries, each as a single token; see `QueryEncoder`."""
        encodings = self._tokenizer.encode_batch([check_query(query) for query in queries])
        padding = self.network.config.text.padding
        tokens = batch_tokens([one.ids for one in encodings], self.max_tokens, padding=padding)
        device = self.network.text.words.weight.device
        with torch.inference_mode():
            embedded = self.network.embed_text(tokens.ids.to(device), tokens.mask.to(device))
        states = embedded[:, None].clone()
        present = torch.ones(states.shape[:2], dtype=torch.bool, device=device)
        return TokenStates(states, present, tokens.truncated)

    def embed(self, queries: list[str]) -> Tensor:
        """Embeds queries: ``B D``, each of length 1.

        Raises:
            QueryError: a query is empty.
        """
        return self.encode(queries).states[:, 0]

    def embed_audio(self, waveform: Tensor) -> Tensor:
        """Embeds sounds ``B T`` at 48 kHz: ``B D``, each of length 1; see `Clap.embed_audio`.

        Raises:
            ValueError: there are no samples, or the shape is another.
        """
        device = self.network.text.words.weight.device
        with torch.inference_mode():
            return self.network.embed_audio(waveform.to(device)).clone()
