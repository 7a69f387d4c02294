"""What a separation says about where its sound was heard, in the page's words."""

from typing import Any

from soundlasso.engine.files import FileResult


def heard(result: FileResult) -> dict[str, Any]:
    """Presence and spans of a result.

    Returns:
        ``presence``, how sure the model is that the sound is there, 0 to 1, and ``spans``, from
        when to when in seconds; both ``None`` where the model does not say.
    """
    return {"presence": None, "spans": None}
