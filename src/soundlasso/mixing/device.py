"""Mixtures made on the device that learns from them, a batch at once.

A CPU core makes some 140 mixtures a second, and a network like GainNet on an accelerator learns
from thousands. So the recordings lie in the device's memory as 16-bit samples (230 MB an hour),
`soundlasso.mixing.plan` says what goes where, and everything with samples is done here: changes
of speed, filters, rooms, levels, background ambience. What is drawn comes from torch's generator of
the device, which the training loop seeds for each step.

Sounds are varied as `soundlasso.mixing.augment` and `ambience` vary them, but for two things: speed
is changed by cubic interpolation, and what is not asked for comes as one sum.
"""

import math
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from soundlasso.mixing import ambience, augment
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.online import HIGHEST_PEAK, MixingConfig
from soundlasso.mixing.plan import PlanBatch

SLOTS = 3
"""Two sources that may be asked for, and the sum of all others."""

_TINY = 1e-9


class DeviceMixer:
    """Makes mixtures of a bank that is on a device."""

    def __init__(self, bank: SoundBank, config: MixingConfig, device: torch.device) -> None:
        """Copies the bank there."""
        self.config = config
        self.device = device
        self.rate = bank.sample_rate
        self.samples = round(config.seconds * bank.sample_rate)
        # A read-only array (of a file that is mapped) would warn.
        self._bank = torch.from_numpy(np.array(bank.samples, copy=True)).to(device)
        self._offsets = torch.from_numpy(np.asarray(bank.offsets, np.int64)).to(device)

    @torch.no_grad()
    def render(self, plans: PlanBatch) -> Tensor:
        """The sources of mixtures.

        Args:
            plans: On the device.

        Returns:
            ``B 3 T``: the two sources that may be asked for, and all others.
        """
        batch = len(plans.noise)
        sounds = self._vary(self._lay_out(plans))
        mixture_level = self._uniform(batch, *self.config.level)
        snr = self._uniform(len(sounds), *self.config.snr)
        snr = torch.where(plans.place == 0, 0.0, snr)
        snr = snr + self.config.third_source_decibels * (plans.place > 1)
        sounds *= _amplitude(mixture_level[plans.mixture] - snr)[:, None] / _rms(sounds)
        out = torch.zeros(batch * SLOTS, self.samples, device=self.device)
        out.index_add_(0, plans.mixture * SLOTS + plans.slot, sounds)
        out = out.view(batch, SLOTS, self.samples)
        self._add_ambience(out, plans)
        peak = out.sum(1).abs().amax(1).clamp_min(_TINY)
        return out * (HIGHEST_PEAK / peak).clamp_max(1.0)[:, None, None]

    def _uniform(self, count: int, low: float, high: float) -> Tensor:
        return torch.rand(count, device=self.device) * (high - low) + low

    def _lay_out(self, plans: PlanBatch) -> Tensor:
        """The parts of each source in their places, ``S T``."""
        out = torch.zeros(len(plans.mixture), self.samples, device=self.device)
        # One row a sample that is heard.
        part = torch.repeat_interleave(plans.length, output_size=plans.total)
        within = torch.arange(plans.total, device=self.device)
        within = within - (plans.length.cumsum(0) - plans.length)[part]
        # Float32 would not do: a hundred thousand samples on, it is off by some hundredths.
        position = within * plans.step[part]
        whole = position.floor().long()
        values = self._read(plans.start[part] + whole, (position - whole).float())
        values *= plans.gain[part]
        target = plans.source[part] * self.samples + plans.offset[part] + within
        out.view(-1).index_copy_(0, target, values)
        return out

    def _read(self, index: Tensor, share: Tensor) -> Tensor:
        """The bank between its samples (Catmull and Rom 1974), -1 to 1."""
        last = len(self._bank) - 1
        before, here, there, after = (
            self._bank[(index + step).clamp(0, last)].float() for step in (-1, 0, 1, 2)
        )
        slope, next_slope = (there - before) / 2, (after - here) / 2
        cubic = 2 * (here - there) + slope + next_slope
        square = 3 * (there - here) - 2 * slope - next_slope
        return (((cubic * share + square) * share + slope) * share + here) / 32768.0

    def _vary(self, sounds: Tensor) -> Tensor:
        """Bends spectra and adds rooms, as often as the config says; ``S T`` to ``S T``."""
        config, count = self.config.augment, len(sounds)
        in_room = torch.rand(count, device=self.device) < config.room_probability
        longest = int(augment.LONGEST_ROOM_SECONDS * self.rate)
        length = augment.fast_length(self.samples + longest)
        spectrum = torch.fft.rfft(sounds, length)
        spectrum *= self._filters(count, length // 2 + 1)
        rooms = in_room.nonzero()[:, 0]
        if len(rooms):
            responses = torch.fft.rfft(self._rooms(len(rooms), longest), length)
            spectrum[rooms] *= responses
        return torch.fft.irfft(spectrum, length)[:, : self.samples].contiguous()

    def _filters(self, count: int, bins: int) -> Tensor:
        """Gains of each source's spectrum, ``S F``; see `augment.draw_filter`."""
        config = self.config.augment
        knots = torch.randn(count, 7, device=self.device) * config.filter_decibels
        bent = torch.rand(count, 1, device=self.device) < config.filter_probability
        knots = (knots - knots.mean(1, keepdim=True)) * bent
        steps = augment.FILTER_STEPS + 1
        hertz = torch.linspace(0.0, self.rate / 2, steps, device=self.device)
        octave = (hertz.clamp_min(40.0) / 40.0).log2()
        place = (octave / 1.5).clamp(0.0, 6.0)
        low = place.long().clamp_max(5)
        share = place - low
        decibels = knots[:, low] * (1 - share) + knots[:, low + 1] * share
        limited = torch.rand(count, 1, device=self.device) < config.band_limit_probability
        edge = (self._uniform(count, 4000.0, 10_000.0) / 40.0).log2()[:, None]
        decibels = decibels - limited * ((octave - edge) * 160.0).clamp(0.0, 80.0)
        gains = _amplitude(decibels)
        return F.interpolate(gains[:, None], bins, mode="linear", align_corners=True)[:, 0]

    def _rooms(self, count: int, longest: int) -> Tensor:
        """Impulse responses with their direct sound at 0, ``R T``; see `augment.draw_room`."""
        decay = self._uniform(count, *augment.ROOM_DECAY_SECONDS)[:, None]
        delay = (self._uniform(count, *augment.ROOM_DELAY_SECONDS) * self.rate).long()[:, None]
        noise = torch.randn(count, longest + 4, device=self.device)
        dull = F.avg_pool1d(noise, 4, stride=1)[:, :longest] * 2.0
        sample = torch.arange(longest, device=self.device)[None] - delay
        time = sample.clamp_min(0) / self.rate
        share = (time / decay).clamp_max(1.0)
        tail = (noise[:, :longest] * (1 - share) + dull * share) * torch.exp(-6.9 * time / decay)
        tail = tail * ((sample >= 0) & (time < 1.2 * decay))
        ratio = _amplitude(self._uniform(count, *augment.ROOM_DIRECT_DECIBELS))[:, None]
        response = tail / (tail.square().sum(1, keepdim=True).sqrt().clamp_min(_TINY) * ratio)
        response[:, 0] += 1.0
        return response

    def _add_ambience(self, sources: Tensor, plans: PlanBatch) -> None:
        """Puts background ambience into the last slot, in place."""
        distant = plans.distant[:, 0] >= 0
        behind = (distant | plans.noise | plans.hum).nonzero()[:, 0]
        if not len(behind):
            return
        bed = torch.zeros(len(behind), self.samples, device=self.device)
        for kind, has in (("distant", distant), ("noise", plans.noise), ("hum", plans.hum)):
            rows = has[behind].nonzero()[:, 0]
            if len(rows):
                made = self._part_of_bed(kind, plans.distant[behind[rows]])
                gain = _amplitude(self._uniform(len(rows), *ambience.PART_DECIBELS))[:, None]
                bed[rows] += made * gain / _rms(made)
        snr = self._uniform(len(behind), *self.config.ambience_snr)
        level = _rms(sources[behind].sum(1)) * _amplitude(-snr)[:, None]
        sources[behind, SLOTS - 1] += bed * level / _rms(bed)

    def _part_of_bed(self, kind: str, recordings: Tensor) -> Tensor:
        if kind == "distant":
            return self._distant(recordings)
        return self._noise(len(recordings)) if kind == "noise" else self._hum(len(recordings))

    def _distant(self, recordings: Tensor) -> Tensor:
        """Up to three recordings each, far away in a large room: ``A 3`` to ``A T``."""
        step = ambience.DISTANCE
        count = self.samples // step
        there = recordings >= 0
        begin = self._offsets[recordings.clamp_min(0)]
        length = self._offsets[recordings.clamp_min(0) + 1] - begin
        start = (torch.rand(recordings.shape, device=self.device) * length).long()
        sample = torch.arange(count * step, device=self.device)
        # What is shorter comes round again.
        place = begin[..., None] + (start[..., None] + sample) % length[..., None]
        near = self._bank[place].float().view(*recordings.shape, count, step).mean(-1)
        gain = torch.rand(recordings.shape, device=self.device) * 0.7 + 0.3
        near = (near * (gain * there)[..., None] / _rms(near)).sum(1)
        spectra = self._far_rooms
        chosen = torch.randint(len(spectra), (len(near),), device=self.device)
        wet = torch.fft.irfft(torch.fft.rfft(near) * spectra[chosen], count)
        wide = F.interpolate(wet[:, None], self.samples, mode="linear")
        return wide[:, 0]

    @cached_property
    def _far_rooms(self) -> Tensor:
        rate = self.rate // ambience.DISTANCE
        made = ambience.rooms(self.samples // ambience.DISTANCE, rate)
        return torch.from_numpy(np.stack(made)).to(self.device)

    @cached_property
    def _colours(self) -> Tensor:
        length = max(ambience.NOISE_SAMPLES, 1 << self.samples.bit_length())
        return torch.from_numpy(np.stack(ambience.colours(length, self.rate))).to(self.device)

    def _noise(self, count: int) -> Tensor:
        """Noise of some colour, its level moving, ``A T``."""
        colours = self._colours
        chosen = torch.randint(len(colours), (count, 1), device=self.device)
        free = colours.shape[1] - self.samples + 1
        start = torch.randint(free, (count, 1), device=self.device)
        sample = torch.arange(self.samples, device=self.device)
        knots = math.ceil(self.samples / (ambience.MOVEMENT_SECONDS * self.rate)) + 1
        decibels = torch.randn(count, 1, knots, device=self.device) * ambience.MOVEMENT_DECIBELS
        moving = F.interpolate(
            _amplitude(decibels), self.samples, mode="linear", align_corners=True
        )
        return colours[chosen, start + sample] * moving[:, 0]

    def _hum(self, count: int) -> Tensor:
        """The mains and their harmonics, ``A T``."""
        period = self.rate // 10
        time = torch.arange(period, device=self.device) / self.rate
        orders = torch.arange(1, ambience.HARMONICS + 1, device=self.device)
        hertz = torch.where(torch.rand(count, device=self.device) < 0.5, 50.0, 60.0)
        slope = self._uniform(count, 0.3, 1.5)[:, None]
        gains = torch.rand(count, len(orders), device=self.device) / orders.float() ** slope
        phases = torch.rand(count, len(orders), 1, device=self.device)
        cycles = hertz[:, None, None] * orders[:, None] * time + phases
        wave = (gains[..., None] * torch.sin(2 * torch.pi * cycles)).sum(1)
        return wave.repeat(1, math.ceil(self.samples / period))[:, : self.samples]


def _amplitude(decibels: Tensor) -> Tensor:
    return 10.0 ** (decibels / 20.0)


def _rms(sounds: Tensor) -> Tensor:
    """The level of sounds, ``... T`` to ``... 1``, never zero."""
    return sounds.square().mean(-1, keepdim=True).sqrt() + _TINY
