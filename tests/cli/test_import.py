"""``soundlasso import``, and published models by name."""

import dataclasses
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from soundlasso.errors import DownloadError
from tests.query.tiny_clap import tiny_clap, tiny_tokenizer
from tests.zoo.published import (
    TINY_DUAL_PATH,
    Embedder,
    published_clap,
    published_state,
    tiny_network,
)

Run = Callable[..., Any]
WriteWav = Callable[..., Path]


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOUNDLASSO_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr("soundlasso.zoo.query_encoders.load_encoder", lambda name: Embedder())
    return tmp_path / "models"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    state = {f"ss_model.{key}": value for key, value in published_state(tiny_network()).items()}
    path = tmp_path / "audiosep_base_4M_steps.ckpt"
    torch.save({"state_dict": state}, path)
    return path


def test_import_and_separate(
    run: Run, models: Path, published: Path, tmp_path: Path, write_wav: WriteWav
) -> None:
    result = run("import", published, "--as", "audiosep")
    assert result.status == 0
    assert result.out.strip() == str(models / "audiosep.json")
    assert result.said[0].startswith("soundlasso: AudioSep (Liu et al. 2024")
    assert "licence: MIT" in result.said[0]
    assert result.said[1].endswith(" tensors of it are not needed; the card says which")
    assert "published at 32000 Hz, this one works at 1000 Hz" in result.said[2]
    sound = write_wav("street.wav", seconds=1.3, rate=44_100, channels=2)
    out = tmp_path / "out"
    result = run("separate", sound, "-q", "rain", "-m", "audiosep", "-o", out, "--bits", "32")
    assert result.status == 0
    mixture, _ = soundfile.read(sound)
    target, rate = soundfile.read(out / "street" / "rain.wav")
    residual, _ = soundfile.read(out / "street" / "rain.residual.wav")
    assert rate == 44_100
    assert target.shape == mixture.shape
    assert np.abs(target).max() > 1e-3
    assert np.abs(target + residual - mixture).max() < 1e-6
    assert "audiosep" in run("models").out


def test_a_folder_of_ones_own(
    run: Run, models: Path, published: Path, tmp_path: Path, write_wav: WriteWav
) -> None:
    result = run("import", published, "--as", "audiosep", "-o", tmp_path / "mine")
    card = Path(result.out.strip())
    assert card == tmp_path / "mine" / "audiosep.json"
    assert not models.exists()
    sound = write_wav(seconds=0.2)
    assert run("separate", sound, "-q", "rain", "-m", card, "-o", tmp_path / "out").status == 0


def test_two_checkpoints_of_a_family_beside_each_other(
    run: Run, models: Path, published: Path, tmp_path: Path, write_wav: WriteWav
) -> None:
    content = torch.load(published, weights_only=True)
    key = "ss_model.base.after_conv.bias"
    content["state_dict"][key] = content["state_dict"][key] + 0.5
    torch.save(content, tmp_path / "other.ckpt")
    first = run("import", published, "--as", "audiosep", "--name", "audiosep.mine")
    second = run("import", tmp_path / "other.ckpt", "--as", "audiosep", "--name", "audiosep.mine-2")
    again = run("import", published, "--as", "audiosep", "--name", "audiosep.mine")
    assert first.out.strip() == again.out.strip() == str(models / "audiosep.mine.json")
    assert second.out.strip() == str(models / "audiosep.mine-2.json")
    assert "audiosep was published at" in first.said[2]
    listed = run("models").out
    assert "audiosep.mine " in listed
    assert "audiosep.mine-2 " in listed
    assert "imported" not in run("models", "--published").out
    sound = write_wav(seconds=0.3)
    made = []
    for name in ("audiosep.mine", "audiosep.mine-2"):
        out = tmp_path / name
        assert run("separate", sound, "-q", "rain", "-m", name, "-o", out).status == 0
        made.append(soundfile.read(out / "sound" / "rain.wav")[0])
    assert np.abs(made[0] - made[1]).max() > 1e-3


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gainnet.v6", "gainnet.v6 comes with the program and would be used instead; choose"),
        ("GainNet.v6", "GainNet.v6 comes with the program"),
        ("default", "default comes with the program and would be used instead"),
        ("clapsep", "clapsep is the name of a published system; choose another --name"),
        ("AudioSep", "AudioSep is the name of a published system"),
        ("../mine", "'../mine' cannot be a model's name: letters, digits, '.', '_' and '-' can"),
        ("mine.json", "'mine.json' cannot be a model's name"),
        ("", "'' cannot be a model's name"),
    ],
)
def test_names_that_would_not_lead_to_the_model(
    run: Run, models: Path, tmp_path: Path, name: str, message: str
) -> None:
    result = run("import", tmp_path / "nothing.ckpt", "--as", "audiosep", "--name", name)
    assert result.status == 1
    assert len(result.said) == 1
    assert message in result.said[0]
    assert result.said[0].endswith("choose another --name, such as audiosep.mine")
    assert not models.exists()


def test_separating_with_a_model_that_is_not_here_fetches_it_once(
    run: Run,
    models: Path,
    published: Path,
    tmp_path: Path,
    write_wav: WriteWav,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def download(*_: object, **__: object) -> str:
        asked.append(1)
        return str(published)

    monkeypatch.setitem(sys.modules, "huggingface_hub", SimpleNamespace(hf_hub_download=download))
    sound = write_wav(seconds=0.2)
    command = ("separate", sound, "-q", "rain", "-m", "audiosep", "-o", tmp_path / "out")
    first, second = run(*command), run(*command)
    assert first.status == second.status == 0
    assert "licence: MIT" in first.err
    assert "licence" not in second.err
    assert len(asked) == 1


def test_without_a_network_it_says_what_to_do(
    run: Run, models: Path, write_wav: WriteWav, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: object, **__: object) -> str:
        raise OSError("no route to host")

    monkeypatch.setitem(sys.modules, "huggingface_hub", SimpleNamespace(hf_hub_download=offline))
    out = tmp_path / "out"
    result = run("separate", write_wav(), "-q", "rain", "-m", "audiosep", "-o", out)
    assert result.status == 1
    assert "no route to host" in result.said[-1]
    assert "https://huggingface.co/spaces/Audio-AGI/AudioSep" in result.said[-1]
    assert result.said[-1].endswith("soundlasso import audiosep_base_4M_steps.ckpt --as audiosep")
    assert not out.exists()
    assert not models.exists()


def test_a_licence_that_is_not_stated_is_told_before_anything_else(
    run: Run, models: Path, write_wav: WriteWav
) -> None:
    result = run("separate", write_wav(), "-q", "rain", "-m", "audiosep_dcase2024")
    assert result.status == 1
    assert "licence: none stated" in result.said[0]
    assert "Its authors state no licence" in result.said[0]
    assert "https://zenodo.org/records/10887460" in result.said[1]


def test_files_and_names_that_will_not_do(run: Run, models: Path, tmp_path: Path) -> None:
    result = run("import", tmp_path / "nothing.ckpt", "--as", "audiosep")
    assert result.status == 1
    assert result.said[-1].endswith("nothing.ckpt: cannot be read: No such file or directory")
    result = run("import", tmp_path / "nothing.ckpt", "--as", "demucs")
    assert result.status == 1
    assert "no published system is called 'demucs'; there are audiosep," in result.said[-1]
    assert run("import", tmp_path / "nothing.ckpt").status == 2


def test_a_folder_with_a_query_encoder_is_remembered_from_anywhere(
    run: Run, models: Path, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clap").mkdir()
    monkeypatch.chdir(tmp_path)
    run("import", published, "--as", "audiosep", "--query-encoder", "clap")
    assert str(tmp_path / "clap") in (models / "audiosep.json").read_text()
    run("import", published, "--as", "audiosep", "--query-encoder", "clap[mean]")
    assert f'"{tmp_path / "clap"}[mean]"' in (models / "audiosep.json").read_text()


@pytest.fixture
def published_encoder(tmp_path: Path) -> Path:
    network = tiny_clap().network
    folder = tmp_path / "clap"
    folder.mkdir()
    path = folder / "music_speech_audioset_epoch_15_esc_89.98.pt"
    torch.save({"epoch": 15, "state_dict": published_clap(network)}, path)
    return path


def test_all_of_it_without_a_hub(
    run: Run,
    published_encoder: Path,
    tmp_path: Path,
    write_wav: WriteWav,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Separator and query encoder from their authors' files."""
    monkeypatch.setenv("SOUNDLASSO_MODELS", str(tmp_path / "models"))
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    size = tiny_clap().size
    network = tiny_network(dataclasses.replace(TINY_DUAL_PATH, condition=size))
    state = {f"ss_model.{key}": value for key, value in published_state(network).items()}
    torch.save({"state_dict": state}, tmp_path / "dp.ckpt")
    assert run("import", tmp_path / "dp.ckpt", "--as", "audiosep_dp").status == 0
    sound = write_wav(seconds=0.5)
    command = ("separate", sound, "-q", "a dog", "-m", "audiosep_dp", "-o", tmp_path / "out")
    missing = run(*command)
    assert missing.status == 1
    place = tmp_path / "models" / "encoders" / "laion--larger_clap_general"
    assert "laion/larger_clap_general" in missing.said[-1]
    result = run("import", published_encoder, "--as", "clap")
    assert result.status == 1
    assert "holds no tokenizer.json; download it from https://huggingface.co/laion/" in result.err
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "tokenizer.json").write_bytes(tiny_tokenizer())
    result = run("import", published_encoder, "--as", "clap", "--tokenizer", tmp_path / "words")
    assert result.status == 0
    folder = Path(result.out.strip())
    assert folder == place
    digest = hashlib.sha256(published_encoder.read_bytes()).hexdigest()
    assert digest in (folder / "origin.json").read_text()
    assert run(*command).status == 0
    target, _ = soundfile.read(tmp_path / "out" / "sound" / "a-dog.wav")
    assert np.abs(target).max() > 1e-3


def test_a_query_encoder_out_of_reach_says_where_to_put_it(
    run: Run,
    published: Path,
    tmp_path: Path,
    write_wav: WriteWav,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOUNDLASSO_MODELS", str(tmp_path / "models"))
    run("import", published, "--as", "audiosep")

    def offline(name: str) -> None:
        raise DownloadError(f"{name} cannot be downloaded")

    monkeypatch.setattr("soundlasso.zoo.query_encoders.load_encoder", offline)
    result = run("separate", write_wav(), "-q", "rain", "-m", "audiosep", "-o", tmp_path / "out")
    assert result.status == 1
    assert result.said[-1] == (
        "soundlasso: laion/larger_clap_general cannot be downloaded, or put the files of "
        "https://huggingface.co/laion/larger_clap_general into "
        f"{tmp_path / 'models' / 'encoders' / 'laion--larger_clap_general'}"
    )


def test_query_encoders_that_will_not_do(
    run: Run, models: Path, published: Path, published_encoder: Path, tmp_path: Path
) -> None:
    (published_encoder.parent / "tokenizer.json").write_bytes(tiny_tokenizer())
    for arguments, message in (
        ((), "clap is made of one file, music_speech_audioset_epoch_15_esc_89.98.pt from"),
        ((published_encoder, "--query-encoder", "x"), "--query-encoder is for separators"),
        ((published_encoder, "--name", "x"), "--name is for separators"),
        (
            (published, "--tokenizer", published_encoder.parent),
            "the checkpoint has a key that its architecture has not: ss_model.base.",
        ),
    ):
        result = run("import", *arguments, "--as", "clap")
        assert result.status == 1
        assert message in result.said[-1]
    result = run("import", published, "--as", "audiosep", "--tokenizer", tmp_path)
    assert result.said == ["soundlasso: --tokenizer is for query encoders"]
    (published_encoder.parent / "tokenizer.json").write_text("{}")
    result = run("import", published_encoder, "--as", "clap")
    assert "does not fit clap: not a tokenizer" in result.said[-1]


def test_what_can_be_imported(run: Run, models: Path, published: Path) -> None:
    before = run("models", "--published")
    assert before.status == 0
    assert "https://zenodo.org/records/14208090" in before.out
    assert "imported" not in before.out
    run("import", published, "--as", "audiosep")
    lines = run("models", "--published").out.splitlines()
    assert [line for line in lines if "imported" in line] == ["audiosep, imported"]
