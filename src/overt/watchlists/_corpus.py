"""A corpus: labelled texts that were made or released for testing, read twice and never kept.

The first reading surveys: which columns there are and whether they may be there, how many rows,
which labels and groups, the digest. The second gives the texts in blocks.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from overt.refusals import Refusal, raise_all
from overt.watchlists._columns import Shapes, masked, told_by_name
from overt.watchlists._labels import MOST_LABELS, positive_labels
from overt.watchlists._tables import TextTable, open_table

NOT_GIVEN = "(not given)"
MOST_LEVELS = 1_000
LONGEST_LEVEL = 100
"""A longer label or group is likely a text, which no result may hold."""
# Every value of so many rows is looked at, and of one batch in so many after them.
LOOKED_AT, LOOK_EVERY = 10_000, 40


@dataclass(frozen=True)
class CorpusOptions:
    """Which files hold the texts, and which columns are read; `by` names a column for each way to divide the texts.

    `drop` are columns that are never read. `positive` are the labels that mean yes. An empty `label`
    says that every text is harmless. `mask_handles` takes handles, e-mail addresses and links out of
    the texts before anything looks at them.
    """

    paths: tuple[Path, ...]
    text: str
    label: str
    by: Mapping[str, str]
    drop: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    delimiter: str = ""
    mask_handles: bool = False


@dataclass(frozen=True)
class Survey:
    """What a first reading found: rows, SHA-256 of each file, labels with their rows, levels of each division."""

    rows: int
    files: tuple[tuple[str, str], ...]
    labels: Mapping[str, int]
    positive: frozenset[str]
    levels: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Block:
    """Some texts; whether each is what the list is meant to find; its level in each division."""

    texts: list[str]
    positive: list[bool]
    by: Mapping[str, list[str]]


def survey(options: CorpusOptions, read: Callable[[int], None] = lambda rows: None) -> Survey:
    """The first reading; refuses a corpus that says who wrote a text, where or when, or that cannot be measured."""
    tables = [open_table(path, options.delimiter) for path in options.paths]
    raise_all(
        [fault for path, table in zip(options.paths, tables, strict=True) for fault in _faults(options, path, table)]
    )
    labels: dict[str, int] = {}
    levels: dict[str, dict[str, None]] = {name: {} for name in options.by}
    rows = 0
    for path, table in zip(options.paths, tables, strict=True):
        for more in _survey_one(options, path, table, labels, levels):
            rows += more
            read(rows)
    if not rows:
        raise Refusal("watchlist-corpus-empty", options.paths[0].name, "there is no text", "labelled texts")
    files = tuple((path.name, _digest(path)) for path in options.paths)
    positive = positive_labels(labels, options.positive, options.label) if options.label else frozenset[str]()
    return Survey(rows, files, labels, positive, {name: tuple(sorted(names)) for name, names in levels.items()})


def blocks(options: CorpusOptions, positive: frozenset[str]) -> Iterator[Block]:
    """The second reading, in blocks of at most 5,000 texts."""
    for path in options.paths:
        wanted = _wanted(options)
        for batch in open_table(path, options.delimiter).batches(wanted):
            values = dict(zip(wanted, batch, strict=True))
            texts = values[options.text]
            labels = values[options.label] if options.label else [""] * len(texts)
            yield Block(
                [masked(text) for text in texts] if options.mask_handles else texts,
                [label.strip() in positive for label in labels],
                {name: [_level(value) for value in values[column]] for name, column in options.by.items()},
            )


def _wanted(options: CorpusOptions) -> list[str]:
    labels = (options.label,) if options.label else ()
    return list(dict.fromkeys((options.text, *labels, *options.by.values())))


def _faults(options: CorpusOptions, path: Path, table: TextTable) -> Iterator[Refusal]:
    """Columns that are missing, that are dropped and needed, and that may not be there by their name or type."""
    wanted = _wanted(options)
    for name in (*wanted, *options.drop):
        if name not in table.header:
            there = ", ".join(column or "(no name)" for column in table.header)
            yield Refusal("watchlist-corpus-column", path.name, f"no column {name}", f"one of {there}")
    for name in wanted:
        if name in options.drop:
            yield Refusal("watchlist-corpus-column", path.name, f"{name} is dropped and read", "only one of the two")
    if options.text in (options.label, *options.by.values()):
        found, wanted_one = f"{options.text} is read as the text and as a label or group", "another column for each"
        yield Refusal("watchlist-corpus-column", path.name, found, wanted_one)
    for name in table.header:
        what = table.told.get(name) or told_by_name(name, is_text=name == options.text)
        if what and name not in options.drop:
            yield _personal(path, name, what)


def _personal(path: Path, name: str, what: str) -> Refusal:
    return Refusal(
        "watchlist-corpus-personal", f"{path.name}, column {name}", f"it tells of {what}",
        "sentences and labels that do not identify anyone", f"leave it out, or add --drop {name}",
    )  # fmt: skip


def _survey_one(
    options: CorpusOptions, path: Path, table: TextTable, labels: dict[str, int], levels: Mapping[str, dict[str, None]]
) -> Iterator[int]:
    """Adds the labels and levels of a file to those found; gives the rows of each batch as it has been looked at."""
    columns = [name for name in table.header if name not in options.drop]
    shapes = {name: Shapes(is_text=name == options.text) for name in columns}
    rows = 0
    for number, batch in enumerate(table.batches(columns)):
        values = dict(zip(columns, batch, strict=True))
        if rows < LOOKED_AT or number % LOOK_EVERY == 0:
            for name, seen in values.items():
                shapes[name].see(seen)
        for label, count in Counter(map(str.strip, values.get(options.label, ()))).items():
            labels[label] = labels.get(label, 0) + count
        for name, column in options.by.items():
            levels[name].update(dict.fromkeys(map(_level, set(values[column]))))
        _check_many(options, path, labels, levels)
        rows += len(values[options.text])
        yield len(values[options.text])
    raise_all([_personal(path, name, what) for name, shape in shapes.items() if (what := shape.told())])
    if shapes[options.text].leads_to_somebody() and not options.mask_handles:
        raise Refusal(
            "watchlist-corpus-personal", f"{path.name}, column {options.text}",
            "at least one text in a hundred contains a handle, an email address or a link",
            "sentences that do not identify anyone", "remove them, or add --mask-handles",
        )  # fmt: skip
    if "" in labels:
        where = f"{path.name}, column {options.label}"
        raise Refusal("watchlist-label", where, f"{labels['']:,} rows without a label", "a label for each text")


def _check_many(
    options: CorpusOptions, path: Path, labels: Mapping[str, int], levels: Mapping[str, Mapping[str, None]]
) -> None:
    named: list[tuple[str, int, Mapping[str, object]]] = [(options.label, MOST_LABELS, labels)]
    named += [(options.by[name], MOST_LEVELS, names) for name, names in levels.items()]
    for column, most, names in named:
        where = f"{path.name}, column {column}"
        if len(names) > most:
            raise Refusal("watchlist-corpus-levels", where, f"more than {most:,} different values", f"at most {most:,}")
        if max(map(len, names), default=0) > LONGEST_LEVEL:
            found, wanted = "a value looks like a text", f"labels or groups of at most {LONGEST_LEVEL} characters"
            raise Refusal("watchlist-corpus-levels", where, found, wanted)


def _level(value: str) -> str:
    return value.strip() or NOT_GIVEN


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
