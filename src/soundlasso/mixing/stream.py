"""Sounds and mixtures from shards, for corpora that do not fit into memory.

Shards are divided among the processes of a training (`RANK` and `WORLD_SIZE`, as ``torchrun``
sets them) and, within each, among a data loader's workers; webdataset opens and reads them.
"""

import hashlib
import io
import json
import math
import random
import tarfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
from torch.utils.data import IterableDataset

from soundlasso.config import build_config, check_ranges
from soundlasso.corpus.captions import Captions
from soundlasso.corpus.catalogue import SAMPLE_RATE, Recording
from soundlasso.corpus.conflicts import Conflicts, Kinds
from soundlasso.corpus.words import Words
from soundlasso.errors import AudioError, CorpusError, MissingDependencyError
from soundlasso.mixing.bank import SoundBank, bank_key
from soundlasso.mixing.online import MixingConfig, Mixture, MixtureSampler
from soundlasso.mixing.opus import decode_opus


@dataclass(frozen=True)
class StreamedSound:
    """A recording out of a shard.

    Attributes:
        recording: Its row of the catalogue.
        samples: ``T`` float32, mono at the corpus's rate.
        captions: The queries of its label, if it has any.
        kinds: What its sound might be called and is one of, where the corpus says so.
    """

    recording: Recording
    samples: npt.NDArray[np.float32]
    captions: Captions | None
    kinds: Kinds | None = None


@dataclass(frozen=True)
class ReservoirConfig:
    """What a stream of mixtures keeps in memory, in each worker.

    Attributes:
        seconds: How much sound mixtures are drawn from at a time; 1800 s take 115 MB, which are
            there twice, and a third time while some of it is renewed.
        mixtures_per_recording: How many mixtures are made for each recording that is read. As a
            mixture has at least two, each is heard about twice as often as this says.
        buffer: How many recordings, not decoded yet, are shuffled.
    """

    seconds: float = 1800.0
    mixtures_per_recording: float = 2.0
    buffer: int = 500

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work."""
        check_ranges(self, seconds=1.0, mixtures_per_recording=0.01, buffer=1)


_RENEWED_SHARE = 1 / 8


class ShardedSounds(IterableDataset[StreamedSound]):
    """The recordings of shards: all of this worker's, once, in an order drawn from a seed.

    Over all workers of all processes each recording is there exactly once. A worker gets whole
    shards, and none at all if there are fewer shards than workers.
    """

    def __init__(self, urls: str | list[str], *, seed: int = 0, buffer: int = 500) -> None:
        """Prepares the reading; nothing is opened yet.

        Args:
            urls: Where the shards are, in webdataset's notation if it is a string
                (``https://host/train-{000000..000041}.tar``, ``pipe:aws s3 cp s3://... -``);
                a list's entries are taken as they are, as `shards.shard_urls` gives them.
            seed: Of the order of shards and, within a buffer, of recordings.
            buffer: How many recordings are shuffled at a time; 1 keeps their order.

        Raises:
            MissingDependencyError: webdataset is not installed.
            CorpusError: there are no addresses.
        """
        self.urls = expand_urls(urls) if isinstance(urls, str) else _checked(urls)
        self.seed = seed
        self.buffer = buffer

    def __iter__(self) -> Iterator[StreamedSound]:
        """The first epoch."""
        return self.epoch(0)

    def epoch(self, number: int) -> Iterator[StreamedSound]:
        """All of this worker's recordings, in the order of an epoch.

        Raises:
            CorpusError: a shard is missing or damaged, or none of this project's.
        """
        wds = _webdataset()
        rank, _, worker, _ = wds.utils.pytorch_worker_info()
        urls = list(self.urls)
        # The same order in all processes, or else some shards would be nobody's.
        random.Random(f"{self.seed} {number}").shuffle(urls)
        within = random.Random(f"{self.seed} {number} {rank} {worker}")
        stages = [
            wds.SimpleShardList(urls),
            wds.split_by_node,
            wds.split_by_worker,
            _files,
            wds.tariterators.group_by_keys,
            # Before they are decoded, for they are smaller.
            wds.shuffle(self.buffer, rng=within),
            wds.map(_decoded),
        ]
        yield from wds.DataPipeline(*stages)


class StreamedMixtures(IterableDataset[Mixture]):
    """Mixtures without end, made from as much of a stream of recordings as memory holds.

    Each worker fills a reservoir from its own shards. Whenever the mixtures that recordings are
    good for have been made, an eighth of the reservoir is renewed: the recordings that have been
    there longest go. When all of a worker's shards have been read they are read again in another
    order, unless all of their sound fits into the reservoir, where it then stays.

    The same seed, number of processes and number of workers give the same mixtures. Use it with
    ``DataLoader(..., batch_size=None)`` or a ``collate_fn``: a `Mixture` is no tensor.
    """

    def __init__(
        self,
        urls: str | list[str],
        config: MixingConfig,
        *,
        seed: int,
        reservoir: ReservoirConfig | None = None,
        labels: list[str] | None = None,
    ) -> None:
        """Prepares the mixing; nothing is read yet.

        Args:
            urls: As for `ShardedSounds`.
            config: How recordings are mixed.
            seed: Of everything drawn.
            reservoir: What is kept in memory.
            labels: Which labels may be asked for; all that are there when ``None``.

        Raises:
            MissingDependencyError: webdataset is not installed.
            CorpusError: there are no addresses.
        """
        self.config = config
        self.seed = seed
        self.reservoir = reservoir or ReservoirConfig()
        self.labels = labels
        self._sounds = ShardedSounds(urls, seed=seed, buffer=self.reservoir.buffer)

    def __iter__(self) -> Iterator[Mixture]:
        """Mixtures without end; ``recordings`` are places in a bank that `draws` gives."""
        for sampler, index in self.draws():
            yield sampler[index]

    def draws(self) -> Iterator[tuple[MixtureSampler, int]]:
        """The sampler and index of each mixture, for those who need its bank or absent labels.

        Raises:
            CorpusError: a shard cannot be read, this worker has no shards, or what is in the
                reservoir has too few labels to mix.
        """
        rank, _, worker, _ = _webdataset().utils.pytorch_worker_info()
        seed = int(np.random.SeedSequence((self.seed, rank, worker)).generate_state(1)[0])
        indices = count()
        failures = 0
        for bank, mixtures in self._banks():
            try:
                sampler = MixtureSampler(bank, self.config, seed=seed, labels=self.labels)
            except CorpusError as error:
                # It may be chance. When all of the reservoir has been renewed it is not.
                failures += 1
                if failures * _RENEWED_SHARE < 1:
                    continue
                raise CorpusError(
                    "the reservoir holds too few labels to mix: let it hold more than "
                    f"{self.reservoir.seconds:g} s, or write more of the corpus"
                ) from error
            failures = 0
            for _ in range(mixtures):
                yield sampler, next(indices)

    def _banks(self) -> Iterator[tuple[SoundBank, int]]:
        """What the reservoir holds, and how many mixtures to make from it, over and over."""
        most = round(self.reservoir.seconds * SAMPLE_RATE)
        held: deque[_Held] = deque()
        size, fresh, is_full = 0, 0, False
        for epoch in count():
            for sound in self._sounds.epoch(epoch):
                held.append(_Held(sound))
                size += len(sound.samples)
                fresh += len(sound.samples)
                is_full |= size >= most
                while size > most and len(held) > 1:
                    size -= len(held.popleft().samples)
                if is_full and fresh >= most * _RENEWED_SHARE:
                    yield _bank(held), self._mixtures(held)
                    fresh = 0
            if not held:
                raise CorpusError(
                    "a worker has no shards: there must be at least as many as there are workers "
                    "in all processes; write smaller shards or take fewer workers"
                )
            everything = None if is_full else _bank(held)
            while everything is not None:
                yield everything, self._mixtures(held)

    def _mixtures(self, held: "deque[_Held]") -> int:
        renewed = len(held) * _RENEWED_SHARE
        return max(1, round(renewed * self.reservoir.mixtures_per_recording))


class _Held:
    """A recording in the reservoir, its samples in half the space."""

    def __init__(self, sound: StreamedSound) -> None:
        self.recording = sound.recording
        self.captions = sound.captions
        self.kinds = sound.kinds
        self.samples = np.rint(sound.samples * 32768).clip(-32768, 32767).astype(np.int16)


def expand_urls(address: str) -> list[str]:
    """The addresses of single shards that one in webdataset's notation stands for.

    Raises:
        MissingDependencyError: webdataset is not installed.
        CorpusError: it is empty.
    """
    return _checked(_webdataset().shardlists.expand_urls(address))


def load_shards(urls: str | list[str], *, seconds: float = math.inf) -> SoundBank:
    """Loads recordings from shards into memory, whichever process or worker this is.

    Args:
        urls: As for `ShardedSounds`.
        seconds: How much sound is loaded at most; the first of the first shards.

    Raises:
        MissingDependencyError: webdataset is not installed.
        CorpusError: a shard is missing or damaged, or none of this project's; or there are no
            recordings in them.
    """
    wds = _webdataset()
    urls = expand_urls(urls) if isinstance(urls, str) else _checked(urls)
    held: list[_Held] = []
    size = 0.0
    for sound in wds.DataPipeline(
        wds.SimpleShardList(urls), _files, wds.tariterators.group_by_keys, wds.map(_decoded)
    ):
        size += len(sound.samples) / SAMPLE_RATE
        if held and size > seconds:
            break
        held.append(_Held(sound))
    if not held:
        raise CorpusError(f"{urls[0]}: holds no recordings")
    return _bank(held)


def _checked(urls: Iterable[str]) -> list[str]:
    checked = list(urls)
    if not checked or not all(checked):
        raise CorpusError("there are no shards to read: an address is empty")
    return checked


def _bank(held: Iterable[_Held]) -> SoundBank:
    sounds = list(held)
    recordings = [sound.recording for sound in sounds]
    offsets = np.cumsum([0, *(len(sound.samples) for sound in sounds)], dtype=np.int64)
    known = {s.recording.label: s.captions for s in sounds if s.captions is not None}
    kinds = {s.recording.label: s.kinds for s in sounds if s.kinds is not None}
    return SoundBank(
        recordings,
        np.concatenate([sound.samples for sound in sounds]),
        offsets,
        bank_key(recordings),
        words=Words(known, Conflicts(kinds)),
    )


def _webdataset() -> Any:
    try:
        import webdataset
    except ImportError:
        raise MissingDependencyError(
            "reading shards needs webdataset: pip install 'soundlasso[shards]'"
        ) from None
    return webdataset


def _files(shards: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The files in each shard, which is closed when they have been read."""
    wds = _webdataset()
    for shard in shards:
        url = shard["url"]
        try:
            stream = wds.gopen(url)
            try:
                yield from wds.tariterators.tar_file_expander([{"url": url, "stream": stream}])
                # A command that fetches a shard and failed says so here.
                stream.close()
            finally:
                # Nobody wants to know that it was cut short if it was.
                with suppress(OSError):
                    stream.close()
        except (OSError, ValueError, tarfile.TarError) as error:
            reason = getattr(error, "strerror", None) or error.args[0]
            raise CorpusError(f"{url}: cannot be read ({reason})") from error


def _decoded(sample: dict[str, Any]) -> StreamedSound:
    where = f"{sample['__url__']}: {sample['__key__']}"
    try:
        about = json.loads(sample["json"])
        audio = sample["opus" if "opus" in sample else "flac"]
        if hashlib.sha256(audio).hexdigest() != about["sha256"]:
            raise CorpusError(f"{where}: its sound is damaged; copy or write the shard again")
        row = {item.name: about[item.name] for item in fields(Recording)}
        recording = build_config(Recording, row)
        words = about["captions"]
        known = None if words is None else build_config(Captions, words)
        if known is None and recording.use == "target":
            raise ValueError("there is nothing to ask for it with")
        lists = about["kinds"]
        kinds = None if lists is None else Kinds.of_lists(lists)
        samples = _decode_audio(audio, about["samples"], is_opus="opus" in sample)
    except (KeyError, TypeError, ValueError, AudioError) as error:
        raise CorpusError(f"{where}: was not written by soundlasso corpus shards") from error
    return StreamedSound(recording, samples, known, kinds)


def _decode_audio(audio: bytes, length: int, *, is_opus: bool) -> npt.NDArray[np.float32]:
    import soundfile

    if is_opus:
        return decode_opus(audio, SAMPLE_RATE, length)
    try:
        samples, rate = soundfile.read(io.BytesIO(audio), dtype="float32")
    except soundfile.LibsndfileError as error:
        raise AudioError(f"cannot be decoded ({error})") from error
    if rate != SAMPLE_RATE or samples.shape != (length,):
        raise AudioError(f"is not mono at {SAMPLE_RATE} Hz")
    return samples
