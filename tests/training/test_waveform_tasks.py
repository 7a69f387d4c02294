"""The published families learn: by heart, resumably, and to something that can be used."""

import json
import pickle
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import soundlasso
from soundlasso.errors import MissingDependencyError, RecipeError
from soundlasso.mixing.online import MixingConfig
from soundlasso.models.audiosep import AudioSepConfig
from soundlasso.models.clapsep import ClapSep
from soundlasso.models.flowsep import FlowSep
from soundlasso.models.htsat import Htsat
from soundlasso.models.lassnet import LassNetConfig
from soundlasso.nn.bert import BertConfig
from soundlasso.nn.lora import LoraLinear
from soundlasso.query.encoder import QueryEncoder
from soundlasso.query.registry import load_encoder
from soundlasso.training.audiosep_task import AudioSepTask, AudioSepTaskConfig
from soundlasso.training.checkpoint import load_checkpoint
from soundlasso.training.clapsep_task import ClapSepTask, ClapSepTaskConfig
from soundlasso.training.distributed import World
from soundlasso.training.export import export_model
from soundlasso.training.flowsep_task import FlowSepTask, FlowSepTaskConfig
from soundlasso.training.gain_config import GainTaskConfig
from soundlasso.training.gain_task import GainTask
from soundlasso.training.lassnet_task import LassNetTask, LassNetTaskConfig
from soundlasso.training.loop import LoopConfig, train
from soundlasso.training.losses import si_snr, snr
from soundlasso.training.recipe import Recipe, read_recipe
from soundlasso.training.shipped import shipped_recipe
from soundlasso.training.tasks import build_task
from soundlasso.training.waveform_task import WaveformTask, WaveformTaskConfig
from tests.conftest import TINY_GAINNET, noise, randomised
from tests.mixing.making import bank, write_corpus
from tests.models.tiny_clap import TINY_CLAPSEP, at_usual_levels
from tests.models.tiny_flowsep import TINY_FLOWSEP
from tests.query.tiny_clap import tiny_clap
from tests.zoo.tiny import TINY, Words

RECIPES = shipped_recipe("default").parent
ALONE = World(0, 1, torch.device("cpu"))
LOOP = LoopConfig(
    steps=6,
    learning_rate=1e-3,
    warmup=1,
    workers=0,
    log_every=1,
    save_every=2,
    validate_every=3,
    clip=0.0,
)
SHORT: dict[str, Any] = {
    "batch_size": 2,
    "validation_mixtures": 2,
    "mixing": MixingConfig(seconds=0.5),
}
AUDIOSEP = AudioSepTaskConfig(
    model=AudioSepConfig(
        sample_rate=8000,
        window=256,
        hop=80,
        condition=6,
        channels=(8, 12, 16),
        dual_path_layers=1,
        dual_path_hidden=4,
    ),
    **SHORT,
)
LASSNET = LassNetTaskConfig(
    model=LassNetConfig(
        sample_rate=16_000,
        window=256,
        hop=128,
        seconds=0.5,
        channels=(8, 12, 16),
        query_size=10,
        bert=BertConfig(size=12, layers=1, heads=3, inner=20, dropout=0.0),
    ),
    **SHORT,
)
# At rates at which all sounds of the bank are heard.
HEARD = replace(
    TINY_CLAPSEP.encoder, sample_rate=24_000, window=512, hop=240, high=10_000.0, lora_rank=0
)
CLAPSEP = ClapSepTaskConfig(
    model=replace(
        TINY_CLAPSEP,
        encoder=replace(HEARD, lora_rank=2),
        sample_rate=16_000,
        window=512,
        hop=160,
    ),
    **SHORT,
)
OTHER_ENCODER = replace(CLAPSEP.model.encoder, low=60.0)
MINILM = BertConfig(positions=128, size=384, layers=6, heads=12, inner=1536)
FLOWSEP = FlowSepTaskConfig(model=TINY_FLOWSEP, **SHORT)


@dataclass(frozen=True)
class Case:
    """A family's task on a small bank, and how far its loss must fall."""

    config: WaveformTaskConfig
    make: Callable[[Any], WaveformTask]
    size: int
    tokens: int
    falls: Callable[[float, float], bool]
    rate: float = 1e-2


def audiosep(config: AudioSepTaskConfig) -> WaveformTask:
    return AudioSepTask(config, Words(6, 1), bank(0), bank(1, "valid"), seed=1)


def lassnet(config: LassNetTaskConfig) -> WaveformTask:
    return LassNetTask(config, bank(0), bank(1, "valid"), seed=1)


def clapsep(config: ClapSepTaskConfig) -> WaveformTask:
    return ClapSepTask(config, Words(12, 1), bank(0), bank(1, "valid"), seed=1, tower=hearing())


def hearing(rank: int = 0) -> Htsat:
    torch.manual_seed(0)
    network = randomised(Htsat(replace(HEARD, lora_rank=rank)), scale=0.1)
    assert isinstance(network, Htsat)
    at_usual_levels(network)
    return network


def flowsep(config: FlowSepTaskConfig) -> WaveformTask:
    return FlowSepTask(config, Words(8, 3), bank(0), bank(1, "valid"), seed=1)


CASES = {
    "audiosep": Case(AUDIOSEP, audiosep, 6, 1, lambda first, last: last < 0.5 * first),
    "lassnet": Case(LASSNET, lassnet, 0, 0, lambda first, last: last < 0.5 * first, 3e-3),
    "clapsep": Case(CLAPSEP, clapsep, 12, 1, lambda first, last: last < first - 3.0),
    "flowsep": Case(FLOWSEP, flowsep, 8, 3, lambda first, last: last < 0.5 * first),
}
of_every_family = pytest.mark.parametrize("family", CASES)


@of_every_family
def test_one_batch_can_be_learned_by_heart(family: str) -> None:
    case = CASES[family]
    task = case.make(case.config)
    torch.manual_seed(0)
    model = task.build_model().train()
    batch = task.collate([task.examples()[index] for index in range(2)])
    learned = [value for value in model.parameters() if value.requires_grad]
    optimizer = torch.optim.Adam(learned, case.rate)
    losses = []
    for _ in range(40):
        # The same noise, times and sides of queries every time.
        torch.manual_seed(1)
        loss, values = task.loss(model, batch)
        assert loss.item() == values["loss"]
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
    assert case.falls(losses[0], losses[-1]), losses


@of_every_family
def test_what_workers_that_are_not_forked_are_sent(family: str) -> None:
    case = CASES[family]
    task = case.make(case.config)
    again = pickle.loads(pickle.dumps(task))
    assert torch.equal(again.examples()[3].sources, task.examples()[3].sources)


class Wrapped(nn.Module):
    """As those that average gradients or cast: the network is one layer further down."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, *arguments: Any) -> Any:
        return self.module(*arguments)


@of_every_family
def test_networks_learn_inside_of_two_wrappers(family: str) -> None:
    # Several processes, each of which computes in bfloat16.
    case = CASES[family]
    task = case.make(case.config)
    model = task.build_model().train()
    batch = task.collate([task.examples()[index] for index in range(2)])
    losses = []
    for one in (model, Wrapped(Wrapped(model))):
        torch.manual_seed(1)
        losses.append(task.loss(one, batch)[0].item())
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def interrupted(task: WaveformTask, at: int) -> WaveformTask:
    calls, loss = iter(range(1, 1000)), task.loss

    def stopping(model: nn.Module, batch: Any) -> tuple[Tensor, Mapping[str, Tensor | float]]:
        if next(calls) == at:
            raise KeyboardInterrupt
        return loss(model, batch)

    task.loss = stopping  # type: ignore[method-assign, assignment]
    return task


def log(folder: Path) -> list[dict[str, float]]:
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    for line in lines:
        for name in ("seconds", "examples_per_second", "waited"):
            line.pop(name, None)
    return lines


@of_every_family
def test_stopped_and_gone_on_with_then_exported_and_used(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[family]
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    scores = train(case.make(case.config), LOOP, whole, ALONE)
    assert set(scores) == {"si_sdri_label", "si_sdri_sentence", "si_sdri_wrong"}
    with pytest.raises(KeyboardInterrupt):
        train(interrupted(case.make(case.config), 4), LOOP, parts, ALONE)
    assert load_checkpoint(parts / "checkpoint.pt").step == 2
    assert train(case.make(case.config), LOOP, parts, ALONE) == scores
    assert log(parts) == log(whole)
    assert len({line["loss"] for line in log(whole) if "loss" in line}) == 6
    first, second = (load_checkpoint(path / "checkpoint.pt") for path in (whole, parts))
    assert all(torch.equal(value, second.model[key]) for key, value in first.model.items())
    assert all(torch.equal(value, second.ema[key]) for key, value in first.ema.items())

    def load_encoder(name: str) -> QueryEncoder:
        assert name == "words"
        return Words(case.size, case.tokens)

    monkeypatch.setattr("soundlasso.zoo.query_encoders.load_encoder", load_encoder)
    recipe = Recipe(f"{family}.x", family, "words", case.config, LOOP)  # type: ignore[arg-type]
    card = export_model(recipe, whole, tmp_path / "m", summary="", licence="", notes={})
    separation = soundlasso.load(card).separate(noise(2, 9000), "rain", sample_rate=8000)
    assert separation.target.shape == (2, 9000)
    assert np.abs(separation.target).max() > 1e-6


@of_every_family
def test_learning_lowers_the_loss_of_mixtures_that_it_has_not_seen(
    family: str, tmp_path: Path
) -> None:
    case = CASES[family]
    task = case.make(case.config)
    unseen = task.collate([task.examples()[index] for index in range(1000, 1008)])

    @torch.no_grad()
    def judge(model: nn.Module) -> float:
        torch.manual_seed(1)
        return task.loss(model.train(), unseen)[0].item()

    torch.manual_seed(LOOP.seed)
    before = judge(task.build_model())
    steps = 60
    loop = replace(
        LOOP,
        steps=steps,
        learning_rate=case.rate,
        final_learning_rate=case.rate,
        save_every=steps,
        validate_every=steps,
        ema=0.0,
    )
    train(task, loop, tmp_path, ALONE)
    model = task.build_model()
    model.load_state_dict(load_checkpoint(tmp_path / "checkpoint.pt").model)
    assert judge(model) < (0.95 * before if before > 0 else before - 0.5)


def test_they_learn_from_gainnets_examples_and_are_judged_on_its_mixtures() -> None:
    config = GainTaskConfig(model=TINY_GAINNET, **SHORT)
    gains = GainTask(config, Words(384, 4), bank(0), bank(1, "valid"), seed=1)
    other = audiosep(AUDIOSEP)
    for index in range(20):
        mine, its = other.examples()[index], gains.examples()[index]
        assert torch.equal(mine.sources, its.sources)
        assert mine.queries == its.queries
        for kind in ("label", "sentence", "wrong"):
            mine, its = (task._validation.example(index, kind) for task in (other, gains))
            assert torch.equal(mine.sources, its.sources)
            assert mine.queries == its.queries
    assert other.data == gains.data


def test_a_batch_is_two_answers_a_mixture_at_the_networks_rate() -> None:
    task = audiosep(replace(AUDIOSEP, absent_share=1.0))
    examples = [task.examples()[index] for index in range(3)]
    batch = task.collate(examples)
    assert batch.mixture.shape == (3, 4000)
    assert batch.target.shape == (6, 4000)
    assert batch.index.tolist() == [0, 0, 1, 1, 2, 2]
    assert len(examples[0].queries) == 3
    assert batch.queries[2:4] == examples[1].queries[:2]
    task = lassnet(LASSNET)
    batch = task.collate(examples)
    assert torch.isfinite(batch.mixture).all()
    kept = [len(example.sources) == 2 for example in examples]
    for place in np.flatnonzero(kept):
        own = batch.target[2 * place : 2 * place + 2].sum(0)
        assert torch.allclose(own, batch.mixture[place], atol=1e-5)


def test_the_score_is_the_improvement_of_what_users_would_get() -> None:
    from soundlasso.metrics.sdr import si_sdr

    task = audiosep(replace(AUDIOSEP, validation_mixtures=1))
    torch.manual_seed(0)
    model = task.build_model()
    score = task.validate(model)
    example = task._validation.example(0, "label")
    separator: Any = task.separator(model)
    mixture = example.sources.sum(0)
    found = []
    for source, query in zip(example.sources, example.queries, strict=True):
        condition, _ = separator.condition(query)
        with torch.inference_mode():
            estimate = separator.separate(mixture[None], 32_000, [condition])[0, 0]
        after = si_sdr(source.numpy(), estimate.numpy())
        found.append(after - si_sdr(source.numpy(), mixture.numpy()))
    assert score.values["si_sdri_label"] == pytest.approx(np.mean(found), abs=1e-6)
    both = (score.values["si_sdri_label"] + score.values["si_sdri_sentence"]) / 2
    assert score.best_by == pytest.approx(both)


def test_a_perfect_answer_is_worth_much_and_its_level_matters_to_one_of_them_only() -> None:
    target = torch.from_numpy(noise(2, 4000, level=0.3))
    wrong = torch.from_numpy(noise(2, 4000, seed=5, level=0.3))
    assert snr(target, target) > 60
    assert si_snr(0.5 * target, target) > 60
    assert snr(0.5 * target, target).item() == pytest.approx(6.02, abs=0.01)
    assert si_snr(wrong, target) < 0
    silence = torch.zeros(2, 4000, requires_grad=True)
    loss = snr(silence, target) + si_snr(silence, target)
    loss.backward()  # type: ignore[no-untyped-call]
    assert silence.grad is not None
    assert torch.isfinite(silence.grad).all()


def test_claps_encoder_is_frozen_but_for_its_adaptation() -> None:
    task = clapsep(CLAPSEP)
    torch.manual_seed(0)
    model = task.build_model().train()
    assert isinstance(model, ClapSep)
    tower = hearing().state_dict()
    assert all(torch.equal(model.encoder.state_dict()[key], tower[key]) for key in tower)
    adapted = {
        f"{name}.{part}"
        for name, module in model.encoder.named_modules()
        if isinstance(module, LoraLinear)
        for part in ("narrow", "widen", "bias")
    }
    learned = {name for name, value in model.encoder.named_parameters() if value.requires_grad}
    assert learned == adapted
    assert len(adapted) > 0
    task.loss(model, task.collate([task.examples()[0]]))
    statistics = model.encoder.band_norm.get_buffer("running_mean")
    assert torch.equal(statistics, tower["band_norm.running_mean"])
    assert all(value.requires_grad for value in model.decoder.parameters())


@pytest.mark.parametrize(
    ("rank", "change", "message"),
    [
        # An adaptation that the network has no place for, or one of another size.
        (0, lambda: hearing(1), r"mix\.narrow, .+mix\.widen, .+ and 9 more$"),
        (2, lambda: hearing(1), r"mix\.narrow, .+mix\.widen, .+ and 9 more$"),
        (2, lambda: changed("band_norm", nn.Identity()), r": band_norm\.bias, .+ and 2 more$"),
        (2, lambda: changed("surprise", nn.Linear(1, 1)), r": surprise\.bias, surprise\.weight$"),
    ],
)
def test_claps_encoder_with_other_weights_is_refused(
    rank: int, change: Callable[[], Htsat], message: str
) -> None:
    encoder = replace(CLAPSEP.model.encoder, lora_rank=rank)
    config = replace(CLAPSEP, model=replace(CLAPSEP.model, encoder=encoder))
    task = ClapSepTask(config, Words(12, 1), bank(0), bank(1, "valid"), seed=1, tower=change())
    with pytest.raises(RecipeError, match=rf"^model\.encoder: .* has other weights .*{message}"):
        task.build_model()


def changed(name: str, part: nn.Module) -> Htsat:
    network = hearing()
    setattr(network, name, part)
    return network


def test_an_adaptation_of_claps_encoder_is_taken_too() -> None:
    tower = hearing(2)
    task = ClapSepTask(CLAPSEP, Words(12, 1), bank(0), bank(1, "valid"), seed=1, tower=tower)
    model = task.build_model()
    assert isinstance(model, ClapSep)
    state = model.encoder.state_dict()
    assert all(torch.equal(value, state[key]) for key, value in tower.state_dict().items())


def test_claps_encoder_can_be_learned_whole() -> None:
    config = replace(CLAPSEP, learn_encoder=True)
    task = ClapSepTask(config, Words(12, 1), bank(0), bank(1, "valid"), seed=1)
    model = task.build_model()
    assert all(value.requires_grad for value in model.parameters())


def test_flowseps_other_parts_are_anothers_and_frozen(tmp_path: Path) -> None:
    card = TINY["flowsep"].write("flowsep", tmp_path)
    task = flowsep(replace(FLOWSEP, frozen_from=str(card)))
    model, other = task.build_model(), TINY["flowsep"].make()
    assert isinstance(model, FlowSep)
    assert isinstance(other, FlowSep)
    assert torch.equal(model.scale, other.scale)
    for part in ("vae", "vocoder"):
        mine, its = (dict(getattr(x, part).named_parameters()) for x in (model, other))
        assert all(torch.equal(mine[name], its[name]) for name in its)
        assert not any(value.requires_grad for value in mine.values())
    assert not torch.equal(next(model.unet.parameters()), next(other.unet.parameters()))


@pytest.mark.parametrize(
    ("family", "change", "message"),
    [
        ("clapsep", {"model": replace(CLAPSEP.model, encoder=OTHER_ENCODER)},
         "encoder is HtsatConfig"),
        ("flowsep", {"frozen_from": "default"}, "default is a gainnet, not a flowsep"),
        ("lassnet", {"bert": "minilm"},
         r"bert: minilm does not fit .*size = 12, .* it needs --set model\.bert\.size=384 "),
        # Its heads are in no shape, and nothing without the right number of them.
        ("lassnet", {"bert": "minilm-4bit", "model": replace(
            LASSNET.model, bert=replace(MINILM, positions=512, heads=6))},
         "model.bert.positions = 512, model.bert.heads = 6; it needs --set "
         "model.bert.positions=128 --set model.bert.heads=12$"),
        ("lassnet", {"bert": "minilm[mean]"}, r"minilm\[mean\] is no BERT"),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_are_refused(
    family: str, change: dict[str, Any], message: str
) -> None:
    case = CASES[family]
    with pytest.raises(RecipeError, match=message):
        case.make(replace(case.config, **change)).build_model()


def test_lassnet_begins_with_what_comes_with_the_program() -> None:
    hint = (RECIPES / "lassnet.toml").read_text().partition('name = "')[0]
    overrides = re.findall(r"--set (\S+)", hint)
    recipe = read_recipe(RECIPES / "lassnet.toml", overrides)
    assert isinstance(recipe.task, LassNetTaskConfig)
    assert recipe.task.bert == "minilm-4bit"
    assert recipe.task.model.bert == MINILM


def test_trained_further_lassnet_needs_nothing_that_its_bert_began_with(
    corpus: Path, no_hub: None
) -> None:
    recipe = read_recipe(
        RECIPES / "lassnet.toml", [*SMALL, *SMALL_LASSNET, "bert=prajjwal1/bert-mini"]
    )
    with pytest.raises(MissingDependencyError, match=r"^bert: .*begin with minilm-4bit"):
        build_task(recipe, corpus).build_model()
    build_task(replace(recipe, initial="default"), corpus).build_model()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("thesis", '"query_encoder=minilm-4bit" --set model.token_size=384'),
        ("audiosep", '"query_encoder=minilm-4bit[mean]" --set model.condition=384'),
        ("clapsep", '"query_encoder=minilm-4bit[mean]" --set model.embedding=384 '
         "--set learn_encoder=true"),
        ("flowsep", '"query_encoder=minilm-4bit" --set model.unet.token_size=384'),
    ],
)  # fmt: skip
def test_where_an_encoder_is_missing_what_does_without_is_said(
    name: str, wanted: str, corpus: Path, no_hub: None
) -> None:
    path = RECIPES / f"{name}.toml"
    message = f"^query_encoder: .* cannot be .*: --set {re.escape(wanted)}$"
    with pytest.raises(MissingDependencyError, match=message):
        build_task(read_recipe(path), corpus)
    overrides = [part.strip().strip('"') for part in f"--set {wanted}".split("--set ")[1:]]
    build_task(read_recipe(path, overrides), corpus)


def test_flowseps_parts_of_other_sizes_are_refused(tmp_path: Path) -> None:
    card = TINY["flowsep"].write("flowsep", tmp_path)
    wide = replace(TINY_FLOWSEP, vae=replace(TINY_FLOWSEP.vae, channels=16))
    with pytest.raises(RecipeError, match=r"other numbers than model\.vae"):
        flowsep(replace(FLOWSEP, model=wide, frozen_from=str(card))).build_model()


def test_mixtures_longer_than_clips_are_refused() -> None:
    for config in (CLAPSEP, FLOWSEP):
        with pytest.raises(ValueError, match=r"mixing\.seconds must be at most"):
            replace(config, mixing=MixingConfig(seconds=5.0))


def test_encoders_of_tokens_are_refused() -> None:
    with pytest.raises(RecipeError, match="one vector of a query"):
        AudioSepTask(AUDIOSEP, Words(6, 3), bank(0), bank(1, "valid"), seed=1)
    with pytest.raises(RecipeError, match="one vector of a query"):
        ClapSepTask(CLAPSEP, Words(12, 3), bank(0), bank(1, "valid"), seed=1)
    with pytest.raises(RecipeError, match="must be a CLAP"):
        ClapSepTask(CLAPSEP, Words(12, 1), bank(0), bank(1, "valid"), seed=1)


# From here on the real thing: recipes by file, a corpus, encoders by name.

SMALL = [
    "batch_size=2",
    "validation_mixtures=1",
    "mixing.seconds=0.5",
    "loop.steps=2",
    "loop.warmup=1",
    "loop.validate_every=2",
    "loop.save_every=2",
    "loop.snapshot_every=2",
    "loop.workers=0",
]
SMALL_AUDIOSEP = [
    "query_encoder=minilm[mean]", "model.condition=384", "model.channels=[4, 6, 8]",
    "model.sample_rate=8000", "model.window=256", "model.hop=80",
]  # fmt: skip
SMALL_LASSNET = [
    "bert=", "model.channels=[3, 4, 6]", "model.window=256", "model.hop=128",
    "model.seconds=0.5", "model.query_size=10", "model.bert.size=12", "model.bert.layers=1",
    "model.bert.heads=3", "model.bert.inner=20",
]  # fmt: skip
ATTENDING = ["model.fusion=map_attends_text", "model.heads=2", "model.channels=[4, 6, 8]"]
SMALL_CLAPSEP = [
    "model.embedding=12", "model.sample_rate=3200", "model.window=64", "model.hop=32",
    "model.seconds=0.6", "model.depths=[1, 2]", "model.masker_size=16", "model.masker_layers=1",
    "model.masker_heads=2", "model.masker_inner=32", "model.encoder.sample_rate=4800",
    "model.encoder.window=128", "model.encoder.hop=48", "model.encoder.bands=16",
    "model.encoder.high=2000.0", "model.encoder.side=32", "model.encoder.channels=8",
    "model.encoder.depths=[2, 1]", "model.encoder.heads=[2, 2]",
    "model.encoder.attention_window=4", "model.encoder.lora_rank=2",
]  # fmt: skip
WITHOUT_CLAP = ["query_encoder=minilm[mean]", "model.embedding=384", "learn_encoder=true"]
SMALL_FLOWSEP = [
    "query_encoder=minilm", "frozen_from=", "model.unet.token_size=384",
    "model.unet.latent_channels=2", "model.unet.out_channels=4", "model.unet.channels=8",
    "model.unet.multipliers=[1, 2]", "model.unet.attention=[false, true]", "model.unet.blocks=1",
    "model.unet.head_size=4", "model.unet.groups=4", "model.vae.channels=8",
    "model.vae.multipliers=[1, 2]", "model.vae.blocks=1", "model.vae.latent_channels=2",
    "model.vae.groups=4", "model.vocoder.bands=8", "model.vocoder.channels=8",
    "model.vocoder.rates=[4, 2]", "model.vocoder.kernels=[8, 4]",
    "model.vocoder.residual_kernels=[3]", "model.vocoder.dilations=[1]",
    "model.sample_rate=1000", "model.window=64", "model.frames=64", "model.high=500.0",
    "model.steps=2",
]  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), "train", "valid")


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> QueryEncoder:
        if name.startswith("minilm"):
            return load_encoder(name)
        raise MissingDependencyError(f"{name} cannot be downloaded")

    monkeypatch.setattr("soundlasso.zoo.query_encoders.load_encoder", load)


@pytest.mark.parametrize(
    ("family", "overrides"),
    [
        ("audiosep", SMALL_AUDIOSEP),
        ("audiosep", [*SMALL_AUDIOSEP, *ATTENDING, "query_encoder=minilm-4bit"]),
        ("lassnet", SMALL_LASSNET),
        ("lassnet", [*SMALL_LASSNET, *ATTENDING]),
        ("clapsep", SMALL_CLAPSEP),
        ("clapsep", [*SMALL_CLAPSEP, *WITHOUT_CLAP]),
        ("flowsep", SMALL_FLOWSEP),
    ],
)
def test_the_recipe_makes_a_model(
    family: str, overrides: list[str], corpus: Path, tmp_path: Path
) -> None:
    if family == "clapsep" and "learn_encoder=true" not in overrides:
        tiny_clap().save(tmp_path / "clap")
        overrides = [*overrides, f"query_encoder={tmp_path / 'clap'}"]
    recipe = read_recipe(RECIPES / f"{family}.toml", [*SMALL, *overrides])
    task = build_task(recipe, corpus)
    train(task, recipe.loop, tmp_path / "run", ALONE, recipe=recipe.text)
    assert (tmp_path / "run" / "snapshot-0000002.png").exists()
    card = export_model(recipe, tmp_path / "run", tmp_path / "m", summary="", licence="", notes={})
    separation = soundlasso.load(card).separate(noise(1, 9000), "rain", sample_rate=8000)
    assert separation.target.shape == (1, 9000)
    # The next run may begin with it.
    from soundlasso.training.initial import initial_weights

    again = replace(recipe, initial=str(card))
    state = initial_weights(again)
    assert state is not None
    task.build_model().load_state_dict(state, strict=True)


def test_a_query_encoder_that_was_imported_is_found(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOUNDLASSO_MODELS", str(tmp_path))
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    recipe = read_recipe(RECIPES / "clapsep.toml", [*SMALL, *SMALL_CLAPSEP])
    with pytest.raises(MissingDependencyError, match="query_encoder: laion/larger_clap_music"):
        build_task(recipe, corpus)
    tiny_clap().save(tmp_path / "encoders" / "laion--larger_clap_music")
    assert isinstance(build_task(recipe, corpus), ClapSepTask)


def test_lassnets_recipe_names_no_encoder(corpus: Path) -> None:
    overrides = [*SMALL, *SMALL_LASSNET, "query_encoder=minilm"]
    recipe = read_recipe(RECIPES / "lassnet.toml", overrides)
    with pytest.raises(RecipeError, match="query_encoder must be 'own', not 'minilm'"):
        build_task(recipe, corpus)


@pytest.mark.parametrize(
    ("family", "overrides", "message"),
    [
        ("audiosep", ["query_encoder=minilm[mean]"], "model.condition is 512, .* have size 384"),
        ("flowsep", ["query_encoder=minilm"], "model.unet.token_size is 1024, .* size 384"),
        ("clapsep", ["query_encoder=minilm[mean]"], "model.embedding is 512, .* size 384"),
    ],
)
def test_encoders_of_another_size_are_refused(
    family: str, overrides: list[str], message: str, corpus: Path
) -> None:
    with pytest.raises(RecipeError, match=message):
        build_task(read_recipe(RECIPES / f"{family}.toml", overrides), corpus)
