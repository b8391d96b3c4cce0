"""`overt.watchlist`: test a keyword list on labelled sentences."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from overt import watchlists as bench
from overt.door._given import Given, some
from overt.door._progress import ProgressBar, progress
from overt.door._shown import ShownResult, table_of, written
from overt.refusals import Refusal

_DIVISIONS = ("group", "function", "genre", "dialect")
_COLUMNS = {
    "by": pa.string(),
    "level": pa.string(),
    "texts": pa.int64(),
    "positives": pa.int64(),
    "negatives": pa.int64(),
    "true_positives": pa.int64(),
    "false_positives": pa.int64(),
    "false_positive_rate": pa.float64(),
    "recall": pa.float64(),
    "precision": pa.float64(),
}


class TriedList(ShownResult):
    """What a list gets wrong, and whose words it takes: a row of `table` for all texts and for each level.

    A rate is null where there is nothing to take a share of. No text, and nothing about who wrote one, is in it.
    """

    def __init__(self, account: dict[str, Any]) -> None:
        self.json = account

    @property
    def table(self) -> pa.Table:
        """All texts first, then each level of each division."""
        rows = [{"by": "all texts", "level": "", **self.json["overall"]}]
        for name in _DIVISIONS:
            levels = self.json[f"by_{name}"] or {}
            rows += [{"by": name, "level": level, **measures} for level, measures in levels.items()]
        return table_of(rows, _COLUMNS)

    def save(self, folder: Given) -> Path:
        """Writes the result folder: report.html, watchlist.json and tables as CSV."""
        return written(bench.trial_files(self.json), Path(folder))

    def _said(self) -> tuple[str, tuple[str, ...]]:
        every = self.json["overall"]
        sentence = (
            f"{self.json['terms']:,} terms were tried on {self.json['texts']:,} texts. They flag "
            f"{every['false_positives']:,} of {every['negatives']:,} harmless ones."
        )
        return f"Test of the list {self.json['list']['name']}", (sentence,)

    def _rows(self) -> Sequence[Mapping[str, Any]]:
        return [
            {
                "texts": f"{row['by']} {row['level']}".strip(),
                "harmless ones flagged": f"{row['false_positives']:,} of {row['negatives']:,}",
                "of harmless ones": _share(row["false_positive_rate"]),
                "sought ones found": _share(row["recall"]),
            }
            for row in self.table.to_pylist()
        ]


def _share(value: float | None) -> str:
    return "not known" if value is None else f"{value:.1%}"


def watchlist(
    terms: Given | Iterable[str],
    corpus: Given | Iterable[Given],
    text: str,
    *,
    label: str = "",
    harmless: bool = False,
    positive: str | Iterable[str] | None = None,
    group: str = "",
    function: str = "",
    genre: str = "",
    dialect: str = "",
    drop: str | Iterable[str] | None = None,
    mask_handles: bool = False,
    matching: bench.Matching | None = None,
    threshold: float | None = None,
    masked: bool = False,
    show_progress: bool = True,
) -> TriedList:
    """Measures what a keyword list gets wrong on labelled sentences; it is run on nobody.

    `terms` is a file (lines, a CSV, TOML conditions) or the terms themselves; `corpus` one file of texts or several.
    `text`, `label`, `group`, `function`, `genre` and `dialect` are names of columns. With `harmless`, no text is
    sought. `threshold` is the sum of weights that flags a text. `masked` shows only the first letter of each word of a
    term. Raises `overt.Refusal` for texts that lead to somebody.
    """
    if harmless == bool(label):
        fault = "a column of labels beside harmless=True" if label else "no column of labels"
        raise Refusal("watchlist-label", "label", fault, "the column of the labels, or harmless=True")
    divisions = {"group": group, "function": function, "genre": genre, "dialect": dialect}
    paths = [corpus] if isinstance(corpus, str) or not isinstance(corpus, Iterable) else corpus
    options = bench.CorpusOptions(
        paths=tuple(Path(path) for path in paths),
        text=text,
        label=label,
        by={name: column for name, column in divisions.items() if column},
        drop=some(drop),
        positive=some(positive),
        mask_handles=mask_handles,
    )
    with tempfile.TemporaryDirectory(prefix="overt-") as folder, progress(show_progress) as bar:
        request = bench.TrialRequest(
            terms=bench.read_terms(_file_of(terms, Path(folder))),
            corpus=options,
            matching=matching or bench.Matching(),
            threshold=threshold,
        )
        return TriedList(bench.account(bench.try_list(request, _Observed(bar)), masked=masked))


def _file_of(terms: Given | Iterable[str], folder: Path) -> Path:
    if isinstance(terms, str) or not isinstance(terms, Iterable):
        return Path(terms)
    lines = list(terms)
    if broken := [place for place, line in enumerate(lines, 1) if "\n" in line or not line.strip()]:
        raise Refusal(
            "watchlist-terms-empty",
            f"terms: number {broken[0]}",
            "the term is blank or has several lines",
            "one term on each line",
        )
    written_to = folder / "terms.txt"
    written_to.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return written_to


class _Observed:
    """Tells a bar how a trial is going."""

    def __init__(self, bar: ProgressBar) -> None:
        self._bar = bar

    def surveying(self, rows: int) -> None:
        self._bar.show(f"looking at the texts: {rows:,}")

    def measuring(self, rows: int, of: int) -> None:
        self._bar.show("trying the list", rows, of)
