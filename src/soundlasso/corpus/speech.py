"""Speech that nobody recorded, spoken by synthesisers.

Most speech that packages hold is in languages other than English, or a word or two long, and of
few voices is it known whether they are a man's or a woman's. Synthesisers read sentences that
were written for it. Such recordings are generated and say so: their path is ``VOICES#VOICE/TAKE``.
Training and test have different synthesisers, voices and sentences.

The synthesisers are called as programs (`soundlasso.corpus.synthesis`) while a corpus is built;
nothing else of Sound Lasso needs them.
"""

import json
import platform
import subprocess
import sys
import tomllib
from ctypes.util import find_library
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from soundlasso.corpus.archives import read_deb
from soundlasso.errors import CorpusError, MissingDependencyError

_PACKAGES = {"espeak-ng": "espeak-ng-data", "flite": "libflite1"}
_TWO_SENTENCES = 0.3
_LONGEST_SECONDS = 120

# Words a minute, and pitch and its range of 0 to 99 with 50 what the voice has by itself.
_WORDS = (130, 200)
_PITCH = (38, 62)
_RANGE = (35, 70)
# Factors of length and pitch.
_STRETCH = (0.9, 1.2)
_SHIFT = (0.94, 1.07)


@dataclass(frozen=True)
class Voice:
    """Somebody who speaks.

    Attributes:
        name: As the synthesiser calls it.
        label: What it is a recording of.
        synthesiser: ``espeak-ng`` or ``flite``.
    """

    name: str
    label: str
    synthesiser: str


@cache
def _tables() -> dict[str, dict[str, Any]]:
    source = resources.files("soundlasso.corpus") / "data" / "speech.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def voices() -> tuple[Voice, ...]:
    """All voices."""
    return tuple(
        Voice(name, label, synthesiser)
        for synthesiser, table in _tables().items()
        for label, names in table["voices"].items()
        for name in names
    )


def sentences(synthesiser: str) -> tuple[str, ...]:
    """What a synthesiser reads."""
    return tuple(_tables()[synthesiser]["sentences"])


@cache
def _by_name() -> dict[str, Voice]:
    return {voice.name: voice for voice in voices()}


def voice_of(part: str) -> Voice:
    """Who speaks what follows the ``#`` in a generated recording's path, ``VOICE/TAKE``.

    Raises:
        CorpusError: no voice is called that.
    """
    name, _, take = part.rpartition("/")
    voice = _by_name().get(name)
    if voice is None or not take.isdecimal():
        raise CorpusError(f"{part}: is nothing that a voice speaks")
    return voice


def utterance(part: str) -> dict[str, str | int | float]:
    """Draws what is said, and how: one sentence or two, at some pace and pitch.

    Args:
        part: ``VOICE/TAKE``; the same gives the same utterance.

    Returns:
        What `soundlasso.corpus.synthesis` is asked for.

    Raises:
        CorpusError: no voice is called that.
    """
    voice = voice_of(part)
    rng = np.random.default_rng(list(part.encode()))
    known = sentences(voice.synthesiser)
    order = rng.permutation(len(known))[: 1 + int(rng.random() < _TWO_SENTENCES)]
    said: dict[str, str | int | float] = {
        "synthesiser": voice.synthesiser,
        "voice": voice.name,
        "text": " ".join(known[place] for place in order),
    }
    if voice.synthesiser == "espeak-ng":
        for name, limits in (("rate", _WORDS), ("pitch", _PITCH), ("range", _RANGE)):
            said[name] = int(rng.integers(*limits, endpoint=True))
    else:
        for name, factors in (("stretch", _STRETCH), ("shift", _SHIFT)):
            said[name] = round(float(rng.uniform(*factors)), 3)
    return said


def require_synthesiser(synthesiser: str) -> None:
    """Makes sure that a synthesiser can be run here.

    Raises:
        MissingDependencyError: it cannot; the message says what to install, or what to leave out.
    """
    if synthesiser == "espeak-ng":
        if find_spec("espeakng_loader") is None:
            raise MissingDependencyError(
                "speaking with espeak-ng needs espeakng-loader: pip install 'soundlasso[speech]', "
                f"or build --without {_PACKAGES[synthesiser]}"
            )
    elif (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise MissingDependencyError(
            "flite's voices are libraries for Linux on x86-64: "
            f"build --without {_PACKAGES[synthesiser]}"
        )
    elif find_library("asound") is None:
        raise MissingDependencyError(
            "flite's voices need ALSA's library: install libasound2 (alsa-lib), "
            f"or build --without {_PACKAGES[synthesiser]}"
        )


class Speaker:
    """The voices of a package, unpacked when somebody speaks for the first time."""

    def __init__(self, deb: Path) -> None:
        """Takes voices from a Debian package; close it in the end."""
        self._deb = deb
        self._folder = TemporaryDirectory(prefix="soundlasso-voices-")

    def __enter__(self) -> "Speaker":
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Removes what was unpacked."""
        self._folder.cleanup()

    @cached_property
    def _unpacked(self) -> Path:
        root = Path(self._folder.name)
        # All of it: what voices need lies beside them.
        for name, content in read_deb(self._deb, lambda name: name.startswith("usr/lib/")):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return root

    def say(self, voices_path: str, part: str) -> bytes:
        """Speaks a generated recording.

        Args:
            voices_path: Of the voices in the package, what precedes the ``#``.
            part: ``VOICE/TAKE``, what follows it.

        Returns:
            A WAV file.

        Raises:
            CorpusError: no voice is called that.
            MissingDependencyError: the synthesiser cannot be run here.
        """
        request = utterance(part)
        require_synthesiser(str(request["synthesiser"]))
        request["voices"] = str(self._unpacked / voices_path)
        try:
            answer = subprocess.run(
                [sys.executable, "-m", "soundlasso.corpus.synthesis"],
                input=json.dumps(request).encode(),
                capture_output=True,
                timeout=_LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _unable(request, part, f"not done after {_LONGEST_SECONDS} s") from error
        if answer.returncode != 0:
            said = answer.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1]
            raise _unable(request, part, said or f"exit status {answer.returncode}")
        return answer.stdout


def _unable(request: dict[str, Any], part: str, reason: str) -> MissingDependencyError:
    """Not the recording's fault: it would be taken as rejected for ever if it were."""
    synthesiser = request["synthesiser"]
    return MissingDependencyError(
        f"{synthesiser} cannot speak {part} here ({reason}): "
        f"build --without {_PACKAGES[synthesiser]}"
    )
