"""The same test for webMUSHRA (Schoeffler et al. 2018, doi 10.5334/jors.187).

What is written is to be copied over a webMUSHRA folder: ``configs/NAME.yaml``, and the sounds
as wav files under ``configs/resources/audio/NAME``, where paths in the YAML lead from webMUSHRA's
root. No model is named in it: conditions keep the keys of the manifest.

webMUSHRA reads it in the browser with an early yaml.js, which knows less than YAML: no value may
go on in the next line, and a list in a list begins in a line of its own.
"""

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from soundlasso.atomic import folder_written_aside, write_text
from soundlasso.audio.reader import read_audio
from soundlasso.audio.writer import OutputFormat, write_audio
from soundlasso.engine.folders import check_new_folder, make_folder
from soundlasso.engine.names import slug
from soundlasso.errors import MissingDependencyError, OptionError
from soundlasso.listening.manifest import Item, ListeningTest, Sound

if TYPE_CHECKING:
    import yaml

Pages = Literal["likert", "mushra"]

_AUDIO = "configs/resources/audio"
_STARS = "configs/resources/images/star_{}.png"
_FORM = OutputFormat("wav", 16)
_ONE_LINE = 1 << 30
# webMUSHRA keeps the volume that the listener has chosen there, for its own player alone.
_AS_LOUD = "this.volume = audioContext.volume"
# Its table of Likert ratings says nothing of who rated; what is put here becomes a column.
_WHO = "session.participant.name.push('listener'); session.participant.response.push(session.uuid);"
_LABELS = {
    "overall": ("Overall quality", "unsuccessful separation", "perfect separation"),
    "fit": ("Fit to the query", "does not fit", "fits perfectly"),
}


def export_webmushra(test: ListeningTest, out: Path, pages: Pages = "likert") -> Path:
    """Writes a test as webMUSHRA reads it.

    Args:
        test: The test.
        out: A folder that is missing or empty.
        pages: ``likert``: for each item two pages in a row, one a question, with a scale from 1
            to 5, as `soundlasso serve` shows it; ``mushra``: for each item a page by ITU-R
            BS.1534, whose reference is the test's hidden reference.

    Returns:
        The config.

    Raises:
        OptionError: the folder is not empty, or the test has no reference for ``mushra``.
        AudioError: a sound cannot be read or written.
        MissingDependencyError: PyYAML is not installed.
    """
    dumper = _dumper()
    check_new_folder(out)
    name = _name(test)
    config = _config(test, name, pages)
    make_folder(out.parent)
    with folder_written_aside(out) as folder:
        audio = folder / _AUDIO / name
        audio.mkdir(parents=True)
        for item in test.manifest.items:
            for sound in (item.mixture, *item.sounds):
                samples, rate = read_audio(test.folder / sound.file)
                write_audio(audio / _wav(sound), samples, rate, _FORM)
        write_text(folder / "configs" / f"{name}.yaml", _text(config, dumper))
    return out / "configs" / f"{name}.yaml"


def _dumper() -> "type[yaml.SafeDumper]":
    """Writes only what webMUSHRA's yaml.js reads."""
    try:
        import yaml
    except ImportError:
        raise MissingDependencyError(
            "webMUSHRA's configs need PyYAML; install the listen extra: "
            "pip install 'soundlasso[listen]'"
        ) from None

    class Plain(yaml.SafeDumper):  # type: ignore[misc]
        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

        def expect_block_sequence(self) -> None:
            if self.sequence_context:
                self.write_line_break()
            super().expect_block_sequence()

        def ignore_aliases(self, data: Any) -> bool:
            return True

    return Plain


def _text(config: dict[str, Any], dumper: "type[yaml.SafeDumper]") -> str:
    import yaml

    options: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": _ONE_LINE}
    return yaml.dump(config, Dumper=dumper, **options)


def _name(test: ListeningTest) -> str:
    """What the config, its folder of sounds and webMUSHRA's folder of results are called."""
    title = slug(test.manifest.title)
    return f"{title if title.isascii() else 'listening-test'}-{test.sha256[:8]}"


def _line(text: str) -> str:
    """Text without line breaks and other signs that YAML has to escape."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _markup(text: str) -> str:
    return html.escape(_line(text)).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _wav(sound: Sound) -> str:
    return f"{Path(sound.file).stem}.wav"


def _config(test: ListeningTest, name: str, pages: Pages) -> dict[str, Any]:
    manifest = test.manifest
    folder = f"{_AUDIO}/{name}"
    rated: list[Any] = []
    if pages == "mushra":
        reference = [c.key for c in manifest.conditions if c.kind == "reference"]
        if not reference:
            raise OptionError("mushra pages need a reference; create the test with --reference")
        for number, item in enumerate(manifest.items, 1):
            rated.append(_mushra(item, number, folder, reference[0]))
    else:
        for number, item in enumerate(manifest.items, 1):
            rated.append([_likert(item, number, folder, question) for question in _LABELS])
    return {
        "testname": _line(manifest.title),
        "testId": name,
        "bufferSize": 2048,
        "stopOnErrors": True,
        "showButtonPreviousPage": False,
        "remoteService": "service/write.php",
        "pages": [
            {
                "type": "generic",
                "id": "welcome",
                "name": _markup(manifest.title),
                "content": "You hear recordings, and sounds that a program took out of them "
                "because somebody described them in words. Rate how well it worked. Use "
                "headphones if you can.",
            },
            {
                "type": "volume",
                "id": "volume",
                "name": "Volume",
                "content": "Make it pleasant, and leave it as it is then.",
                "stimulus": f"{folder}/{_wav(manifest.items[0].mixture)}",
                "defaultVolume": 0.5,
            },
            ["random", *rated],
            {
                "type": "finish",
                "name": "Thank you",
                "content": "<p>Your ratings are sent when you press the button.</p>"
                f"<script>{_WHO}</script>",
                "popupContent": "You can close this page.",
                "showResults": False,
                "writeResults": True,
            },
        ],
    }


def _content(item: Item, folder: str) -> str:
    """What stands above the sounds: the query, and the mixture to listen to."""
    address = f"{folder}/{_wav(item.mixture)}"
    return (
        f"<p>Wanted: <strong>{_markup(item.query)}</strong></p>"
        f'<p>The recording: <audio controls preload="auto" src="{address}" '
        f'onplay="{_AS_LOUD}"></audio></p>'
    )


def _likert(item: Item, number: int, folder: str, question: str) -> dict[str, Any]:
    title, worst, best = _LABELS[question]
    labels = [f"1: {worst}", "2", "3", "4", f"5: {best}"]
    return {
        "type": "likert_multi_stimulus",
        "id": f"item{number}_{question}",
        "name": title,
        "content": _content(item, folder),
        "mustRate": True,
        "mustPlayback": "ended",
        "stimuli": {sound.condition: f"{folder}/{_wav(sound)}" for sound in item.sounds},
        "response": [
            {
                "value": value,
                "label": label,
                "img": _STARS.format("off"),
                "imgSelected": _STARS.format("on"),
                "imgHigherResponseSelected": _STARS.format("on"),
            }
            for value, label in enumerate(labels, 1)
        ],
    }


def _mushra(item: Item, number: int, folder: str, reference: str) -> dict[str, Any]:
    return {
        "type": "mushra",
        "id": f"item{number}",
        "name": "How close is each sound to the reference?",
        "content": _content(item, folder),
        "showWaveform": True,
        "enableLooping": True,
        # A strict test by the recommendation has its own two low-passed anchors.
        "strict": False,
        "reference": f"{folder}/{_wav(item.sound(reference))}",
        "createAnchor35": False,
        "createAnchor70": False,
        "randomize": True,
        "showConditionNames": False,
        # webMUSHRA hides the reference among them by itself.
        "stimuli": {
            sound.condition: f"{folder}/{_wav(sound)}"
            for sound in item.sounds
            if sound.condition != reference
        },
    }
