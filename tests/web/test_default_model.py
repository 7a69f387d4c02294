"""The page's samples, answered by the model that the page offers."""

from functools import partial
from pathlib import Path

import numpy as np

import soundlasso
from soundlasso.web.jobs import JobQueue
from soundlasso.web.performer import Performer
from soundlasso.web.samples import samples
from tests.web.conftest import Site


def test_the_samples_hold_what_they_offer(site: Site, tmp_path: Path) -> None:
    settings, store = site.own.settings, site.own.store
    performer = Performer(settings, store, partial(soundlasso.load, device="cpu", threads=1))
    site.queue = JobQueue(settings.folder / "queue.sqlite", store, performer.perform)
    for name, sample in samples().items():
        done = site.done([*sample.queries, "a telephone ringing"], sample=name)
        assert done["state"] == "done", done["problem"]
        *there, absent = done["results"]
        for result in there:
            (heard,) = result["heard"]
            assert heard["heard"], f"{name}: {heard}"
            assert heard["presence"] > absent["heard"][0]["presence"]
            assert heard["spans"]
            assert result["level"] > absent["level"]
        target, rate = site.samples(there[0]["target"]["wav"])
        assert len(target) == round(done["file"]["seconds"] * rate)
        assert np.abs(target).max() > 0.01
