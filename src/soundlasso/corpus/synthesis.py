"""A program that speaks one utterance, run by `soundlasso.corpus.speech`.

It reads a request as JSON and writes a WAV file. The synthesisers are libraries in C, and what
they draw at random goes on from one utterance to the next; in a process of its own each begins
anew, so that what is said does not depend on what was said before. Nothing imports this module.

* espeak-ng: its own interface, ``speak_lib.h``. GPL-3.0 or later.
* flite: ``flite.h``. A licence like BSD's.
"""

import ctypes
import io
import json
import sys
import wave
from pathlib import Path
from typing import Any

_SYNCHRONOUS = 2
_RATE, _PITCH, _RANGE = 1, 3, 4
_CHARACTERS, _UTF8 = 1, 1
_TAKE_SAMPLES = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)

_FLITE_LIBRARIES = ("libflite.so", "libflite_usenglish.so", "libflite_cmulex.so")


def _wav(samples: bytes, rate: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return out.getvalue()


def speak_espeak(request: dict[str, Any]) -> bytes:
    """Speaks with espeak-ng: ``voices`` is the path of its ``phondata``.

    Raises:
        RuntimeError: the data cannot be used, or has no such voice.
    """
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    parts: list[bytes] = []

    def take(samples: int | None, count: int, _: object) -> int:
        if samples and count > 0:
            parts.append(ctypes.string_at(samples, 2 * count))
        return 0

    callback = _TAKE_SAMPLES(take)
    data = str(Path(request["voices"]).parent).encode()
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0)
    if rate <= 0:
        raise RuntimeError("espeak-ng cannot use its data")
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(request["voice"].encode()) != 0:
        raise RuntimeError("espeak-ng has no such voice")
    for parameter, name in ((_RATE, "rate"), (_PITCH, "pitch"), (_RANGE, "range")):
        library.espeak_SetParameter(parameter, request[name], 0)
    text = request["text"].encode() + b"\0"
    library.espeak_Synth(text, len(text), 0, _CHARACTERS, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    return _wav(b"".join(parts), rate)


class _Voice(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("features", ctypes.c_void_p))


class _Wave(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_char_p),
        ("rate", ctypes.c_int),
        ("samples", ctypes.c_int),
        ("channels", ctypes.c_int),
        ("data", ctypes.c_void_p),
    )


def speak_flite(request: dict[str, Any]) -> bytes:
    """Speaks with flite: ``voices`` is the path of the voice's library, others lie beside it.

    Raises:
        RuntimeError: the library holds another voice.
        OSError: a library is missing, or is not for this machine.
    """
    path = Path(request["voices"])
    _, _, version = path.name.partition(".so")
    # Loaded in the order in which they need each other: they are where nobody looks for them.
    library, *_ = [
        ctypes.CDLL(str(path.with_name(name + version)), mode=ctypes.RTLD_GLOBAL)
        for name in _FLITE_LIBRARIES
    ]
    register = getattr(ctypes.CDLL(str(path)), f"register_{request['voice']}", None)
    if register is None:
        raise RuntimeError("the library has no such voice")
    register.argtypes, register.restype = [ctypes.c_char_p], ctypes.POINTER(_Voice)
    library.flite_init()
    voice = register(None)
    set_float = library.flite_feat_set_float
    set_float.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_float]
    # Voices that were learned from hours of speech have a pace of their own and keep it.
    set_float(voice.contents.features, b"duration_stretch", request["stretch"])
    set_float(voice.contents.features, b"f0_shift", request["shift"])
    speak = library.flite_text_to_wave
    speak.argtypes, speak.restype = [ctypes.c_char_p, ctypes.c_void_p], ctypes.POINTER(_Wave)
    spoken = speak(request["text"].encode(), voice).contents
    return _wav(ctypes.string_at(spoken.data, 2 * spoken.samples), spoken.rate)


SYNTHESISERS = {"espeak-ng": speak_espeak, "flite": speak_flite}


def main() -> int:
    """Speaks what standard input asks for; says in one line why it cannot."""
    request = json.load(sys.stdin)
    try:
        spoken = SYNTHESISERS[request["synthesiser"]](request)
    except (RuntimeError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(spoken)
    return 0


if __name__ == "__main__":
    sys.exit(main())
