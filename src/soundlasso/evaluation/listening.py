"""What a model's judgement of presence and spans is made of, for those who judge it."""

from soundlasso.audio.info import Samples
from soundlasso.engine.request import ask_for
from soundlasso.engine.separator import Separator
from soundlasso.engine.stream import separate_stream, whole
from soundlasso.engine.timeline import Timeline, TimelineRecorder
from soundlasso.errors import OptionError


def listen(
    separator: Separator, samples: Samples, sample_rate: int, queries: list[str]
) -> Timeline:
    """What is remembered of a recording, ``C T``, for each query.

    Raises:
        OptionError: the model does not say what it hears.
    """
    request = ask_for(separator.model, queries, ())
    channels = len(samples)
    plan = separator.model.stretch(sample_rate, channels)
    recorder = TimelineRecorder(sample_rate, len(queries), plan.step)
    blocks = whole(samples, plan)
    for part in separate_stream(blocks, sample_rate, channels, separator.model, request.conditions):
        recorder.add(part)
    timeline = recorder.timeline()
    if timeline.matches is None:
        raise OptionError(f"{separator.name} does not say what it hears")
    return timeline
