"""WavCaps: about 400,000 sounds from four places, captions by a language model.

Layout, with what https://huggingface.co/datasets/cvssp/WavCaps has::

    json_files/AudioSet_SL/as_final.json         {"data": [{"id", "caption", "duration", ...}]}
    json_files/BBC_Sound_Effects/bbc_final.json  ... "description", "category", "download_link"
    json_files/FreeSound/fsd_final.json          ... "tags", "author", "href", "file_name"
    json_files/SoundBible/sb_final.json          ... "title", "author", "href"
    AudioSet_SL_flac/*.flac                      32 kHz, {id}.flac; the same for the other three

The archives come in pieces that have to be joined (``zip -F``) before they unpack, and unpack
into deep folders; where ``AudioSet_SL_flac`` ends up below the folder does not matter, and plain
``AudioSet_SL`` will do. There are no training and test splits: the four places stand in for
them. Ids of AudioSet_SL end in ``.wav`` though the files do not.

The sounds overlap with the test sets of AudioCaps, Clotho and others; WavCaps publishes lists of
ids to leave out.

Licence: academic use only, by its README, whatever the four places allow.

Citation: X. Mei et al., "WavCaps: a ChatGPT-assisted weakly-labelled audio captioning dataset
for audio-language multimodal research", IEEE/ACM TASLP 2024 (arXiv 2303.17395).
"""

from pathlib import Path

from soundlasso.datasets.about import About, Gathering
from soundlasso.datasets.clip import Dataset
from soundlasso.datasets.tables import entry_text, entry_texts, finite, read_entries
from soundlasso.datasets.tree import Tree

_TABLES = {
    "AudioSet_SL": "as_final.json",
    "BBC_Sound_Effects": "bbc_final.json",
    "FreeSound": "fsd_final.json",
    "SoundBible": "sb_final.json",
}
ABOUT = About(
    name="wavcaps",
    title="WavCaps",
    splits=tuple(_TABLES),
    words="1 caption; tags (FreeSound), category (BBC)",
    licence="academic use only",
    source="https://huggingface.co/datasets/cvssp/WavCaps",
    layout="json_files/{split}/*_final.json and {split}_flac/*.flac",
)


def load(folder: Path, split: str) -> Dataset:
    """Reads one of the four parts.

    Args:
        folder: Where the JSON files and the sounds lie, at any depth.
        split: ``AudioSet_SL``, ``BBC_Sound_Effects``, ``FreeSound`` or ``SoundBible``.

    Raises:
        OptionError: there is no such split.
        AbsentError: the part is not there.
        CorpusError: the JSON is damaged.
    """
    gathering = Gathering(ABOUT, split, folder)
    tree = Tree(folder)
    table = gathering.table(tree, _TABLES[split])
    for where, entry in read_entries(table, "data"):
        id = entry_text(entry, "id", where)
        duration = entry.get("duration")
        gathering.add(
            id,
            # Freesound and SoundBible both count from 1, so the folder matters.
            tree.audio([id.removesuffix(".wav")], under=(f"{split}_flac", split)),
            captions=entry_texts(entry, "caption", where),
            labels=entry_texts(entry, "tags", where) + entry_texts(entry, "category", where),
            duration=None if duration is None else finite(duration, "duration", where),
        )
    return gathering.dataset()
