"""The API: what programs, and the page itself, ask for. openapi.json describes it."""

import shutil
import unicodedata
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from soundlasso._version import __version__
from soundlasso.engine.wording import alike, has_words, without_repetition
from soundlasso.errors import AudioError, OptionError, SoundLassoError
from soundlasso.web.convert import Format, converted
from soundlasso.web.describe import SEPARATIONS, describe
from soundlasso.web.events import follow
from soundlasso.web.names import download_name
from soundlasso.web.prober import Look, NotReadyError
from soundlasso.web.problems import Problem, no_room
from soundlasso.web.retention import remove
from soundlasso.web.samples import samples
from soundlasso.web.services import Services, services
from soundlasso.web.settings import INPUT
from soundlasso.web.store import FullError, Job
from soundlasso.zoo.card import Card
from soundlasso.zoo.registry import ALIASES

api = Blueprint("api", __name__, url_prefix="/api/v1")

MOST_QUERY_LETTERS = 300
_MOST_NAME_LETTERS = 120
_MOST_CHANNELS = 8
_RATES = range(1000, 192_001)
_SHORTEST_RETRY = 5
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_FIELDS = ("file", "sample", "separation", "track", "query", "not", "mode", "model")
_MIME = {"wav": "audio/wav", "flac": "audio/flac", "mp3": "audio/mpeg"}


@api.get("/health")
def health() -> ResponseReturnValue:
    """Whether the server and its worker run, and how much there is to do."""
    own = services()
    counts = own.store.counts()
    return {
        "status": "ok" if own.worker.alive else "starting",
        "version": __version__,
        "queued": counts.get("queued", 0),
        "running": counts.get("running", 0),
    }


@api.get("/models")
def models() -> ResponseReturnValue:
    """The models that may be chosen, the default first."""
    return {"models": [_model(card) for card in services().models.values()]}


def _model(card: Card) -> dict[str, Any]:
    score = card.metrics.get("two-source", {}).get("si_sdri")
    return {
        "name": card.name,
        "aliases": [alias for alias, name in ALIASES.items() if name == card.name],
        "summary": card.summary,
        "parameters": card.parameters,
        "sample_rate": card.sample_rate,
        "licence": card.licence,
        "si_sdri": score,
    }


@api.get("/samples")
def list_samples() -> ResponseReturnValue:
    """The recordings that come with the page."""
    return {
        "samples": [
            {
                "name": one.name,
                "title": one.title,
                "queries": list(one.queries),
                "seconds": one.seconds,
                "credit": one.credit,
            }
            for one in samples().values()
        ]
    }


@api.get("/samples/<name>")
def sample(name: str) -> ResponseReturnValue:
    """A sample's sound."""
    found = samples().get(name)
    if found is None:
        raise Problem(404, "there is no such sample")
    return send_file(found.path, conditional=True, max_age=3600)


@api.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """This API's description."""
    return send_file(Path(__file__).with_name("openapi.json"), mimetype="application/json")


@api.post("/separations")
def create() -> ResponseReturnValue:
    """Takes in a recording and what is wanted of it, and puts the job into the queue."""
    own = services()
    if request.mimetype not in _FORMS:
        raise Problem(415, "send a form, as multipart/form-data where it has a file")
    _check_fields()
    wish = _wish(own)
    job = uuid4()
    folder = own.settings.jobs_folder / str(job)
    folder.mkdir(parents=True)
    try:
        name = _receive(own, folder / INPUT)
        sound = _sound(own, folder / INPUT, name)
        _check_room(own, sound, len(wish["queries"]))
        own.store.add(job, wish, sound, own.settings.most_waiting)
        _put_into_queue(own, job)
    except FullError:
        shutil.rmtree(folder, ignore_errors=True)
        seconds = _retry(own)
        detail = f"the queue is full; try again in {seconds} seconds"
        raise Problem(503, detail, retry_after=seconds) from None
    except BaseException:
        # What cannot be removed yet, as on Windows, is a stray that is removed later.
        shutil.rmtree(folder, ignore_errors=True)
        raise
    described = describe(_job(job), own)
    return described, 202, {"Location": f"{SEPARATIONS}/{job}"}


def _put_into_queue(own: Services, job: UUID) -> None:
    try:
        own.queue.add(job)
    except BaseException:
        # Otherwise it would wait for the server to be started again.
        own.store.remove(job)
        raise


def _check_fields() -> None:
    """Refuses a field that nothing would be made of, such as a misspelt one."""
    for field in (*request.form, *request.files):
        if field not in _FIELDS:
            name = _text(field)[:_MOST_NAME_LETTERS]
            raise Problem(400, f"there is no field {name!r}; there are {', '.join(_FIELDS)}")


def _wish(own: Services) -> dict[str, Any]:
    queries = _queries("query")
    if not queries:
        raise Problem(422, "say what you want to hear: query=a dog barking")
    mode = request.form.get("mode", "keep")
    if mode not in {"keep", "remove"}:
        raise Problem(422, "mode must be keep or remove")
    unwanted = _unwanted(queries, mode)
    wanted = request.form.get("model") or next(iter(own.models.values())).name
    wanted = ALIASES.get(wanted, wanted)
    for source, card in own.models.items():
        if card.name == wanted:
            return {
                "queries": queries,
                "not": unwanted,
                "mode": mode,
                "model": card.name,
                "source": source,
            }
    names = ", ".join(card.name for card in own.models.values())
    raise Problem(422, f"there is no such model; choose one of {names}")


def _queries(field: str) -> list[str]:
    asked = [_text(query) for query in request.form.getlist(field)]
    if "" in asked:
        raise Problem(422, "a query is empty; say what you want to hear, such as: a dog barking")
    for query in asked:
        if not has_words(query):
            raise Problem(422, f"the query {query!r} has no letter or digit")
    queries = without_repetition(asked)
    most = services().settings.most_queries
    if len(queries) > most:
        raise Problem(422, f"up to {most} queries can be asked at once")
    if queries and max(map(len, queries)) > MOST_QUERY_LETTERS:
        raise Problem(422, f"a query may have up to {MOST_QUERY_LETTERS} letters")
    return queries


def _unwanted(queries: list[str], mode: str) -> list[str]:
    """What must not remain, which goes with keeping alone."""
    unwanted = _queries("not")
    if unwanted and mode == "remove":
        raise Problem(422, "mode=remove takes out every query; it goes without not")
    for query in unwanted:
        if any(alike(query, wanted) for wanted in queries):
            raise Problem(422, f"{query!r} is both wanted and unwanted")
    return unwanted


def _receive(own: Services, path: Path) -> str:
    """Puts the recording where it belongs; says what to call it."""
    upload = request.files.get("file")
    sample = request.form.get("sample")
    earlier = request.form.get("separation")
    if (upload is not None) + (sample is not None) + (earlier is not None) != 1:
        raise Problem(422, "send one file, or name one sample or one separation")
    if sample is not None:
        found = samples().get(sample)
        if found is None:
            raise Problem(422, "there is no such sample")
        shutil.copyfile(found.path, path)
        return found.title
    if upload is not None:
        upload.save(path)
        return _upload_name(upload)
    return _continue(own, earlier or "", path)


def _upload_name(upload: FileStorage) -> str:
    """What the visitor calls the file; shown to them, and used for nothing else."""
    name = _text((upload.filename or "").replace("\\", "/").rpartition("/")[2])
    return name[:_MOST_NAME_LETTERS] or "recording"


def _continue(own: Services, earlier: str, path: Path) -> str:
    """Takes a sound of an earlier separation, to ask again of it."""
    try:
        job = own.store.get(UUID(earlier))
    except ValueError:
        job = None
    if job is None:
        raise Problem(422, "there is no such separation; it may have been removed")
    if job.state != "done":
        raise Problem(422, f"the separation is {job.state}; it has no results to ask again of")
    track = request.form.get("track", "mixture")
    source = own.settings.jobs_folder / str(job.id) / f"{_known_track(job, track, 422)}.wav"
    try:
        shutil.copyfile(source, path)
    except FileNotFoundError:
        raise Problem(422, "that separation has been removed") from None
    name: str = job.sound["name"]
    kind, _, index = track.partition("-")
    if kind == "mixture":
        return name
    query = _asked(job, int(index))
    words = f"{query} from {name}" if kind == "target" else f"{name} without {query}"
    return words[:_MOST_NAME_LETTERS]


def _sound(own: Services, path: Path, name: str) -> dict[str, Any]:
    """What the recording is, if it is one that may be worked on."""
    settings = own.settings
    try:
        look: Look = own.prober.look(path)
    except NotReadyError as error:
        raise Problem(503, str(error), retry_after=_SHORTEST_RETRY) from None
    except SoundLassoError as error:
        raise Problem(415, f"{name}: {error}") from None
    if look.channels > _MOST_CHANNELS or look.sample_rate not in _RATES:
        raise Problem(
            422,
            f"{name}: has {look.channels} channels at {look.sample_rate} Hz; up to "
            f"{_MOST_CHANNELS} channels at {_RATES[0]} to {_RATES[-1]} Hz can be worked on",
        )
    longest = settings.longest(look.channels, look.sample_rate)
    if look.seconds is not None and look.seconds > longest:
        raise Problem(
            413,
            f"{name}: is {_clock(look.seconds)} long; up to {_clock(longest)} of such a "
            "recording can be worked on here",
        )
    return {
        "name": name,
        "seconds": longest if look.seconds is None else round(look.seconds, 3),
        "sample_rate": look.sample_rate,
        "channels": look.channels,
    }


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{minutes:.0f}:{rest:04.1f}".removesuffix(".0")


def _check_room(own: Services, sound: dict[str, Any], queries: int) -> None:
    """Refuses a job whose results the disk cannot hold."""
    samples_each = sound["seconds"] * sound["sample_rate"] * sound["channels"]
    needed = samples_each * 4 * (2 * queries + 1)
    if shutil.disk_usage(own.settings.folder).free < needed + (1 << 27):
        raise no_room()


def _retry(own: Services) -> int:
    """Seconds until there may be room in the queue."""
    running = own.store.running()
    cost = own.store.cost()
    if running is None or cost is None:
        return _SHORTEST_RETRY
    return max(_SHORTEST_RETRY, round(cost * running.sound["seconds"]))


@api.get("/separations/<uuid:job>")
def show(job: UUID) -> ResponseReturnValue:
    """How far a job is, and where its results are."""
    return describe(_job(job), services())


@api.get("/separations/<uuid:job>/events")
def events(job: UUID) -> ResponseReturnValue:
    """A job's course as it happens."""
    _job(job)
    return follow(services(), job)


@api.post("/separations/<uuid:job>/cancel")
def cancel(job: UUID) -> ResponseReturnValue:
    """Stops a job; one that is finished stays as it is."""
    own = services()
    before = _job(job)
    if before.state in {"queued", "running"}:
        own.store.cancel(job)
    after = _job(job)
    if after.state == "cancelled" and before.state == "queued":
        shutil.rmtree(own.settings.jobs_folder / str(job), ignore_errors=True)
    return describe(after, own)


@api.delete("/separations/<uuid:job>")
def delete(job: UUID) -> ResponseReturnValue:
    """Removes a job with everything that belongs to it, and stops it if need be."""
    own = services()
    _job(job)
    # What is being worked on is removed by the worker, as soon as it notices.
    if not own.store.hide(job):
        remove(own.settings, own.store, job)
    return Response(status=204)


@api.get("/separations/<uuid:job>/sounds/<track>.<any(wav,flac,mp3):form>")
def sound(job: UUID, track: str, form: Format) -> ResponseReturnValue:
    """A sound: the mixture, or the target or residual of a query."""
    own = services()
    found = _done(job)
    name = _known_track(found, track, 404)
    folder = own.settings.jobs_folder / str(job)
    try:
        response = send_file(
            converted(folder, name, form),
            mimetype=_MIME[form],
            as_attachment=True,
            download_name=f"{download_name(found, name)}.{form}",
            conditional=True,
        )
    except FileNotFoundError:
        # Before it was converted, or between that and now.
        raise Problem(404, "the separation has been removed") from None
    except OptionError as error:
        raise Problem(422, f"{form}: {_reason(error)}") from None
    except AudioError as error:
        raise Problem(
            503, f"{form} cannot be made now: {_reason(error)}", retry_after=600
        ) from None
    return _kept_by_browser(response)


@api.get("/separations/<uuid:job>/pictures/<track>")
def picture(job: UUID, track: str) -> ResponseReturnValue:
    """A sound's outline and mel spectrogram."""
    name = _known_track(_done(job), track, 404)
    path = services().settings.jobs_folder / str(job) / f"{name}.json"
    try:
        response = send_file(path, mimetype="application/json", conditional=True)
    except FileNotFoundError:
        raise Problem(404, "the separation has been removed") from None
    return _kept_by_browser(response)


def _reason(error: SoundLassoError) -> str:
    """An error without the file that it is about."""
    return str(error).rpartition(": ")[2]


def _kept_by_browser(response: Response) -> Response:
    """Lets the visitor's browser, and nobody on the way to it, keep a result for an hour."""
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _asked(job: Job, index: int) -> str:
    """What a result answers."""
    queries: list[str] = job.wish["queries"]
    return " and ".join(queries) if job.wish["mode"] == "remove" else queries[index]


def _job(job: UUID) -> Job:
    found = services().store.get(job)
    if found is None:
        raise Problem(404, "there is no such separation; it may have been removed")
    return found


def _done(job: UUID) -> Job:
    found = _job(job)
    if found.state != "done":
        raise Problem(409, f"the separation is {found.state}; it has no results")
    return found


def _known_track(job: Job, track: str, status: int) -> str:
    """The name of one of a job's sounds; nothing else becomes part of a path."""
    known = ["mixture"]
    for index in range(len(job.results or [])):
        known += [f"target-{index}", f"residual-{index}"]
    if track not in known:
        raise Problem(status, f"there is no such sound; there are {', '.join(known)}")
    return known[known.index(track)]


def _text(text: str) -> str:
    """Text on one line, without signs that steer terminals or the direction of writing."""
    kept = "".join(
        " " if sign.isspace() else sign
        for sign in text
        if sign.isspace() or unicodedata.category(sign)[0] != "C"
    )
    return " ".join(kept.split())
