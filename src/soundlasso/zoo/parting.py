"""Whether a query names several sounds, and which.

Networks that were trained on one sound at a time make nothing of "a dog barking and rain": what
they hear is neither. Asked for both in turn, they hear both. So a query is taken apart where that
makes two queries which are close to known ones and mean different sounds, although the whole is
close to none. How much each of these signs counts was fitted to queries of one and of two sounds
(``benchmarks/compounds.py``).
"""

import math
from dataclasses import astuple, dataclass

import torch

from soundlasso.nn.anchors import Anchors
from soundlasso.query.compounds import Cut, cuts
from soundlasso.query.encoder import QueryEncoder

# Queries of more are no list of sounds, and would take long.
_MOST_CUTS = 12


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against two sounds, one on either side of a cut.

    Attributes:
        overlap: How much of what the two sides mean, among known sounds, is the same; 0 to 1.
        sides_known: How near both sides are to known queries: the sum of two cosines.
        whole_known: How near the whole query is to one: a cosine.
        by_sign: 1 if only a comma or the like divides them, else 0.
        words: The natural logarithm of how many words the shorter side has.
    """

    overlap: float
    sides_known: float
    whole_known: float
    by_sign: float
    words: float


WEIGHTS = Evidence(overlap=-11.7, sides_known=12.2, whole_known=-11.4, by_sign=-1.3, words=0.5)
OFFSET = -7.7
THRESHOLD = 1.0
"""The logit from which on a query is taken apart: to miss two sounds is better than to tear one."""
THRESHOLD_WITHIN = -1.0
"""The same within what has been taken apart: who names two sounds is likely to name a third."""


class Parter:
    """Takes apart the queries of a network that has anchors."""

    def __init__(self, encoder: QueryEncoder, anchors: Anchors) -> None:
        """Takes what reads queries, and what the network knows of them."""
        self._encoder = encoder
        self._anchors = anchors

    def parts(self, query: str) -> list[str]:
        """The sounds that a query names, in its own words; the query itself if that is one."""
        return self._parts(query, threshold=THRESHOLD)

    def _parts(self, query: str, threshold: float) -> list[str]:
        judged = self.judge(query)
        if not judged:
            return [query]
        best, evidence = max(judged, key=lambda one: logit(one[1]))
        if logit(evidence) < threshold:
            return [query]
        return [
            part for side in (best.left, best.right) for part in self._parts(side, THRESHOLD_WITHIN)
        ]

    @torch.inference_mode()
    def judge(self, query: str) -> list[tuple[Cut, Evidence]]:
        """What speaks for and against each cut of a query."""
        found = cuts(query)
        if not found or len(found) > _MOST_CUTS:
            return []
        sides = [side for cut in found for side in (cut.left, cut.right)]
        words = self._encoder.encode([query, *sides])
        states = words.states.to(self._anchors.keys.device)
        mask = words.mask.to(states.device)
        meant = self._anchors.weights(states, mask)
        known = self._anchors.nearness(states, mask).tolist()
        overlaps = torch.minimum(meant[1::2], meant[2::2]).sum(1).tolist()
        return [
            (
                cut,
                Evidence(
                    overlap=overlaps[place],
                    sides_known=known[2 * place + 1] + known[2 * place + 2],
                    whole_known=known[0],
                    by_sign=float(cut.by_sign),
                    words=math.log(cut.fewest_words),
                ),
            )
            for place, cut in enumerate(found)
        ]


def logit(evidence: Evidence) -> float:
    """How sure it is that there are two sounds, as a logit."""
    pairs = zip(astuple(WEIGHTS), astuple(evidence), strict=True)
    return OFFSET + sum(weight * value for weight, value in pairs)
