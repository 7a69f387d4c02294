"""Model cards: the JSON beside the weights that says what they are."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soundlasso.atomic import write_text
from soundlasso.config import build_config
from soundlasso.engine.presence import PresenceCalibration
from soundlasso.errors import WeightsError

CARD_FORMAT = 1
"""Version of the card's layout; cards of other versions are refused."""


@dataclass(frozen=True)
class Card:
    """What is known of a model.

    Attributes:
        name: ``family.tag``; a tag never changes its weights.
        family: Which architecture, a key of `soundlasso.zoo.families.FAMILIES` or of
            `FAMILIES_WITH_ENCODER` beside it.
        config: The architecture's numbers.
        query_encoder: The frozen encoder whose states it was trained on; ``own`` for one that
            is part of the weights.
        sample_rate: The rate in Hz that it was trained at; content above half of it follows
            the model's top band.
        weights: File name beside the card.
        sha256: Of that file.
        parameters: How many numbers were learned.
        licence: Of the weights, as an SPDX identifier.
        summary: One line for lists.
        training: Data, steps, machine and time, for people.
        metrics: Scores by benchmark, for people and lists.
        presence: How the model's evidence says whether a sound is there
            (`soundlasso.engine.presence.PresenceCalibration`); ``None`` if it cannot.
    """

    name: str
    family: str
    config: dict[str, Any]
    query_encoder: str
    sample_rate: int
    weights: str
    sha256: str
    parameters: int
    licence: str
    summary: str
    training: dict[str, Any]
    metrics: dict[str, Any]
    presence: dict[str, Any] | None = None

    def calibration(self) -> PresenceCalibration | None:
        """The section on presence, if there is one.

        Raises:
            WeightsError: its numbers do not make sense.
        """
        if self.presence is None:
            return None
        try:
            return build_config(PresenceCalibration, self.presence, "presence")
        except ValueError as error:
            raise WeightsError(f"{self.name}: the card's numbers do not fit: {error}") from error

    def write(self, path: Path) -> None:
        """Writes the card, aside first."""
        text = json.dumps({"format": CARD_FORMAT, **vars(self)}, indent=2, ensure_ascii=False)
        write_text(path, text + "\n")


def read_card(path: Path) -> Card:
    """Reads a card.

    Raises:
        WeightsError: it is missing, damaged or of another version.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content.pop("format")
        if version != CARD_FORMAT:
            raise WeightsError(
                f"{path}: is a card of version {version}; this program reads {CARD_FORMAT}"
            )
        return Card(**content)
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WeightsError(f"{path}: is not a model card: {error}") from error
