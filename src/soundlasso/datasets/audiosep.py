"""AudioSep's training lists: JSON files of sounds with one caption each.

Layout (``datafiles/template.json`` in https://github.com/Audio-AGI/AudioSep)::

    NAME.json                         {"data": [{"wav": "path/to/sound.wav", "caption": "..."}]}

Each JSON file in the folder is a split that is called as the file without ``.json``. Paths are
absolute or relative to the JSON file. A sound that is listed several times is one clip with
several captions.

Licence: that of the sounds that are listed.

Citation: X. Liu et al., "Separate anything you describe", IEEE/ACM TASLP 2024 (arXiv 2308.05037).
"""

from pathlib import Path

from soundlasso.datasets.about import About, Gathering
from soundlasso.datasets.clip import Dataset
from soundlasso.datasets.tables import entry_text, entry_texts, read_entries
from soundlasso.datasets.tree import check_folder, is_sound

ABOUT = About(
    name="audiosep",
    title="AudioSep's JSON",
    splits=(),
    words="captions",
    licence="that of the sounds",
    source="https://github.com/Audio-AGI/AudioSep",
    layout='{split}.json of the form {"data": [{"wav": path, "caption": text}]}',
)


def load(folder: Path, split: str) -> Dataset:
    """Reads a list.

    Args:
        folder: Where the JSON file lies.
        split: Its name without ``.json``.

    Raises:
        AbsentError: there is no such list, or none of its sounds is there.
        CorpusError: the JSON is damaged.
    """
    check_folder(folder)
    table = folder / f"{split}.json"
    if not table.is_file():
        raise ABOUT.absent(folder, split, f"holds no {table.name}")
    captions: dict[str, list[str]] = {}
    for where, entry in read_entries(table, "data"):
        wav = entry_text(entry, "wav", where)
        captions.setdefault(wav, []).extend(entry_texts(entry, "caption", where))
    gathering = Gathering(ABOUT, split, folder)
    for wav, said in captions.items():
        path = folder / wav
        gathering.add(wav, path if is_sound(path) else None, captions=said)
    return gathering.dataset()
