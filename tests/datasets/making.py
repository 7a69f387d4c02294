"""Small folders that are laid out as the data sets are."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile


def put_sounds(folder: Path, *names: str) -> None:
    """Writes short sound files; folders are made as needed."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, np.full(16, 0.1, np.float32), 16_000)


def put_text(path: Path, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
    """Writes lines of text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    return path


def put_json(path: Path, document: Any) -> Path:
    """Writes JSON."""
    return put_text(path, json.dumps(document, indent=1, ensure_ascii=False))


def hive_recipe(id: str = "sample_00000003", **changes: Any) -> dict[str, Any]:
    """A recipe of two sounds as Hive's JSON files have it."""
    return {
        "mix_id": id,
        "dataset_info": {"split": "train", "sample_rate": 44100, "target_duration": 4.0},
        "sources": [
            hive_source("VGGSound/a b,c_000001.wav", "Ocean", "s1"),
            hive_source("ESC50/audio/1-2-A-3.wav", "Dog", "s2", applied_weight=0.5),
        ],
        "mixing_params": {"global_normalization_factor": 0.75, "final_max_amplitude": 0.95},
        **changes,
    }


def hive_source(path: str, label: str, id: str, **changes: Any) -> dict[str, Any]:
    """A source of a recipe."""
    return {
        "source_id": id,
        "path": path,
        "label": label,
        "crop_start_second": 1.5,
        "crop_end_second": 5.5,
        "chunk_start_second": 30.0,
        "chunk_end_second": 40.0,
        "rms_gain": 3.5,
        "snr_db": 0.0,
        "applied_weight": 3.5,
        **changes,
    }


def put_noise(path: Path, *, seconds: float = 0.4, rate: int = 44_100, seed: int = 0) -> Path:
    """Writes noise that a corpus takes for a recording."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = 0.1 * np.random.default_rng(seed).standard_normal(round(seconds * rate))
    soundfile.write(path, samples, rate)
    return path


def put_clotho(folder: Path, split: str, *clips: tuple[str, str, list[str]]) -> Path:
    """Writes a split of Clotho; a clip is a file name, keywords and five captions."""
    captions = ["file_name," + ",".join(f"caption_{number}" for number in range(1, 6))]
    notes = ["file_name,keywords,sound_id,sound_link,start_end_samples,manufacturer,license"]
    for seed, (name, keywords, said) in enumerate(clips):
        captions.append(",".join([name, *said]))
        notes.append(f"{name},{keywords},1,link,,somebody,https://cc.example/by")
        put_noise(folder / split / name, seed=seed)
    put_text(folder / f"clotho_captions_{split}.csv", *captions)
    put_text(folder / f"clotho_metadata_{split}.csv", *notes)
    return folder


def put_fsd50k(folder: Path, *clips: tuple[str, str, str]) -> Path:
    """Writes FSD50K; a clip is a name, labels joined by commas, and its split."""
    tables = {"dev": ["fname,labels,mids,split"], "eval": ["fname,labels,mids"]}
    for seed, (name, labels, split) in enumerate(clips):
        part = "eval" if split == "eval" else "dev"
        row = f'{name},"{labels}","/m/x"'
        tables[part].append(row if part == "eval" else f"{row},{split}")
        put_noise(folder / f"FSD50K.{part}_audio" / f"{name}.wav", seed=seed)
    for part, lines in tables.items():
        put_text(folder / f"FSD50K.ground_truth/{part}.csv", *lines)
    return folder
