"""A published table: rows of groups, a figure with its mark for each column, and its three forms for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from overt.disclosure import Mark
from overt.pages import csv_bytes
from overt.publication._safe import ALL, SafeTopic, cell_name
from overt.refusals import Refusal

SHOWN_AS = {Mark.SUPPRESSED: "withheld", Mark.UNKNOWN: "not known", Mark.NOT_ASKED: "not asked"}


@dataclass(frozen=True)
class ReleaseFigure:
    """What is published in one cell; the value is there for a number shown and for zero.

    A noisy number has the ends between which the exact one lies in 95 of 100 cases. It is `unreliable` where these are
    as far apart as the number is large, or further: it is then mostly noise.
    """

    mark: Mark
    value: int | None = None
    low: int | None = None
    high: int | None = None
    unreliable: bool = False

    @classmethod
    def noisy(cls, value: int, low: int, high: int) -> ReleaseFigure:
        """A number with noise and the ends of its interval."""
        return cls(Mark.SHOWN, value, low, high, unreliable=high > low and high - low >= value)

    @classmethod
    def of(cls, count: int) -> ReleaseFigure:
        """A count that needs no protection."""
        return cls(Mark.SHOWN if count else Mark.ZERO, count)

    def __str__(self) -> str:
        text = SHOWN_AS.get(self.mark, f"{self.value:,}" if self.value is not None else "")
        return text if self.low is None else f"{text} ({self.range_words})"

    @property
    def range_words(self) -> str:
        """The interval of a noisy number, and whether it is too wide to conclude anything from the number."""
        return f"{self.low:,} to {self.high:,}{'; unreliable' if self.unreliable else ''}"

    def as_json(self) -> dict[str, Any]:
        """The mark is always there; the value only where it is a number."""
        numbers = {"value": self.value, "low": self.low, "high": self.high}
        present = {name: number for name, number in numbers.items() if number is not None}
        return {"mark": self.mark.value, **present, **({"unreliable": True} if self.unreliable else {})}


@dataclass(frozen=True)
class ReleaseRow:
    """One group of one attribute, and a figure for each column."""

    attribute: str
    group: str
    figures: tuple[ReleaseFigure, ...]


@dataclass(frozen=True)
class ReleaseTable:
    """A published table; `protected` says that small numbers were withheld and others rounded."""

    name: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[ReleaseRow, ...]
    protected: bool = True

    def cells(self) -> Iterator[tuple[str, ReleaseFigure]]:
        """Every cell by its name."""
        for row in self.rows:
            for column, figure in zip(self.columns, row.figures, strict=True):
                yield cell_name(row.attribute, row.group, column), figure

    def whole(self, column: str) -> ReleaseFigure:
        """The figure for everyone together in a column."""
        row = next(row for row in self.rows if row.attribute == ALL)
        return row.figures[self.columns.index(column)]

    @property
    def noisy(self) -> bool:
        """Whether its figures have noise, and an error beside them."""
        return any(figure.low is not None for row in self.rows for figure in row.figures)

    def as_json(self) -> dict[str, Any]:
        """As release.json and the table's own file have it."""
        return {
            "name": self.name,
            "title": self.title,
            "note": self.note,
            "protected": self.protected,
            "columns": list(self.columns),
            "rows": [
                {
                    "attribute": row.attribute,
                    "group": row.group,
                    "figures": {
                        column: figure.as_json() for column, figure in zip(self.columns, row.figures, strict=True)
                    },
                }
                for row in self.rows
            ],
        }

    def as_csv(self) -> bytes:
        """One line a row: each column twice, as a number and as a mark; with noise the ends of its interval too."""
        header, noisy = ["attribute", "group"], self.noisy
        for column in self.columns:
            ends = (f"{column} low", f"{column} high", f"{column} unreliable") if noisy else ()
            header += [column, f"{column} mark", *ends]
        lines = []
        for row in self.rows:
            line: list[str | int | None] = [row.attribute, row.group]
            for figure in row.figures:
                flag = str(figure.unreliable).lower() if figure.low is not None else None
                line += [figure.value, figure.mark.value, *((figure.low, figure.high, flag) if noisy else ())]
            lines.append(line)
        return csv_bytes(header, lines)

    def schema(self) -> dict[str, Any]:
        """A Frictionless Table Schema (version 1) of the CSV."""
        fields: list[dict[str, Any]] = [
            _field("attribute", "string", "What the group is a group of; all stands for everything counted."),
            _field("group", "string", "The group."),
        ]
        for column in self.columns:
            fields.append({"name": column, "type": "integer", "description": self._meaning(column)})
            marks = _field(f"{column} mark", "string", _MARKS)
            marks["constraints"]["enum"] = [mark.value for mark in Mark]
            fields.append(marks)
            if self.noisy:
                for end in ("low", "high"):
                    about = (
                        f"{self.title}: {column}, the {end} end between which the exact count lies in 95 of 100 cases."
                    )
                    fields.append({"name": f"{column} {end}", "type": "integer", "description": about})
                about = f"{self.title}: {column}, whether its range is at least as wide as the number."
                fields.append({"name": f"{column} unreliable", "type": "boolean", "description": about})
        return {
            "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
            "title": self.title,
            "description": self.note,
            "fields": fields,
            "missingValues": [""],
            "primaryKey": ["attribute", "group"],
        }

    def _meaning(self, column: str) -> str:
        protected = "with noise, as release.json says" if self.noisy else "rounded as release.json says"
        how = protected if self.protected else "exact, or as the table's own note says"
        return f"{self.title}: {column}, {how}; empty unless the mark is shown or zero."


_MARKS = (
    "shown: a number; zero: none; suppressed: withheld, because it is small or would reveal a small one; unknown: the "
    "register does not know; not asked: the register does not collect it."
)


def _field(name: str, kind: str, description: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "description": description, "constraints": {"required": True}}


def as_bytes(value: object) -> bytes:
    """JSON as every file of a release has it."""
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def safe_table(safe_topic: SafeTopic) -> ReleaseTable:
    """A topic that was made safe, as a table: the whole first, then each attribute."""
    figures = {cell.cell.name: ReleaseFigure(cell.mark, cell.value) for cell in safe_topic.safe.cells}
    counted = safe_topic.counted
    names = [(ALL, ALL)]
    threshold = safe_topic.safe.rule.safe_threshold
    for attribute in counted.topic.attributes:
        names += [(attribute.name, group) for group in counted.rows(attribute, threshold)]
    columns = tuple(counted.measures)
    rows = [ReleaseRow(*name, tuple(figures[cell_name(*name, column)] for column in columns)) for name in names]
    return ReleaseTable(counted.topic.name, counted.topic.title, counted.topic.note, columns, tuple(rows))


def read_table(content: Mapping[str, Any], where: str) -> ReleaseTable:
    """A table out of release.json; refuses what is not one."""
    try:
        columns = tuple(map(str, content["columns"]))
        rows = tuple(
            ReleaseRow(row["attribute"], row["group"], tuple(_figure(row["figures"][column]) for column in columns))
            for row in content["rows"]
        )
        return ReleaseTable(
            content["name"], content["title"], content["note"], columns, rows, bool(content["protected"])
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal(
            "release-malformed", where, "this is not a table of a release", "docs/formats/release.md"
        ) from error


def _figure(content: Mapping[str, Any]) -> ReleaseFigure:
    mark, value = Mark(content["mark"]), content.get("value")
    ends = content.get("low"), content.get("high")
    if (value is not None) != (mark in (Mark.SHOWN, Mark.ZERO)) or not isinstance(value, int | None):
        raise ValueError("a value belongs to a number shown and to zero")
    if any(not isinstance(end, int | None) for end in ends) or (ends[0] is None) != (ends[1] is None):
        raise ValueError("an interval has two ends")
    unreliable = content.get("unreliable", False)
    if not isinstance(unreliable, bool) or (unreliable and ends[0] is None):
        raise ValueError("only a number with an interval can be unreliable")
    return ReleaseFigure(mark, value, *ends, unreliable=unreliable)
