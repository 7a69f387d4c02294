"""``soundlasso live``."""

import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soundlasso.errors import AudioError, OptionError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from soundlasso.audio.info import Samples
    from soundlasso.audio.pcm import PcmFormat
    from soundlasso.engine.live import Listener


def live(
    query: Annotated[
        list[str],
        typer.Option("--query", "-q", help="What to let through, in words."),
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            help="A recording, worked on as if it came in now. Default: raw samples from stdin.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A .wav for a recording's result.")
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Let everything through but that sound.")
    ] = False,
    model: Annotated[str, typer.Option("--model", "-m", help="See: soundlasso models")] = "live",
    microphone: Annotated[
        bool, typer.Option("--microphone", help="From the sound card's input to its output.")
    ] = False,
    cards: Annotated[
        list[str] | None,
        typer.Option(
            "--sound-card",
            metavar="NAME",
            help="The sound card's input and output, or part of the name; give it twice where they "
            "are two: the input first.",
        ),
    ] = None,
    rate: Annotated[
        int | None,
        typer.Option(help="Of raw samples or the sound card, in Hz.", show_default="48000"),
    ] = None,
    channels: Annotated[
        int | None,
        typer.Option(help="Of raw samples or the sound card.", min=1, max=64, show_default="1"),
    ] = None,
    form_name: Annotated[
        str | None,
        typer.Option("--format", help="Of raw samples: s16le or f32le.", show_default="s16le"),
    ] = None,
    block: Annotated[
        float, typer.Option(help="Milliseconds worked on at a time.", min=1, max=1000)
    ] = 20.0,
    literal: Annotated[
        bool, typer.Option("--literal", help="Take the query as one sound, as it is written.")
    ] = False,
    threads: Annotated[int, typer.Option(help="CPU threads.", min=1)] = 1,
) -> None:
    """Separate sound while it comes in: a pipe, the sound card, or a recording as a rehearsal.

    Raw samples go from stdin to stdout, as long as the input; the first come out after the
    latency that is said on stderr:
    ffmpeg -i in.mp4 -f s16le -ac 1 -ar 48000 - | soundlasso live -q "a dog" | aplay -f S16_LE
    -r 48000

    Ctrl-C ends a pipe and the sound card.
    """
    from soundlasso import load
    from soundlasso.audio.pcm import pcm_format
    from soundlasso.engine.live import Listener

    wanted = _one(query)
    _check_needed(
        file, microphone, rate=rate, channels=channels, format=form_name, sound_card=cards
    )
    rate, channels = rate or 48_000, channels or 1
    form = pcm_format(form_name or "s16le")
    if not 1000 <= rate <= 768_000:
        raise OptionError(f"a --rate of {rate} Hz is not one of sound")
    _check_ends(file, out, microphone)
    separator = load(model, device="cpu", threads=threads, literal=literal)

    def begin(rate: int, channels: int) -> tuple["_Answer", int]:
        listener = Listener(separator, [wanted], rate, channels)
        frames = max(1, round(block / 1000 * rate))
        _say_latency(listener, frames)
        return _Answer(listener, remove), frames

    if file is not None and out is not None:
        answer = _recording(begin, file, out)
    else:
        answer, frames = begin(rate, channels)
        with _ended_by_interrupt():
            if microphone:
                from soundlasso.audio.device import play_through

                held_back = round(answer.listener.latency * rate)
                lost = play_through(answer, rate, channels, frames, held_back, cards or [])
                if lost:
                    _warn(f"sound was lost {lost} times: the computer was too slow for it")
            else:
                _pipe(answer, form, channels, frames)
    _say_pace(answer.listener)


def _one(queries: list[str]) -> str:
    from soundlasso.query.encoder import check_query

    wanted = dict.fromkeys(check_query(query) for query in queries)
    if len(wanted) > 1:
        raise OptionError("live takes one --query; separate takes several")
    return next(iter(wanted))


def _check_needed(file: Path | None, microphone: bool, **options: object) -> None:
    """Refuses options that would say nothing."""
    useless: tuple[str, ...]
    if file is not None:
        source, useless = "a recording", ("rate", "channels", "format", "sound_card")
    elif microphone:
        source, useless = "--microphone", ("format",)
    else:
        source, useless = "a pipe", ("sound_card",)
    for name in useless:
        if options[name] is not None:
            raise OptionError(f"--{name.replace('_', '-')} does not go with {source}")


def _check_ends(file: Path | None, out: Path | None, microphone: bool) -> None:
    """Refuses where sound cannot come from or go to, before anything is loaded or opened."""
    from soundlasso.engine.folders import refuse_to_replace

    if (file is None) != (out is None):
        raise OptionError("--out is for a recording's result, and a recording needs one")
    if microphone and file is not None:
        raise OptionError("choose a recording or --microphone")
    if file is not None and out is not None:
        if out.suffix.lower() != ".wav":
            raise OptionError(f"{out}: must end with .wav")
        refuse_to_replace([out], [file], "choose another --out")
    elif not microphone:
        # Python has none of what the shell closed.
        if sys.stdin is None or sys.stdin.isatty():
            raise OptionError("there is nothing on stdin; give a recording, a pipe or --microphone")
        if sys.stdout is None:
            raise OptionError("stdout is closed, where the samples go; give it a pipe or a file")
        if sys.stdout.isatty():
            raise OptionError("stdout is a terminal, which cannot play samples; give it a pipe")


@contextmanager
def _ended_by_interrupt() -> Iterator[None]:
    """Makes Ctrl-C, which elsewhere leaves work undone, the end of the block."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGINT, before)


class _Answer:
    """What is let through of each block."""

    def __init__(self, listener: "Listener", remove: bool) -> None:
        self.listener = listener
        self._remove = remove

    def __call__(self, block: "Samples") -> "Samples":
        return self._chosen(*self.listener.push(block))

    def all(self, blocks: "Iterable[Samples]") -> "Iterator[Samples]":
        """The answers to blocks, and what was held back when they end."""
        for block in blocks:
            yield self(block)
        yield self._chosen(*self.listener.finish())

    def _chosen(self, mixture: "Samples", targets: "npt.NDArray[np.float32]") -> "Samples":
        return mixture - targets[0] if self._remove else targets[0]


def _pipe(answer: _Answer, form: "PcmFormat", channels: int, frames: int) -> None:
    from soundlasso.audio.pcm import read_pcm, to_pcm

    blocks = read_pcm(sys.stdin.buffer, form, channels, frames, warn=_warn)
    try:
        for samples in answer.all(blocks):
            sys.stdout.buffer.write(to_pcm(samples, form))
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever listened has gone, which needs no words.
        raise
    except OSError as error:
        _close_output()
        raise AudioError(f"stdin or stdout cannot be used: {error.strerror}") from error
    except KeyboardInterrupt:
        # It ends all programs of a pipe, so that nobody may be there to take the rest.
        _close_output()
        raise


def _close_output() -> None:
    """Keeps Python from trying at its end to write what could not be written."""
    with suppress(OSError):
        sys.stdout.close()


def _recording(
    begin: "Callable[[int, int], tuple[_Answer, int]]", file: Path, out: Path
) -> _Answer:
    from soundlasso.audio.reader import iterate_blocks, open_audio
    from soundlasso.audio.writer import AudioWriter, OutputFormat

    with open_audio(file) as reader:
        info = reader.info
        answer, frames = begin(info.sample_rate, info.channels)
        with AudioWriter(
            out,
            sample_rate=info.sample_rate,
            channels=info.channels,
            form=OutputFormat("wav", info.bits),
            frames=info.estimate,
        ) as writer:
            for samples in answer.all(iterate_blocks(reader, frames=frames, name=str(file))):
                writer.write(samples)
            writer.commit()
        warnings = list(reader.warnings)
    typer.echo(out)
    if writer.clipped:
        warnings.append(f"{out}: {writer.clipped} samples were beyond full scale and clipped")
    for warning in warnings:
        _warn(warning)
    return answer


def _say_latency(listener: "Listener", frames: int) -> None:
    latency, block = listener.latency, frames / listener.sample_rate
    typer.echo(
        f"soundlasso: sound is held back {1000 * (latency + block):.0f} ms "
        f"({1000 * latency:.0f} by the model, {1000 * block:.0f} by the block)",
        err=True,
    )
    for warning in listener.warnings:
        _warn(warning)


def _warn(text: str) -> None:
    typer.echo(f"soundlasso: warning: {text}", err=True)


def _say_pace(listener: "Listener") -> None:
    pace = listener.pace
    typer.echo(
        f"soundlasso: {pace.seconds:.1f} s in {pace.work:.1f} s "
        f"(real-time factor {pace.real_time_factor:.2f}, slowest block {pace.slowest:.2f})",
        err=True,
    )
