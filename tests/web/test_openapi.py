"""The API does what its description says: schemathesis asks whatever may be asked of it."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

import soundlasso.web
from soundlasso.web.samples import samples
from soundlasso.zoo.registry import ALIASES
from tests.web.conftest import Site, sound

MakeSite = Callable[..., Site]

# Any bytes are a file; only these are sound files, and so may be accepted.
schemathesis.openapi.media_type("audio/*", st.sampled_from([sound(0.1), sound(0.2, form="FLAC")]))


DOCUMENT = json.loads((Path(soundlasso.web.__file__).parent / "openapi.json").read_text())
OPERATIONS = [
    (path, method)
    for path, item in DOCUMENT["paths"].items()
    for method in item
    if method != "parameters"
]
MODES = list(schemathesis.GenerationMode)


def described(site: Site) -> Any:
    """The description of a site with one job, whose id stands in place of all others."""
    job = site.done("a dog")["id"]
    document = copy.deepcopy(DOCUMENT)
    for item in document["paths"].values():
        for parameter in item.get("parameters", []):
            if parameter["name"] == "id":
                parameter["schema"]["enum"] = [job]
            if parameter["name"] == "track":
                parameter["schema"]["enum"] = ["mixture", "target-0", "residual-0"]
    content = document["paths"]["/separations"]["post"]["requestBody"]["content"]
    sample, earlier = content["application/x-www-form-urlencoded"]["schema"]["anyOf"]
    earlier["properties"]["separation"]["enum"] = [job]
    earlier["properties"]["track"]["enum"] = ["mixture", "target-0", "residual-0"]
    # That nothing is both wanted and unwanted is beyond what a schema can say.
    for form in (content["multipart/form-data"]["schema"], sample, earlier):
        form["properties"]["not"]["items"] = {"enum": ["the wind", "the rain"]}
        form["properties"]["model"]["enum"] = ["default", ALIASES["default"]]
    schema = schemathesis.openapi.from_dict(document)
    schema.app = site.app
    return schema


# Schemathesis does not close the answers that it gets.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_the_api_is_as_described(
    make_site: MakeSite, path: str, method: str, mode: schemathesis.GenerationMode
) -> None:
    site = make_site(most_waiting=100_000)
    operation = described(site)[path][method]
    # In a form, what is not text becomes text; whether it was a number cannot be told.
    excluded = [schemathesis.checks.negative_data_rejection] if method == "post" else []

    @settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
        database=None,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: "schemathesis.Case[Any]") -> None:
        case.call_and_validate(excluded_checks=excluded)

    try:
        ask()
    except Unsatisfiable:
        # There is no wrong way to ask for what takes no values.
        assert mode is schemathesis.GenerationMode.NEGATIVE


def test_the_description_names_what_there_is(site: Site) -> None:
    document: dict[str, Any] = site.get("/api/v1/openapi.json").json  # type: ignore[assignment]
    routes = {
        str(rule).removeprefix("/api/v1").replace("<uuid:job>", "{id}")
        .replace("<track>", "{track}").replace("<name>", "{name}")
        .replace("<any(wav,flac,mp3):form>", "{format}")
        for rule in site.app.url_map.iter_rules()
        if str(rule).startswith("/api/")
    }  # fmt: skip
    assert routes == set(document["paths"])
    named = document["paths"]["/samples/{name}"]["get"]["parameters"][0]["schema"]["enum"]
    assert named == list(samples())
    assert document["info"]["title"] == "Sound Lasso"
