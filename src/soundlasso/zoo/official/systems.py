"""Published separators that can be imported: what their files are, and where, and on what terms.

Facts as of November 2026. A licence is what the authors' repository or model card says; where
none says anything, ``licence`` is `UNSTATED`, which is not a permission.
"""

from dataclasses import dataclass
from typing import Literal

from soundlasso.errors import OptionError

UNSTATED = "none stated"


@dataclass(frozen=True)
class HubFile:
    """Where a file lies on the Hugging Face hub.

    Attributes:
        repo: ``owner/name``.
        path: Inside the repository.
        kind: What sort of repository it is.
        size: In bytes, where it was published.
    """

    repo: str
    path: str
    kind: Literal["model", "space"] = "model"
    size: int | None = None


@dataclass(frozen=True)
class OfficialFile:
    """One file that a system is made of.

    Attributes:
        name: As its authors call it.
        page: Where people find it.
        hub: Where programs find it; ``None`` if they cannot.
        container: Under which key the state dict lies; files without it are a state dict.
        prefix: What the separator's keys begin with, which conversion does not see; other keys
            are left where they are. Files without it have bare keys.
        only: Beginnings of the keys, without the prefix, that are wanted of this file; all if
            empty.
    """

    name: str
    page: str
    hub: HubFile | None = None
    container: str = "state_dict"
    prefix: str = ""
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfficialSystem:
    """A published separator.

    Attributes:
        name: What users call it, and what it is called once it is imported.
        title: What its authors call it, and its paper.
        family: A key of `soundlasso.zoo.families.FAMILIES`.
        network: Module, config class and network class.
        converter: Module with the function ``convert``.
        files: The first one is the separator's own; in it, keys count that others have too.
        query_encoder: Whose states or embeddings it was trained on; ``own`` where its weights
            hold it.
        sample_rate: In Hz, where the file does not tell it.
        licence: An SPDX identifier, or `UNSTATED`.
        terms: What people should know before they use the weights.
        dual_path: Whether its network has AudioSep-DP's recurrence.
    """

    name: str
    title: str
    family: str
    network: tuple[str, str, str]
    converter: str
    files: tuple[OfficialFile, ...]
    query_encoder: str
    sample_rate: int
    licence: str
    terms: str
    dual_path: bool = False


_CLAP = "laion/larger_clap_general"
_NO_LICENCE = (
    "Its authors state no licence: nobody but them may say what the weights may be used for. "
    "Ask them before you use what you make with it for anything but private study, or pass the "
    "weights on."
)
_AUDIOSEP_NETWORK = ("soundlasso.models.audiosep", "AudioSepConfig", "ResUNet30")
_AUDIOSEP_CONVERTER = "soundlasso.zoo.official.audiosep"


def _audiosep(
    name: str, title: str, file: OfficialFile, licence: str, terms: str, sample_rate: int = 32_000
) -> OfficialSystem:
    return OfficialSystem(
        name=name,
        title=title,
        family="audiosep",
        network=_AUDIOSEP_NETWORK,
        converter=_AUDIOSEP_CONVERTER,
        files=(file,),
        query_encoder=_CLAP,
        sample_rate=sample_rate,
        licence=licence,
        terms=terms,
        dual_path=name.startswith("audiosep_dp"),
    )


_ALL = (
    _audiosep(
        "audiosep",
        "AudioSep (Liu et al. 2024, arXiv 2308.05037)",
        OfficialFile(
            "audiosep_base_4M_steps.ckpt",
            "https://huggingface.co/spaces/Audio-AGI/AudioSep/tree/main/checkpoint",
            HubFile("Audio-AGI/AudioSep", "checkpoint/audiosep_base_4M_steps.ckpt", "space"),
            prefix="ss_model.",
        ),
        "MIT",
        "The code's licence is MIT. The sounds that it was trained on (AudioSet, VGGSound, "
        "WavCaps, AudioCaps, Clotho) have terms of their own, some for research only.",
    ),
    _audiosep(
        "audiosep_hive",
        "AudioSep trained on Hive (arXiv 2601.22599)",
        OfficialFile(
            "audiosep_hive.ckpt",
            "https://huggingface.co/JusperLee/AudioSep-hive",
            HubFile("JusperLee/AudioSep-hive", "audiosep_hive.ckpt", size=1_264_846_755),
            prefix="ss_model.",
        ),
        "Apache-2.0",
        "The model card's licence is Apache-2.0. The sounds that it was trained on have terms of "
        "their own.",
    ),
    _audiosep(
        "audiosep_dcase2024",
        "AudioSep, the baseline of DCASE 2024 Task 9",
        OfficialFile(
            "audiosep_16k,baseline,step=200000.ckpt",
            "https://zenodo.org/records/10887460",
            prefix="ss_model.",
        ),
        UNSTATED,
        "See the record on Zenodo for the terms of the weights. " + _NO_LICENCE,
        sample_rate=16_000,
    ),
    _audiosep(
        "audiosep_dp",
        "AudioSep-DP at 32 kHz (Yin et al. 2024, arXiv 2409.13292)",
        OfficialFile(
            "the .ckpt for 32 kHz", "https://zenodo.org/records/14208090", prefix="ss_model."
        ),
        "MIT",
        "The repository's licence is the text of MIT's in another group's name (Paderborn "
        "University); see the record on Zenodo for the terms of the weights.",
    ),
    _audiosep(
        "audiosep_dp_16k",
        "AudioSep-DP at 16 kHz (Yin et al. 2024, arXiv 2409.13292)",
        OfficialFile(
            "the .ckpt for 16 kHz", "https://zenodo.org/records/14208090", prefix="ss_model."
        ),
        "MIT",
        "The repository's licence is the text of MIT's in another group's name (Paderborn "
        "University); see the record on Zenodo for the terms of the weights.",
        sample_rate=16_000,
    ),
    OfficialSystem(
        name="lassnet",
        title="LASS-Net (Liu et al. 2022, arXiv 2203.15147)",
        family="lassnet",
        network=("soundlasso.models.lassnet", "LassNetConfig", "LassNet"),
        converter="soundlasso.zoo.official.lassnet",
        files=(
            OfficialFile(
                "LASSNet.pt",
                "https://github.com/liuxubo717/LASS",
                container="model",
                prefix="module.",
            ),
        ),
        query_encoder="own",
        sample_rate=32_000,
        licence=UNSTATED,
        terms=_NO_LICENCE,
    ),
    OfficialSystem(
        name="clapsep",
        title="CLAPSep (Ma et al. 2024, arXiv 2402.17455)",
        family="clapsep",
        network=("soundlasso.models.clapsep", "ClapSepConfig", "ClapSep"),
        converter="soundlasso.zoo.official.clapsep",
        files=(
            OfficialFile(
                "best_model.ckpt",
                "https://huggingface.co/spaces/AisakaMikoto/CLAPSep/tree/main/model",
                HubFile("AisakaMikoto/CLAPSep", "model/best_model.ckpt", "space"),
            ),
            OfficialFile(
                "music_audioset_epoch_15_esc_90.14.pt",
                "https://huggingface.co/spaces/AisakaMikoto/CLAPSep/tree/main/model",
                HubFile(
                    "AisakaMikoto/CLAPSep", "model/music_audioset_epoch_15_esc_90.14.pt", "space"
                ),
                prefix="module.",
                only=("audio_branch.",),
            ),
        ),
        query_encoder="laion/larger_clap_music",
        sample_rate=32_000,
        licence="MIT",
        terms="Its code is under MIT since September 2026; LAION-CLAP, whose encoder it holds, "
        "comes with CC0. AudioCaps, which it was trained on, is for research.",
    ),
    OfficialSystem(
        name="flowsep",
        title="FlowSep (Yuan et al. 2025, arXiv 2409.07614)",
        family="flowsep",
        network=("soundlasso.models.flowsep", "FlowSepConfig", "FlowSep"),
        converter="soundlasso.zoo.official.flowsep",
        files=(OfficialFile("v2_100k.ckpt", "https://zenodo.org/records/13869712"),),
        query_encoder="google/flan-t5-large[:50]",
        sample_rate=16_000,
        licence=UNSTATED,
        terms=_NO_LICENCE,
    ),
    OfficialSystem(
        name="flowsep_hive",
        title="FlowSep trained on Hive (arXiv 2601.22599)",
        family="flowsep",
        network=("soundlasso.models.flowsep", "FlowSepConfig", "FlowSep"),
        converter="soundlasso.zoo.official.flowsep",
        files=(
            OfficialFile(
                "flowsep_hive.ckpt",
                "https://huggingface.co/JusperLee/FlowSep-hive",
                HubFile("JusperLee/FlowSep-hive", "flowsep_hive.ckpt"),
            ),
        ),
        query_encoder="google/flan-t5-large[:50]",
        sample_rate=16_000,
        licence="Apache-2.0",
        terms="The model card's licence is Apache-2.0. The sounds that it was trained on have "
        "terms of their own.",
    ),
)

SYSTEMS: dict[str, OfficialSystem] = {system.name: system for system in _ALL}
"""All of them, by name."""


def find_system(name: str) -> OfficialSystem:
    """A system by name.

    Raises:
        OptionError: there is none; names the choices.
    """
    if name not in SYSTEMS:
        raise OptionError(f"no published system is called {name!r}; there are {', '.join(SYSTEMS)}")
    return SYSTEMS[name]


def how_to_import(system: OfficialSystem) -> str:
    """What to download, where from, and what to do with it, in one sentence."""
    wanted = " and ".join(f"{file.name} from {file.page}" for file in system.files)
    names = " ".join(_quoted(file.name) for file in system.files)
    return f"download {wanted}, then run: soundlasso import {names} --as {system.name}"


def _quoted(name: str) -> str:
    """A file's name as a shell takes it; one that only describes a file as a placeholder."""
    if name.startswith("the "):
        return "FILE"
    return f"'{name}'" if "," in name or " " in name else name
