"""What programs see: recordings in, results out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from soundlasso import Separator
from soundlasso.zoo.registry import ALIASES
from tests.web import fakes
from tests.web.conftest import Site, sound

MakeSite = Callable[..., Site]


def test_a_separation_from_upload_to_download(site: Site) -> None:
    response = site.send(["a dog", "rain"], sound(2.0, 22_050, 2))
    assert response.status_code == 202
    queued: dict[str, Any] = response.json  # type: ignore[assignment]
    assert response.headers["Location"] == f"/api/v1/separations/{queued['id']}"
    assert queued["state"] == "queued"
    assert queued["place"] == 1
    assert queued["mixture"] is None
    assert queued["results"] == []
    site.work()
    done = site.show(queued["id"])
    assert done["state"] == "done"
    assert done["progress"] == 1
    assert done["file"] == {
        "name": "street.wav",
        "seconds": 2.0,
        "sample_rate": 22_050,
        "channels": 2,
    }
    assert [result["heard"][0]["query"] for result in done["results"]] == ["a dog", "rain"]
    mixture, rate = site.samples(done["mixture"]["wav"])
    assert (rate, mixture.shape) == (22_050, (44_100, 2))
    for result in done["results"]:
        target, _ = site.samples(result["target"]["wav"])
        residual, _ = site.samples(result["residual"]["wav"])
        np.testing.assert_allclose(target, 0.5 * mixture, atol=2 / 32768)
        np.testing.assert_allclose(target + residual, mixture, atol=2 / 32768)
        assert result["level"] == pytest.approx(-6.0, abs=0.1)


def test_only_results_are_left(site: Site) -> None:
    done = site.done("a dog")
    names = {f"{track}.{form}" for track in ("mixture", "target-0", "residual-0")
             for form in ("wav", "json")}  # fmt: skip
    assert {path.name for path in site.job_folder(done["id"]).iterdir()} == names


@pytest.mark.parametrize("form", ["flac", "mp3"])
def test_other_formats(site: Site, form: str) -> None:
    done = site.done("a dog", sound(1.0, 44_100, 2))
    wav, _ = site.samples(done["results"][0]["target"]["wav"])
    response = site.get(done["results"][0]["target"][form])
    assert response.headers["Content-Disposition"] == f"attachment; filename=street-a-dog.{form}"
    other, rate = site.samples(done["results"][0]["target"][form])
    assert rate == 44_100
    if form == "flac":
        np.testing.assert_array_equal(other, wav)
    else:
        assert abs(len(other) - len(wav)) < 3000
        assert np.corrcoef(other[: len(wav), 0], wav[: len(other), 0])[0, 1] > 0.7


def test_mp3_of_more_channels_and_other_rates(site: Site) -> None:
    done = site.done("a dog", sound(1.0, 50_000, 4))
    other, rate = site.samples(done["mixture"]["mp3"])
    assert rate == 48_000
    assert other.shape[1] == 1
    assert abs(len(other) - 48_000) < 3000


def test_parts_of_a_sound(site: Site) -> None:
    address = site.done("a dog")["mixture"]["wav"]
    whole = site.get(address).data
    part = site.get(address, headers={"Range": "bytes=100-299"})
    assert part.status_code == 206
    assert part.data == whole[100:300]


def test_a_picture(site: Site) -> None:
    done = site.done("a dog", sound(2.0))
    picture = site.get(done["mixture"]["picture"]).json
    assert picture is not None
    assert picture["seconds"] == 2.0
    assert len(picture["peaks"]) % 2 == 0
    assert min(picture["peaks"]) < 0 < max(picture["peaks"])
    assert picture["mel"]["bands"] * picture["mel"]["frames"] == pytest.approx(
        len(picture["mel"]["data"]) * 3 / 4, abs=3
    )


def test_a_relative_folder(
    make_site: MakeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    site = make_site(folder=Path("data"))
    done = site.done("a dog")
    for form in ("wav", "flac", "mp3", "picture"):
        assert site.get(done["mixture"][form]).status_code == 200


@pytest.mark.parametrize(
    ("recording", "begins"),
    [
        ("street.wav", "street"),
        ("My Street.FLAC", "my-street"),
        ("take 1.5.m4a", "take-1-5"),
        ("notes", "notes"),
        ("St. Mary's bells", "st-mary-s-bells"),
        (".wav", "recording"),
        ("---.wav", "recording"),
        ("../../etc/passwd", "passwd"),
        ("犬.wav", "犬"),
        ("犬" * 100 + ".wav", "犬" * 20),
    ],
)
def test_what_downloads_are_called(site: Site, recording: str, begins: str) -> None:
    done = site.done(["A dog!", "a-dog", "犬" * 100], name=recording)
    addresses = [done["mixture"]["wav"]]
    addresses += [result[kind]["wav"] for result in done["results"]
                  for kind in ("target", "residual")]  # fmt: skip
    long = "犬" * 53 + "-c53c1a"
    expected = ["mixture", "a-dog", "a-dog.residual", "a-dog-2", "a-dog-2.residual", long,
                f"{long}.residual"]  # fmt: skip
    names = [site.file_name(address) for address in addresses]
    assert names == [f"{begins}-{name}.wav" for name in expected]
    assert max(len(name.encode()) for name in names) <= 255


def test_what_downloads_of_downloads_are_called(site: Site) -> None:
    first = site.done("a dog")
    for track, name in (
        ("mixture", "street-rain.wav"),
        ("target-0", "a-dog-from-street-rain.wav"),
        ("residual-0", "street-without-a-dog-rain.wav"),
    ):
        again = site.done("rain", separation=first["id"], track=track)
        assert site.file_name(again["results"][0]["target"]["wav"]) == name


def test_asking_again_of_what_is_left(site: Site) -> None:
    first = site.done("a dog")
    again = site.done("rain", separation=first["id"], track="residual-0")
    assert again["state"] == "done"
    assert again["file"]["name"] == "street.wav without a dog"
    residual, _ = site.samples(first["results"][0]["residual"]["wav"])
    mixture, _ = site.samples(again["mixture"]["wav"])
    np.testing.assert_array_equal(mixture, residual)


def test_asking_again_of_the_mixture_and_the_target(site: Site) -> None:
    first = site.done("a dog")
    assert site.done("rain", separation=first["id"])["file"]["name"] == "street.wav"
    target = site.done("rain", separation=first["id"], track="target-0")
    assert target["file"]["name"] == "a dog from street.wav"


def test_asking_again_of_what_is_not_done(site: Site) -> None:
    job = site.sent()
    response = site.send("rain", separation=job)
    assert response.status_code == 422
    assert "the separation is queued; it has no results" in response.text
    site.client.post(f"/api/v1/separations/{job}/cancel")
    assert "the separation is cancelled" in site.send("rain", separation=job).text


def test_a_sound_that_is_removed_while_it_is_asked_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = site.done()

    def removed_behind_it(folder: Path, track: str, form: str) -> Path:
        return folder / "removed" / f"{track}.{form}"

    monkeypatch.setattr("soundlasso.web.api.converted", removed_behind_it)
    response = site.get(done["mixture"]["flac"])
    assert response.status_code == 404
    assert "has been removed" in response.text
    (site.job_folder(done["id"]) / "mixture.json").unlink()
    assert site.get(done["mixture"]["picture"]).status_code == 404


def test_a_sample(site: Site) -> None:
    listed: dict[str, Any] = site.get("/api/v1/samples").json  # type: ignore[assignment]
    assert len(listed["samples"]) >= 3
    for one in listed["samples"]:
        assert one["queries"]
        assert one["credit"]
        heard, _ = site.samples(f"/api/v1/samples/{one['name']}")
        assert np.abs(heard).max() > 0.05
    done = site.done("a dog", sample="station")
    assert done["state"] == "done"
    assert done["file"]["seconds"] == pytest.approx(8.0, abs=0.2)


def test_models_and_health(site: Site) -> None:
    models: dict[str, Any] = site.get("/api/v1/models").json  # type: ignore[assignment]
    assert models["models"][0]["name"] == ALIASES["default"]
    assert models["models"][0]["aliases"] == ["default"]
    health: dict[str, Any] = site.get("/api/v1/health").json  # type: ignore[assignment]
    assert health["status"] == "starting"
    site.sent()
    assert site.get("/api/v1/health").json["queued"] == 1  # type: ignore[index]


def test_choosing_a_model(
    make_site: MakeSite, tiny_card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    load = fakes.load

    def note(name: str) -> Separator:
        loaded.append(name)
        return load(name)

    monkeypatch.setattr(fakes, "load", note)
    site = make_site(models=("default", str(tiny_card)))
    listed: dict[str, Any] = site.get("/api/v1/models").json  # type: ignore[assignment]
    names = [model["name"] for model in listed["models"]]
    page = site.get("/").text
    for model in listed["models"]:
        assert f'<option value="{model["name"]}" data-summary="{model["summary"]}">' in page
    chosen = [None, names[1], names[1], "default"]
    done = [site.done(**({"model": name} if name else {})) for name in chosen]
    assert [job["model"] for job in done] == [names[0], names[1], names[1], names[0]]
    # One at a time is in memory, and stays there while it is asked for.
    assert loaded == ["default", str(tiny_card), "default"]


def test_the_same_query_twice_is_asked_once(site: Site) -> None:
    assert site.done(["a dog", " a  dog ", "A dog!"])["queries"] == ["a dog"]


def test_warnings_and_silence(site: Site) -> None:
    done = site.done(["warn", "nothing"])
    assert done["results"][0]["warnings"] == ["a warning"]
    assert done["results"][1]["level"] is None


def test_what_a_file_is_called_does_not_matter(site: Site) -> None:
    names = ["../../etc/passwd", "C:\\fakepath\\a\x00b\u202e.wav", "x" * 5000, "", ".", "ü 犬.wav"]
    for name in names:
        done = site.done(name=name)
        assert done["state"] == "done"
        assert len(done["file"]["name"]) <= 120
        assert "/" not in done["file"]["name"]
    assert site.done(name="../../etc/passwd")["file"]["name"] == "passwd"
    assert all(path.split("/")[1].rpartition(".")[0].isascii() for path in site.files())


def test_queries_of_any_signs(site: Site) -> None:
    for query in ("ein Hund 🐕", "犬が吠える", "../../a", "con", "a\x00b", '"><script>', "%s{0}"):
        done = site.done(query)
        assert done["state"] == "done"
        response = site.get(done["results"][0]["target"]["wav"])
        assert response.status_code == 200
        assert "/" not in response.headers["Content-Disposition"].replace("UTF-8''", "")


def events(response: Any) -> list[dict[str, Any]]:
    text = response.get_data(as_text=True)
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]


def test_events_end_with_the_job(site: Site) -> None:
    done = site.done("a dog")
    response = site.get(f"/api/v1/separations/{done['id']}/events")
    assert response.mimetype == "text/event-stream"
    assert events(response) == [done]


def test_events_of_a_deleted_job(site: Site) -> None:
    job = site.sent()
    response = site.client.get(f"/api/v1/separations/{job}/events")
    stream: Any = iter(response.response)
    assert next(stream).startswith(b"retry")
    assert b'"queued"' in next(stream)
    assert site.client.delete(f"/api/v1/separations/{job}").status_code == 204
    assert b"event: deleted" in next(stream)
    response.close()


def test_places_in_the_queue(site: Site) -> None:
    jobs = [site.sent() for _ in range(3)]
    assert [site.show(job)["place"] for job in jobs] == [1, 2, 3]
    assert site.show(jobs[2])["seconds_left"] is None
    site.queue.work()
    assert [site.show(job)["place"] for job in jobs] == [None, 1, 2]
    left = [site.show(job)["seconds_left"] for job in jobs[1:]]
    assert 0 <= left[0] <= left[1]


def test_cancelling_what_waits(site: Site) -> None:
    job = site.sent()
    response = site.client.post(f"/api/v1/separations/{job}/cancel")
    assert response.json["state"] == "cancelled"  # type: ignore[index]
    site.work()
    assert site.show(job)["state"] == "cancelled"
    assert site.files() == set()


def test_cancelling_what_is_done_changes_nothing(site: Site) -> None:
    done = site.done()
    response = site.client.post(f"/api/v1/separations/{done['id']}/cancel")
    assert response.json == done


def test_deleting(site: Site) -> None:
    done = site.done()
    address = f"/api/v1/separations/{done['id']}"
    assert site.client.delete(address).status_code == 204
    assert site.get(address).status_code == 404
    assert site.get(done["mixture"]["wav"]).status_code == 404
    assert site.client.delete(address).status_code == 404
    assert site.files() == set()


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("refuse", "this query is refused"),
        ("fall over", "something went wrong that should not; the server's log says what"),
    ],
)
def test_a_job_that_fails(
    site: Site, query: str, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    done = site.done(query)
    assert done["state"] == "failed"
    assert done["problem"] == problem
    assert site.get(f"/api/v1/separations/{done['id']}/sounds/mixture.wav").status_code == 409
    site.client.delete(f"/api/v1/separations/{done['id']}")
    assert site.files() == set()


def test_a_full_queue(make_site: MakeSite) -> None:
    site = make_site(most_waiting=2)
    jobs = [site.sent() for _ in range(2)]
    response = site.send()
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) >= 1
    assert f"in {response.headers['Retry-After']} seconds" in response.json["detail"]  # type: ignore[index]
    assert len(site.files()) == 2
    site.work()
    site.sent()
    assert {site.show(job)["state"] for job in jobs} == {"done"}
