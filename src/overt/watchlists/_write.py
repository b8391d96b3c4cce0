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


def write_trial(made: Json, folder: Path) -> list[Path]:
    """Every file of the folder, from an account; `run.json` is last and holds the digest of each other file."""
    files = trial_files(made)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "run.json").unlink(missing_ok=True)
        for name, content in files.items():
            half = folder / f"{name}.partial"
            half.write_bytes(content)
            half.replace(folder / name)
    except OSError as error:
        found = error.strerror or type(error).__name__
        remedy = "give another folder with --out"
        raise Refusal("results-not-written", str(folder), found, "a folder with room to write in", remedy) from error
    return [folder / name for name in files]


def trial_files(made: Json) -> dict[str, bytes]:
    """Name and content of every file."""
    files = {
        "report.html": report(made),
        "verdict.html": verdict_page(made),
        "watchlist.json": _json(made),
        "finding.json": _json(finding(made)),
        "terms.csv": _terms(made),
        "levels.csv": _levels(made),
        "variants.csv": csv_bytes(
            ("variant", *_MEASURES), ([each["name"], *_measures(each)] for each in made["variants"])
        ),
    }
    run = {
        "schema_version": made["schema_version"],
        "overt": made["overt"],
        "list": made["list"],
        "corpus": made["corpus"],
        "matching": made["matching"],
        "threshold": made["threshold"],
        "masked": made["masked"],
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return {**files, "run.json": _json(run)}


def finding(made: Json) -> Json:
    """What OV-57 of the pack `core` can cite: whether each term has a measured precision, and what it is.

    A term that hits nothing in the corpus has none, nor has any where the corpus holds nothing that is sought.
    """
    terms = made["per_term"]
    unknown = sum(each["precision"] is None for each in terms)
    return {
        "schema_version": made["schema_version"],
        "control": "OV-57c",
        "asks": "Has each term on the list a measured precision?",
        "verdict": "cannot be shown" if unknown else "met",
        "examined": len(terms),
        "breached": 0,
        "unknown": unknown,
        "list": made["list"],
        "corpus": {key: made["corpus"][key] for key in ("files", "texts", "positive_labels")},
        "matching": made["matching"],
        "masked": made["masked"],
        "limits": "measured on labelled sentences; where what is sought is rarer, each term is wrong more often",
        "overall": {key: made["overall"][key] for key in ("hits", "precision", "recall", "false_positive_rate")},
        "terms": [
            {key: each[key] for key in ("id", "term", "hits", "true_positives", "precision", "precision_interval")}
            for each in terms
        ],
    }  # fmt: skip


def _json(value: Any) -> bytes:
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    # A text of the list may hold half a character, which UTF-8 cannot.
    return re.sub("[\ud800-\udfff]", "\ufffd", f"{text}\n").encode("utf-8")


def _variants(made: Json) -> bytes:
    return csv_bytes(("variant", *_MEASURES), ([each["name"], *_measures(each)] for each in made["variants"]))


def _terms(made: Json) -> bytes:
    header = (
        "id", "term", "category", "weight", "hits", "true_positives", "false_positives", "precision", "precision_low",
        "precision_high", "decides_true_positives", "decides_false_positives", "recall_without",
        "false_positive_rate_without", "identity", "ordinary", "needless", "same_as", "contains",
    )  # fmt: skip
    return csv_bytes(header, (_term(each) for each in made["per_term"]))


def _term(each: Json) -> list[Any]:
    low, high = each["precision_interval"] or (None, None)
    return [
        each["id"], each["term"], each["category"], each["weight"], each["hits"], each["true_positives"],
        each["false_positives"], each["precision"], low, high, each["decides"]["true_positives"],
        each["decides"]["false_positives"], each["without"]["recall"], each["without"]["false_positive_rate"],
        each["identity"], each["ordinary"], each["needless"], each["same_as"], each["contains"],
    ]  # fmt: skip


def _levels(made: Json) -> bytes:
    ratio = ("false_positive_ratio", "ratio_low", "ratio_high", "p", "p_adjusted")
    return csv_bytes(("division", "level", *_MEASURES, *ratio), _level_lines(made))


def _level_lines(made: Json) -> Iterator[list[Any]]:
    yield ["overall", "", *_measures(made["overall"]), *([None] * 5)]
    for name in DIVISIONS:
        for level, each in (made[f"by_{name}"] or {}).items():
            found = each["false_positive_ratio"]
            ratio = [found["value"], *found["interval"], found["p"], found["p_adjusted"]] if found else [None] * 5
            yield [name, level, *_measures(each), *ratio]


def _measures(each: Json) -> list[Any]:
    line: list[Any] = [each[name] for name in _MEASURES[:6]]
    for name in ("precision", "recall", "false_positive_rate"):
        line += [each[name], *(each[f"{name}_interval"] or (None, None))]
    return line
