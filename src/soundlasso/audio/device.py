"""From the sound card's input to its output, through PortAudio."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from soundlasso.audio.info import Samples
from soundlasso.errors import AudioError, MissingDependencyError, OptionError

Answer = Callable[[Samples], Samples]


def play_through(
    answer: Answer,
    sample_rate: int,
    channels: int,
    frames: int,
    held_back: int,
    devices: Sequence[str] = (),
) -> int:
    """Plays what ``answer`` makes of what the microphone hears, until it is interrupted.

    Args:
        answer: From a block ``C T`` to what may be played now.
        sample_rate: In Hz.
        channels: How many.
        frames: Length of a block.
        held_back: How many samples ``answer`` holds back at most; so many of silence are played
            first, so that there is always a block to play.
        devices: The input's name or part of it, and the output's; the system's own if empty, the
            same for both if there is one.

    Returns:
        How often the computer was too slow, and sound was lost.

    Raises:
        MissingDependencyError: sounddevice or the PortAudio library is not installed.
        OptionError: there are more than two devices.
        AudioError: there is no such sound card, or it fails.
    """
    if len(devices) > 2:
        raise OptionError("there is one --sound-card for the input and one for the output")
    try:
        import sounddevice
    except ImportError as error:
        raise MissingDependencyError(
            "the sound card needs sounddevice; install it with: pip install 'soundlasso[live]'"
        ) from error
    except OSError as error:
        raise MissingDependencyError(
            f"the sound card needs the PortAudio library ({error}); on Debian: "
            "apt install libportaudio2"
        ) from error
    failure: list[Exception] = []
    waiting = np.zeros((channels, held_back), np.float32)
    lost = 0

    def callback(heard: Samples, played: Samples, _frames: int, _time: object, status: Any) -> None:
        nonlocal waiting, lost
        lost += bool(status.input_overflow or status.output_underflow)
        try:
            waiting = np.concatenate([waiting, answer(heard.T.astype(np.float32))], axis=1)
        except Exception as error:  # PortAudio would only print it.
            failure.append(error)
            raise sounddevice.CallbackAbort from error
        ready = min(len(played), waiting.shape[1])
        played[: len(played) - ready] = 0.0
        played[len(played) - ready :] = waiting[:, :ready].T.clip(-1.0, 1.0)
        waiting = waiting[:, ready:]

    try:
        with sounddevice.Stream(
            samplerate=sample_rate,
            blocksize=frames,
            device=(devices[0], devices[-1]) if devices else None,
            channels=channels,
            dtype="float32",
            callback=callback,
        ) as stream:
            while stream.active and not failure:
                time.sleep(0.05)
    except (sounddevice.PortAudioError, ValueError) as error:
        raise AudioError(f"the sound card cannot be used: {error}") from error
    except KeyboardInterrupt:
        return lost
    if failure:
        raise failure[0]
    return lost
