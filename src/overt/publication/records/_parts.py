"""What every record is made of: fields that say where their value is from, or what a human has to write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from overt.charter import Charter, in_force
from overt.disclosure import Mark
from overt.publication._document import Document
from overt.publication._release import published
from overt.publication._safe import ALL
from overt.publication._site import words
from overt.publication._table import Figure, Row
from overt.publication._topics import NOT_RECORDED, SEVERAL
from overt.refusals import Refusal
from overt.register import Register

CHARTER, RELEASE, HUMAN = "charter", "release", "human"


@dataclass(frozen=True)
class Field:
    """One thing that a record says. Without lines it is for a human, and `wanted` says what has to be written."""

    name: str
    title: str
    lines: tuple[str, ...] = ()
    source: str = HUMAN
    wanted: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a human still has to fill it in."""
        return not self.lines


@dataclass(frozen=True)
class Section:
    """A part of a record, with the number that the standard gives it where it gives one."""

    number: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Record:
    """A record of a register as a document; `basis` is the law or standard that asks for it."""

    kind: str
    title: str
    basis: str
    note: str
    sources: Sources
    sections: tuple[Section, ...]

    def fields(self) -> Iterator[Field]:
        """Every field, in order."""
        for section in self.sections:
            yield from section.fields

    @property
    def open(self) -> tuple[Field, ...]:
        """What a human still has to fill in."""
        return tuple(each for each in self.fields() if each.is_open)


@dataclass(frozen=True)
class Sources:
    """What a record is made from: every version of the charter, the one in force, and a release if there is one."""

    charters: tuple[Charter, ...]
    charter: Charter
    release: Document | None

    def row(self, table: str, attribute: str = ALL, group: str = ALL, column: int = 0) -> Figure | None:
        """A published figure; none where no release has it."""
        if self.release is None:
            return None
        found = next((each for each in self.release.tables if each.name == table), None)
        rows = found.rows if found else ()
        row = next((each for each in rows if (each.attribute, each.group) == (attribute, group)), None)
        return row.figures[column] if row else None

    def rows(self, table: str, attribute: str) -> list[Row]:
        """The published rows of an attribute."""
        found = next((each for each in self.release.tables if each.name == table), None) if self.release else None
        return [each for each in (found.rows if found else ()) if each.attribute == attribute]


def gather(register: Register, release: str | None, day: dt.date) -> Sources:
    """The charters and a published release, the newest if none is named; refuses one that is not published.

    The charter is that of the release, or the one in force on the day where there is no release.
    """
    documents = published(register)
    found = next((each for each in reversed(documents) if release in (None, each.release)), None)
    if release is not None and found is None:
        raise Refusal("release-absent", release, "no such published release", "one that overt release list shows")
    charters = tuple(register.charters())
    about = dt.date.fromisoformat(found.day) if found else day
    return Sources(charters, in_force(charters, about) or charters[0], found)


# --- fields ---------------------------------------------------------------------------------------------------------


def said(name: str, title: str, *lines: str) -> Field:
    """What the charter says, or that it says nothing of the kind."""
    return Field(name, title, tuple(lines) or ("None in the charter.",), CHARTER)


def asked(name: str, title: str, wanted: str) -> Field:
    """What a human has to write."""
    return Field(name, title, wanted=wanted)


_NO_RELEASE = "a figure: no release was published with it (overt release draft)"


def figures(sources: Sources, name: str, title: str, table: str, attribute: str) -> Field:
    """The published figures of an attribute, one line for each group that has anything to say."""
    lines = [f"{words(row.group)}: {row.figures[0]}" for row in sources.rows(table, attribute)]
    return Field(name, title, tuple(lines), RELEASE, "" if lines else _NO_RELEASE)


def figure(sources: Sources, name: str, title: str, table: str, column: int = 0) -> Field:
    """One published figure: the whole of a table."""
    found = sources.row(table, column=column)
    return Field(name, title, (str(found),) if found else (), RELEASE, "" if found else _NO_RELEASE)


def statement(
    name: str, title: str, sources: Sources, where: tuple[str, str], groups: Sequence[str], *, what: str
) -> Field:
    """Whether there is anybody in some groups of a table's attribute: yes, no, or that the figures do not say.

    Those of whom it is not recorded may be in the groups, and are looked at too.
    """
    rows = {row.group: row.figures[0] for row in sources.rows(*where)}
    found = {group: rows[group] for group in groups if group in rows}
    if not found:
        return Field(name, title, (), RELEASE, _NO_RELEASE)
    perhaps = {group: figure for group, figure in rows.items() if group in (NOT_RECORDED, SEVERAL)}
    said_of = "; ".join(f"{words(group)}: {figure}" for group, figure in (found | perhaps).items())
    if any(each.mark is Mark.SHOWN and (each.low is None or each.low > 0) and each.value for each in found.values()):
        answer = f"Yes: {what} ({said_of})."
    elif all(each.mark is Mark.ZERO for each in (found | perhaps).values()):
        answer = f"No: the figures show none ({said_of})."
    else:
        answer = f"Not ruled out by the figures ({said_of}). Do not write that there are none."
    return Field(name, title, (answer,), RELEASE)


def categories(charter: Charter, day: dt.date) -> list[str]:
    """The categories in force, one line each."""
    found = charter.categories_in_force(day)
    return [f"{each.title}{' (sensitive)' if each.sensitive else ''}: {each.reason}" for each in found.values()]


def recipients(charter: Charter) -> list[str]:
    """Who entries may be sent to, one line each."""
    return [
        f"{each.title} ({words(each.kind)}), agreement {each.agreement} until {each.ends_on}: "
        + ", ".join(each.purposes)
        for each in charter.recipients.values()
    ]


def retention(charter: Charter) -> list[str]:
    """How long entries are kept, one line for each group."""
    return [
        f"{name}: {each.limit_years} years at most, reviewed every {each.review_days} days. {each.reason}"
        for name, each in charter.retention.items()
    ]


def assessments(charter: Charter) -> list[str]:
    """The signed assessments, one line each."""
    titles = {"dpia": "data protection", "eia": "equality", "apd": "appropriate policy document"}
    return [
        f"{name} ({titles[each.kind]}): signed {each.signed_on}, review due {each.review_due_on}"
        + (f", officer consulted {each.officer_consulted_on}" if each.officer_consulted_on else "")
        for name, each in charter.assessments.items()
    ]


def thresholds(charter: Charter) -> list[str]:
    """The limits that the charter sets, one line each."""
    return [f"{words(name)}: {each.value}. {each.reason}" for name, each in charter.thresholds.items()]


def authorities(charter: Charter) -> list[str]:
    """The covert authorities that the charter knows, one line each."""
    return [
        f"{words(name)}: at most {each.months or each.days} {'months' if each.months else 'days'}, "
        f"granted by a {words(each.minimum_rank)} at least"
        for name, each in charter.authorities.items()
    ]


def day_of(sources: Sources) -> dt.date:
    """The day that a record is about."""
    if sources.release:
        return dt.date.fromisoformat(sources.release.day)
    return sources.charter.effective_on
