"""From a clip's captions and labels to the words of a corpus: a label, queries, conflicts.

A clip with captions is a label of its own (``clotho/development/rain.wav``), asked for by its
captions. Its keywords, and the captions themselves, are what it might be called: it meets no
other clip that shares one. In train all of its captions are trained on. In valid and test the
last is held out if there are several, so that validation has two kinds of query; of a single
caption both are made. No clip is in two splits, so that none of these is ever trained on.

A clip without captions goes by its label in words. Some data sets list what contains a sound as
well (a bark is also a dog and an animal). A label is taken for wider than another if every clip
that has the other, and there are at least ten, has it too, and some clip has it alone. If one
label is left when the wider ones are taken off, it may be asked for. If several are, the clip is
only mixed in: what is to be separated would hold more than was asked for.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from soundlasso.corpus.captions import Captions
from soundlasso.corpus.conflicts import Kinds
from soundlasso.corpus.manifest import Split, Use
from soundlasso.datasets.clip import Clip

# Fewer clips than these may have two labels in common by chance.
_EVIDENCE = 10


@dataclass(frozen=True)
class Description:
    """What a corpus says of a clip.

    Attributes:
        label: In the catalogue.
        use: Whether it may be asked for.
        kinds: What it might be called, and what it is one of.
        captions: Its label's queries; ``None`` if it may only be mixed in.
    """

    label: str
    use: Use
    kinds: Kinds
    captions: Captions | None


def describe(clips: Sequence[tuple[Clip, Split]]) -> list[Description | None]:
    """Describes clips of one data set; those of which nothing is known get ``None``."""
    labels = [frozenset(map(plain_label, clip.labels)) - {""} for clip, _ in clips]
    wider = wider_labels(
        found for found, (clip, _) in zip(labels, clips, strict=True) if not clip.captions
    )
    return [
        _of_captions(clip, split, found) if clip.captions else _of_labels(found, wider)
        for (clip, split), found in zip(clips, labels, strict=True)
    ]


def plain_label(label: str) -> str:
    """A label in words: ``Dog_bark`` is ``dog bark``."""
    return " ".join(label.replace("_", " ").lower().split())


def wider_labels(sets: Iterable[frozenset[str]]) -> dict[str, frozenset[str]]:
    """For each label those that contain it, as far as the clips' sets of labels tell."""
    counts: Counter[str] = Counter()
    common: dict[str, frozenset[str]] = {}
    for labels in sets:
        counts.update(labels)
        for label in labels:
            common[label] = common.get(label, labels) & labels
    return {
        label: frozenset(other for other in others if counts[other] > counts[label])
        for label, others in common.items()
        if counts[label] >= _EVIDENCE
    }


def _of_captions(clip: Clip, split: Split, labels: frozenset[str]) -> Description:
    said = tuple(" ".join(caption.split()) for caption in clip.captions)
    trained, held_out = said, said
    if split != "train" and len(said) > 1:
        trained, held_out = said[:-1], said[-1:]
    label = f"{clip.dataset}/{clip.split}/{clip.id}"
    names = labels | {caption.rstrip(" .").lower() or label for caption in said}
    return Description(
        label=label,
        use="target",
        kinds=Kinds(names),
        captions=Captions(short=(), sentences=trained, short_held_out=(), held_out=held_out),
    )


def _of_labels(labels: frozenset[str], wider: Mapping[str, frozenset[str]]) -> Description | None:
    if not labels:
        return None
    nothing: frozenset[str] = frozenset()
    containing = nothing.union(*(wider.get(label, nothing) for label in labels))
    names = labels - containing
    if len(names) > 1:
        return Description(" + ".join(sorted(names)), "background", Kinds(names, containing), None)
    (label,) = names
    return Description(label, "target", Kinds(names, containing), _queries(label))


def _queries(label: str) -> Captions:
    """A label is all that there is to ask for; carrier phrases make it several queries."""
    only = (label,)
    return Captions(short=only, sentences=only, short_held_out=only, held_out=only)
