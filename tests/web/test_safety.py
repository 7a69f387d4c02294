"""Strangers and what they send."""

import io
import mimetypes
import os
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import create_environ, run_wsgi_app

from soundlasso.errors import OptionError
from soundlasso.web.retention import remove_old
from soundlasso.web.settings import Settings
from soundlasso.zoo.registry import ALIASES
from tests.web.conftest import Site, sound

MakeSite = Callable[..., Site]


def problem(response: Any, status: int) -> str:
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    body = response.json
    assert body["status"] == status
    assert body["title"]
    assert body["type"] == "about:blank"
    return str(body["detail"])


@pytest.mark.parametrize(
    ("fields", "status", "detail"),
    [
        ({"queries": []}, 422, "say what you want to hear"),
        ({"queries": ["a dog", " "]}, 422, "a query is empty"),
        ({"queries": ["a dog", "???"]}, 422, "the query '???' has no letter or digit"),
        ({"not": "🐕"}, 422, "has no letter or digit"),
        ({"queries": [str(n) for n in range(6)]}, 422, "up to 5 queries"),
        ({"queries": "x" * 301}, 422, "up to 300 letters"),
        ({"mode": "mix"}, 422, "mode must be keep or remove"),
        ({"model": "gpt"}, 422, f"there is no such model; choose one of {ALIASES['default']}"),
        ({"sample": "nowhere"}, 422, "there is no such sample"),
        ({"sample": "../station"}, 422, "there is no such sample"),
        ({"separation": "zero"}, 422, "there is no such separation"),
        ({"content": b""}, 415, "street.wav: the file is empty"),
        ({"content": b"hello"}, 415, "street.wav: not a sound"),
        ({"content": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"}, 415, "street.wav: not a sound"),
        ({"content": b"ffconcat version 1.0\nfile /etc/passwd\n"}, 415, "street.wav: not a sound"),
        ({"content": sound(1.0, 8000, 9)}, 422, "has 9 channels"),
        ({"content": sound(0.1, 250_000)}, 422, "at 250000 Hz"),
    ],
)
def test_requests_that_make_no_sense(
    site: Site, fields: dict[str, Any], status: int, detail: str
) -> None:
    queries = fields.pop("queries", "a dog")
    assert detail in problem(site.send(queries, **fields), status)
    assert site.files() == set()
    assert not list(site.own.settings.jobs_folder.iterdir())


def test_neither_and_two_sources(site: Site) -> None:
    bare = site.client.post("/api/v1/separations", data={"query": "a dog"})
    assert "send one file" in problem(bare, 422)
    file = (io.BytesIO(sound()), "a.wav")
    both = {"query": "a dog", "file": file, "sample": "station"}
    assert "send one file" in problem(site.client.post("/api/v1/separations", data=both), 422)


@pytest.mark.parametrize("value", ["dog", (io.BytesIO(sound()), "a.wav")], ids=["text", "file"])
def test_fields_that_there_are_not(site: Site, value: object) -> None:
    said = problem(site.send("a dog", nott=value), 400)
    known = "file, sample, separation, track, query, not, mode, model"
    assert said == f"there is no field 'nott'; there are {known}"
    assert not list(site.own.settings.jobs_folder.iterdir())


@pytest.mark.parametrize(
    ("minutes", "hours", "said"),
    [
        (20, 24, ("Up to 20 minutes and 300 MB", "for 24 hours.")),
        (90, 1, ("Up to 90 minutes and 300 MB", "for 1 hour.")),
        (0.4, 0.4, ("Up to 24 seconds and 300 MB", "for 24 minutes.")),
        (1, 1.5, ("Up to 1 minute and 300 MB", "for 1.5 hours.")),
        (1.5, 0, ("Up to 1.5 minutes and 300 MB", "for 0 seconds.")),
    ],
)
def test_the_page_says_its_limits(
    make_site: MakeSite, minutes: float, hours: float, said: tuple[str, str]
) -> None:
    page = make_site(most_seconds=minutes * 60, keep_hours=hours).get("/").text
    for words in said:
        assert words in page


def test_other_bodies(site: Site) -> None:
    response = site.client.post("/api/v1/separations", json={"query": "a dog"})
    assert "send a form" in problem(response, 415)
    broken = site.client.post(
        "/api/v1/separations", data=b"--x\r\nnonsense", content_type="multipart/form-data"
    )
    problem(broken, 422)


def test_addresses_that_there_are_not(site: Site) -> None:
    done = site.done()
    base = f"/api/v1/separations/{done['id']}"
    problem(site.get("/api/v1/nothing"), 404)
    problem(site.get("/api/v1/separations/1"), 404)
    problem(site.get(f"{base[:-4]}0000"), 404)
    problem(site.get(f"{base}/sounds/target-1.wav"), 404)
    problem(site.get(f"{base}/sounds/target-0.ogg"), 404)
    problem(site.get(f"{base}/sounds/..%2f..%2fjobs.wav"), 404)
    problem(site.get(f"{base}/pictures/..%2f..%2fjobs"), 404)
    problem(site.get(f"{base}/pictures/input"), 404)
    problem(site.get("/static/../app.py"), 404)
    response = site.client.put(base)
    problem(response, 405)
    assert "GET" in response.headers["Allow"]


def test_a_file_over_the_limit(make_site: MakeSite) -> None:
    site = make_site(most_bytes=20_000)
    problem(site.send(content=sound(8.0)), 413)
    assert site.files() == set()
    site.sent(content=sound(0.5))


def test_a_recording_over_the_limit(make_site: MakeSite) -> None:
    site = make_site(most_seconds=2.0)
    assert "is 0:03 long; up to 0:02 of" in problem(site.send(content=sound(3.0)), 413)
    # What is allowed of more channels and higher rates is shorter.
    assert "is 0:01.2 long; up to 0:01" in problem(site.send(content=sound(1.2, 24_000, 8)), 413)
    assert site.files() == set()
    site.sent(content=sound(1.5))


def test_a_file_that_lies_about_its_length(make_site: MakeSite) -> None:
    site = make_site(most_seconds=2.0)
    content = bytearray(sound(4.0))
    # The header of what a writer to a pipe leaves: the length is not known.
    struct.pack_into("<I", content, 40, 1000)
    done = site.done(content=bytes(content))
    assert done["state"] == "done"
    assert done["file"]["seconds"] < 0.1
    heard, _ = site.samples(done["mixture"]["wav"])
    assert len(heard) <= 2 * 16_000


def test_a_recording_that_does_not_end(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site(most_seconds=3.0)
    from soundlasso.web.prober import Look

    monkeypatch.setattr(site.own.prober, "look", lambda path: Look(16_000, 1, None))
    done = site.done(content=sound(6.0))
    assert done["state"] == "failed"
    assert done["problem"] == "it is longer than 0.05 minutes"
    assert site.files() == set()


def test_no_stack_trace_reaches_a_client(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fall_over(*_: object) -> None:
        raise RuntimeError("a secret of the program")

    monkeypatch.setattr(type(site.own.store), "counts", fall_over)
    site.app.testing = False
    detail = problem(site.get("/api/v1/health"), 500)
    assert "secret" not in detail
    assert "a secret of the program" in caplog.text


def test_headers(site: Site) -> None:
    for address in ("/", "/api/v1/health", "/static/app.js", "/nothing"):
        headers = site.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        # With no-referrer, browsers send forms with "Origin: null".
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    nonces = {site.get("/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(nonces) == 3


def test_other_sites_cannot_send_jobs(site: Site) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://["},
    ):
        response = site.client.post("/api/v1/separations", data={"query": "x"}, headers=headers)
        assert "other web sites" in problem(response, 403)
    same = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    problem(site.client.post("/api/v1/separations", data={"query": "x"}, headers=same), 422)


def test_the_form_for_the_token_is_this_site(make_site: MakeSite) -> None:
    site = make_site(token="swordfish")
    form = {"token": "swordfish"}
    hidden = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    plain = {"Origin": "http://localhost"}
    for headers in (hidden, plain, {}):
        assert site.client.post("/enter", data=form, headers=headers).status_code == 302
    for headers in (
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "none"},
    ):
        response = site.client.post("/enter", data=form, headers=headers)
        assert "other web sites" in problem(response, 403)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8137", 200),
        ("LOCALHOST:8137", 200),
        ("[::1]:8137", 200),
        ("[::1]", 200),
        ("evil.example", 400),
        ("localhost.evil.example:8137", 400),
        ("[::2]:8137", 400),
        ("[::1", 400),
        ("::1", 400),
        ("[:::::1]", 400),
        ("", 400),
    ],
)
def test_other_names_for_this_machine_are_refused(site: Site, host: str, status: int) -> None:
    # The client would have to understand the name itself.
    environ = {**create_environ("/api/v1/health"), "HTTP_HOST": host}
    content, said, headers = run_wsgi_app(site.app, environ)
    assert said.startswith(str(status))
    if status == 400:
        assert headers["Content-Type"] == "application/problem+json"
        assert b"127.0.0.1, localhost, ::1" in b"".join(content)


def test_any_name_where_others_are_let_in(make_site: MakeSite) -> None:
    assert make_site(hosts=()).get("/", headers={"Host": "music.local"}).status_code == 200


def test_a_token(make_site: MakeSite) -> None:
    site = make_site(token="swordfish")
    assert problem(site.get("/api/v1/models"), 401)
    assert site.get("/api/v1/models").headers["WWW-Authenticate"] == "Bearer"
    assert site.get("/").headers["Location"] == "/enter"
    assert site.get("/enter").status_code == 200
    assert site.get("/api/v1/health").status_code == 200
    bearer = {"Authorization": "Bearer swordfish"}
    assert site.get("/api/v1/models", headers=bearer).status_code == 200
    for wrong in ("Bearer x", "Basic swordfish", "Bearer \u00fc"):
        assert site.get("/api/v1/models", headers={"Authorization": wrong}).status_code == 401
    assert site.client.post("/enter", data={"token": "guess"}).status_code == 403
    response = site.client.post("/enter", data={"token": "swordfish"})
    assert response.headers["Location"] == "/"
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "swordfish" not in cookie
    assert site.get("/").status_code == 200
    assert site.get("/api/v1/models").status_code == 200


def test_the_token_leads_to_where_the_visitor_wanted_to_go(make_site: MakeSite) -> None:
    site = make_site(token="swordfish")
    asked = site.get("/?listener=a&b=\u00e9").headers["Location"]
    assert asked == "/enter?next=/%3Flistener%3Da%26b%3D%C3%A9"
    page = site.get(asked).text
    assert 'name="next" value="/?listener=a&amp;b=\u00e9"' in page
    assert site.client.post("/enter", data={"token": "guess", "next": "/?x=1"}).text.count("/?x=1")
    for wanted, found in (
        ("/?x=1", "/?x=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\nSet-Cookie: a=b", "/"),
    ):
        response = site.client.post("/enter", data={"token": "swordfish", "next": wanted})
        assert response.headers["Location"] == found


def test_who_has_no_token_sends_little(make_site: MakeSite) -> None:
    site = make_site(token="swordfish")
    form = {"token": "guess", "file": (io.BytesIO(bytes(20_000)), "big.wav")}
    problem(site.client.post("/enter", data=form), 413)


def test_servers_on_one_host_do_not_forget_each_others_visitors(make_site: MakeSite) -> None:
    first, second = (make_site(token=token) for token in ("swordfish", "sailfish-2"))
    first.client.post("/enter", data={"token": "swordfish"}, base_url="http://localhost:8137")
    # One browser: cookies do not know ports.
    second.client._cookies = first.client._cookies
    second.client.post("/enter", data={"token": "sailfish-2"}, base_url="http://localhost:8138")
    assert second.get("/", base_url="http://localhost:8138").status_code == 200
    assert first.get("/", base_url="http://localhost:8137").status_code == 200
    assert first.get("/", base_url="http://localhost:8138").status_code == 302


def test_the_address_that_is_printed_lets_in(make_site: MakeSite) -> None:
    site = make_site(token="swordfish")
    assert site.get("/enter?token=swordfish").status_code == 302
    assert site.get("/").status_code == 200


def test_guessing_is_slow(make_site: MakeSite) -> None:
    site = make_site(token="swordfish")
    codes = [site.client.post("/enter", data={"token": str(n)}).status_code for n in range(25)]
    assert codes[:20] == [403] * 20
    assert codes[20:] == [429] * 5


def test_guessing_without_the_form_is_slow_too(make_site: MakeSite) -> None:
    site = make_site(token="swordfish")
    tokens = [site.get(f"/enter?token={n}").status_code for n in range(25)]
    assert tokens == [403] * 20 + [429] * 5
    headers = [{"Authorization": f"Bearer {n}"} for n in range(605)]
    codes = [site.get("/api/v1/models", headers=one).status_code for one in headers]
    assert codes == [401] * 600 + [429] * 5
    # Who has the token is not kept out by those who guess.
    right = {"Authorization": "Bearer swordfish"}
    assert site.get("/api/v1/models", headers=right).status_code == 200


def test_results_are_kept_by_browsers_alone(site: Site) -> None:
    done = site.done()
    for address in (done["mixture"]["wav"], done["mixture"]["picture"]):
        assert site.get(address).headers["Cache-Control"] == "private, max-age=3600"
    assert site.get(f"/api/v1/separations/{done['id']}").headers["Cache-Control"] == "no-store"


def test_scripts_are_scripts_whatever_the_system_says(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in some registries of Windows; browsers do not run text.
    monkeypatch.setattr("mimetypes._db", mimetypes.MimeTypes())
    mimetypes.add_type("text/plain", ".js")
    site = make_site()
    assert site.get("/static/app.js").mimetype == "text/javascript"
    assert site.get("/static/app.css").mimetype == "text/css"
    assert site.get("/static/icon.svg").mimetype == "image/svg+xml"


def test_an_address_that_sends_too_much(make_site: MakeSite) -> None:
    site = make_site(uploads="3/minute")
    for _ in range(3):
        site.sent()
    response = site.send()
    detail = problem(response, 429)
    assert "no more than 3 per 1 minute" in detail
    assert 0 < int(response.headers["Retry-After"]) <= 61
    assert f"in {response.headers['Retry-After']} seconds" in detail
    assert site.get("/api/v1/health").status_code == 200
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    other = site.client.post("/api/v1/separations", data={"mode": "keep"}, environ_base=elsewhere)
    assert other.status_code == 422


def test_a_full_disk(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil
    from types import SimpleNamespace

    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    assert "disk is full" in problem(site.send(), 503)
    assert site.files() == set()


def test_too_many_followers(make_site: MakeSite) -> None:
    site = make_site(most_streams=1)
    job = site.sent()
    first = site.client.get(f"/api/v1/separations/{job}/events")
    response = site.get(f"/api/v1/separations/{job}/events")
    problem(response, 503)
    assert response.headers["Retry-After"]
    first.close()
    assert site.client.get(f"/api/v1/separations/{job}/events").status_code == 200


def test_results_are_removed_when_they_are_old(make_site: MakeSite) -> None:
    site = make_site(keep_hours=0.001)
    done = site.done()
    waiting = site.sent()
    remove_old(site.own.settings, site.own.store)
    assert site.show(done["id"])["state"] == "done"
    time.sleep(3.7)
    remove_old(site.own.settings, site.own.store)
    assert site.get(f"/api/v1/separations/{done['id']}").status_code == 404
    assert {path.split("/")[0] for path in site.files()} == {waiting}


def test_the_oldest_results_make_room(make_site: MakeSite) -> None:
    site = make_site(keep_bytes=300_000)
    jobs = [site.done(content=sound(1.0))["id"] for _ in range(4)]
    remove_old(site.own.settings, site.own.store)
    left = [site.get(f"/api/v1/separations/{job}").status_code for job in jobs]
    assert left == sorted(left, reverse=True)
    assert 404 in left
    assert left[-1] == 200


def test_uploads_that_came_to_nothing_are_removed(site: Site) -> None:
    stray = site.own.settings.jobs_folder / "stray"
    fresh = site.own.settings.jobs_folder / "fresh"
    for folder in (stray, fresh):
        folder.mkdir()
        (folder / "input").write_bytes(b"x")
    os.utime(stray, (1, 1))
    remove_old(site.own.settings, site.own.store)
    assert site.files() == {"fresh/input"}


def test_files_that_hang_or_kill_the_reader(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.sent()
    process = site.own.prober._process
    assert process is not None
    process.kill()
    process.join()
    # The next file gets a new process.
    site.sent()
    assert site.own.prober._process is not process


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_damaged_files_never_break_anything(site: Site, data: st.DataObject) -> None:
    content = bytearray(sound(0.1, form=data.draw(st.sampled_from(["WAV", "FLAC", "OGG", "AIFF"]))))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    response = site.send(
        content=bytes(content[:cut]) if data.draw(st.booleans()) else bytes(content)
    )
    assert response.status_code in {202, 413, 415, 422}
    if response.status_code == 202:
        site.work()
        job = response.json["id"]  # type: ignore[index]
        assert site.show(job)["state"] in {"done", "failed"}
        site.client.delete(f"/api/v1/separations/{job}")
    assert site.files() == set()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"uploads": "many"}, "a rate is written like"),
        ({"uploads": "0/minute"}, "a rate is written like"),
        ({"token": "short"}, "a token must have 8 to 200"),
        ({"token": "with a space"}, "a token must have 8 to 200"),
        ({"models": ()}, "at least one model"),
    ],
)
def test_settings_that_cannot_work(tmp_path: Any, values: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        Settings(folder=tmp_path, **values)
