"""The form of the blind listening test: the page, and the API that it asks.

Listeners get no names of models, files or conditions: a sound is a letter on a page, and which
condition a letter stands for is drawn for each listener and known to the server only.
"""

import hashlib
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, current_app, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from soundlasso.listening.manifest import MIXTURE, ListeningTest, read_test
from soundlasso.listening.results import (
    MOST_COMMENT_LETTERS,
    Listener,
    RefusedError,
    Results,
)
from soundlasso.web.guard import cookie_name, protect
from soundlasso.web.problems import Problem, answer_with_problems, too_many
from soundlasso.web.services import Site, install
from soundlasso.web.settings import Settings

COOKIE = "soundlasso-listener"
API = "/api/v1/listening"

_YEAR = 365 * 24 * 3600
_MOST_BYTES = 20_000
_ENROLMENTS = "600/hour"
_STATUS = {"unknown": 404, "order": 409, "twice": 409, "unheard": 409, "value": 422}

listening = Blueprint("listening", __name__)


@dataclass(frozen=True)
class ListeningSite(Site):
    """The parts of a server that shows a listening test.

    Attributes:
        test: What is rated.
        results: Who has rated what.
    """

    test: ListeningTest
    results: Results


def create_listening_app(settings: Settings, clock: Callable[[], float] = time.time) -> Flask:
    """Makes the application that shows the test in ``settings.folder``.

    Args:
        settings: Folder, names and token; what is said of jobs does not matter.
        clock: Seconds since 1970.

    Raises:
        OptionError: the folder holds no listening test, or the results of another.
    """
    app = Flask("soundlasso.web")
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]
    test = read_test(settings.folder)
    install(app, ListeningSite(settings, test, Results(test, clock)))
    answer_with_problems(app)
    protect(app)
    app.register_blueprint(listening)
    # Addresses are counted in memory and never written down.
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri="memory://",
        swallow_errors=False,
        on_breach=too_many,
    )
    view: Any = app.view_functions["listening.enrol"]
    app.view_functions["listening.enrol"] = cast(Any, limiter.limit(_ENROLMENTS)(view))
    return app


def _site() -> ListeningSite:
    return cast(ListeningSite, current_app.extensions["soundlasso"])


@listening.get("/")
def index() -> ResponseReturnValue:
    """The form; with ``?listener=ID``, that listener's, to go on in another browser."""
    site = _site()
    name = request.args.get("listener")
    if name is not None:
        if site.results.find(name) is None:
            raise Problem(404, "there is no such listener; the link may be incomplete")
        return _remember(redirect("/"), name)
    return render_template(
        "listening.html",
        title=site.test.manifest.title,
        pages=len(site.test.manifest.items),
        minutes=_minutes(site.test),
        most_letters=MOST_COMMENT_LETTERS,
    )


def _minutes(test: ListeningTest) -> int:
    """What the sounds take together, at least."""
    sounds = len(test.manifest.conditions) + 1
    return max(1, round(sum(item.seconds for item in test.manifest.items) * sounds / 60))


@listening.post(f"{API}/listeners")
def enrol() -> ResponseReturnValue:
    """Takes in a new listener."""
    listener = _site().results.enrol()
    return _remember(current_app.json.response(_state(listener)), listener.id), 201


@listening.get(f"{API}/state")
def state() -> ResponseReturnValue:
    """What the listener has to do."""
    listener = _known()
    return {"state": "new"} if listener is None else _state(listener)


@listening.get(f"{API}/pages/<key>/sounds/<name>")
def sound(key: str, name: str) -> ResponseReturnValue:
    """A sound of the listener's current page: the mixture, or a letter."""
    site, listener = _site(), _listener()
    page = site.results.progress(listener).page
    if page is None or key != page_key(listener, page):
        raise Problem(404, "this page is not yours to listen to now")
    shown = listener.pages[page - 1]
    condition = MIXTURE if name == MIXTURE else shown.sounds.get(name)
    if condition is None:
        raise Problem(404, "there is no such sound on this page")
    path = site.test.folder / shown.item.sound(condition).file
    # The file's name, date and ETag are the same for every listener and would tell who is who.
    response = send_file(
        path,
        mimetype="audio/flac",
        download_name=f"{name}.flac",
        conditional=False,
        etag=False,
        last_modified=0,
    )
    # The next listener at this computer has other sounds at the same address.
    response.headers["Cache-Control"] = "no-store"
    return response


@listening.post(f"{API}/pages/<key>/plays")
def play(key: str) -> ResponseReturnValue:
    """Notes that a sound was played to its end."""
    listener, content = _listener(), _content()
    page = _page(listener, key)
    name, seconds = content.get("sound"), _number(content.get("seconds"))
    if not isinstance(name, str) or seconds is None:
        raise Problem(422, 'send which sound was played and for how long: {"sound", "seconds"}')
    with _refusals():
        _site().results.play(listener, page, name, seconds)
    return _state(listener)


def _number(value: object) -> float | None:
    """A number of JSON as a float; ``None`` if it is none, or an integer beyond all floats."""
    # What is true is an integer as well.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


@listening.post(f"{API}/pages/<key>/ratings")
def rate(key: str) -> ResponseReturnValue:
    """Notes the ratings of a page, and turns to the next."""
    listener, content = _listener(), _content()
    page = _page(listener, key)
    given, comment = content.get("ratings"), content.get("comment", "")
    if not isinstance(given, dict) or not isinstance(comment, str):
        raise Problem(422, 'send {"ratings": {"a": {"overall": 4, "fit": 5}}, "comment": ""}')
    ratings = {name: _pair(value) for name, value in given.items()}
    with _refusals():
        _site().results.rate(listener, page, ratings, _text(comment))
    return _state(listener)


def _pair(value: object) -> tuple[Any, Any]:
    if not isinstance(value, dict) or value.keys() != {"overall", "fit"}:
        raise Problem(422, "each sound is rated twice: overall and fit")
    return value["overall"], value["fit"]


def _content() -> dict[str, Any]:
    try:
        content = request.get_json()
    except RecursionError:
        raise Problem(400, "send a JSON object that is not as deep") from None
    if not isinstance(content, dict):
        raise Problem(422, "send a JSON object")
    return content


@contextmanager
def _refusals() -> Iterator[None]:
    """Makes problems of what the results refuse."""
    try:
        yield
    except RefusedError as error:
        raise Problem(_STATUS[error.reason], str(error)) from None


def _known() -> Listener | None:
    name = request.cookies.get(cookie_name(COOKIE))
    return None if name is None else _site().results.find(name)


def _listener() -> Listener:
    listener = _known()
    if listener is None:
        raise Problem(403, "begin the test first")
    return listener


def page_key(listener: Listener, page: int) -> str:
    """What a page is known by to the one listener whose page it is."""
    return hashlib.sha256(f"{listener.id} {page}".encode()).hexdigest()[:16]


def _page(listener: Listener, key: str) -> int:
    """A page's number.

    The browser may have become another listener's since it showed the page, in another tab: what
    is heard and rated there must not count for that one's sounds.
    """
    for page in range(1, len(listener.pages) + 1):
        if key == page_key(listener, page):
            return page
    raise Problem(409, "this page belongs to another listener; it is turned to yours now")


def _remember(response: Any, name: str) -> Any:
    response.set_cookie(
        cookie_name(COOKIE),
        name,
        max_age=_YEAR,
        httponly=True,
        # Links from elsewhere, as in a mail, lead back into the test.
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


def _state(listener: Listener) -> dict[str, Any]:
    """What a listener may know."""
    progress = _site().results.progress(listener)
    common = {"pages": len(listener.pages), "link": f"/?listener={listener.id}"}
    if progress.page is None:
        return {"state": "done", **common}
    shown = listener.pages[progress.page - 1]
    key = page_key(listener, progress.page)
    return {
        "state": "rating",
        **common,
        "page": progress.page,
        "key": key,
        "query": shown.item.query,
        "sounds": [
            {
                "name": name,
                "address": f"{API}/pages/{key}/sounds/{name}",
                "seconds": round(shown.item.seconds, 3),
                "played": name in progress.played,
            }
            for name in (MIXTURE, *shown.sounds)
        ],
    }


def _text(text: str) -> str:
    """A comment without signs that steer terminals or the direction of writing."""
    kept = (sign for sign in text if sign == "\n" or unicodedata.category(sign)[0] != "C")
    return "".join(kept).strip()
