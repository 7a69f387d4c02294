"""Trains several recipes one after the other on one machine, each for as long as is said.

    python benchmarks/equal_minutes.py corpus-data runs RUN [RUN ...]

A RUN is a quoted line such as ``"thesis minutes=2 query_encoder=minilm"``: what
``soundlasso train RECIPE --set loop.minutes=2 --set query_encoder=minilm`` would do. ``minutes=``
is short for ``loop.minutes=``; ``from=NAME`` starts from the weights that another run of this call
has left. The corpus is loaded once for all of them, and the clock of a run begins when the device
is its own, so that accelerator time goes to training. What comes out lies in runs/NAME, a model in
runs/NAME/model.
"""

import argparse
import json
import multiprocessing
import time
from pathlib import Path

import torch

from soundlasso.device import choose_device
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.pack import open_bank
from soundlasso.training.distributed import World
from soundlasso.training.export import export_model
from soundlasso.training.initial import initial_weights
from soundlasso.training.loop import train
from soundlasso.training.recipe import Recipe, read_recipe
from soundlasso.training.shipped import find_recipe
from soundlasso.training.tasks import assemble


def read(line: str, out: Path) -> Recipe:
    """The recipe of a line of the command."""
    name_or_path, *settings = line.split()
    overrides = []
    for setting in settings:
        name, _, value = setting.partition("=")
        if name == "minutes":
            overrides += [f"loop.minutes={value}", "loop.steps=10000000"]
        elif name == "from":
            overrides.append(f"initial={out / value / 'model' / (value + '.json')}")
        else:
            overrides.append(setting)
    return read_recipe(find_recipe(name_or_path), overrides)


def run(line: str, out: Path, sounds: tuple[SoundBank, SoundBank], device: str) -> None:
    """Trains one recipe and makes a model of it."""
    began = time.monotonic()
    recipe = read(line, out)
    world = World(0, 1, choose_device(device))
    task = assemble(recipe, *sounds, device=world.device)
    folder = out / recipe.name
    ready = time.monotonic()
    scores = train(
        task,
        recipe.loop,
        folder,
        world,
        recipe=recipe.text,
        settings=recipe.settings,
        initial=initial_weights(recipe),
    )
    done = time.monotonic()
    peak = torch.cuda.max_memory_allocated() / 2**30 if world.device.type == "cuda" else 0.0
    notes = {
        "minutes": f"{recipe.loop.minutes:g}",
        "device": torch.cuda.get_device_name() if world.device.type == "cuda" else "CPU",
    }
    export_model(recipe, folder, folder / "model", summary="", licence="Apache-2.0", notes=notes)
    said = {
        "name": recipe.name,
        "ready_after": round(ready - began, 1),
        "trained": round(done - ready, 1),
        "peak_gib": round(peak, 1),
        **{name: round(value, 3) for name, value in scores.items()},
    }
    print(json.dumps(said), flush=True)


def main() -> None:
    """Trains all in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("out", type=Path)
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    corpus = Path(options.corpus)
    sounds = open_bank(corpus, "train"), open_bank(corpus, "valid")
    # Children begin with the corpus in memory; the device must not be in use before they do.
    context = multiprocessing.get_context("fork")
    for line in options.runs:
        print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)
        child = context.Process(target=run, args=(line, options.out, sounds, options.device))
        child.start()
        child.join()


if __name__ == "__main__":
    main()
