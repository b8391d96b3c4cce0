"""`release.json`: everything that a release says, and the digests that tie it to the register it was made from.

Pages, CSV and JSON of a release are made from it and from nothing else, so that they can be made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from overt.disclosure import Rule
from overt.encoding import read_json
from overt.pages import day as day_words
from overt.publication._noise import Key, Noise, NoisyQuestion, read_noise
from overt.publication._safe import cell_name
from overt.publication._table import ReleaseFigure, ReleaseTable, as_bytes, read_table
from overt.refusals import Refusal

FORMAT = 3
RELEASE_FILE = "release.json"


@dataclass(frozen=True)
class MadeFrom:
    """What a release counts: the moment, the ledger then, and the digests of snapshot.json and office.json."""

    as_of: str
    leaves: int
    root: str
    digest: str
    office: str


@dataclass(frozen=True)
class FigureChange:
    """A cell that says something else than in another release."""

    table: str
    cell: str
    old: str
    new: str


@dataclass(frozen=True)
class FigureCorrection:
    """A published cell that says something else now: in which release, which release says so, and both figures.

    `cause` is the author's, for the whole release; `kinds` are what happened to this cell, as it was counted: see
    `_causes`. Releases of formats 1 and 2 have none.
    """

    corrects: str
    corrected_by: str
    cause: str
    table: str
    cell: str
    old: str
    new: str
    kinds: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As release.json has it."""
        shown = {name: value for name, value in asdict(self).items() if name != "kinds"}
        return shown | ({"kinds": list(self.kinds)} if self.kinds else {})


@dataclass(frozen=True)
class ReleaseDocument:
    """One release. `since` is the day of the release before, and `corrects` the release that this one corrects.

    `changes` are against the release `sooner`: the one before, or the one corrected. `corrections` are all that
    were ever made, this one's with them. `without` names what was left out, because nothing less made the release safe.
    With `noise` nothing is rounded or withheld in the tables of people and of what was done to them: they are made
    from it. `withheld_for_others` is only in releases of format 1: how many cells were withheld for the sake of others
    narrows what they are, and is not said since. `begun_on` is the first day of the register where the release is about
    a day before it: its figures are then of what was taken over from elsewhere. `is_first` says that none was published
    before it; releases of formats 1 and 2 do not say it.
    """

    release: str
    name: str
    origin: str
    controller: str
    contact: str
    day: str
    since: str | None
    made_from: MadeFrom
    charter: str
    charter_version: int
    rule: Rule
    tables: tuple[ReleaseTable, ...]
    sooner: str | None = None
    changes: tuple[FigureChange, ...] = ()
    corrects: str | None = None
    corrections: tuple[FigureCorrection, ...] = ()
    synthetic: bool = False
    without: tuple[str, ...] = ()
    noise: Noise | None = None
    withheld_for_others: int | None = None
    is_first: bool = False
    begun_on: str | None = None
    format: int = FORMAT

    @property
    def known(self) -> str:
        """Which knowledge of the register its figures use, as a sentence."""
        known = self.made_from.as_of[:10]
        if self.begun_on:
            return (
                f"The register was begun on {day_words(self.begun_on)}. The figures for {day_words(self.day)} are of "
                "entries that were kept elsewhere then and have been taken over since. They do not include anyone who "
                "was listed then but was not taken over."
            )
        if known == self.day:
            return f"The figures are of the register as it was known on {day_words(self.day)}, the date they are about."
        return (
            f"The figures about {day_words(self.day)} use what was known on {day_words(known)}, and so include what "
            "was recorded later about that day."
        )

    def table(self, name: str) -> ReleaseTable:
        """A table by its name."""
        return next(table for table in self.tables if table.name == name)

    @cached_property
    def cells(self) -> dict[tuple[str, str], ReleaseFigure]:
        """Every cell by table and name."""
        return {(table.name, cell): figure for table in self.tables for cell, figure in table.cells()}

    @property
    def noisy(self) -> int:
        """How many figures have noise."""
        return sum(figure.low is not None for figure in self.cells.values())

    @property
    def unreliable(self) -> int:
        """How many of them have a range that is as wide as they are, or wider."""
        return sum(figure.unreliable for figure in self.cells.values())

    @property
    def digest(self) -> str:
        """The SHA-256 digest of release.json, in hexadecimal: what the ledger holds."""
        return sha256(self.as_bytes()).hexdigest()

    def as_bytes(self) -> bytes:
        """release.json; the same release gives the same bytes."""
        return self._bytes

    @cached_property
    def _bytes(self) -> bytes:
        shown: dict[str, Any] = {"format": self.format}
        for name in _PLAIN:
            shown[name] = getattr(self, name)
            if name == "charter_version" and self.withheld_for_others is not None:
                shown["withheld_for_others"] = self.withheld_for_others
        if self.begun_on is not None:
            shown["begun_on"] = self.begun_on
        shown["made_from"] = asdict(self.made_from)
        shown["rule"] = {name: value for name, value in asdict(self.rule).items() if name != "secondary"}
        if self.noise is not None:
            shown["noise"] = self.noise.as_json()
        shown["without"] = list(self.without)
        if self.format > _SAYS_NOT:
            shown["is_first"] = self.is_first
        shown["changes"] = [asdict(change) for change in self.changes]
        shown["corrections"] = [correction.as_json() for correction in self.corrections]
        shown["tables"] = [table.as_json() for table in self.tables]
        return as_bytes(shown)


# Up to this format a release did not say whether it is the first.
_SAYS_NOT = 2
_PLAIN = (
    "release", "name", "origin", "controller", "contact", "synthetic", "day", "since", "charter", "charter_version",
    "sooner", "corrects",
)  # fmt: skip


def read_document(data: bytes, where: str) -> ReleaseDocument:
    """A release from its release.json; refuses what is not one, to the last byte."""
    try:
        content = read_json(data)
        document = ReleaseDocument(
            **{name: content[name] for name in _PLAIN},
            made_from=MadeFrom(**content["made_from"]),
            rule=Rule(**content["rule"]),
            without=tuple(content["without"]),
            changes=tuple(FigureChange(**change) for change in content["changes"]),
            corrections=tuple(_correction(correction) for correction in content["corrections"]),
            tables=tuple(read_table(table, where) for table in content["tables"]),
            noise=read_noise(content["noise"]) if "noise" in content else None,
            withheld_for_others=int(content["withheld_for_others"]) if "withheld_for_others" in content else None,
            is_first=bool(content.get("is_first", False)),
            begun_on=content.get("begun_on"),
            format=int(content["format"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal("release-malformed", where, "there is no release.json", "docs/formats/release.md") from error
    if document.as_bytes() != data:
        raise Refusal("release-malformed", where, "the file is not as Overt writes it", "the file as published")
    return document


def _correction(content: dict[str, Any]) -> FigureCorrection:
    return FigureCorrection(**{**content, "kinds": tuple(content.get("kinds", ()))})


def changes(old: Sequence[ReleaseTable], new: Sequence[ReleaseTable]) -> Iterator[FigureChange]:
    """Every cell of both that says something else, and those that only one of them has."""
    before = {(table.name, cell): figure for table in old for cell, figure in table.cells()}
    after = {(table.name, cell): figure for table in new for cell, figure in table.cells()}
    for table, cell in (*after, *(key for key in before if key not in after)):
        was, now = before.get((table, cell)), after.get((table, cell))
        if was != now:
            yield FigureChange(
                table, cell, "no such row" if was is None else str(was), "no such row" if now is None else str(now)
            )


def known_questions(before: Sequence[ReleaseDocument]) -> dict[Key, NoisyQuestion]:
    """Return every query that was published with noise, and the latest release that contains its figures."""
    known = {}
    for document in before:
        for question in document.noise.questions if document.noise else ():
            published = {
                group: document.cells[question.table, cell_name(question.attribute, group, question.column)].value or 0
                for group in question.numbers
            }
            source = question.taken_from or document.release
            known[question.key] = replace(question, taken_from=source, published=published)
    return known
