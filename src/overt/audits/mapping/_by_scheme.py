"""What a drafted mapping makes of words for ethnicity and sex: their groups and codes, by the schemes and no guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from overt.audits.mapping._guess import Guess, as_comment
from overt.audits.mapping._several import SEVERAL, several, several_sql
from overt.audits.source._sandbox import literal
from overt.schemes import LabelPlace, LineKind, read, shipped

_LISTED = 12


def broad_groups(column: str, values: Mapping[str, int], groups: Collection[str]) -> Guess | None:
    """The broad group of each value, as SQL, with what is left out and why; `None` where no value is in one.

    A cell that holds several values is `several`, and of no group.
    """
    reading = read(values)
    many = {value for value in several(values) if not reading.place(value).kind.is_in_group}
    labels: dict[str, list[str]] = defaultdict(list)
    left_out: dict[str, int] = {}
    for value, rows in sorted(values.items()):
        if value in many:
            continue
        place = reading.place(value)
        if place.kind.is_in_group and place.group in groups:
            labels[place.group].append(value)
        elif place.kind is not LineKind.UNKNOWN:
            left_out[value] = rows
    if not labels:
        return None
    first = [f"when {several_sql(column, many)} then {literal(SEVERAL)}"] if many else []
    together = f"; {sum(values[value] for value in many):,} rows hold several" if many else ""
    why = f"read by {', '.join(reading.schemes)}{_said(left_out)}{together}"
    return Guess(_case(column, labels, groups, first), why)


def codes(
    column: str, attribute: str, values: Mapping[str, int], wanted: Collection[str]
) -> tuple[str, str, set[str]] | None:
    """The model's code of each value, as SQL, what read them, and the values without; `None` where none has one."""
    reading = read(values, attribute)
    labels: dict[str, list[str]] = defaultdict(list)
    left = set()
    for value in sorted(values):
        code = _code(reading.place(value), wanted)
        if code is None:
            left.add(value)
        else:
            labels[code].append(value)
    why = f"read by {', '.join(reading.schemes)}" if reading.schemes else "words that say that nothing is known"
    return (_case(column, labels, wanted), why, left) if labels else None


@dataclass(frozen=True)
class SchemeCover:
    """How much of a column a group scheme has: of so many labels and rows, and the code of each label that it has."""

    name: str
    title: str
    labels: int
    of_labels: int
    rows: int
    of_rows: int
    codes: Mapping[str, str]


def covers(values: Mapping[str, int], attribute: str, wanted: Collection[str]) -> tuple[SchemeCover, ...]:
    """The schemes of an attribute by how many rows of a column they have, those that have none left out.

    `values` are its labels with their rows, and `wanted` the codes of the model.
    """
    found = []
    for scheme in shipped():
        if scheme.attribute != attribute:
            continue
        reading = read(values, attribute, scheme)
        codes = {value: code for value in values if (code := _code(reading.place(value), wanted)) is not None}
        placed = [value for value in values if reading.place(value).kind.is_in_group]
        rows = sum(values[value] for value in placed)
        if codes and placed:
            counts = (len(placed), len(values), rows, sum(values.values()))
            found.append(SchemeCover(scheme.name, scheme.title, *counts, codes))
    return tuple(sorted(found, key=lambda cover: (-cover.rows, -cover.labels, cover.name)))


def _code(place: LabelPlace, wanted: Collection[str]) -> str | None:
    if place.kind is LineKind.UNKNOWN:
        return next((code for code in ("unknown", "NS", "IC9") if code in wanted), None)
    return next((each for each in (place.code, place.group) if each in wanted and place.kind.is_in_group), None)


def _case(
    column: str, labels: Mapping[str, Collection[str]], order: Collection[str], first: Collection[str] = ()
) -> str:
    cases = [
        *first,
        *(
            f"when lower(trim({column})) in ({', '.join(map(literal, _lowered(labels[name])))}) then {literal(name)}"
            for name in order
            if name in labels
        ),
    ]
    return "\n         ".join(("case", *cases, "end"))


def _lowered(values: Collection[str]) -> list[str]:
    """The values as they are compared, so that the next export may write them in other letters."""
    return sorted({value.strip().lower() for value in values})


def _said(left_out: Mapping[str, int]) -> str:
    if not left_out:
        return ""
    most = sorted(left_out.items(), key=lambda each: (-each[1], each[0]))
    shown = ", ".join(f"{as_comment(value)} ({rows:,})" for value, rows in most[:_LISTED])
    more = f" and {len(most) - _LISTED} more" if len(most) > _LISTED else ""
    return f"; in no group: {shown}{more}"
