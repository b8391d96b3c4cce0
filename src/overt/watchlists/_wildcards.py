"""Where a pattern with `*` and `?` stands, in a time that grows with the length of the texts and not beyond.

A regular expression tries one way after another, and a term such as `a*a*a*a*b` can keep it busy for years. Here all
ways are followed at once, part by part: after each part, every position that the parts so far can reach is known, with
the latest start that leads there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from overt.watchlists._matching import word_characters

_SPACE, _END = ord(" "), 0
_NOWHERE = -1


def reached(parts: Sequence[str], codes: np.ndarray, first: np.ndarray) -> np.ndarray:
    """For each position of a text, the latest start from which all parts lead there; -1 where none does.

    `codes` are the text's n code points. `first` and the answer are arrays of n + 1 positions: `first` holds the
    position itself where a match may start, else -1. `*` is any number of word characters, `?` one character that is no
    white space, and any other part is itself. White space is a space, and a NUL is never passed.
    """
    for part in parts:
        first = _past_any(codes, first) if part == "*" else _past(part, codes, first)
    return first


def _past(part: str, codes: np.ndarray, first: np.ndarray) -> np.ndarray:
    length = 1 if part == "?" else len(part)
    at = np.flatnonzero(first != _NOWHERE)
    at = at[at + length <= len(codes)]
    if part == "?":
        at = at[(codes[at] != _SPACE) & (codes[at] != _END)]
    else:
        for place, sign in enumerate(part):
            at = at[codes[at + place] == ord(sign)]
    after = np.full(len(first), _NOWHERE, dtype=np.int64)
    after[at + length] = first[at]
    return after


def _past_any(codes: np.ndarray, first: np.ndarray) -> np.ndarray:
    # Positions with as many other characters before them lie in one run of word characters. A run counts for more than
    # any start, so that the greatest so far is never one of a run before.
    run = np.concatenate(([0], np.cumsum(~word_characters()[codes]))).astype(np.int64)
    of_run = run * (len(first) + 1)
    latest: np.ndarray = np.maximum.accumulate(of_run + first + 1) - of_run - 1
    return latest
