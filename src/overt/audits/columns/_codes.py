"""The values of a column that becomes codes: with their rows, what is known of them, and which are spelt alike.

Similar spellings are only proposed to stand together. They set no code, and a refusal to join two is remembered by
the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from overt.audits.columns._cards import values_of
from overt.audits.columns._dates import NO_ROWS, Placed
from overt.audits.columns._rows import FIRST_ROWS, filled_rows_of
from overt.audits.columns._showing import MaskedShape, shown_values
from overt.audits.columns._vocabulary import says_unknown, vocabulary, words_of
from overt.audits.source import SourceTable
from overt.audits.source._sandbox import literal
from overt.model import WORDS_FOR_CODES, Column

MOST_GATHERED = 500
UNKNOWN = "unknown"
# Shorter words are too near each other; longer ones may have two slips.
_SHORTEST, _LONG = 5, 8


@dataclass(frozen=True)
class CodeValue:
    """A value that may be shown, its rows, and the code that says the same, `unknown`, or nothing."""

    value: str
    rows: int
    code: str = ""


@dataclass(frozen=True)
class Cluster:
    """Values that are spelt alike, most rows first, and why they stand together."""

    values: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class CodeTable:
    """The values of a column, most rows first, the spellings that are alike, and what is masked.

    `masked` counts the rows whose values may not be shown, of `masked_values` different ones; they cannot be mapped
    one by one. `why` says in words why no value is shown, where none is.
    """

    filled: int
    distinct: int
    values: tuple[CodeValue, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    masked: Placed = NO_ROWS
    masked_values: int = 0
    shapes: tuple[MaskedShape, ...] = ()
    why: str = ""


def code_table(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    column: str,
    *,
    meaning: Column | None = None,
    declared: bool = False,
    apart: Collection[tuple[str, str]] = (),
    also: Sequence[str] = (),
) -> CodeTable:
    """The values of a column, to be mapped to codes; `apart` are pairs that a person refused to join.

    With those of the columns `also`, which mean the same.
    """
    rows = filled_rows_of(table, (column, *also))
    counts = connection.execute(f"select count(*), count(distinct value) from {rows}").fetchone() or (0, 0)
    shown = shown_values(values_of(connection, table, column, *also), meaning=meaning, declared=declared)
    values = tuple(CodeValue(each.value, each.rows, code_of(each.value, meaning)) for each in shown.values)
    listed = ", ".join(literal(each.value) for each in values) or "''"
    masked = connection.execute(
        f"select count(*), count(distinct value), min(place, {FIRST_ROWS}) from {rows} where value not in ({listed})"
    ).fetchone() or (0, 0, None)
    return CodeTable(
        int(counts[0]),
        int(counts[1]),
        values,
        gather({each.value: each.rows for each in values}, apart, meaning=meaning),
        Placed(int(masked[0]), tuple(int(place) for place in masked[2] or ())),
        int(masked[1]),
        shown.shapes,
        shown.why,
    )


def code_of(value: str, meaning: Column | None) -> str:
    """The code of the model that a value plainly says, `unknown` if it says that nothing is known, or nothing."""
    if meaning is None:
        return ""
    plain = value.strip()
    for code in meaning.codes:
        if plain == code or plain.casefold() == code.casefold() or _folded(plain) == code.replace("_", " "):
            return code
    said = _folded(plain)
    for code, words in WORDS_FOR_CODES.get(meaning.name, {}).items():
        if code in meaning.codes and said in (word.replace("_", " ") for word in words.split()):
            return code
    return UNKNOWN if says_unknown(value) else ""


def gather(
    values: Mapping[str, int], apart: Collection[tuple[str, str]] = (), *, meaning: Column | None = None
) -> tuple[Cluster, ...]:
    """Values of a column, with their rows, that are spelt alike; of more than 500 values none.

    First those that differ in case, accents, punctuation, blanks or the order of words; then those that say the same
    code of `meaning`; then those with one slip of the keyboard, or two in a text of eight characters. Values that
    differ in a digit or in a word of one letter never stand together, nor do two different words of the model.
    """
    if not 1 < len(values) <= MOST_GATHERED:
        return ()
    refused = {frozenset(pair) for pair in apart}
    ordered = sorted(values, key=lambda value: (-values[value], value))
    groups: list[list[str]] = []
    why: dict[str, str] = {}
    near = _near(ordered)
    for value in ordered:
        for group in groups:
            reason = _reason(group[0], value, near, meaning)
            if reason and not any(frozenset((other, value)) in refused for other in group):
                group.append(value)
                why[group[0]] = _weaker(why.get(group[0], ""), reason)
                break
        else:
            groups.append([value])
    return tuple(Cluster(tuple(group), why[group[0]]) for group in groups if len(group) > 1)


_SPELT, _SAME_CODE, _SLIPS = "the same words", "the same code", "one or two letters differ"
_REASONS = ("", _SPELT, _SAME_CODE, _SLIPS)


def _weaker(first: str, second: str) -> str:
    return max(first, second, key=_REASONS.index)


def _reason(first: str, second: str, near: Collection[frozenset[str]], meaning: Column | None) -> str:
    if _key(first) == _key(second):
        return _SPELT
    code = code_of(first, meaning)
    if code and code == code_of(second, meaning):
        return _SAME_CODE
    return _SLIPS if not code and frozenset((first, second)) in near and _may_be_slip(first, second) else ""


def _key(value: str) -> str:
    """The words in order, without case, accents and punctuation; a value of single letters as it is."""
    words = words_of(value)
    if not any(len(word) > 1 and not word.isdigit() for word in words):
        return value.strip().casefold()
    return " ".join(sorted(words))


def _may_be_slip(first: str, second: str) -> bool:
    """Whether a difference in letters may be a slip: not in a digit, a word of one letter or a word of the model."""
    one, other = words_of(first), words_of(second)
    if _exact(one) != _exact(other):
        return False
    known = vocabulary()
    return not (set(one) - set(other) and set(one) <= known and set(other) <= known)


def _exact(words: list[str]) -> list[str]:
    return sorted(word for word in words if len(word) == 1 or any(sign.isdigit() for sign in word))


def _near(values: list[str]) -> frozenset[frozenset[str]]:
    """The pairs that are one or two edits apart and begin with the same letter."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "with folded as (select value, lower(strip_accents(trim(value))) as text from"
            " (select unnest($1::varchar[]) as value))"
            " select a.value, b.value from folded as a join folded as b on left(a.text, 1) = left(b.text, 1)"
            f" and a.value < b.value and least(length(a.text), length(b.text)) >= {_SHORTEST}"
            " and abs(length(a.text) - length(b.text)) <= 2 where damerau_levenshtein(a.text, b.text)"
            f" <= case when least(length(a.text), length(b.text)) >= {_LONG} then 2 else 1 end",
            [values],
        ).fetchall()
    return frozenset(frozenset((str(first), str(second))) for first, second in rows)


def _folded(value: str) -> str:
    return " ".join(words_of(value.replace("_", " ")))
