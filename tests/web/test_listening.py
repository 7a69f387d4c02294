"""The listening test as listeners' browsers see it."""

import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile
from flask.testing import FlaskClient

from soundlasso.errors import OptionError
from soundlasso.listening.manifest import MIXTURE, ListeningTest
from soundlasso.listening.order import williams_design
from soundlasso.listening.results import Results
from soundlasso.web.app import create_app
from soundlasso.web.listening import COOKIE, create_listening_app, page_key
from soundlasso.web.settings import Settings
from tests.listening.conftest import SECONDS, Clock, Run
from tests.listening.conftest import clock as clock
from tests.listening.conftest import make_test as make_test
from tests.listening.conftest import run as run

API = "/api/v1/listening"
RANDOM = ("Content-Security-Policy", "Set-Cookie")
NAMES = ("loud-model", "soft-model", "hidden reference", "anchor", "c1.flac", "c3.flac")


class Browser:
    """A listener's browser, which remembers all that it was told."""

    def __init__(self, client: FlaskClient, clock: Clock) -> None:
        self.client = client
        self.clock = clock
        self.told: list[str] = []

    def ask(self, path: str, content: object = None, status: int = 200) -> dict[str, Any]:
        if content is None:
            response = self.client.get(path, buffered=True)
        else:
            response = self.client.post(path, json=content)
        assert response.status_code == status, response.text
        body = response.data.decode("latin-1")
        # What is random may look like anything.
        headers = [f"{k}: {v}" for k, v in response.headers if k not in RANDOM]
        told = "\n".join([response.request.url, *headers, body])
        self.told.append(re.sub(r"listener=[\w-]+", "", told))
        answer: dict[str, Any] = response.get_json() if response.is_json else {}
        return answer

    def begin(self) -> dict[str, Any]:
        return self.ask(f"{API}/listeners", {}, 201)

    def play(self, name: str, page: str, seconds: float = SECONDS, status: int = 200) -> Any:
        content = {"sound": name, "seconds": seconds}
        return self.ask(f"{API}/pages/{page}/plays", content, status)

    def play_all(self, state: dict[str, Any]) -> None:
        for sound in state["sounds"]:
            self.ask(sound["address"])
            self.clock.now += SECONDS
            self.play(sound["name"], state["key"])

    def rate(self, state: dict[str, Any], status: int = 200, **fields: Any) -> dict[str, Any]:
        given = {s["name"]: {"overall": 4, "fit": 2} for s in state["sounds"][1:]}
        content = {"ratings": given, "comment": "", **fields}
        return self.ask(f"{API}/pages/{state['key']}/ratings", content, status)


@pytest.fixture
def test(make_test: Callable[..., ListeningTest]) -> ListeningTest:
    return make_test()


@pytest.fixture
def visit(test: ListeningTest, clock: Clock) -> Callable[[], Browser]:
    app = create_listening_app(Settings(folder=test.folder, listen_test=True), clock)
    app.testing = True
    return lambda: Browser(app.test_client(), clock)


@pytest.fixture
def browser(visit: Callable[[], Browser]) -> Browser:
    return visit()


def test_a_whole_test(browser: Browser, test: ListeningTest, clock: Clock) -> None:
    assert browser.ask(f"{API}/state") == {"state": "new"}
    state = browser.begin()
    for page in (1, 2, 3):
        assert (state["state"], state["page"], state["pages"]) == ("rating", page, 3)
        assert [sound["name"] for sound in state["sounds"]] == [MIXTURE, "a", "b", "c", "d"]
        assert not any(sound["played"] for sound in state["sounds"])
        browser.play_all(state)
        state = browser.rate(state, comment=f" page {page}\u202e \x07")
    assert state["state"] == "done"
    assert "sounds" not in state
    ratings = Results(test, clock).ratings()
    assert {(rating.overall, rating.fit) for rating in ratings} == {(4, 2)}
    assert {rating.comment for rating in ratings} == {"page 1", "page 2", "page 3"}


def test_a_test_in_a_relative_folder(
    test: ListeningTest, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(test.folder.parent)
    settings = Settings(folder=Path(test.folder.name), listen_test=True)
    browser = Browser(create_listening_app(settings, clock).test_client(), clock)
    state = browser.begin()
    browser.ask(f"{API}/pages/{state['key']}/sounds/{MIXTURE}")


def test_the_sounds_are_those_of_the_listeners_order(
    browser: Browser, test: ListeningTest, clock: Clock
) -> None:
    state = browser.begin()
    listener = Results(test, clock).find(state["link"].partition("=")[2])
    assert listener is not None
    page = listener.pages[0]
    assert state["query"] == page.item.query
    for sound in state["sounds"]:
        key = page.sounds.get(sound["name"], MIXTURE)
        wanted = (test.folder / page.item.sound(key).file).read_bytes()
        response = browser.client.get(sound["address"], buffered=True)
        assert response.data == wanted
        assert response.mimetype == "audio/flac"
        assert response.headers["Cache-Control"] == "no-store"
        heard, rate = soundfile.read(io.BytesIO(response.data))
        assert len(heard) / rate == sound["seconds"]


def test_no_listener_is_told_who_is_who(visit: Callable[[], Browser], test: ListeningTest) -> None:
    for _ in range(4):
        browser = visit()
        browser.ask("/")
        state = browser.begin()
        while state["state"] == "rating":
            browser.play_all(state)
            state = browser.rate(state)
        browser.ask(f"{API}/state")
        for text in browser.told:
            for name in NAMES:
                assert name not in text.lower()
            # Nor what files and results call the conditions: that would tell which are the same.
            for condition in test.manifest.conditions:
                head = text.partition("fLaC")[0]
                assert f"-{condition.key}" not in head
                assert f'"{condition.key}"' not in head


def test_the_same_sound_has_no_mark_by_which_listeners_could_compare(
    visit: Callable[[], Browser],
) -> None:
    heads = []
    for _ in range(2):
        browser = visit()
        state = browser.begin()
        response = browser.client.get(state["sounds"][1]["address"], buffered=True)
        heads.append({k: v for k, v in response.headers if k not in {"Date", "Content-Length"}})
        assert "ETag" not in response.headers
    assert {k: v for k, v in heads[0].items() if "Security" not in k} == {
        k: v for k, v in heads[1].items() if "Security" not in k
    }


def test_orders_are_balanced_over_listeners(
    visit: Callable[[], Browser], test: ListeningTest, clock: Clock
) -> None:
    first = Counter()  # type: ignore[var-annotated]
    for _ in williams_design(3):
        state = visit().begin()
        first[state["query"]] += 1
    assert first == {f"query {number}": 2 for number in range(3)}


def test_going_on_after_a_reload_and_in_another_browser(
    browser: Browser, visit: Callable[[], Browser]
) -> None:
    state = browser.begin()
    browser.play_all(state)
    state = browser.rate(state)
    browser.clock.now += SECONDS
    state = browser.play("b", state["key"])
    assert browser.ask(f"{API}/state") == state
    other = visit()
    response = other.client.get(state["link"])
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert other.ask(f"{API}/state") == state
    assert [sound["name"] for sound in state["sounds"] if sound["played"]] == ["b"]
    other.ask("/?listener=nobody", status=404)


def test_ratings_that_are_refused(browser: Browser, test: ListeningTest, clock: Clock) -> None:
    state = browser.begin()
    listener = Results(test, clock).find(state["link"].partition("=")[2])
    assert listener is not None
    assert "listen to every sound" in browser.rate(state, 409)["detail"]
    browser.play("a", state["key"], status=409)
    browser.play_all(state)
    good = {name: {"overall": 3, "fit": 3} for name in "abcd"}
    cases: tuple[Any, ...] = (
        {**good, "a": {"overall": 0, "fit": 3}},
        {**good, "a": {"overall": 3, "fit": 6}},
        {**good, "a": {"overall": True, "fit": 3}},
        {**good, "a": {"overall": "3", "fit": 3}},
        {**good, "a": {"overall": [3], "fit": {}}},
        {**good, "a": {"overall": 3}},
        {**good, "a": 3},
        {name: good[name] for name in "abc"},
        {},
        [],
        None,
    )
    for bad in cases:
        browser.rate(state, 422, ratings=bad)
    browser.rate(state, 404, ratings={**good, "e": good["a"]})
    browser.rate(state, 422, comment=["x"])
    browser.rate(state, 422, comment=1001 * "x")
    browser.rate({**state, "key": "2"}, 409)
    later = {**state, "key": page_key(listener, 2)}
    assert "has not been reached" in browser.rate(later, 409)["detail"]
    assert browser.rate(state)["page"] == 2
    assert "has been rated" in browser.rate(state, 409)["detail"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"sound": "z", "seconds": SECONDS}, 404),
        ({"sound": "a", "seconds": 0.5 * SECONDS}, 409),
        ({"sound": "a", "seconds": "1"}, 422),
        ({"sound": "a", "seconds": True}, 422),
        ({"sound": "a", "seconds": 10**400}, 422),
        ({"sound": 1, "seconds": 1}, 422),
        ({"sound": "a"}, 422),
        ([], 422),
    ],
)
def test_plays_that_are_refused(browser: Browser, content: object, status: int) -> None:
    key = browser.begin()["key"]
    browser.clock.now += 100
    browser.ask(f"{API}/pages/{key}/plays", content, status)
    assert not any(sound["played"] for sound in browser.ask(f"{API}/state")["sounds"])


def test_odd_numbers_are_refused(browser: Browser) -> None:
    address = f"{API}/pages/{browser.begin()['key']}/plays"
    browser.clock.now += 100
    for number in ("NaN", "-1", "1e-9"):
        response = browser.client.post(
            address,
            data='{"sound": "a", "seconds": %s}' % number,  # noqa: UP031
            content_type="application/json",
        )
        assert response.status_code == 409
    for data, status in (("{", 400), ("[" * 15_000, 400), ("x" * 30_000, 413)):
        response = browser.client.post(address, data=data, content_type="application/json")
        assert response.status_code == status


def test_sounds_only_of_the_page_and_only_for_listeners(browser: Browser) -> None:
    browser.ask(f"{API}/pages/1/sounds/a", status=403)
    browser.ask(f"{API}/pages/1/plays", {"sound": "a", "seconds": 1}, 403)
    page = f"{API}/pages/{browser.begin()['key']}"
    browser.ask(f"{page}/sounds/a")
    browser.ask(f"{API}/pages/1/sounds/a", status=404)
    browser.ask(f"{page}/sounds/z", status=404)
    browser.ask(f"{page}/sounds/c1", status=404)
    browser.ask(f"{page}/sounds/..%2Ftest.json", status=404)


def test_what_is_rated_on_another_listeners_page_does_not_count(
    browser: Browser, test: ListeningTest, clock: Clock
) -> None:
    earlier = browser.begin()
    browser.play_all(earlier)
    own = browser.begin()
    assert own["key"] != earlier["key"]
    browser.ask(earlier["sounds"][0]["address"], status=404)
    assert "another listener" in browser.play("a", earlier["key"], status=409)["detail"]
    assert "another listener" in browser.rate(earlier, 409)["detail"]
    assert not any(sound["played"] for sound in browser.ask(f"{API}/state")["sounds"])
    assert Results(test, clock).ratings() == []


def test_a_cookie_of_nobody_begins_anew(browser: Browser) -> None:
    browser.client.set_cookie(COOKIE, "nobody")
    assert browser.ask(f"{API}/state") == {"state": "new"}


def test_other_web_sites_send_nothing(browser: Browser) -> None:
    response = browser.client.post(
        f"{API}/listeners", json={}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403


def test_the_page(browser: Browser) -> None:
    response = browser.client.get("/")
    assert response.status_code == 200
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert "Sounds &amp; words" in response.text
    assert "3 recordings" in response.text
    # Nothing that the policy would stop.
    assert "<style" not in response.text
    assert "style=" not in response.text
    assert "<script>" not in response.text
    for address in ("/static/listening.js", "/static/listening.css", "/static/js/sound.js"):
        assert browser.client.get(address, buffered=True).status_code == 200


def test_only_the_test_is_served(test: ListeningTest) -> None:
    app = create_app(Settings(folder=test.folder, listen_test=True))
    client = app.test_client()
    assert client.get("/").status_code == 200
    for address in ("/api/v1/separations", "/api/v1/models", "/test.json"):
        assert client.get(address).status_code == 404
    assert not (test.folder / "jobs").exists()


def test_a_token_is_asked_for(test: ListeningTest) -> None:
    app = create_app(Settings(folder=test.folder, listen_test=True, token="a-long-token"))
    client = app.test_client()
    assert client.get("/").headers["Location"] == "/enter"
    assert client.post(f"{API}/listeners", json={}).status_code == 401
    client.get("/enter?token=a-long-token")
    assert client.post(f"{API}/listeners", json={}).status_code == 201


def test_two_tests_on_one_host_know_their_own_listeners(browser: Browser) -> None:
    # Cookies do not know ports.
    for port in (8137, 8138):
        response = browser.client.post(
            f"{API}/listeners", json={}, base_url=f"http://localhost:{port}"
        )
        assert response.headers["Set-Cookie"].startswith(f"{COOKIE}-{port}=")
    states = [
        browser.client.get(f"{API}/state", base_url=f"http://localhost:{port}").get_json()
        for port in (8137, 8138)
    ]
    assert states[0]["link"] != states[1]["link"]


def test_no_address_is_stored(browser: Browser, test: ListeningTest) -> None:
    browser.client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
    state = browser.begin()
    browser.play_all(state)
    browser.rate(state)
    for path in test.folder.rglob("*"):
        if path.is_file():
            assert b"203.0.113.77" not in path.read_bytes()


def test_a_folder_without_a_test(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="is not a listening test"):
        create_app(Settings(folder=tmp_path, listen_test=True))


def test_errors_are_problems(browser: Browser) -> None:
    response = browser.client.get(f"{API}/nothing")
    assert response.content_type == "application/problem+json"
    assert json.loads(response.data)["status"] == 404


def test_the_commands_refusals(run: Run, test: ListeningTest, tmp_path: Path) -> None:
    result = run("serve", "--listen-test", tmp_path / "nothing", "--no-browser")
    assert result.status == 1
    assert "is not a listening test" in result.err
    assert not (tmp_path / "nothing").exists()
    result = run("serve", "--listen-test", test.folder, "-m", "default")
    assert "--listen-test needs neither --model nor --data" in result.err
    (test.folder / "audio" / "0001-c1.flac").write_bytes(b"fLaC")
    result = run("serve", "--listen-test", test.folder)
    assert "is not the file that test.json describes" in result.err
