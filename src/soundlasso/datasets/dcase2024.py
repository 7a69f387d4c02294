"""DCASE 2024 Task 9, language-queried audio source separation: all three of its sets.

Layout::

    development, https://zenodo.org/records/10887496
      fsd50k_dev_auto_caption.json    {"data": [{"wav": "1234.wav", "caption": "..."}]}
      fsd50k_eval_auto_caption.json
      FSD50K.dev_audio/*.wav          from FSD50K; FSD50K.eval_audio/*.wav
      Clotho v2                       as `soundlasso.datasets.clotho` has it, all three splits
    validation, https://zenodo.org/records/10886481
      lass_synthetic_validation.csv   source,noise,snr,caption; the first two without .wav
      lass_validation.json            [{"Index", "Tags", "Captions": [three]}]; may be left away
      lass_validation/*.wav           1,000 clips, 16 kHz mono
    evaluation, https://zenodo.org/records/11425256
      lass_synthetic_evaluation.csv   wav,query
      lass_evaluation_synth/*.wav     3,000 mixtures; the sources were never published
      lass_real_evaluation.csv        wav,query
      lass_evaluation_real/*.wav      100 recordings in which sounds overlap

Development gives clips, with ids that begin with ``fsd50k/`` or ``clotho/``; whatever of its
parts is there is read. Validation gives clips and recipes of mixtures: the noise is scaled until
the source has ``snr`` dB more mean power; if the sum peaks above 1, it and the source are scaled
so that it peaks at 0.9. Evaluation gives ready-made mixtures without targets. Validation and
evaluation sets are not to be trained on.

Licence: development has that of FSD50K and Clotho; the others' clips are from Freesound.

Citation: DCASE 2024 Challenge, Task 9, https://dcase.community/challenge2024/.
"""

from pathlib import Path

from soundlasso.datasets import clotho
from soundlasso.datasets.about import About, Gathering
from soundlasso.datasets.clip import Dataset, Ingredient, MixtureRecord
from soundlasso.datasets.tables import (
    entry_text,
    entry_texts,
    finite,
    read_entries,
    read_rows,
    read_table,
    row_text,
)
from soundlasso.datasets.tree import Tree
from soundlasso.errors import CorpusError

ABOUT = About(
    name="dcase2024",
    title="DCASE 2024 Task 9",
    splits=("development", "validation", "evaluation-synth", "evaluation-real"),
    words="captions; mixtures",
    licence="FSD50K's and Clotho's (development), Freesound's, by clip",
    source="https://zenodo.org/records/10887496 (validation 10886481, evaluation 11425256)",
    layout="lass_validation/*.wav and lass_synthetic_validation.csv",
    layouts={
        "development": "fsd50k_dev_auto_caption.json with FSD50K.dev_audio/*.wav (eval alike), or "
        "Clotho v2",
        "evaluation-synth": "lass_synthetic_evaluation.csv and lass_evaluation_synth/*.wav",
        "evaluation-real": "lass_real_evaluation.csv and lass_evaluation_real/*.wav",
    },
)
_EVALUATION = {
    "evaluation-synth": ("lass_synthetic_evaluation.csv", "lass_evaluation_synth"),
    "evaluation-real": ("lass_real_evaluation.csv", "lass_evaluation_real"),
}


def load(folder: Path, split: str) -> Dataset:
    """Reads one of the sets.

    Args:
        folder: Where its files lie, at any depth; the sets may share a folder.
        split: ``development``, ``validation``, ``evaluation-synth`` or ``evaluation-real``.

    Raises:
        OptionError: there is no such split.
        AbsentError: the set is not there.
        CorpusError: a table or JSON is damaged.
    """
    gathering = Gathering(ABOUT, split, folder)
    tree = Tree(folder)
    if split == "development":
        _add_development(gathering, tree)
    elif split == "validation":
        _add_validation(gathering, tree)
    else:
        _add_evaluation(gathering, tree)
    return gathering.dataset()


def _add_development(gathering: Gathering, tree: Tree) -> None:
    there = False
    for part in ("dev", "eval"):
        table = tree.table(f"fsd50k_{part}_auto_caption.json")
        if table is None:
            continue
        there = True
        captions: dict[str, list[str]] = {}
        for where, entry in read_entries(table, "data"):
            stem = _stem(entry_text(entry, "wav", where))
            captions.setdefault(stem, []).extend(entry_texts(entry, "caption", where))
        for stem, said in captions.items():
            audio = tree.audio([stem], under=(f"FSD50K.{part}_audio",))
            gathering.add(f"fsd50k/{stem}", audio, captions=said)
    for part in clotho.ABOUT.splits:
        table = tree.table(clotho.captions_table(part))
        if table is not None:
            there = True
            clotho.add_clips(gathering, tree, table, part, prefix="clotho/")
    if not there:
        raise ABOUT.absent(
            tree.folder,
            gathering.split,
            f"holds no fsd50k_dev_auto_caption.json and no {clotho.captions_table('development')}",
        )


def _add_validation(gathering: Gathering, tree: Tree) -> None:
    table = gathering.table(tree, "lass_synthetic_validation.csv")
    sounds = ("lass_validation",)
    described = tree.table("lass_validation.json")
    for where, entry in read_entries(described) if described else ():
        keys = {key.lower(): value for key, value in entry.items()}
        stem = _stem(entry_text(keys, "index", where))
        gathering.add(
            stem,
            tree.audio([stem], under=sounds),
            captions=entry_texts(keys, "captions", where),
            labels=[tag.replace("_", " ") for tag in entry_texts(keys, "tags", where)],
        )
    rows = read_rows(table)
    if len(next(rows, (0, []))[1]) != 4:
        raise CorpusError(f"{table}: line 1 should be source,noise,snr,caption")
    for index, (line, row) in enumerate(rows):
        if len(row) != 4 or not all(field.strip() for field in row):
            raise CorpusError(
                f"{table}: line {line} is not a source, a noise, an SNR and a caption"
            )
        snr = finite(row[2], "the SNR", f"{table}: line {line}")
        stems = [_stem(row[0]), _stem(row[1])]
        paths = [tree.audio([stem], under=sounds) for stem in stems]
        source, noise = paths
        if source is None or noise is None:
            lost = [stem for stem, path in zip(stems, paths, strict=True) if path is None]
            gathering.add_missing(*lost)
            continue
        gathering.add_mixture(
            MixtureRecord(
                # The three captions of a source make three rows, so its name is no id.
                id=f"{index:04d}",
                dataset=ABOUT.name,
                split=gathering.split,
                query=row[3].strip(),
                target=Ingredient(source, text=row[3].strip()),
                others=(Ingredient(noise),),
                snr=snr,
            )
        )


def _add_evaluation(gathering: Gathering, tree: Tree) -> None:
    name, folder = _EVALUATION[gathering.split]
    table = gathering.table(tree, name)
    for index, (line, row) in enumerate(read_table(table, ("wav", "query"))):
        stem = _stem(row_text(row, "wav", table, line))
        mixture = tree.audio([stem], under=(folder,))
        if mixture is None:
            gathering.add_missing(stem)
            continue
        gathering.add_mixture(
            MixtureRecord(
                id=f"{index:04d}",
                dataset=ABOUT.name,
                split=gathering.split,
                query=row_text(row, "query", table, line),
                mixture=mixture,
            )
        )


def _stem(name: str) -> str:
    # Some tables name files, others leave the extension away.
    return name.strip().removesuffix(".wav")
