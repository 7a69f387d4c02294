"""Blasts, shots, and what flies: noise that begins all at once.

A blast is the pressure wave of Friedlander (1946) and gas that grows dull, heard over ground and
between walls; explosions, rockets and cannon follow Farnell (2010), "Designing Sound", practicals
of part IV; what swings sheds vortices at a pitch that its speed sets (Strouhal; Dobashi 2003);
contacts are modes that noise strikes (van den Doel 2001).
"""

from collections.abc import Callable

import numpy as np

from soundlasso.corpus.catalogue import SAMPLE_RATE
from soundlasso.corpus.synthetic.parts import (
    Rng,
    Sound,
    add,
    band,
    between,
    count,
    decibels,
    drive,
    echo,
    ends,
    fade,
    level,
    line,
    mix,
    modes,
    move_band,
    noise,
    peak,
    pulses,
    repeat,
    ring,
    scatter,
    shape,
    silence,
    sine,
    times,
    wander,
)
from soundlasso.corpus.synthetic.placing import click, placed, room

Strike = Callable[[], Sound]

# Building blocks.


def _dying(
    rng: Rng,
    seconds: float,
    limits: tuple[float, float],
    decays: tuple[float, float],
    *,
    tilt: float = -3.0,
    rise: float = 0.0,
) -> Sound:
    """Noise whose highs die before its lows: bands of an octave, each with its own decay.

    Args:
        rng: Draws the noise.
        seconds: How long it is heard.
        limits: The middles of its lowest and its highest band.
        decays: In which those fall by 60 dB; others are between.
        tilt: dB an octave, beside that of the decays.
        rise: Seconds in which it begins.
    """
    samples = count(seconds)
    size = -(-samples // 2048) * 2048
    octaves = np.log2(limits[1] / limits[0])
    many = max(2, round(octaves) + 1)
    spectrum = np.fft.rfft(rng.standard_normal(size))
    hertz = np.maximum(np.fft.rfftfreq(size, 1 / SAMPLE_RATE), 1.0)
    # Where each frequency is between the first band and the last.
    place = np.log2(hertz / limits[0]) / octaves * (many - 1)
    out = np.zeros(samples)
    for number in range(many):
        share = number / (many - 1)
        gain = np.maximum(0.0, 1.0 - np.abs(place - number)) * decibels(tilt * octaves * share)
        # White noise would have more in higher bands.
        gain *= 2.0 ** (-0.5 * octaves * share)
        decay = decays[0] ** (1 - share) * decays[1] ** share
        out += np.fft.irfft(spectrum * gain, size)[:samples] * fade(samples, rise, decay)
    return peak(out)


def _front(rng: Rng, seconds: float) -> Sound:
    """A blast's wave: pressure that jumps, falls, and swings below the air's (Friedlander 1946)."""
    place = times(count(9.0 * seconds)) / seconds
    return (1.0 - place) * np.exp(-rng.uniform(0.6, 1.3) * place)


def _open_air(rng: Rng, sound: Sound, seconds: float, share: float) -> Sound:
    """Ground, trees, houses and hills that answer: scattered echoes, then a dull rumble."""
    low, high = between(rng, 70, 250), between(rng, 1500, 7000)
    decays = (seconds, seconds * rng.uniform(0.15, 0.6))
    answer = _dying(
        rng,
        seconds,
        (low, high),
        decays,
        tilt=rng.uniform(-6, -1),
        rise=between(rng, 0.004, 0.15),
    )
    for at in rng.uniform(0.03, 0.7 * seconds, int(rng.integers(0, 5))):
        # A wall or a wood answers for as long as it is deep.
        deep = count(between(rng, 0.004, 0.06))
        part = noise(rng, deep) * fade(deep, 0.001, 1.3 * deep / SAMPLE_RATE)
        part = shape(part, (500, 0), (rng.uniform(1500, 5000), -12))
        add(answer, part, float(at), rng.uniform(0.1, 0.8) * np.exp(-3 * at / seconds))
    answer *= np.sqrt(share / np.square(answer).sum())
    size = len(sound) + len(answer)
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(answer, size), size)
    wet[: len(sound)] += sound
    return wet


def _heard(rng: Rng, sound: Sound, longest: float = 2.5) -> Sound:
    """A blast from nearby, between walls, in the open, or from far away."""
    kind = rng.integers(5)
    if kind == 0:
        out = echo(rng, sound, between(rng, 0.1, 0.3), between(rng, 0.005, 0.08))
    elif kind == 1:
        out = echo(rng, sound, between(rng, 0.25, 0.4 * longest), between(rng, 0.05, 0.6))
    elif kind < 4:
        out = _open_air(rng, sound, between(rng, 0.5, longest), between(rng, 0.03, 0.8))
    else:
        top = between(rng, 250, 2500)
        far = shape(sound, (top / 2, 0), (top, -3), (4 * top, -rng.uniform(16, 36)))
        out = _open_air(rng, far, between(rng, 0.8, longest), between(rng, 0.3, 3.0))
    return out if len(out) <= count(6.4) else ends(out[: count(6.4)], 0.0, 0.6)


def _darken(rng: Rng) -> Callable[[Sound], Sound]:
    """Some recordings have few highs, or too few lows."""
    top, low = between(rng, 3000, 16_000), between(rng, 20, 120)
    steep = rng.uniform(3, 14)
    return lambda sound: shape(
        sound, (low / 2, -6), (low, 0), (top, 0), (min(4 * top, 60_000), -2 * steep)
    )


def _shot(rng: Rng, size: float) -> Strike:
    """A gun that is fired: its wave, gas from its mouth, what its body does; again and again.

    Args:
        rng: Draws it.
        size: 0 a small pistol, 1 a large cannon.
    """
    wave = 0.0003 * 20.0**size * between(rng, 0.6, 1.6)
    low, high = between(rng, 40, 250) * 0.7**size, between(rng, 4500, 13_000) * 0.6**size
    long = 0.4 * 4.0**size * between(rng, 0.4, 2.2)
    short = long * between(rng, 0.35, 1.0)
    tilt = rng.uniform(-1.5, 2.0) - 1.5 * size
    strike, thump = between(rng, 0.1, 0.8), between(rng, 0.02, 0.4) * (rng.random() < 0.4)
    # Gas does not stop all at once.
    plume, share = between(rng, 0.02, 0.12) * 3.0**size, rng.uniform(0.0, 0.8)
    boom, hard = between(rng, 55, 170) * 0.45**size, between(rng, 1.0, 9.0)
    bounce, strength = between(rng, 0.0006, 0.012), rng.uniform(0.0, 0.8)
    voice = _darken(rng)

    def shot() -> Sound:
        out = _dying(rng, 1.2 * long, (low, high), (long, short), tilt=tilt)
        billow = _dying(rng, 1.2 * long, (low, high), (long, short), tilt=tilt - 1.0, rise=plume)
        out = ends(out + share * billow, 0.0, 0.2 * long)
        add(out, _front(rng, wave * rng.uniform(0.95, 1.05)), 0.0, strike)
        samples = len(out)
        swing = sine(boom * line(samples, (0, 1.8), (0.15, 1.0), (1, 0.8)), samples)
        out += thump * swing * fade(samples, 0.001, long * 0.8)
        # The ground's answer comes a moment later.
        late = np.append(silence(bounce), strength * out)
        return voice(drive(mix(out, late), hard * rng.uniform(0.9, 1.1)))

    return shot


def _part(
    rng: Rng,
    low: float,
    high: float,
    ringing: float,
    *,
    many: int = 6,
    rough: float = 0.6,
) -> Strike:
    """A small part that hits another: a few modes between two pitches, and the contact's noise."""
    hertz = np.exp(rng.uniform(np.log(low), np.log(high), many))
    decay = ringing * (low / hertz) ** rng.uniform(0.1, 0.7) * rng.uniform(0.4, 1.0, many)
    gains = rng.uniform(0.2, 1.0, many) * (low / hertz) ** rng.uniform(0.0, 0.5)
    contact = between(rng, 0.002, 0.012)

    def strike() -> Sound:
        body = modes(count(1.1 * ringing + 0.03), hertz, decay, gains * rng.uniform(0.5, 1.0, many))
        body = peak(body)
        add(body, click(rng, 0.7 * low, min(2.5 * high, 15_000), contact), 0.0, rough)
        return body

    return strike


def _scrape(rng: Rng, seconds: float, low: float, high: float, grain: float) -> Sound:
    """Something that slides along something: rough noise which swells and stops."""
    samples = count(seconds)
    rough = 1.0 + np.clip(wander(rng, samples, grain, 0.7), -1.0, 2.0)
    drawn = band(noise(rng, samples, 0.5) * rough, low, high, 9)
    swell = line(samples, (0, 0.1), (rng.uniform(0.2, 0.8), 1), (1, 0.3))
    return ends(peak(drawn) * swell, 0.003, 0.01)


def _swing(
    rng: Rng, seconds: float, top: float, octaves: float, *, colour: float = 0.5, tone: float = 0.0
) -> Sound:
    """Air around what moves: pitch goes with its speed, level with a power of it.

    Args:
        rng: Draws the movement.
        seconds: How long.
        top: Pitch at its fastest.
        octaves: Width of the noise.
        colour: Of the noise.
        tone: Of a whistle within it.
    """
    samples = count(seconds)
    where = rng.uniform(0.25, 0.8)
    place = line(samples, (0, -1), (where, 0), (1, 1))
    speed = np.exp(-np.square(place) * rng.uniform(1.5, 4.0))
    speed *= np.exp(wander(rng, samples, 6.0, 0.08))
    track = np.maximum(top * speed ** rng.uniform(0.4, 1.1), 40.0)
    air = level(move_band(noise(rng, samples, colour), track, octaves))
    if tone:
        wobble = track * (1.0 + wander(rng, samples, 30.0, 0.015))
        air += tone * sine(wobble, samples) * (1.0 + wander(rng, samples, 25.0, 0.3))
    edge = np.minimum(1.0, np.minimum(times(samples), times(samples)[::-1]) / (0.15 * seconds))
    return peak(air * speed ** rng.uniform(1.0, 3.0) * edge)


# Guns.


def _musket(rng: Rng) -> Sound:
    """A flint lock: its click, the pan's hiss, then the shot."""
    out = _heard(rng, _shot(rng, rng.uniform(0.2, 0.5))())
    lock = _part(rng, 1200, 5000, 0.03)()
    delay = between(rng, 0.03, 0.15)
    start = mix(0.4 * lock, np.append(silence(0.01), 0.1 * _scrape(rng, delay, 1500, 9000, 60)))
    scaled = peak(out)
    return mix(start * rng.uniform(0.2, 1.0), np.append(silence(delay), scaled))


def gunshot(rng: Rng) -> Sound:
    """A pistol, a rifle with its bullet's crack, a musket or a silenced gun; near or far."""
    kind = rng.integers(8)
    if kind == 0:
        return _musket(rng)
    if kind == 1:
        # Silenced: gas through baffles, and the slide.
        seconds = between(rng, 0.06, 0.25)
        puff = _dying(rng, seconds, (250, 9000), (seconds, 0.5 * seconds), tilt=-1.0)
        slide = np.append(silence(rng.uniform(0.0, 0.06)), _part(rng, 900, 6000, 0.04)())
        return room(rng, mix(puff, rng.uniform(0.1, 0.5) * slide), 0.6)
    fire = _shot(rng, rng.uniform(0.0, 0.55))
    if kind == 2:
        # A bullet faster than sound is heard before the gun.
        crack = np.append(_front(rng, 0.0003), silence(0.05))
        thud = np.append(silence(rng.uniform(0.02, 0.4)), rng.uniform(0.3, 1.0) * fire())
        return _heard(rng, mix(band(crack, 500, 14_000), peak(thud)))
    many = int(rng.choice([1, 1, 1, 1, 2, 3, 5]))
    moments = np.cumsum(rng.gamma(4.0, between(rng, 0.04, 0.2), many))
    shots = placed(fire, moments - moments[0], rng.uniform(0.7, 1.0, many))
    return _heard(rng, shots)


def machine_gun(rng: Rng) -> Sound:
    """Bursts of an automatic gun with its bolt's clatter, near, far, or with many barrels."""
    rate = between(rng, 22, 55) if rng.random() < 0.2 else rng.uniform(6.0, 17.0)
    fire = _shot(rng, rng.uniform(0.0, 0.45))
    # Each dies nearly before the next.
    short = between(rng, 1.0, 4.0) / rate
    shots = [fire()[: count(1.3 * short)] for _ in range(4)]
    shots = [ends(one * fade(len(one), 0.0, short), 0.0, 0.01) for one in shots]
    bolt = _part(rng, 700, 5000, between(rng, 0.015, 0.06))
    loud = rng.uniform(0.0, 0.3)
    back = rng.uniform(0.3, 0.7) / rate

    def shot() -> Sound:
        one = peak(shots[int(rng.integers(4))])
        return mix(one, np.append(silence(back), loud * bolt()))

    bursts: list[Sound] = []
    for _ in range(int(rng.choice([1, 1, 2, 3]))):
        seconds = between(rng, 0.5, 30.0) / rate if rate < 20 else rng.uniform(0.4, 2.0)
        bursts.append(repeat(rng, min(2.5, seconds), 1 / rate, shot, jitter=0.015, spread=0.8))
        bursts.append(silence(between(rng, 0.1, 0.7)))
    out = np.concatenate(bursts[:-1])[: count(5.0)]
    if rate >= 20:
        # The motor that turns the barrels.
        whine = sine(between(rng, 300, 1200) * line(len(out), (0, 0.7), (0.1, 1)), len(out))
        out += rng.uniform(0.0, 0.15) * whine
    return _heard(rng, out, 1.8)


def shotgun(rng: Rng) -> Sound:
    """A wide, heavy shot, most often with the pump that reloads it afterwards."""
    bang = peak(_heard(rng, _shot(rng, rng.uniform(0.35, 0.75))(), 2.0))
    if rng.random() < 0.35:
        return bang
    pump = _pump_action(rng)
    after = between(rng, 0.2, 1.0)
    return mix(bang, np.append(silence(after), rng.uniform(0.08, 0.6) * pump))


def cannon_fire(rng: Rng) -> Sound:
    """A cannon, artillery or a tank's gun; alone, in a volley, or as a battle far away."""
    many = int(rng.choice([1, 1, 1, 2, 4]))
    guns = [_shot(rng, rng.uniform(0.55, 1.0)) for _ in range(min(2, many))]
    moments = np.cumsum(rng.gamma(1.5, between(rng, 0.15, 0.8), many))
    moments = (moments - moments[0])[moments - moments[0] < 3.5]
    shots = placed(
        lambda: guns[int(rng.integers(len(guns)))](), moments, rng.uniform(0.4, 1.0, len(moments))
    )
    out = peak(_heard(rng, shots, 3.5))
    if rng.random() < 0.3:
        # The shell flies away.
        fly = _swing(rng, between(rng, 0.5, 2.0), between(rng, 500, 3000), 0.4, tone=0.2)
        out = mix(out, np.append(silence(0.15), rng.uniform(0.03, 0.2) * fly))
    return out


# Things that blow up.


def _debris(rng: Rng, seconds: float) -> Sound:
    """Stones, wood, glass or metal that falls down after a blast."""
    low = between(rng, 150, 2500)
    parts = [
        _part(rng, low, 5 * low, between(rng, 0.01, 0.12), rough=rng.uniform(0.5, 3))()
        for _ in range(12)
    ]
    start, fall = between(rng, 6, 120), rng.uniform(0.25, 0.8) * seconds
    made = scatter(
        rng, seconds, lambda now: start * np.exp(-now / fall), lambda: parts[rng.integers(12)], 8.0
    )
    return peak(made) * line(len(made), (0, 0), (rng.uniform(0.05, 0.3), 1), (1, 0.1))


def explosion(rng: Rng) -> Sound:
    """A grenade, a bomb, a building, a gas tank; near or far, with what it throws about."""
    seconds = between(rng, 0.5, 4.5)
    low, high = between(rng, 40, 220), between(rng, 1500, 9000)
    long = seconds * between(rng, 1.0, 2.5)
    short = long * between(rng, 0.2, 0.9)
    rise = between(rng, 0.0005, 0.12)
    out = _dying(rng, seconds, (low, high), (long, short), tilt=rng.uniform(-4, 1), rise=rise)
    out = ends(out, 0.0, 0.3 * seconds)
    # Gas burns in billows.
    out *= np.clip(1.0 + wander(rng, len(out), between(rng, 5, 40), rng.uniform(0.0, 0.5)), 0.1, 2)
    add(out, _front(rng, between(rng, 0.002, 0.02)), 0.0, rng.uniform(0.0, 0.8))
    boom = sine(between(rng, 35, 95) * line(len(out), (0, 1.7), (0.15, 1), (1, 0.6)), len(out))
    out += boom * fade(len(out), 0.003, seconds * rng.uniform(0.3, 0.9)) * rng.uniform(0.0, 0.35)
    if rng.random() < 0.3:
        # One more.
        again = np.append(silence(between(rng, 0.06, 0.7)), out * rng.uniform(0.4, 1.0))
        out = mix(out, again[: count(5.0)])
    out = _darken(rng)(drive(out, between(rng, 0.8, 10.0)))
    if rng.random() < 0.5:
        out = mix(out, rng.uniform(0.03, 0.35) * _debris(rng, min(4.5, seconds * 1.3)))
    return _heard(rng, out, 3.0)


def _crackle(rng: Rng, seconds: float, rate: float, spread: float = 6.0) -> Sound:
    """Many small pops that come together and thin out, as of a firework's stars."""
    pops = []
    for _ in range(12):
        short = between(rng, 0.0015, 0.025)
        pop = noise(rng, count(2 * short), 0.4) * fade(count(2 * short), 0.0001, short)
        pops.append(peak(band(pop, between(rng, 300, 2500), 14_000, 6)))
    bend = rng.uniform(0.15, 0.6)
    return scatter(
        rng,
        seconds,
        lambda now: rate * np.exp(-np.square((now / seconds - bend) / 0.25)) + 0.5,
        lambda: pops[rng.integers(12)],
        spread,
    )


def fireworks(rng: Rng) -> Sound:
    """A shell's lift and whistle, its burst high up, and stars that crackle; often several."""
    far = between(rng, 800, 7000)

    def shell() -> Sound:
        parts: list[tuple[float, Sound]] = []
        now = 0.0
        if rng.random() < 0.55:
            thump = _shot(rng, rng.uniform(0.3, 0.7))()
            parts.append((0.0, peak(thump) * rng.uniform(0.2, 0.8)))
            rise = between(rng, 0.5, 1.8)
            samples = count(rise)
            pitch = between(rng, 1200, 4500) * line(samples, (0, 0.7), (0.3, 1), (1, 0.75))
            hiss = peak(move_band(noise(rng, samples), pitch, rng.uniform(0.05, 1.0)))
            if rng.random() < 0.5:
                hiss += rng.uniform(0.2, 1) * sine(
                    pitch * (1 + wander(rng, samples, 25, 0.02)), samples
                )
            fading = line(samples, (0, 0), (0.2, 1), (1, 0.15))
            parts.append((0.03, peak(hiss * fading) * rng.uniform(0.05, 0.5)))
            now = rise + between(rng, 0.02, 0.4)
        burst = peak(_shot(rng, rng.uniform(0.45, 0.9))())
        parts.append((now, burst))
        if rng.random() < 0.6:
            crackle = _crackle(rng, between(rng, 0.6, 2.2), between(rng, 30, 250))
            parts.append((now + rng.uniform(0.1, 0.5), peak(crackle) * rng.uniform(0.1, 0.7)))
        out = np.zeros(max(count(at) + len(one) for at, one in parts))
        for at, one in parts:
            add(out, one, at)
        return out

    many = int(rng.choice([1, 1, 2, 4]))
    moments = np.cumsum(rng.gamma(2.0, 0.3, many))
    sky = placed(shell, moments - moments[0], rng.uniform(0.3, 1.0, many))[: count(5.5)]
    sky = shape(sky, (far, 0), (3 * far, -rng.uniform(3, 14)))
    return _open_air(rng, sky, between(rng, 0.8, 2.5), between(rng, 0.05, 1.0))[: count(6.4)]


def firecracker(rng: Rng) -> Sound:
    """One bang of a street's firecracker, a fuse before it, or a string of them."""
    kinds = [_shot(rng, rng.uniform(0.0, 0.35)) for _ in range(3)]
    shorts = [kind()[: count(between(rng, 0.04, 0.3))] for kind in kinds for _ in range(3)]
    bangs = [ends(peak(one), 0.0, 0.03) for one in shorts]
    if rng.random() < 0.4:
        out = bangs[0]
        if rng.random() < 0.4:
            fuse = 0.06 * peak(band(_crackle(rng, between(rng, 0.3, 1.5), 400.0), 2000, 14_000, 9))
            out = np.append(fuse, out)
    else:
        seconds, rate = between(rng, 0.4, 3.5), between(rng, 5, 45)
        out = scatter(rng, seconds, rate, lambda: bangs[rng.integers(9)], rng.uniform(1, 6))
    return _heard(rng, out, 1.5)


def rocket_launch(rng: Rng) -> Sound:
    """A small rocket that hisses away, a missile leaving its tube, or a large one's thunder."""
    kind = rng.integers(3)
    seconds = between(rng, 0.5, 3.0) if kind < 2 else rng.uniform(3.0, 6.0)
    samples = count(seconds)
    start = rng.uniform(0.02, 0.15) if kind < 2 else rng.uniform(0.1, 0.4)
    near = line(samples, (0, 0), (start, 1), (rng.uniform(0.3, 0.8), 0.7), (1, 0.05))
    bend = -rng.uniform(0.3, 2.5)
    top = between(rng, 700, 4000) if kind == 0 else between(rng, 200, 1500)
    track = top * 2.0 ** line(samples, (0, rng.uniform(-0.8, 0.8)), (start, 0), (1, bend))
    width = rng.uniform(0.7, 1.5) if kind < 2 else rng.uniform(1.2, 2.2)
    jet = level(move_band(noise(rng, samples, 0.5), track, width))
    # A jet's noise is rough: it crackles where its waves grow steep.
    rough = wander(rng, samples, between(rng, 15, 90), 1.0)
    jet *= np.exp(np.clip(rough, -2, 2) * rng.uniform(0.1, 0.6))
    rumble = level(band(noise(rng, samples, 1.0), 35, between(rng, 100, 500), 9))
    rumble *= 1.0 + wander(rng, samples, 9.0, 0.25)
    out = (jet + decibels(rng.uniform(-18, 0) + 4 * kind) * rumble) * near
    if kind == 0 and rng.random() < 0.5:
        whistle = sine(
            track * rng.uniform(1.0, 2.0) * (1 + wander(rng, samples, 20, 0.01)), samples
        )
        out += rng.uniform(0.1, 0.6) * whistle * near
    if rng.random() < 0.6:
        burst = peak(_shot(rng, rng.uniform(0.3, 0.9))())
        out = mix(out, burst * np.abs(out).max() * rng.uniform(0.3, 1.2))
    out = _darken(rng)(drive(out, between(rng, 0.5, 3.0)))
    return ends(room(rng, out, 0.5, 1.5), 0.002, 0.2)


# What is done to a gun, and what comes out of it.


def _pump_action(rng: Rng) -> Sound:
    """A slide that is drawn back and pushed forward."""
    metal = [_part(rng, between(rng, 350, 1500), 6000, between(rng, 0.02, 0.09)) for _ in range(2)]
    out = silence(1.2)
    now = 0.0
    for part in metal:
        slide = between(rng, 0.05, 0.14)
        rub = _scrape(rng, slide, between(rng, 600, 2000), between(rng, 4000, 11_000), 90)
        add(out, rub, now, rng.uniform(0.05, 0.4))
        add(out, part(), now + slide, rng.uniform(0.6, 1.0))
        if rng.random() < 0.6:
            add(out, part(), now + slide + rng.uniform(0.008, 0.03), rng.uniform(0.2, 0.7))
        now += slide + between(rng, 0.02, 0.2)
    return ends(out[: count(now + 0.2)], 0.001, 0.05)


def _magazine(rng: Rng) -> Sound:
    """A magazine that is taken out, one that is pushed in, and the bolt."""
    catch = _part(rng, 1500, 7000, between(rng, 0.01, 0.04))
    box = _part(rng, between(rng, 200, 700), 3500, between(rng, 0.02, 0.08), rough=1.0)
    out = silence(3.0)
    now = 0.0
    for part in (catch, box) if rng.random() < 0.6 else (box,):
        add(out, part(), now, rng.uniform(0.4, 1.0))
        slide = between(rng, 0.05, 0.2)
        rub = _scrape(rng, slide, 900, between(rng, 4000, 9000), 70)
        add(out, rub, now + 0.01, rng.uniform(0.05, 0.3))
        now += slide + between(rng, 0.05, 0.5)
    add(out, box(), now, 1.0)
    add(out, catch(), now + rng.uniform(0.005, 0.02), 0.7)
    if rng.random() < 0.6:
        add(out, _pump_action(rng), now + between(rng, 0.15, 0.6), rng.uniform(0.5, 1.0))
        return out
    return ends(out[: count(now + 0.25)], 0.001, 0.05)


def _cylinder(rng: Rng) -> Sound:
    """A revolver: its drum is spun, shells are put in, it snaps shut, the hammer is cocked."""
    pawl = _part(rng, 2000, 8000, between(rng, 0.008, 0.03))
    frame = _part(rng, between(rng, 500, 1500), 6000, between(rng, 0.02, 0.08))
    spin = int(rng.integers(5, 24))
    gaps = between(rng, 0.015, 0.05) * np.linspace(1.0, rng.uniform(1.0, 3.5), spin)
    out = placed(pawl, np.cumsum(gaps), rng.uniform(0.3, 0.8, spin))
    if rng.random() < 0.5:
        parts = np.cumsum(rng.uniform(0.1, 0.3, int(rng.integers(1, 5))))
        out = np.append(placed(pawl, parts, rng.uniform(0.3, 1.0, len(parts))), out)
    out = np.append(out, frame())
    return np.append(out, mix(pawl(), np.append(silence(between(rng, 0.03, 0.2)), frame())))


def gun_reload(rng: Rng) -> Sound:
    """A pump action or a bolt, a magazine, a revolver's drum, a hammer that is cocked."""
    kind = rng.integers(5)
    if kind < 2:
        out = _pump_action(rng)
    elif kind == 2:
        out = _magazine(rng)
    elif kind == 3:
        out = _cylinder(rng)
    else:
        # Two clicks of a hammer or a safety catch.
        part = _part(rng, between(rng, 900, 3000), 9000, between(rng, 0.01, 0.06))
        moments = np.array([0.0, between(rng, 0.02, 0.25)])
        out = placed(part, moments, rng.uniform(0.4, 1.0, 2))
    return room(rng, _darken(rng)(out), 0.5, 0.6)


def bullet_ricochet(rng: Rng) -> Sound:
    """A bullet that glances off stone or metal and whines away, tumbling."""
    seconds = between(rng, 0.25, 1.8)
    samples = count(seconds)
    high, octaves = between(rng, 1200, 6500), rng.uniform(0.4, 2.2)
    fall = line(samples, (0, 0), (1, 1)) ** rng.uniform(0.5, 1.5)
    tumble = between(rng, 12, 120) * line(samples, (0, 1), (1, rng.uniform(0.4, 1.0)))
    track = high * 2.0 ** (-octaves * fall) * (1 + rng.uniform(0.0, 0.06) * sine(tumble, samples))
    flutter = 1.0 + rng.uniform(0.1, 0.9) * sine(tumble, samples, rng.random())
    whine = sine(track, samples) + rng.uniform(0, 0.5) * sine(2 * track, samples)
    whine += rng.uniform(0.0, 0.3) * sine(rng.uniform(1.3, 1.8) * track, samples)
    air = level(move_band(noise(rng, samples), track, rng.uniform(0.05, 0.5)))
    out = (whine * rng.uniform(0.1, 1.0) + air * rng.uniform(0.2, 1.0)) * flutter
    out *= fade(samples, between(rng, 0.002, 0.06), seconds * rng.uniform(0.7, 1.5))
    out = peak(out)
    if rng.random() < 0.8:
        low = between(rng, 200, 2000)
        hit = _part(rng, low, 6 * low, between(rng, 0.02, 0.2), rough=rng.uniform(0.5, 2.0))()
        burst = between(rng, 0.06, 0.4)
        hit = mix(hit, _dying(rng, burst, (150, 9000), (burst, 0.5 * burst), tilt=0.0))
        out = mix(between(rng, 0.3, 4.0) * peak(hit), np.append(silence(0.004), out))
    return room(rng, out, 0.6, 1.5)


def shell_casing_falling(rng: Rng) -> Sound:
    """Brass cartridges or plastic shells that bounce on a floor and roll."""
    brass = rng.random() < 0.7
    low = between(rng, 1100, 7000) if brass else between(rng, 180, 1200)
    long = between(rng, 0.08, 0.7) if brass else between(rng, 0.02, 0.1)
    floor = between(rng, 150, 900)
    soft = rng.uniform(0.0, 0.4)

    def case() -> Sound:
        ratios = np.array([1.0, 1.0 + rng.uniform(0, 0.02), 1.9, 2.6, 2.9, 4.3, 5.2])
        hertz = low * rng.uniform(0.85, 1.15) * ratios * rng.uniform(0.95, 1.05, 7)
        decay = long * rng.uniform(0.4, 1.0, 7) / np.sqrt(ratios)
        period, back = between(rng, 0.1, 0.35), rng.uniform(0.35, 0.75)
        many = int(rng.integers(0, 8))
        gaps = period * back ** np.arange(many)
        moments = np.append(0.0, np.cumsum(np.maximum(gaps, 0.012)))
        gains = np.append(1.0, back ** np.arange(1, many + 1)) * rng.uniform(0.4, 1.0, many + 1)

        def bounce() -> Sound:
            # Each time it falls on another side of it.
            side = rng.uniform(0.05, 1.0, 7) * np.where(rng.random(7) < 0.25, 0.1, 1.0)
            one = modes(count(1.1 * long), hertz, decay, side)
            add(one, click(rng, low, 14_000, 0.003), 0.0, rng.uniform(0.2, 1.0))
            thud = modes(count(0.04), [floor, 2.3 * floor], [0.03, 0.02], [1.0, 0.5])
            return mix(one, soft * thud)

        return placed(bounce, moments, gains)

    many = int(rng.choice([1, 1, 1, 1, 2, 5]))
    starts = np.cumsum(rng.exponential(0.15, many))
    return room(rng, placed(case, starts - starts[0], rng.uniform(0.4, 1, many)), 0.5, 0.8)


def whip_crack(rng: Rng) -> Sound:
    """A whip's swing, then the crack of its tip, faster than sound; in the open or in a room."""
    crack = band(np.append(_front(rng, between(rng, 0.0001, 0.0008)), silence(0.03)), 300, 15_000)
    snap = between(rng, 0.015, 0.12)
    low, high = between(rng, 200, 900), between(rng, 4000, 12_000)
    tail = _dying(rng, 1.2 * snap, (low, high), (snap, snap * rng.uniform(0.3, 1.0)), tilt=-1.5)
    out = mix(peak(crack), rng.uniform(0.3, 1.5) * tail)
    if rng.random() < 0.3:
        again = np.append(silence(between(rng, 0.015, 0.09)), rng.uniform(0.3, 0.9) * out)
        out = mix(out, again)
    if rng.random() < 0.7:
        swing = _swing(rng, between(rng, 0.15, 0.6), between(rng, 300, 2500), rng.uniform(0.4, 1))
        lead = mix(silence(0.001), rng.uniform(0.05, 0.4) * swing)
        whole = np.zeros(len(lead) + len(out))
        add(whole, lead, 0.0)
        add(whole, peak(out), 0.8 * len(lead) / SAMPLE_RATE)
        out = whole
    many = int(rng.choice([1, 1, 1, 2]))
    moments = np.cumsum(rng.uniform(0.4, 1.2, many))
    out = placed(lambda: out, moments - moments[0], rng.uniform(0.6, 1, many))
    return _heard(rng, _darken(rng)(out), 1.5)


# Bows and engines of war.


def _twang(rng: Rng, hertz: float, seconds: float) -> Sound:
    """A string let go: it slaps, and swings for a short while with its bow."""
    many = 14
    order = np.arange(1, many + 1)
    decay = seconds * rng.uniform(0.4, 1.0, many) / order ** rng.uniform(0.2, 0.9)
    gains = rng.uniform(0.3, 1.0, many) / order ** rng.uniform(0.4, 1.3)
    string = modes(
        count(1.1 * seconds), hertz * order * rng.uniform(0.99, 1.01, many), decay, gains
    )
    slap = _dying(rng, 0.12, (200, 9000), (0.12, 0.06), tilt=rng.uniform(-2, 2))
    limbs = _part(rng, between(rng, 150, 700), 4000, between(rng, 0.02, 0.08))()
    out = peak(string) * between(rng, 0.05, 0.8)
    return mix(out, rng.uniform(0.4, 1.2) * slap, rng.uniform(0.1, 0.8) * limbs)


def _thud(rng: Rng) -> Sound:
    """An arrow in earth, straw or flesh, or one that stone or armour stops; its shaft rattles."""
    hard = rng.random() < 0.4
    low = between(rng, 300, 1800) if hard else between(rng, 70, 400)
    seconds = between(rng, 0.05, 0.25)
    high, short = between(rng, 4000, 11_000), seconds * rng.uniform(0.3, 0.9)
    burst = _dying(rng, seconds, (low, high), (seconds, short), tilt=rng.uniform(-4.0, 0.0))
    ringing = between(rng, 0.02, 0.5) if hard else between(rng, 0.02, 0.06)
    struck = _part(rng, low, 7 * low, ringing, many=8)()
    shaft = _part(rng, 900, 6000, 0.03)
    gaps = np.cumsum(rng.exponential(0.05, int(rng.integers(1, 5))))
    rattle = placed(shaft, gaps, rng.uniform(0.1, 0.6, len(gaps)))
    return mix(burst, rng.uniform(0.1, 1.0) * struck, rng.uniform(0.0, 0.5) * rattle)


def bow_and_arrow(rng: Rng) -> Sound:
    """A bow that is drawn and let go, an arrow that flies past or hits, or several."""
    flight = between(rng, 0.08, 0.35)
    top, width = between(rng, 600, 7000), rng.uniform(0.4, 1.2)

    def one() -> Sound:
        kind = rng.integers(5)
        fly = _swing(rng, flight, top, width, tone=float(rng.choice([0.0, 0.0, 0.4])))
        loose = _twang(rng, between(rng, 45, 220), between(rng, 0.08, 0.6))
        if kind == 0:
            return loose
        if kind == 1:
            return fly
        if kind == 2:
            return mix(0.4 * fly, np.append(silence(0.8 * flight), peak(_thud(rng))))
        if kind == 3:
            return _thud(rng)
        return mix(peak(loose), np.append(silence(0.02), rng.uniform(0.1, 0.8) * fly))

    many = int(rng.choice([1, 1, 1, 1, 1, 1, 3, 6]))
    moments = np.cumsum(rng.exponential(0.12, many))
    out = placed(one, moments - moments[0], rng.uniform(0.4, 1.0, many))
    if rng.random() < 0.15:
        out = np.append(rng.uniform(0.1, 0.4) * _creak(rng, between(rng, 0.3, 0.9)), out)
    return room(rng, out, 0.5, 0.6)


def arrow_hitting_wood(rng: Rng) -> Sound:
    """An arrow that sticks in a plank or a tree: a knock, and the shaft that trembles."""
    low = between(rng, 130, 600)
    plank = _part(rng, low, 8 * low, between(rng, 0.04, 0.2), many=9, rough=1.0)()
    tip = _dying(rng, 0.06, (400, 9000), (0.05, 0.02), tilt=-2.0)
    out = mix(peak(plank), rng.uniform(0.2, 1.0) * tip)
    # The shaft is a bar that is held at one end (Rossing 2004): its tone comes and goes.
    first, long = between(rng, 18, 75), between(rng, 0.15, 1.0)
    samples = count(1.1 * long)
    tremble = 1.0 + rng.uniform(0.3, 1.0) * sine(first, samples)
    shaft = modes(
        samples,
        first * np.array([6.27, 17.55, 34.4, 56.8]),
        long * np.array([1.0, 0.8, 0.5, 0.4]),
        rng.uniform(0.2, 1.0, 4),
    )
    buzz = band(pulses(first, samples, 5.0) * noise(rng, samples), 300, 5000, 9)
    shaft = shaft * tremble + level(buzz) * fade(samples, 0.002, 0.7 * long) * rng.uniform(0, 0.5)
    out = mix(out, np.append(silence(0.002), peak(shaft) * rng.uniform(0.05, 0.7)))
    if rng.random() < 0.4:
        fly = _swing(rng, between(rng, 0.08, 0.3), between(rng, 800, 4000), 0.8)
        out = np.append(rng.uniform(0.05, 0.4) * fly[: int(0.7 * len(fly))], peak(out))
    many = int(rng.choice([1, 1, 1, 2, 3]))
    moments = np.cumsum(rng.exponential(0.25, many))
    hits = placed(lambda: out, moments - moments[0], rng.uniform(0.5, 1.0, many))
    return room(rng, hits, 0.5, 0.8)


def _creak(rng: Rng, seconds: float) -> Sound:
    """Rope or wood under tension: it sticks and slips, and shakes what holds it."""
    samples = count(seconds)
    rate = between(rng, 15, 110) * 2.0 ** wander(rng, samples, 4.0, 0.5)
    slip = pulses(rate, samples, 12.0) * np.clip(1 + wander(rng, samples, 9.0, 0.6), 0, 3)
    slip *= 0.6 + 0.4 * np.abs(noise(rng, samples))
    hertz = np.sort(np.exp(rng.uniform(np.log(250), np.log(4000), 6)))
    return ends(peak(ring(slip, hertz, 0.06 * hertz + 20, rng.uniform(0.2, 1, 6))), 0.03, 0.03)


def catapult_launch(rng: Rng) -> Sound:
    """A catch that is struck off, a beam that swings and hits its stop, what shakes after it."""
    out = silence(5.0)
    now = 0.0
    if rng.random() < 0.55:
        # It is wound: a pawl on a wheel, and ropes that creak.
        pawl = _part(rng, between(rng, 250, 1200), 4000, between(rng, 0.02, 0.08), rough=1.0)
        seconds = rng.uniform(0.5, 1.8)
        add(
            out,
            repeat(rng, seconds, between(rng, 0.08, 0.3), pawl, jitter=0.1),
            0.0,
            rng.uniform(0.2, 0.8),
        )
        if rng.random() < 0.7:
            add(out, _creak(rng, seconds), 0.0, rng.uniform(0.1, 0.4))
        now = seconds + rng.uniform(0.05, 0.4)
    wood = _part(rng, between(rng, 120, 400), 2500, between(rng, 0.03, 0.12), rough=1.0)
    add(out, wood(), now, rng.uniform(0.3, 0.9))
    swing = between(rng, 0.12, 0.5)
    air = _swing(rng, 1.6 * swing, between(rng, 150, 1500), rng.uniform(0.7, 1.3))
    add(out, air, now, rng.uniform(0.1, 0.8))
    beam = _part(rng, between(rng, 70, 200), 1800, between(rng, 0.15, 0.6), many=14, rough=0.5)
    stop = now + swing
    shake = between(rng, 0.3, 1.2)
    frame = _dying(rng, shake, (90, 4000), (shake, 0.4 * shake), tilt=rng.uniform(-4, -1))
    add(out, mix(beam(), 0.6 * wood(), 0.5 * _thud(rng), between(rng, 0.2, 1.0) * frame), stop, 1.0)
    if rng.random() < 0.4:
        add(out, _twang(rng, between(rng, 35, 90), between(rng, 0.2, 0.8)), stop, 0.6)
    for at in np.cumsum(rng.exponential(0.09, int(rng.integers(2, 16)))):
        add(out, wood() if rng.random() < 0.7 else beam(), stop + 0.1 + at, 0.5 * np.exp(-2 * at))
    if rng.random() < 0.4:
        add(out, _creak(rng, 0.6), stop + 0.15, rng.uniform(0.05, 0.25))
    return room(rng, ends(out[: count(stop + rng.uniform(0.5, 1.2))], 0.001, 0.1), 0.5, 1.0)


# Things that fly and swing.


def _flap(rng: Rng) -> Sound:
    """A coat or a flag that is swung: cloth over air."""
    seconds = between(rng, 0.2, 0.8)
    air = _swing(rng, seconds, between(rng, 250, 1500), rng.uniform(0.8, 1.4), colour=0.8)
    beat = np.clip(wander(rng, len(air), between(rng, 15, 50), 1.0), 0, 2)
    cloth = peak(band(noise(rng, len(air)) * beat, 300, 5000, 6)) * np.hanning(len(air))
    return mix(air, rng.uniform(0.1, 0.7) * cloth)


def _fly_by(rng: Rng) -> Sound:
    """A missile, a bird or a ball that comes near and is gone, its pitch falling."""
    seconds = between(rng, 0.3, 2.5)
    samples = count(seconds)
    place = np.linspace(-1.0, 1.0, samples) - rng.uniform(-0.4, 0.3)
    near = rng.uniform(0.05, 0.4)
    away = np.sqrt(np.square(place) + near**2)
    doppler = 2.0 ** (-rng.uniform(0.1, 1.2) * place / away)
    track = between(rng, 300, 3500) * doppler
    air = level(move_band(noise(rng, samples, rng.uniform(0, 1)), track, rng.uniform(0.15, 1.5)))
    if rng.random() < 0.4:
        beat = 1.0 + rng.uniform(0.2, 0.9) * sine(between(rng, 8, 60) * doppler, samples)
        air *= beat
    if rng.random() < 0.3:
        air += rng.uniform(0.1, 1.0) * sine(track, samples)
    return ends(air * (near / away) ** rng.uniform(0.8, 1.8), 0.1 * seconds, 0.1 * seconds)


def _swell(rng: Rng) -> Sound:
    """A film's whoosh: noise that grows, opens and stops, or the other way round."""
    seconds = between(rng, 0.4, 2.0)
    samples = count(seconds)
    grow = line(samples, (0, 0), (1, 1)) ** rng.uniform(1.0, 3.0)
    track = between(rng, 200, 900) * 2.0 ** (rng.uniform(1.0, 4.0) * grow)
    air = move_band(noise(rng, samples, rng.uniform(0, 0.8)), track, rng.uniform(0.5, 1.4)) * grow
    end = between(rng, 0.02, 0.3)
    out = ends(air, 0.01, min(end, 0.4 * seconds))
    return out[::-1].copy() if rng.random() < 0.3 else out


def whoosh(rng: Rng) -> Sound:
    """A sword, a stick or a sling that is swung, a cloth, a fly-by, or a film's transition."""
    kind = rng.integers(8)
    if kind == 0:
        return room(rng, _fly_by(rng), 0.3)
    if kind == 1:
        return room(rng, _swell(rng), 0.3)
    if kind == 2:
        return room(rng, _flap(rng), 0.3)
    seconds, top = between(rng, 0.1, 0.5), between(rng, 200, 3500)
    width = between(rng, 0.06, 0.25) if kind < 4 else rng.uniform(0.3, 1.2)
    tone = float(rng.choice([0.0, rng.uniform(0.2, 1.5)]))

    def swing() -> Sound:
        pitch, long = top * rng.uniform(0.85, 1.18), seconds * rng.uniform(0.85, 1.2)
        out = _swing(rng, long, pitch, width, colour=rng.uniform(0, 1), tone=tone)
        # The noise around it is broader and weaker.
        wide = _swing(rng, long, pitch, rng.uniform(0.8, 1.6), colour=0.8)
        return mix(out, between(rng, 0.05, 1.0) * wide)

    many = int(rng.choice([1, 1, 1, 1, 1, 2, 3, 6]))
    gap = seconds * rng.uniform(0.6, 1.6)
    moments = np.cumsum(gap * rng.uniform(0.8, 1.3, many))
    return room(rng, placed(swing, moments - moments[0], np.ones(many)), 0.4)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "arrow hitting wood": arrow_hitting_wood,
    "bow and arrow": bow_and_arrow,
    "bullet ricochet": bullet_ricochet,
    "cannon fire": cannon_fire,
    "catapult launch": catapult_launch,
    "explosion": explosion,
    "firecracker": firecracker,
    "fireworks": fireworks,
    "gun reload": gun_reload,
    "gunshot": gunshot,
    "machine gun": machine_gun,
    "rocket launch": rocket_launch,
    "shell casing falling": shell_casing_falling,
    "shotgun": shotgun,
    "whip crack": whip_crack,
    "whoosh": whoosh,
}
"""Takes of weapons, blasts and what flies, by label."""
