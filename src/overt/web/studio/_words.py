"""The test of a keyword list, in its process: what `overt watchlist test` does with the choices of a project.

It works on finished files and keeps counts. No term and no text is in what it answers.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from overt import watchlists as bench
from overt.private import private_folder, write_private
from overt.refusals import Refusal
from overt.web._work import ProgressFile

REPEAT = "repeat.txt"
_DIVISIONS = ("group", "function", "genre", "dialect")
_PLACES = {".toml": "condition", ".csv": "row", ".tsv": "row"}


class _Telling:
    """Writes down how far a test is."""

    def __init__(self, progress: ProgressFile) -> None:
        self._progress = progress

    def surveying(self, rows: int) -> None:
        """So many texts have been looked at."""
        self._progress.say("looking at the texts", rows, 0)

    def measuring(self, rows: int, of: int) -> None:
        """So many of all texts have been searched."""
        self._progress.say("searching the texts", rows, of)


def try_words(asked: Mapping[str, Any], progress: ProgressFile) -> dict[str, Any]:
    """Tests the list as it was asked, and writes the files where the project keeps them; gives what the page shows."""
    progress.say("reading the list")
    choices, out = asked["choices"], Path(asked["out"])
    terms = bench.read_terms(Path(asked["list"]))
    request = _request(asked, terms, lambda rows: progress.say("counting the labels", rows, 0))
    try:
        trial = bench.try_list(request, _Telling(progress))
    except Refusal as refusal:
        raise _without_labels(refusal) from None
    progress.say("writing the results", 0, 0)
    account = bench.account(trial, masked=not choices["in_full"])
    private_folder(out.parent)
    files = [path.name for path in bench.write_trial(account, out)]
    write_private(out / REPEAT, f"{_command(request, in_full=choices['in_full'])}\n".encode())
    word = _PLACES.get(Path(terms.name).suffix.lower(), "line")
    places = [f"{word} {term.line}".capitalize() for term in terms.terms]
    return {"files": [*files, REPEAT], "figures": bench.shown_figures(account, places)}


def _request(asked: Mapping[str, Any], terms: bench.TermList, read: Any) -> bench.TrialRequest:
    choices, path = asked["choices"], Path(asked["texts"])
    columns = bench.look_at_texts(path)
    labels = list(bench.count_labels(path, choices["label"], read=read)) if choices["label"] else []
    corpus = bench.CorpusOptions(
        (path,),
        choices["text"],
        choices["label"],
        {name: choices[name] for name in _DIVISIONS if choices[name]},
        tuple(column.name for column in columns if column.told and column.name != choices["text"]),
        _chosen(labels, choices["yes"]),
        mask_handles=choices["mask_handles"],
    )
    matching = bench.Matching(
        bench.Where(choices["where"]),
        bench.Case(choices["case"]),
        bench.Form(choices["unicode"]),
        choices["leet"],
        bench.Patterns(choices["patterns"]),
    )
    return bench.TrialRequest(terms, corpus, matching)


def _chosen(labels: Sequence[str], places: Sequence[int]) -> tuple[str, ...]:
    """The labels at these places. Refuses a place that the file no longer has."""
    if any(place > len(labels) for place in places):
        raise _other_labels()
    return tuple(labels[place - 1] for place in places)


def _without_labels(refusal: Refusal) -> Refusal:
    """A refusal that lists no label: in a column that was chosen by mistake it may be a text or a name."""
    return _other_labels() if refusal.code == "watchlist-label" else refusal


def _other_labels() -> Refusal:
    wanted = "at least one label that the list is meant to find, and one that is harmless"
    remedy = "look at the labels again, and choose which of them the list is meant to find"
    return Refusal("watchlist-label", "the labels", "they do not fit what was chosen", wanted, remedy)


def _command(request: bench.TrialRequest, *, in_full: bool) -> str:
    """The command line that gives the same files, in the folder `again`."""
    corpus, way = request.corpus, request.matching
    options: dict[str, Sequence[str]] = {
        "--corpus": [path.name for path in corpus.paths],
        "--text": [corpus.text],
        "--label": [corpus.label] if corpus.label else [],
        "--positive": corpus.positive,
        **{f"--{name}": [column] for name, column in corpus.by.items()},
        "--drop": corpus.drop,
        "--matching": [way.where],
        "--case": [way.case],
        "--unicode": [way.form],
        "--patterns": [way.patterns],
    }
    flags = {
        "--harmless": not corpus.label,
        "--mask-handles": corpus.mask_handles,
        "--leet": way.leet,
        "--mask": not in_full,
    }
    words = [word for option, values in options.items() for value in values for word in (option, value)]
    flagged = [flag for flag, is_set in flags.items() if is_set]
    return shlex.join(["overt", "watchlist", "test", request.terms.name, *words, *flagged, "--out", "again"])
