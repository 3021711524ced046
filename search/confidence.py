"""How sure we are that the first hits answer the question, from their evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from search.models import Confidence, Hit

ANSWERABLE = 0.5  # below this the page says 「没有找到」

# A first guess, to be fitted on the judged questions; closeness of unrelated text lies around 0.78 with this model.
_BIAS, _CLOSENESS, _SHARE = -42.0, 48.0, 3.0


def of(hits: Sequence[Hit]) -> float:
    """Probability (0 to 1) that the best hits answer the question; 0 without hits."""
    if not hits:
        return 0.0
    closeness = max(hit.closeness for hit in hits[:3])
    share = max(_share(hit) for hit in hits[:3])
    return round(1 / (1 + math.exp(-(_BIAS + _CLOSENESS * closeness + _SHARE * share))), 4)


def _share(hit: Hit) -> float:
    return min(len(hit.terms) / 3, 1.0)


def in_words(closeness: float, share: float) -> Confidence:
    """One hit's confidence as the page says it."""
    evidence = closeness + 0.05 * min(share, 1.0)
    return "强" if evidence >= 0.91 else "中" if evidence >= 0.87 else "弱"
