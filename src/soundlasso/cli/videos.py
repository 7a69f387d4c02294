"""Videos of what ``separate`` wrote."""

from pathlib import Path

from soundlasso.audio.video import video_suffix, write_video
from soundlasso.engine.files import FileResult, RemovalResult


def write_videos(video: Path, result: FileResult | RemovalResult) -> list[Path]:
    """Writes the picture of a recording with each sound of a result, beside its sound file."""
    paths = []
    for sound in result.sounds:
        path = sound.with_suffix(video_suffix(video))
        write_video(video, sound, path)
        paths.append(path)
    return paths
