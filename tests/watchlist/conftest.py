"""Synthetic lists and sentences: made up for these tests, about nobody."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from overt.watchlists import CorpusOptions, Matching, Term, TermList, Trial, TrialRequest, try_list

HEADER = ("text", "label", "group", "function")
ROWS = (
    ("the drill is in the shed", "harmless", "builders", "homonym_nh"),
    ("that drill track is on the radio", "harmless", "listeners", "lyrics_nh"),
    ("he said 'shank' and I wrote it down", "harmless", "listeners", "quote_nh"),
    ("lamb shank for dinner", "harmless", "cooks", "homonym_nh"),
    ("bring the shank and the drill", "threat", "listeners", "threat_h"),
    ("bring the shank", "threat", "builders", "threat_h"),
    ("nothing to see", "threat", "cooks", "implicit_h"),
    ("a quiet day", "harmless", "cooks", "neutral_nh"),
)


def write_csv(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    """A CSV file of a header and rows."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def listed(*terms: str | Term, weighted: bool = False) -> TermList:
    """A list of terms as if it had been read."""
    made = tuple(Term(each) if isinstance(each, str) else each for each in terms)
    return TermList("list.txt", "0" * 64, made, weighted)


@pytest.fixture
def corpus(tmp_path: Path) -> CorpusOptions:
    """Eight synthetic sentences with labels, groups and functions."""
    path = write_csv(tmp_path / "corpus.csv", ROWS)
    return CorpusOptions((path,), "text", "label", {"group": "group", "function": "function"}, positive=("threat",))


@pytest.fixture
def tried(corpus: CorpusOptions) -> Callable[..., Trial]:
    """Tries terms on the synthetic sentences."""

    def run(*terms: str | Term, threshold: float | None = None, matching: Matching | None = None) -> Trial:
        return try_list(TrialRequest(listed(*terms), corpus, matching or Matching(), threshold))

    return run
