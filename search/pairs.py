"""Pairs of neighbouring characters by number: what a text holds, without a dictionary of all pairs there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search.models import Rows

BITS = 13
COUNT = 1 << BITS  # of a passage of 500 characters one pair in thirty shares its number with another
_ODD = np.uint32(2_654_435_769)  # 2³² over the golden ratio (Knuth, The Art of Computer Programming 3, 6.4)


def numbers(units: NDArray[np.uint16]) -> NDArray[np.uint32]:
    """The number (n - 1,) of each pair of neighbours among ``n`` UTF-16 code units, below COUNT."""
    wide = units.astype(np.uint32)
    return np.asarray((wide[:-1] << np.uint32(16) | wide[1:]) * _ODD >> np.uint32(32 - BITS))


def held(units: NDArray[np.uint16], owner: Rows, owners: int) -> Rows:
    """Which pairs each stretch of ``units`` holds, once each and rising, as stretch · COUNT + number."""
    there = np.zeros(owners << BITS, dtype=np.bool_)
    there[((owner[:-1] << BITS) | numbers(units))[owner[:-1] == owner[1:]]] = True
    return np.asarray(np.flatnonzero(there))
