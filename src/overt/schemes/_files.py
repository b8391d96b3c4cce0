"""Schemes as files: the ones in this package, and those that a user brings.

A scheme is a CSV with the columns `label, group, part of, kind, code, says`, below lines that begin with `#` and give
its `title`, `source`, `date`, `attribute`, `family` (schemes whose words mean the same) and `codes` (whether its labels
are codes). A label that begins with "…" is read only after the heading that it is a part of.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

from overt.refusals import Refusal, raise_all

ONLY_BELOW = "…"
ANY = "any"
_COLUMNS = ("label", "group", "part of", "kind", "code", "says")
_LARGEST = 1_000_000


class LineKind(StrEnum):
    """What a label is: a group, a part of one, the total of several, unknown, several people; or in no scheme."""

    GROUP = "group"
    PART = "part"
    TOTAL = "total"
    UNKNOWN = "unknown"
    SEVERAL = "several people"
    UNPLACED = "unplaced"

    @property
    def is_in_group(self) -> bool:
        """Whether people of that label are in one known group."""
        return self in (LineKind.GROUP, LineKind.PART)


@dataclass(frozen=True)
class SchemeLine:
    """One label of a scheme. `below` is the heading that it is a part of; `says` what a reader must be told."""

    label: str
    group: str
    below: str
    kind: LineKind
    code: str
    says: str
    only_below: bool


@dataclass(frozen=True)
class Scheme:
    """A published list of groups, with its source and date."""

    name: str
    title: str
    source: str
    date: str
    attribute: str
    family: str
    is_codes: bool
    lines: tuple[SchemeLine, ...] = field(repr=False)


@cache
def shipped() -> tuple[Scheme, ...]:
    """Every scheme of the package, in the order of their names."""
    folder = files("overt.schemes")
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".csv")), key=lambda path: path.name)
    return tuple(_read(path.name.removesuffix(".csv"), path.name, path.read_text(encoding="utf-8")) for path in paths)


def find_scheme(name: str, attribute: str) -> Scheme:
    """The scheme of that name, or of the CSV file of that name. Refuses a name and a file that are none."""
    if name.endswith(".csv"):
        return _from_file(Path(name), attribute)
    for scheme in shipped():
        if scheme.name == name and scheme.family != ANY:
            return scheme
    known = ", ".join(scheme.name for scheme in shipped() if scheme.attribute == attribute)
    raise Refusal(
        "scheme-unknown", f"--scheme {name}", "there is no scheme with this name", f"a CSV file, or one of: {known}"
    )


def _from_file(path: Path, attribute: str) -> Scheme:
    try:
        if path.stat().st_size > _LARGEST:
            raise Refusal("scheme-file", path.name, "the file is larger than one megabyte", "a list of labels")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("scheme-file", path.name, type(error).__name__, "a CSV file in UTF-8 that can be read") from None
    return _read(path.stem, path.name, text, attribute)


def _read(name: str, where: str, text: str, attribute: str = "ethnicity") -> Scheme:
    raw = text.splitlines()
    top = next((number for number, line in enumerate(raw) if not line.startswith("#")), len(raw))
    fields = dict(_said(line) for line in raw[:top])
    table = csv.DictReader(raw[top:], strict=True)
    try:
        missing = {"label", "group", "kind"} - set(table.fieldnames or ())
        if missing:
            wanted = f"the columns {', '.join(_COLUMNS)}"
            raise Refusal("scheme-file", where, f"no column {', '.join(sorted(missing))}", wanted)
        lines = [(top + table.line_num, {str(key): value or "" for key, value in row.items()}) for row in table]
    except csv.Error as error:
        raise Refusal("scheme-file", f"{where}, line {top + table.line_num}", str(error), "a CSV file") from None
    return Scheme(
        name,
        fields.get("title", name),
        fields.get("source", where),
        fields.get("date", ""),
        fields.get("attribute", attribute),
        fields.get("family", name),
        fields.get("codes", "no") == "yes",
        _lines(where, lines),
    )


def _said(line: str) -> tuple[str, str]:
    name, _, value = line.lstrip("# ").partition(":")
    return name.strip(), value.strip()


def _lines(where: str, rows: Sequence[tuple[int, dict[str, str]]]) -> tuple[SchemeLine, ...]:
    kinds = [kind for kind in LineKind if kind is not LineKind.UNPLACED]
    lines, faults = [], []
    for number, row in rows:
        label, kind, group = row["label"].strip(), row["kind"].strip(), row["group"].strip()
        at = f"{where}, line {number}"
        if kind not in kinds:
            faults.append(Refusal("scheme-file", at, f"the kind {kind!r}", ", ".join(kinds)))
        elif not label or (LineKind(kind).is_in_group and not group):
            faults.append(Refusal("scheme-file", at, "a label or its group is blank", "a label, and its group"))
        else:
            only = label.startswith(ONLY_BELOW)
            rest = (row.get("part of", ""), row.get("code", ""), row.get("says", ""))
            below, code, says = (cell.strip() for cell in rest)
            lines.append(
                SchemeLine(label.removeprefix(ONLY_BELOW).strip(), group, below, LineKind(kind), code, says, only)
            )
    raise_all(faults)
    if not lines:
        raise Refusal("scheme-file", where, "the file has no label", "a line for each label")
    return tuple(lines)
