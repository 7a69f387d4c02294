"""From the sound card's input to its output, through PortAudio."""

import time
from collections.abc import Callable

import numpy as np

from soundlasso.audio.info import Samples
from soundlasso.errors import AudioError, MissingDependencyError

Answer = Callable[[Samples], Samples]


def play_through(answer: Answer, sample_rate: int, channels: int, frames: int) -> None:
    """Plays what ``answer`` makes of what the microphone hears, until it is interrupted.

    Args:
        answer: From a block ``C T`` to what may be played now; early on that is shorter than
            the block, and silence is played before it.
        sample_rate: In Hz.
        channels: How many.
        frames: Length of a block.

    Raises:
        MissingDependencyError: sounddevice or the PortAudio library is not installed.
        AudioError: there is no such sound card, or it fails.
    """
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
    # Answers come in steps of their own, so one more block is held back to never run dry.
    waiting = np.zeros((channels, frames), np.float32)

    def callback(heard: Samples, played: Samples, _frames: int, _time: object, _: object) -> None:
        nonlocal waiting
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
            channels=channels,
            dtype="float32",
            callback=callback,
        ) as stream:
            while stream.active and not failure:
                time.sleep(0.05)
    except sounddevice.PortAudioError as error:
        raise AudioError(f"the sound card cannot be used: {error}") from error
    except KeyboardInterrupt:
        return
    if failure:
        raise failure[0]
