"""FSD50K: 51,197 Freesound clips of up to 30 s with 200 of AudioSet's labels.

Layout, as https://zenodo.org/records/4060432 unpacks::

    FSD50K.ground_truth/dev.csv       fname,labels,mids,split (train or val)
    FSD50K.ground_truth/eval.csv      fname,labels,mids
    FSD50K.dev_audio/{fname}.wav      44.1 kHz mono
    FSD50K.eval_audio/{fname}.wav
    FSD50K.metadata/dev_clips_info_FSD50K.json    {fname: {"title", "tags", "license", ...}}
    FSD50K.metadata/eval_clips_info_FSD50K.json

The sounds come as archives in parts, which have to be joined first
(``zip -s 0 FSD50K.dev_audio.zip --out joined.zip``). Labels are joined by commas, their words by
underscores, which become spaces. The metadata can be left away; then licences are unknown.

Licence: CC BY 4.0 as a whole; a clip is CC0, CC BY, CC BY-NC or CC Sampling+, as the metadata
says. For anything commercial, clips have to be chosen by licence.

Citation: E. Fonseca, X. Favory, J. Pons, F. Font and X. Serra, "FSD50K: an open dataset of
human-labeled sound events", IEEE/ACM TASLP 2022 (arXiv 2010.00475).
"""

from pathlib import Path

from soundlasso.datasets.about import About, Gathering
from soundlasso.datasets.clip import Dataset
from soundlasso.datasets.tables import read_json, read_table, row_text
from soundlasso.datasets.tree import Tree
from soundlasso.errors import CorpusError

ABOUT = About(
    name="fsd50k",
    title="FSD50K",
    splits=("train", "val", "eval"),
    words="labels (200)",
    licence="CC BY 4.0; by clip CC0, CC BY, CC BY-NC or Sampling+",
    source="https://zenodo.org/records/4060432",
    layout="FSD50K.ground_truth/dev.csv and FSD50K.dev_audio/*.wav",
    layouts={"eval": "FSD50K.ground_truth/eval.csv and FSD50K.eval_audio/*.wav"},
)


def load(folder: Path, split: str) -> Dataset:
    """Reads a split.

    Args:
        folder: Where the tables and the sounds lie, at any depth.
        split: ``train``, ``val`` or ``eval``.

    Raises:
        OptionError: there is no such split.
        AbsentError: the split is not there.
        CorpusError: a table is damaged.
    """
    gathering = Gathering(ABOUT, split, folder)
    part = "eval" if split == "eval" else "dev"
    tree = Tree(folder)
    table = gathering.table(tree, f"{part}.csv")
    columns = ("fname", "labels", "mids") + (("split",) if part == "dev" else ())
    licences = _licences(tree.table(f"{part}_clips_info_FSD50K.json"))
    for line, row in read_table(table, columns):
        name = row_text(row, "fname", table, line)
        if part == "dev":
            if row["split"] not in {"train", "val"}:
                raise CorpusError(f"{table}: line {line} has neither train nor val for its split")
            if row["split"] != split:
                continue
        gathering.add(
            name,
            tree.audio([name], under=(f"FSD50K.{part}_audio",)),
            labels=row["labels"].replace("_", " ").split(","),
            licence=licences.get(name),
        )
    return gathering.dataset()


def _licences(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    document = read_json(path)
    if not isinstance(document, dict):
        raise CorpusError(f'{path}: should have the form {{"FNAME": {{"license": ...}}}}')
    found = {name: info.get("license") for name, info in document.items() if isinstance(info, dict)}
    return {name: licence for name, licence in found.items() if isinstance(licence, str)}
