"""Data sets become corpora that can be trained on."""

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from soundlasso.corpus.build import imported, write_captions, write_credits
from soundlasso.corpus.captions import captions, read_captions
from soundlasso.corpus.catalogue import Recording, read_catalogue, write_catalogue
from soundlasso.corpus.conflicts import ConflictIndex, Conflicts, Kinds, read_conflicts
from soundlasso.corpus.labels import conflicting
from soundlasso.corpus.manifest import Package
from soundlasso.datasets.describe import describe, wider_labels
from soundlasso.datasets.importing import ImportReport, import_dataset
from soundlasso.datasets.preparing import Sound
from soundlasso.datasets.registry import DATASETS
from soundlasso.datasets.splits import divide, load_clips
from soundlasso.errors import CorpusError, OptionError
from soundlasso.evaluation.render import render_mixtures
from soundlasso.mixing.bank import load_bank
from soundlasso.mixing.online import MixingConfig, MixtureSampler
from soundlasso.mixing.queries import QueryConfig, draw_query
from soundlasso.mixing.thesis import ThesisMixingConfig, ThesisSampler
from soundlasso.training.distributed import World
from soundlasso.training.loop import train
from soundlasso.training.recipe import read_recipe
from soundlasso.training.shipped import shipped_recipe
from soundlasso.training.tasks import build_task
from tests.cli.conftest import Outcome
from tests.datasets.making import (
    put_clotho,
    put_fsd50k,
    put_json,
    put_noise,
    put_sounds,
    put_text,
)
from tests.mixing.making import LABELS, write_corpus
from tests.training.test_loop import SMALL, SMALL_THESIS

Run = Callable[..., Outcome]
RECIPES = shipped_recipe("default").parent


def said(about: str) -> list[str]:
    return [f"{about} number {number}." for number in range(1, 6)]


RAIN, DOG, BIRD = said("Rain falls"), said("A dog barks"), said("A bird sings")


@pytest.fixture
def clotho(tmp_path: Path) -> Path:
    folder = tmp_path / "clotho"
    put_clotho(
        folder,
        "development",
        ("rain.wav", "Rain;street", RAIN),
        ("wet dog.wav", "dog;rain", DOG),
        ("bird.wav", "bird", BIRD),
    )
    put_clotho(folder, "validation", ("a.wav", "rain", RAIN), ("b.wav", "cow", said("A cow moos")))
    return put_clotho(folder, "evaluation", ("c.wav", "", said("Wind")))


BARK = "Bark,Dog,Animal"
MEOW = "Meow,Cat,Animal"


@pytest.fixture
def fsd50k(tmp_path: Path) -> Path:
    return put_fsd50k(
        tmp_path / "fsd50k",
        *((f"{number}", BARK, "train") for number in range(10)),
        *((f"{number}", MEOW, "val" if number > 18 else "train") for number in range(10, 20)),
        ("20", "Dog,Animal", "train"),
        ("21", "Cat,Animal", "train"),
        ("22", "Animal", "train"),
        ("23", "Rain", "train"),
        ("24", "Bark,Dog,Animal,Rain", "train"),
        ("25", BARK, "val"),
        ("26", "Door_knock", "eval"),
    )


def by_path(folder: Path) -> dict[str, Recording]:
    return {row.path: row for row in read_catalogue(folder)}


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_clips_with_captions(clotho: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = import_dataset("clotho", clotho, out)
    assert (report.made, report.missing, report.rejected, report.wordless) == (6, (), (), ())
    rows = by_path(out)
    assert list(rows) == sorted(rows)
    assert {path: row.split for path, row in rows.items()} == {
        "development/rain.wav/rain.wav": "train",
        "development/wet dog.wav/wet dog.wav": "train",
        "development/bird.wav/bird.wav": "train",
        "validation/a.wav/a.wav": "valid",
        "validation/b.wav/b.wav": "valid",
        "evaluation/c.wav/c.wav": "test",
    }
    row = rows["development/rain.wav/rain.wav"]
    assert (row.label, row.use, row.package) == ("clotho/development/rain.wav", "target", "clotho")
    assert (row.category, row.rate) == ("clotho", 44_100)
    assert row.licence == "https://cc.example/by"
    assert len({row.take_group for row in rows.values()}) == 6
    samples, rate = soundfile.read(out / row.file)
    assert row.file.endswith(".flac")
    assert (rate, samples.ndim) == (32_000, 1)
    assert len(samples) / rate == pytest.approx(row.seconds, abs=1e-3)
    assert row.seconds == pytest.approx(0.4, abs=0.02)

    known = read_captions(out)
    assert known.keys() == {row.label for row in rows.values()}
    trained = known["clotho/development/rain.wav"]
    assert (trained.sentences, trained.held_out) == (tuple(RAIN), tuple(RAIN))
    validated = known["clotho/validation/a.wav"]
    assert (validated.sentences, validated.held_out) == (tuple(RAIN[:4]), tuple(RAIN[4:]))
    assert all(texts.is_of_clip for texts in known.values())


def test_clips_that_share_a_keyword_or_a_caption_never_meet(clotho: Path, tmp_path: Path) -> None:
    put_clotho(
        clotho,
        "development",
        ("rain.wav", "Rain;street", RAIN),
        ("wet dog.wav", "dog;rain", DOG),
        ("bird.wav", "bird", BIRD),
        ("other bird.wav", "sparrow", [BIRD[3].upper(), *said("Chirping")[1:]]),
    )
    import_dataset("clotho", clotho, tmp_path / "out")
    conflicts = read_conflicts(tmp_path / "out")
    rain, dog, bird, other = (
        f"clotho/development/{name}.wav" for name in ("rain", "wet dog", "bird", "other bird")
    )
    assert conflicts.conflict(rain, dog)
    assert conflicts.conflict(bird, other)
    assert conflicts.conflict(rain, "rain")
    assert not conflicts.conflict(rain, bird)
    assert not conflicts.conflict(dog, bird)
    bank = load_bank(tmp_path / "out", "train")
    sampler = MixtureSampler(bank, MixingConfig(seconds=0.3, third_source_probability=1.0), seed=0)
    met = {frozenset(sampler[index].labels) for index in range(60)}
    assert met == {
        frozenset(pair) for pair in ((rain, bird), (rain, other), (dog, bird), (dog, other))
    }
    thesis = ThesisSampler(bank, ThesisMixingConfig(seconds=0.3, thresholds=()), seed=0)
    drawn = [thesis[index] for index in range(60)]
    assert {frozenset((made.label, made.other_label)) for made in drawn} == met


def test_clips_with_labels(fsd50k: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = import_dataset("fsd50k", fsd50k, out)
    assert len(report.recordings) == 27
    rows = {row.path.split("/")[1]: row for row in read_catalogue(out)}
    told = {name: (row.label, row.use, row.split) for name, row in rows.items()}
    assert told["0"] == ("bark", "target", "train")
    assert told["19"] == ("meow", "target", "valid")
    assert told["20"] == ("dog", "target", "train")
    assert told["22"] == ("animal", "target", "train")
    assert told["24"] == ("bark + rain", "background", "train")
    assert told["26"] == ("door knock", "target", "test")
    assert rows["0"].licence == DATASETS["fsd50k"].about.licence.replace("|", "/")
    # The ontology knows rain.
    assert (rows["23"].category, rows["22"].category) == ("weather", "fsd50k")

    known = read_captions(out)
    assert known.keys() == {"bark", "meow", "dog", "cat", "animal", "rain", "door knock"}
    assert known["bark"].sentences == known["bark"].held_out == ("bark",)
    assert known["rain"] == captions()["rain"]
    rng = np.random.default_rng(0)
    drawn = {
        draw_query(rng, "door knock", QueryConfig(typo_probability=0), known) for _ in range(100)
    }
    assert "door knock" in drawn
    assert len(drawn) > 5
    assert all("door knock" in query for query in drawn)


def test_labels_conflict_with_what_is_wider_but_not_with_its_other_parts(
    fsd50k: Path, tmp_path: Path
) -> None:
    import_dataset("fsd50k", fsd50k, tmp_path)
    conflicts = read_conflicts(tmp_path)
    for one, other in (("bark", "dog"), ("bark", "animal"), ("bark", "bark + rain")):
        assert conflicts.conflict(one, other), f"{one}, {other}"
        assert conflicts.conflict(other, one), f"{other}, {one}"
    assert conflicts.conflict("rain", "bark + rain")
    assert conflicts.conflict("rain", "wind")
    for one, other in (("bark", "meow"), ("dog", "cat"), ("bark", "rain"), ("meow", "bark + rain")):
        assert not conflicts.conflict(one, other), f"{one}, {other}"
        assert not conflicts.conflict(other, one), f"{other}, {one}"


def test_two_labels_are_not_one_wider_by_chance() -> None:
    rare = [frozenset({"thunder", "rain"})] * 9 + [frozenset({"rain"})]
    assert wider_labels(rare) == {"rain": frozenset()}
    often = [*rare, frozenset({"thunder", "rain"})]
    assert wider_labels(often) == {"rain": frozenset(), "thunder": frozenset({"rain"})}
    assert wider_labels([*often, frozenset({"thunder"})])["thunder"] == frozenset()
    # Always together, neither is the wider one.
    same = [frozenset({"clink", "glass"})] * 20
    assert wider_labels(same) == {"clink": frozenset(), "glass": frozenset()}


def test_the_index_finds_what_pairs_say() -> None:
    rng = np.random.default_rng(0)
    words = [f"word {number}" for number in range(30)]
    kinds = {
        f"clip {number}": Kinds(
            frozenset(map(str, rng.choice(words, 2))), frozenset(map(str, rng.choice(words, 2)))
        )
        for number in range(60)
    }
    among = [*kinds, *LABELS, *words]
    conflicts = Conflicts(kinds)
    index = ConflictIndex(among, conflicts)
    for label in [*among, "elsewhere", "thunder"]:
        expected = [conflicts.conflict(label, other) for other in among]
        assert index.forbidden([label]).tolist() == expected
    both = index.forbidden(["clip 1", "rain"])
    assert both.tolist() == (index.forbidden(["clip 1"]) | index.forbidden(["rain"])).tolist()
    built = ConflictIndex(LABELS, Conflicts())
    for label in LABELS:
        found = {x for x, bad in zip(LABELS, built.forbidden([label]), strict=True) if bad}
        assert found == conflicting(label) & set(LABELS)
    assert built.any_may_meet()
    assert not ConflictIndex(["dog barking", "wolf howling"], Conflicts()).any_may_meet()
    assert not ConflictIndex([], Conflicts()).any_may_meet()


def test_fifty_thousand_labels_are_quick(tmp_path: Path) -> None:
    common = Kinds(frozenset({"music"}))
    kinds = {f"clip {number}": Kinds(frozenset({f"name {number}"})) for number in range(50_000)}
    kinds |= dict.fromkeys(list(kinds)[:25_000], common)
    index = ConflictIndex(list(kinds), Conflicts(kinds))
    # Pairs would be 2.5e9 steps, for which the test's time does not do.
    assert [int(index.forbidden([f"clip {n}"]).sum()) for n in (0, 49_999)] == [25_000, 1]
    assert index.any_may_meet()


@pytest.mark.parametrize(
    ("recipe", "overrides"),
    [("default", SMALL), ("thesis", SMALL_THESIS)],
    ids=["default", "thesis"],
)
def test_two_steps_of_training(
    clotho: Path, fsd50k: Path, tmp_path: Path, recipe: str, overrides: list[str]
) -> None:
    out = tmp_path / "out"
    import_dataset("clotho", clotho, out)
    import_dataset("fsd50k", fsd50k, out)
    sets = ["loop.steps=2", "loop.workers=0", "loop.snapshot_every=0", "loop.validate_every=2"]
    sets.append("queries.typo_probability=0")
    plan = read_recipe(RECIPES / f"{recipe}.toml", [*overrides, *sets])
    task = build_task(plan, out)
    scores = train(task, plan.loop, tmp_path / "run", World(0, 1, torch.device("cpu")))
    assert scores
    assert all(np.isfinite(value) for value in scores.values())
    lines = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
    assert len([line for line in lines if "loss" in json.loads(line)]) == 2
    known = read_captions(out)
    allowed = {text for texts in known.values() for text in (*texts.sentences, *texts.phrases())}
    examples = [task.examples()[index] for index in range(30)]
    for example in examples:
        queries = (example[1],) if isinstance(example, tuple) else example.queries
        assert set(queries) <= allowed | set(known) - {k for k in known if known[k].is_of_clip}
    # Other words are another run's, even if the sounds are the same.
    document = json.loads((out / "captions.json").read_text())
    document["bark"]["sentences"] = ["A dog."]
    put_json(out / "captions.json", document)
    assert build_task(plan, out).data != task.data


def test_mixtures_of_clips_are_asked_for_in_words(clotho: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    put_clotho(
        clotho,
        "validation",
        ("a.wav", "rain", RAIN),
        ("b.wav", "cow", said("A cow moos")),
        ("c.wav", "bell", said("A bell rings")),
    )
    import_dataset("clotho", clotho, out)
    paths = render_mixtures(out, "valid", tmp_path / "mixtures", count=6, seed=1)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in paths}
    for kind, number in (("label", 1), ("wrong", 1), ("phrase", 5), ("sentence", 5)):
        asked = {row["query"] for row in csv.DictReader(texts[kind].splitlines())}
        assert len(asked) > 1
        assert asked <= {
            f"{x} number {number}." for x in ("Rain falls", "A cow moos", "A bell rings")
        }


def test_what_is_there_is_not_made_again(clotho: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    import_dataset("clotho", clotho, out)
    first = files_of(out)
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*.flac")}
    assert import_dataset("clotho", clotho, out).made == 0
    assert files_of(out) == first
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.flac")} == times

    # As an import that was interrupted leaves it: a sound that is not noted, half a line, no table.
    journal = out / "audio/datasets/clotho/prepared.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    journal.write_text("".join(lines[:3]) + lines[3][:20], encoding="utf-8")
    (out / Sound(**json.loads(lines[0])).file).unlink()
    (out / "catalogue.csv").unlink()
    assert import_dataset("clotho", clotho, out).made == 4
    again = files_of(out)
    noted = str(journal.relative_to(out))
    # The sound that had gone is noted twice, alike.
    assert set(again.pop(noted).splitlines()) == set(first.pop(noted).splitlines())
    assert again == first
    assert import_dataset("clotho", clotho, out).made == 0


def test_a_sound_that_has_changed_is_made_again(clotho: Path, tmp_path: Path) -> None:
    import_dataset("clotho", clotho, tmp_path / "out")
    put_noise(clotho / "development" / "rain.wav", seconds=0.7)
    assert import_dataset("clotho", clotho, tmp_path / "out").made == 1
    row = by_path(tmp_path / "out")["development/rain.wav/rain.wav"]
    assert row.seconds == pytest.approx(0.7, abs=0.02)


def test_the_number_of_processes_changes_nothing(clotho: Path, tmp_path: Path) -> None:
    import_dataset("clotho", clotho, tmp_path / "one")
    import_dataset("clotho", clotho, tmp_path / "two", workers=2)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_a_union_is_the_same_in_any_order(clotho: Path, fsd50k: Path, tmp_path: Path) -> None:
    folders = {"clotho": clotho, "fsd50k": fsd50k}
    for out, names in (("ab", ("clotho", "fsd50k")), ("ba", ("fsd50k", "clotho"))):
        for name in names:
            import_dataset(name, folders[name], tmp_path / out)
    assert files_of(tmp_path / "ab") == files_of(tmp_path / "ba")
    rows = read_catalogue(tmp_path / "ab")
    assert len(rows) == 6 + 27
    assert [(row.package, row.path) for row in rows] == sorted((r.package, r.path) for r in rows)
    conflicts = read_conflicts(tmp_path / "ab")
    assert conflicts.conflict("clotho/development/wet dog.wav", "bark")
    assert not conflicts.conflict("clotho/development/bird.wav", "bark")
    text = (tmp_path / "ab" / "CREDITS.md").read_text(encoding="utf-8")
    assert text.count("## Data sets") == 1
    for name in folders:
        assert DATASETS[name].about.source in text
    assert "https://cc.example/by: 6" in text


def test_a_union_with_the_built_corpus(clotho: Path, tmp_path: Path) -> None:
    out = write_corpus(tmp_path / "out", "train", "valid")
    built = read_catalogue(out)
    put_text(out / "CREDITS.md", "# Credits", "", "built")
    before = load_bank(out, "train")
    import_dataset("clotho", clotho, out)
    rows = read_catalogue(out)
    assert rows[: len(built)] == built
    assert len(rows) == len(built) + 6
    bank = load_bank(out, "train")
    assert bank.key != before.key
    assert bank.words.captions["dog barking"] == captions()["dog barking"]
    conflicts = bank.words.conflicts
    assert conflicts.conflict("dog barking", "wolf howling")
    assert conflicts.conflict("rain", "clotho/development/rain.wav")
    assert not conflicts.conflict("violin", "clotho/development/rain.wav")
    text = (out / "CREDITS.md").read_text(encoding="utf-8")
    assert text.startswith("# Credits\n\nbuilt\n\n## Data sets\n")

    # Building more of the corpus leaves what was imported.
    package = Package("one", "1", "pool", 1, "0" * 64, "train")
    recordings = read_catalogue(out)
    assert imported(out) == recordings[len(built) :]
    assert imported(tmp_path) == []
    write_captions(out, recordings)
    write_credits(out, [package], recordings)
    assert read_captions(out) == dict(bank.words.captions)
    again = (out / "CREDITS.md").read_text(encoding="utf-8")
    assert "| one | 1 | CC0: 36 |" in again
    assert again.partition("## Data sets")[2] == text.partition("## Data sets")[2]


def test_a_split_that_is_imported_again_takes_its_place(clotho: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    import_dataset("clotho", clotho, out)
    put_clotho(clotho, "development", ("new.wav", "", said("New")))
    import_dataset("clotho", clotho, out, splits={"development": "test"})
    rows = by_path(out)
    assert [path for path in rows if path.startswith("development")] == [
        "development/new.wav/new.wav"
    ]
    assert rows["development/new.wav/new.wav"].split == "test"
    assert len(rows) == 4
    assert read_captions(out).keys() == {row.label for row in rows.values()}
    assert "clotho/development/rain.wav" not in (out / "conflicts.json").read_text()


def test_a_share_goes_to_valid_where_there_is_none(tmp_path: Path) -> None:
    names = [f"v{number:05d}" for number in range(400)]
    put_text(tmp_path / "vggsound.csv", *(f"{name},1,dog,train" for name in names), "t,1,cat,test")
    put_sounds(tmp_path, *(f"{name}_000001.wav" for name in [*names, "t"]))
    found = load_clips(DATASETS["vggsound"], tmp_path, None)
    divided = {clip.id: split for clip, split in divide(found, 0.05)}
    valid = {id for id, split in divided.items() if split == "valid"}
    assert 8 <= len(valid) <= 35
    assert divided["t_1"] == "test"
    # Others that come or go do not matter.
    fewer = [(replace(found[0][0], clips=found[0][0].clips[::2]), found[0][1])]
    kept = {clip.id for clip, split in divide(fewer, 0.05) if split == "valid"}
    assert kept == valid & {clip.id for clip in fewer[0][0].clips}
    assert "valid" not in {split for _, split in divide(found, 0.0)}
    with_valid = [*found, (found[1][0], "valid")]
    assert {clip.id for clip, split in divide(with_valid, 0.5) if split == "valid"} == {"t_1"}


def test_lists_of_ones_own_are_told_by_their_names(tmp_path: Path) -> None:
    for number, name in enumerate(("mine", "val", "test")):
        put_noise(tmp_path / "in" / f"{name}.wav", seed=number)
        put_json(
            tmp_path / "in" / f"{name}.json",
            {"data": [{"wav": f"{name}.wav", "caption": f"Caption {name}"}]},
        )
    report = import_dataset("audiosep", tmp_path / "in", tmp_path / "out")
    assert {row.label: row.split for row in report.recordings} == {
        "audiosep/mine/mine.wav": "train",
        "audiosep/val/val.wav": "valid",
        "audiosep/test/test.wav": "test",
    }
    # Of a single caption both kinds of query are made.
    texts = read_captions(tmp_path / "out")["audiosep/val/val.wav"]
    assert texts.sentences == texts.held_out == ("Caption val",)


@pytest.mark.parametrize("name", sorted(set(DATASETS) - {"hive", "audiosep"}))
def test_every_split_of_clips_has_a_place(name: str, tmp_path: Path) -> None:
    from soundlasso.datasets.splits import default_splits

    entry = DATASETS[name]
    splits = default_splits(entry, tmp_path)
    expected = {"development"} if name == "dcase2024" else set(entry.about.splits)
    assert set(splits) == expected
    assert "train" in splits.values()


def test_what_cannot_be_used_is_named(clotho: Path, tmp_path: Path) -> None:
    (clotho / "development" / "rain.wav").write_bytes(b"no sound at all")
    soundfile.write(clotho / "development" / "bird.wav", np.zeros(9000), 16_000)
    (clotho / "validation" / "a.wav").unlink()
    put_text(
        clotho / "clotho_captions_evaluation.csv",
        "file_name,caption_1,caption_2,caption_3,caption_4,caption_5",
        "c.wav,,,,,",
    )
    report = import_dataset("clotho", clotho, tmp_path / "out")
    assert {row.label for row in report.recordings} == {
        "clotho/development/wet dog.wav",
        "clotho/validation/b.wav",
    }
    assert report.missing == ("a.wav",)
    reasons = dict(report.rejected)
    assert reasons["development/bird.wav/bird.wav"] == "is silent"
    assert "not a sound or video file" in reasons["development/rain.wav/rain.wav"]
    assert report.wordless == ("evaluation/c.wav/c.wav",)
    # What was mended is made the next time.
    put_noise(clotho / "development" / "rain.wav")
    assert import_dataset("clotho", clotho, tmp_path / "out").made == 1


def test_long_and_odd_sounds(clotho: Path, tmp_path: Path) -> None:
    ramp = np.linspace(0.01, 0.5, 8000 * 100) * np.sign(np.sin(np.arange(8000 * 100)))
    soundfile.write(clotho / "development" / "rain.wav", np.stack([ramp, -ramp], 1), 8000)
    put_noise(clotho / "development" / "bird.flac", rate=22_050)
    (clotho / "development" / "bird.wav").unlink()
    report = import_dataset("clotho", clotho, tmp_path / "out")
    rows = {row.path: row for row in report.recordings}
    assert rows["development/bird.wav/bird.flac"].rate == 22_050
    row = rows["development/rain.wav/rain.wav"]
    assert row.seconds == pytest.approx(60, abs=0.02)
    samples, _ = soundfile.read(tmp_path / "out" / row.file)
    ends = [np.abs(samples[place]).mean() for place in (slice(1000, 9000), slice(-9000, -1000))]
    # A quarter of what is too long is left away before it, the rest behind.
    assert ends[1] / ends[0] == pytest.approx((70 + 2) / (10 + 2), rel=0.05)


def test_damaged_words_are_named(clotho: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    import_dataset("clotho", clotho, out)
    shutil.copy(out / "captions.json", tmp_path / "good.json")
    good = json.loads((out / "captions.json").read_text())
    label = "clotho/development/rain.wav"
    for content, message in (
        ("{", "is damaged (is no JSON"),
        ("[]", "is no object in braces"),
        (json.dumps({label: {}}), f"'{label}' should have short, sentences"),
        (json.dumps({label: {**good[label], "short": "a"}}), "short of 'clotho"),
        (json.dumps({label: {**good[label], "held_out": [" "]}}), "held_out of 'clotho"),
        (json.dumps({label: {**good[label], "sentences": []}}), "has no sentences"),
        (json.dumps({label: good[label]}), "has no queries for 'clotho/development/bird.wav'"),
    ):
        (out / "captions.json").write_text(content)
        with pytest.raises(CorpusError) as caught:
            load_bank(out, "train")
        assert str(out / "captions.json") in str(caught.value)
        assert message in str(caught.value)
    (out / "captions.json").unlink()
    with pytest.raises(CorpusError, match=r"captions\.json: is missing"):
        load_bank(out, "train")
    with pytest.raises(CorpusError, match=r"captions\.json: is missing"):
        import_dataset("clotho", clotho, out, splits={"validation": "valid"})
    shutil.copy(tmp_path / "good.json", out / "captions.json")
    for content, message in (
        ("{", "is no JSON"),
        ("[]", "is no object in braces"),
        ('{"a": {"names": []}}', "'a' should have lists"),
        ('{"a": {"names": [], "wider": []}}', "'a' should have lists"),
        ('{"a": {"names": [1], "wider": []}}', "'a' should have lists"),
    ):
        (out / "conflicts.json").write_text(content)
        with pytest.raises(CorpusError, match=r"conflicts\.json: is damaged") as caught:
            load_bank(out, "train")
        assert message in str(caught.value)


def test_the_built_corpus_needs_no_file_for_its_own_labels(tmp_path: Path) -> None:
    out = write_corpus(tmp_path / "out", "train")
    bank = load_bank(out, "train")
    assert (bank.words.captions, bank.words.key) == (captions(), "")
    rows = read_catalogue(out)
    write_catalogue(out / "catalogue.csv", [replace(rows[0], label="nothing known"), *rows[1:]])
    with pytest.raises(CorpusError, match=r"captions\.json: is missing"):
        load_bank(out, "train")


def test_a_damaged_journal_is_named(clotho: Path, tmp_path: Path) -> None:
    import_dataset("clotho", clotho, tmp_path / "out")
    journal = tmp_path / "out/audio/datasets/clotho/prepared.jsonl"
    journal.write_text('{"path": 1}\n')
    with pytest.raises(CorpusError, match=r"prepared\.jsonl: is damaged .* import again"):
        import_dataset("clotho", clotho, tmp_path / "out")


def test_nothing_that_can_be_used(tmp_path: Path) -> None:
    folder = put_clotho(tmp_path / "clotho", "development", ("a.wav", "", said("A")))
    (folder / "development" / "a.wav").write_bytes(b"no sound")
    with pytest.raises(CorpusError, match=r"none of the 1 sounds of clotho can be used; .*a\.wav"):
        import_dataset("clotho", folder, tmp_path / "out")
    put_text(
        folder / "clotho_captions_development.csv",
        "file_name,caption_1,caption_2,caption_3,caption_4,caption_5",
        "a.wav,,,,,",
    )
    with pytest.raises(CorpusError, match="no clip of clotho has a caption or a label"):
        import_dataset("clotho", folder, tmp_path / "out")
    assert not (tmp_path / "out" / "catalogue.csv").exists()


def test_a_data_set_is_no_corpus_of_its_own(clotho: Path) -> None:
    with pytest.raises(OptionError, match="needs a folder of its own"):
        import_dataset("clotho", clotho, clotho.parent / "x" / ".." / "clotho")


def test_descriptions_of_captions_that_say_nothing() -> None:
    from soundlasso.datasets.clip import Clip

    clip = Clip("1", "audiosep", "a", Path("1.wav"), captions=(".",))
    (about,) = describe([(clip, "train")])
    assert about is not None
    assert about.kinds == Kinds(frozenset({"audiosep/a/1"}))


def test_the_command(run: Run, clotho: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (clotho / "development" / "rain.wav").write_bytes(b"no sound")
    (clotho / "validation" / "a.wav").unlink()
    result = run("datasets", "import", "clotho", clotho, out, "--workers", 1)
    assert result.status == 0
    lines = result.out.splitlines()
    assert lines[:2] == [
        "clotho: 4 recordings, 0.0 hours (train 2, valid 1, test 1)",
        "  4 made, 0 were there",
    ]
    assert lines[2] == "  1 missing: a.wav"
    assert lines[3].startswith("  1 cannot be used: development/rain.wav/rain.wav (not a sound")
    assert lines[4:] == [f"train on it with: soundlasso train default --corpus {out}"]


def test_the_command_takes_splits(run: Run, fsd50k: Path, tmp_path: Path) -> None:
    arguments = ("--split", "val=train", "--split", "eval=valid", "--workers", 1)
    result = run("datasets", "import", "fsd50k", fsd50k, tmp_path / "out", *arguments)
    assert result.out.splitlines()[0].endswith("(train 2, valid 1, test 0)")
    everything = run("datasets", "import", "fsd50k", fsd50k, tmp_path / "out", "--workers", 1)
    assert everything.out.splitlines()[:3] == [
        "fsd50k: 27 recordings, 0.0 hours (train 24, valid 2, test 1)",
        "  24 made, 3 were there",
        "  1 have several labels and are only mixed in",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("other", "."), "no data set is called 'other'"),
        (("hive", "."), "hive is made of mixtures to be separated"),
        (("hive", ".", "--split", "test=train"), "hive test is made of mixtures"),
        (
            ("dcase2024", ".", "--split", "validation=valid"),
            "dcase2024 validation is made of mixtures",
        ),
        (
            ("dcase2024", ".", "--split", "evaluation-real=test"),
            "dcase2024 evaluation-real is made of mixtures",
        ),
        (("clotho", ".", "--split", "train=train"), "clotho has no split 'train'"),
        (("clotho", ".", "--split", "development"), "write it as SPLIT=train"),
        (("clotho", ".", "--split", "development=dev"), "write it as SPLIT=train"),
        (("clotho", ".", "--split", "development=train"), "holds no clotho_captions_development"),
        (("clotho", "."), "holds no clotho_captions_development.csv"),
        (("audiosep", "."), "holds no JSON file"),
        (("clotho", "nowhere"), "there is no such folder"),
        (("clotho", ".", "--valid-share", "1"), "--valid-share must be at least 0 and less"),
    ],
)
def test_what_the_command_refuses(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    name, folder, *options = arguments
    result = run("datasets", "import", name, folder, "out", *options)
    assert result.status != 0
    assert message in " ".join(result.err.split())
    assert not (tmp_path / "out").exists()


def test_reports_say_what_is_in_the_catalogue(clotho: Path, tmp_path: Path) -> None:
    report: ImportReport = import_dataset("clotho", clotho, tmp_path / "out")
    assert list(report.recordings) == read_catalogue(tmp_path / "out")
