"""The names that clips of videos are stored under.

The tables of such data sets name a video and a second; which file that becomes is up to whoever
fetched it. These are the forms that public download scripts and mirrors use.
"""


def clip_names(video: str, start: float | None = None, end: float | None = None) -> list[str]:
    """File names, without extension, that a clip may have.

    Args:
        video: Its id, 11 characters.
        start: Where the clip begins, in seconds.
        end: Where it ends.

    Returns:
        Those that name the time first: another clip may be cut from the same video.
    """
    times = []
    if start is not None:
        times += [f"_{int(start):06d}", f"_{start:g}", f"_{start:.3f}"]
    if start is not None and end is not None:
        times += [
            f"_{start:g}_{end:g}",
            f"_{start:.3f}_{end:.3f}",
            f"_{round(start * 1000)}_{round(end * 1000)}",
        ]
    # Ids may begin with a dash, which programs take for an option; hence the Y before them.
    return [f"{mark}{video}{time}" for time in [*times, ""] for mark in ("Y", "")]
