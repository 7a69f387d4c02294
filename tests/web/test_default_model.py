"""The page's samples, answered by the model that the page offers."""

from functools import partial
from pathlib import Path

import numpy as np

import soundlasso
from soundlasso.web.jobs import JobQueue
from soundlasso.web.performer import Performer
from soundlasso.web.samples import samples
from tests.web.conftest import Site

ABSENT = ("a telephone ringing", "a siren", "a car horn")


def test_the_samples_hold_what_they_offer(site: Site, tmp_path: Path) -> None:
    settings, store = site.own.settings, site.own.store
    performer = Performer(settings, store, partial(soundlasso.load, device="cpu", threads=1))
    site.queue = JobQueue(settings.folder / "queue.sqlite", store, performer.perform)
    for name, sample in samples().items():
        done = site.done([*sample.queries, *ABSENT], sample=name)
        assert done["state"] == "done", done["problem"]
        count = len(sample.queries)
        there, absent = done["results"][:count], done["results"][count:]
        # One of them may be taken for what is there: to gainnet.v6 a guitar is a telephone, too.
        presence = np.mean([other["heard"][0]["presence"] for other in absent])
        level = np.mean([other["level"] for other in absent])
        for result in there:
            (heard,) = result["heard"]
            assert heard["heard"], f"{name}: {heard}"
            assert heard["presence"] > presence + 0.2
            assert heard["spans"]
            assert result["level"] > level
        target, rate = site.samples(there[0]["target"]["wav"])
        assert len(target) == round(done["file"]["seconds"] * rate)
        assert np.abs(target).max() > 0.01
