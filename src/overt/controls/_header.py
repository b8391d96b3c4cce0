"""Reads the header of a control: the comment lines before its text."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from overt.controls._control import Basis
from overt.refusals import Refusal

REQUIRED = ("id", "title", "asks", "kind", "basis", "severity", "gate", "limits", "remedy")
OPTIONAL = ("in force", "dated", "found in", "holds in")
REPEATABLE = ("basis", "found in")
_ORDER = (
    "id", "title", "asks", "kind", "basis", "in force", "dated", "holds in", "found in", "severity", "gate", "limits",
    "remedy",
)  # fmt: skip

_LINE = re.compile(r"--\s*([a-z][a-z ]*?):\s*(.*)")
_PERIOD = re.compile(r"(\d{4}-\d{2}-\d{2})?\s*\.\.\s*(\d{4}-\d{2}-\d{2})?")
ID = re.compile(r"[A-Z]{2}-\d{2}[a-z]?")
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass
class Header:
    """The fields of a header, by name; repeatable fields keep their order."""

    where: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    sql: str = ""
    refusals: list[Refusal] = field(default_factory=list)

    def one(self, name: str) -> str:
        """The field's value, or nothing where the header lacks it (which is refused elsewhere)."""
        return self.fields.get(name, [""])[0]

    def choice(self, name: str, choices: type[_Choice]) -> _Choice | None:
        """The field as one of a list; anything else is a refusal."""
        try:
            return choices(self.one(name))
        except ValueError:
            self.refuse(name, self.one(name) or "nothing", ", ".join(choices))
            return None

    def as_text(self) -> str:
        """The control as a file has it: each field on a line, then its text."""
        lines = [f"-- {name}: {value}" for name in _ORDER for value in self.fields.get(name, [])]
        return "\n".join([*lines, self.sql, ""])

    def refuse(self, name: str, found: str, wanted: str) -> None:
        """Notes one fault of the header."""
        self.refusals.append(Refusal("control-header", f"{self.where}, {name}", found, wanted))


def read_header(text: str, where: str) -> Header:
    """The header's fields and the text below it, with everything that is wrong."""
    header = Header(where)
    lines = text.splitlines()
    count = 0
    for count, line in enumerate(lines):
        if not line.startswith("--"):
            break
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            header.refuse(f"line {count + 1}", line[:60], "-- name: value")
            continue
        name, value = match[1], match[2].strip()
        if name not in REQUIRED + OPTIONAL:
            header.refuse(name, "a field that headers do not have", ", ".join(REQUIRED + OPTIONAL))
        elif name in header.fields and name not in REPEATABLE:
            header.refuse(name, "the field twice", "once")
        else:
            header.fields.setdefault(name, []).append(value)
    header.sql = "\n".join(lines[count:]).strip().rstrip(";")
    for name in REQUIRED:
        if not header.one(name):
            header.refuse(name, "nothing", "a value")
    if header.one("id") and not ID.fullmatch(header.one("id")):
        header.refuse("id", header.one("id"), "two capitals, a dash, two digits and perhaps a letter: OV-38, OV-60a")
    return header


def read_bases(header: Header) -> tuple[Basis, ...]:
    """The `basis` lines; a period stands in brackets at the end of each."""
    bases = []
    for line in header.fields.get("basis", []):
        citation, bracket, period = line.rpartition(" (")
        match = _PERIOD.fullmatch(period.removesuffix(")")) if bracket else None
        if match is None:
            bases.append(Basis(line))
            continue
        bases.append(_with_period(header, "basis", citation, match))
    return tuple(bases)


def read_in_force(header: Header) -> Basis | None:
    """The period in which the control binds, where it has one."""
    text = header.one("in force")
    if not text:
        return None
    match = _PERIOD.fullmatch(text)
    if match is None:
        header.refuse("in force", text, "yyyy-mm-dd .. yyyy-mm-dd, either side may be absent")
        return None
    if not header.one("dated"):
        header.refuse("in force", text, "a `dated` column to compare it with")
    return _with_period(header, "in force", "in force", match)


def _with_period(header: Header, name: str, citation: str, match: re.Match[str]) -> Basis:
    try:
        days = [dt.date.fromisoformat(day) if day else None for day in match.groups()]
    except ValueError:
        header.refuse(name, match[0], "days of the calendar")
        days = [None, None]
    return Basis(citation, days[0], days[1])
