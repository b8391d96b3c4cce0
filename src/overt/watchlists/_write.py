"""Writes the result folder of a trial: the same list, corpus and choices give the same bytes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from overt.pages import csv_bytes
from overt.refusals import Refusal
from overt.watchlists._account import DIVISIONS, Json
from overt.watchlists._report import report, verdict_page

FILES = (
    "report.html", "verdict.html", "watchlist.json", "finding.json", "terms.csv", "levels.csv", "variants.csv",
    "run.json",
)  # fmt: skip
_MEASURES = (
    "texts", "positives", "negatives", "hits", "true_positives", "false_positives", "precision", "precision_low",
    "precision_high", "recall", "recall_low", "recall_high", "false_positive_rate", "false_positive_rate_low",
    "false_positive_rate_high",
)  # fmt: skip


def write_trial(account: Json, folder: Path) -> list[Path]:
    """Every file of the folder, from an account; `run.json` is last and holds the digest of each other file."""
    files = trial_files(account)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "run.json").unlink(missing_ok=True)
        for name, content in files.items():
            half = folder / f"{name}.partial"
            half.write_bytes(content)
            half.replace(folder / name)
    except OSError as error:
        fault = error.strerror or type(error).__name__
        remedy = "give another folder with --out"
        raise Refusal("results-not-written", str(folder), fault, "a folder with room to write in", remedy) from error
    return [folder / name for name in files]


def trial_files(account: Json) -> dict[str, bytes]:
    """Name and content of every file."""
    files = {
        "report.html": report(account),
        "verdict.html": verdict_page(account),
        "watchlist.json": _json(account),
        "finding.json": _json(finding(account)),
        "terms.csv": _terms(account),
        "levels.csv": _levels(account),
        "variants.csv": csv_bytes(
            ("variant", *_MEASURES), ([variant["name"], *_measures(variant)] for variant in account["variants"])
        ),
    }
    run = {
        "schema_version": account["schema_version"],
        "overt": account["overt"],
        "list": account["list"],
        "corpus": account["corpus"],
        "matching": account["matching"],
        "threshold": account["threshold"],
        "masked": account["masked"],
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return {**files, "run.json": _json(run)}


def finding(account: Json) -> Json:
    """What OV-57 of the pack `core` can cite: whether each term has a measured precision, and what it is.

    A term that hits nothing in the corpus has none, nor has any where the corpus holds nothing that is sought.
    """
    terms = account["per_term"]
    unknown = sum(term["precision"] is None for term in terms)
    return {
        "schema_version": account["schema_version"],
        "control": "OV-57c",
        "asks": "Has each term on the list a measured precision?",
        "verdict": "cannot be shown" if unknown else "met",
        "examined": len(terms),
        "breached": 0,
        "unknown": unknown,
        "list": account["list"],
        "corpus": {key: account["corpus"][key] for key in ("files", "texts", "positive_labels")},
        "matching": account["matching"],
        "masked": account["masked"],
        "limits": "measured on labelled sentences; where what is sought is rarer, each term is wrong more often",
        "overall": {key: account["overall"][key] for key in ("hits", "precision", "recall", "false_positive_rate")},
        "terms": [
            {key: term[key] for key in ("id", "term", "hits", "true_positives", "precision", "precision_interval")}
            for term in terms
        ],
    }  # fmt: skip


def _json(value: Any) -> bytes:
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    # A text of the list may hold half a character, which UTF-8 cannot.
    return re.sub("[\ud800-\udfff]", "\ufffd", f"{text}\n").encode("utf-8")


def _terms(account: Json) -> bytes:
    header = (
        "id", "term", "category", "weight", "hits", "true_positives", "false_positives", "precision", "precision_low",
        "precision_high", "decides_true_positives", "decides_false_positives", "recall_without",
        "false_positive_rate_without", "identity", "ordinary", "needless", "same_as", "contains",
    )  # fmt: skip
    return csv_bytes(header, (_term(term) for term in account["per_term"]))


def _term(term: Json) -> list[Any]:
    low, high = term["precision_interval"] or (None, None)
    return [
        term["id"], term["term"], term["category"], term["weight"], term["hits"], term["true_positives"],
        term["false_positives"], term["precision"], low, high, term["decides"]["true_positives"],
        term["decides"]["false_positives"], term["without"]["recall"], term["without"]["false_positive_rate"],
        term["identity"], term["ordinary"], term["needless"], term["same_as"], term["contains"],
    ]  # fmt: skip


def _levels(account: Json) -> bytes:
    ratio = ("false_positive_ratio", "ratio_low", "ratio_high", "p", "p_adjusted")
    return csv_bytes(("division", "level", *_MEASURES, *ratio), _level_lines(account))


def _level_lines(account: Json) -> Iterator[list[Any]]:
    yield ["overall", "", *_measures(account["overall"]), *([None] * 5)]
    for name in DIVISIONS:
        for level, measures in (account[f"by_{name}"] or {}).items():
            ratio_of = measures["false_positive_ratio"]
            ratio = (
                [ratio_of["value"], *ratio_of["interval"], ratio_of["p"], ratio_of["p_adjusted"]]
                if ratio_of
                else [None] * 5
            )
            yield [name, level, *_measures(measures), *ratio]


def _measures(measures: Json) -> list[Any]:
    line: list[Any] = [measures[name] for name in _MEASURES[:6]]
    for name in ("precision", "recall", "false_positive_rate"):
        line += [measures[name], *(measures[f"{name}_interval"] or (None, None))]
    return line
