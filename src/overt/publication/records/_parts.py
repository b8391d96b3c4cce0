"""What every record is made of: fields that say where their value is from, or what a person has to write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from overt.charter import Charter, Recipient, in_force
from overt.controls import own_name
from overt.disclosure import Mark
from overt.encoding import read_json
from overt.model import ITEM
from overt.pages import day as day_words
from overt.publication._document import ReleaseDocument
from overt.publication._drafts import published
from overt.publication._safe import ALL
from overt.publication._site import words
from overt.publication._table import ReleaseFigure, ReleaseRow
from overt.publication._topics import GATE, NOT_RECORDED, SEVERAL, TOPICS
from overt.refusals import Refusal
from overt.register import Register

CHARTER, RELEASE, STANDARD, HUMAN = "charter", "release", "standard", "human"
CONTROLLER_WRITES = "The controller must write this"
NO_FIGURE = "There is no figure yet"
AUDIT = "audit"


@dataclass(frozen=True)
class RecordField:
    """One thing that a record says. Without lines it is for a person, and `wanted` says what has to be written.

    `rests_on` says which release or charter it is from, and for which days.
    """

    name: str
    title: str
    lines: tuple[str, ...] = ()
    source: str = HUMAN
    wanted: str = ""
    rests_on: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a person still has to complete it."""
        return not self.lines

    @property
    def open_words(self) -> str:
        """What stands in place of the value of an open field: who has to write it, or that a release has to."""
        return NO_FIGURE if self.source == RELEASE else CONTROLLER_WRITES


@dataclass(frozen=True)
class Section:
    """A part of a record, with the number that the standard gives it where it gives one."""

    number: str
    title: str
    fields: tuple[RecordField, ...]


@dataclass(frozen=True)
class Record:
    """A record of a register as a document; `basis` is the law or standard that asks for it."""

    kind: str
    title: str
    basis: str
    note: str
    sources: Sources
    sections: tuple[Section, ...]

    def fields(self) -> Iterator[RecordField]:
        """Every field, in order."""
        for section in self.sections:
            yield from section.fields

    @property
    def open(self) -> tuple[RecordField, ...]:
        """The fields that a person still has to complete."""
        return tuple(field for field in self.fields() if field.is_open)


@dataclass(frozen=True)
class Sources:
    """What a record is made from: every version of the charter, the one in force, and a release if there is one.

    `life` are the releases whose periods follow one another without a gap and end with that release, the oldest first.
    `verdicts` is the verdict of each control, by its id, in the audit made for the release; none if it was not given.
    `late` are tables of which something was recorded or corrected after the release of its period: none counts it.
    """

    charters: tuple[Charter, ...]
    charter: Charter
    release: ReleaseDocument | None
    life: tuple[ReleaseDocument, ...] = ()
    verdicts: Mapping[str, str] | None = None
    late: frozenset[str] = frozenset()

    @property
    def spans(self) -> tuple[ReleaseDocument, ...]:
        """The releases that a statement about the life of the register may rest on."""
        return self.life or ((self.release,) if self.release else ())

    @property
    def is_whole(self) -> bool:
        """Whether they count every day since the register began."""
        return bool(self.spans) and self.spans[0].since is None

    def over(self, table: str) -> tuple[ReleaseDocument, ...]:
        """The releases that show a table: each counts its own period, or what stands on the day of the last."""
        return self.spans if table in _FLOWS else self.spans[-1:]

    def rests_on(self, table: str) -> str:
        """Which releases the figures of a table are from, and for which days."""
        documents = self.over(table)
        if not documents:
            return ""
        last = documents[-1]
        if table not in _FLOWS:
            return f"release {last.release}, as of {day_words(last.day)}"
        first = documents[0]
        numbers = f"release {last.release}" if first is last else f"releases {first.release} to {last.release}"
        if first.since is None:
            return f"{numbers}, for every day since the register began, up to {day_words(last.day)}; {_LATER}"
        since = day_words(first.since)
        return (
            f"{numbers}, for the days after {since} up to {day_words(last.day)}; no release counts the days before; "
            f"{_LATER}"
        )


_FLOWS = {topic.name for topic in (*TOPICS.values(), GATE) if topic.flow}
_LATER = "anything recorded after the release for its period is in none"
# Of which tables a record says that there never was anything, and when something happened of them.
_HAPPENED = {"sources": ITEM.collected_on}


def rows_of(document: ReleaseDocument, table: str, attribute: str) -> list[ReleaseRow]:
    """The published rows of an attribute."""
    shown = next((candidate for candidate in document.tables if candidate.name == table), None)
    return [row for row in (shown.rows if shown else ()) if row.attribute == attribute]


def gather(register: Register, release: str | None, day: dt.date, findings: bytes | None = None) -> Sources:
    """Return the charters and a published release (by default that of the latest day). Refuse one not published.

    The charter is that of the release, or the one in force on the day where there is no release. `findings` is the
    findings.json of the audit made for the release; refused if it is that of another audit.
    """
    documents = published(register)
    named = [document for document in documents if release in (None, document.release)]
    newest = max(named, key=lambda document: (document.day, document.release), default=None)
    if release is not None and newest is None:
        raise Refusal(
            "release-absent", release, "there is no such published release", "one listed by `overt release list`"
        )
    sources = published_sources(register.charters(), documents, newest, day)
    verdicts = None if findings is None else _verdicts(findings, sources.charter, newest)
    late = frozenset(table for table in _HAPPENED if sources.life and _is_late(register, table, sources.life))
    return replace(sources, verdicts=verdicts, late=late)


def published_sources(
    charters: Sequence[Charter], documents: Sequence[ReleaseDocument], release: ReleaseDocument | None, day: dt.date
) -> Sources:
    """The sources of a record as far as they are published: every charter, and a release with those before it.

    The charter is that of the release, or the one in force on the day where there is no release.
    """
    about = dt.date.fromisoformat(release.day) if release else day
    charter = in_force(charters, about) or charters[0]
    return Sources(tuple(charters), charter, release, _life(release, documents))


def _is_late(register: Register, table: str, life: Sequence[ReleaseDocument]) -> bool:
    """Whether a row, as the last release knew it, is of the period of a release that did not know it so."""
    happened = _HAPPENED[table]
    for row in register.as_of(happened.table, dt.datetime.fromisoformat(life[-1].made_from.as_of)):
        on = str(row.values[happened] or row.recorded_at)[:10]
        counted = next((document for document in life if on <= document.day), life[-1])
        if str(row.recorded_at) > counted.made_from.as_of:
            return True
    return False


def _verdicts(findings: bytes, charter: Charter, release: ReleaseDocument | None) -> dict[str, str]:
    """The verdict of each control; refused where the audit is not the one whose verdicts the release gives."""
    where, wanted = "--findings", "the findings.json of the audit that the release was drafted with"
    rows = rows_of(release, AUDIT, "verdict") if release else []
    published = {row.group: row.figures[0].value for row in rows if row.figures[0].value is not None}
    if release is None or not published:
        raise Refusal("record-findings", where, "no published release contains the verdicts of an audit", wanted)
    try:
        content = read_json(findings)
        counts = {str(name): int(count) for name, count in content["run"]["verdicts"].items()}
        packs = {str(pack["name"]): str(pack["digest"]) for pack in content["run"]["packs"]}
        verdicts = {str(finding["control"]): str(finding["verdict"]) for finding in content["findings"]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal("record-findings", where, "there are no verdicts of controls", wanted) from error
    if counts != published or counts != {name: list(verdicts.values()).count(name) for name in counts}:
        raise Refusal("record-findings", where, f"other verdicts than release {release.release} gives", wanted)
    if packs != {own_name(name): pin.digest for name, pin in charter.packs.items()}:
        raise Refusal("record-findings", where, "the audit used other packs than those in the charter", wanted)
    return verdicts


def _life(last: ReleaseDocument | None, documents: Sequence[ReleaseDocument]) -> tuple[ReleaseDocument, ...]:
    """The releases that follow one another up to the last; of several about one day, the newest, which corrects."""
    life: list[ReleaseDocument] = []
    while last is not None:
        life.append(last)
        before = [document for document in documents if document.day == life[-1].since and document.day < life[-1].day]
        last = max(before, key=lambda document: document.release, default=None)
    return tuple(reversed(life))


# --- fields ---------------------------------------------------------------------------------------------------------


def stated(name: str, title: str, *lines: str) -> RecordField:
    """What the charter says, or that it says nothing of the kind."""
    return RecordField(name, title, tuple(lines) or ("None in the charter.",), CHARTER)


def stated_ever(name: str, title: str, sources: Sources, *lines: str) -> RecordField:
    """What the versions of the charter say together."""
    last = max(charter.version for charter in sources.charters)
    return replace(stated(name, title, *lines), rests_on=f"every version of the charter, from 1 to {last}")


def sensitive_ever(sources: Sources) -> list[str]:
    """Every sensitive category that any version of the charter had, with its condition and its days."""
    versions = [charter.categories for charter in sources.charters]
    sensitive = {name: last for categories in versions for name, last in categories.items() if last.sensitive}
    return [
        f"{category.title}: condition {category.condition}, from {day_words(category.adopted_on)}"
        + (f" until it was retired on {day_words(category.retired_on)}" if category.retired_on else "")
        for category in sensitive.values()
    ]


def blank(name: str, title: str, wanted: str) -> RecordField:
    """A field that a person has to complete."""
    return RecordField(name, title, wanted=wanted)


_NO_RELEASE = "no release was published with it (overt release draft)"


def figures(sources: Sources, name: str, title: str, table: str, attribute: str) -> RecordField:
    """The published figures of an attribute, one line for each group that has anything to say.

    Of what happened, each period has its figure: they are rounded one by one, and are not added up.
    """
    texts_by_group: dict[str, list[str]] = {}
    for document in sources.over(table):
        for row in rows_of(document, table, attribute):
            texts_by_group.setdefault(row.group, []).append(_figure_words(sources, document, table, row.figures[0]))
    lines = tuple(f"{words(group)}: {'; '.join(texts)}" for group, texts in texts_by_group.items())
    return RecordField(name, title, lines, RELEASE, "" if lines else _NO_RELEASE, sources.rests_on(table))


def _figure_words(sources: Sources, document: ReleaseDocument, table: str, figure: ReleaseFigure) -> str:
    """A figure, with its period where there are several."""
    if len(sources.over(table)) == 1:
        return str(figure)
    return f"{figure} up to {day_words(document.day)}"


def figure(sources: Sources, name: str, title: str, table: str) -> RecordField:
    """One published figure for each period: the whole of a table."""
    figures_of_table = [(document, row) for document in sources.over(table) for row in rows_of(document, table, ALL)]
    lines = tuple(_figure_words(sources, document, table, row.figures[0]) for document, row in figures_of_table)
    return RecordField(name, title, lines, RELEASE, "" if lines else _NO_RELEASE, sources.rests_on(table))


def statement(
    name: str, title: str, sources: Sources, where: tuple[str, str], groups: Sequence[str], *, what: str
) -> RecordField:
    """Whether anyone is, or ever was, in some groups of a table's attribute: what the figures show, and when.

    Those of whom it is not recorded may be in the groups, and are looked at too. A no needs every day since the
    register began: figures of what happened can give it, and figures of single days cannot.
    """
    shown = [(document, {row.group: row.figures[0] for row in rows_of(document, *where)}) for document in sources.spans]
    shown = [(document, rows) for document, rows in shown if any(group in rows for group in groups)]
    if not shown:
        return RecordField(name, title, (), RELEASE, _NO_RELEASE)
    newest, rows = shown[-1]
    there = [(at, by_group) for at, by_group in shown if any(_is_some(by_group.get(group)) for group in groups)]
    if there:
        document, by_group = there[-1]
        answer = f"Yes: {what} ({_told(document, by_group, groups, where[0])})."
        if document is not newest:
            answer += f" Later: {_told(newest, rows, groups, where[0])}."
    elif any(figure.mark is not Mark.ZERO for _, by_group in shown for figure in _looked_at(by_group, groups).values()):
        shown_as = "; ".join(_told(document, by_group, groups, where[0]) for document, by_group in shown)
        answer = f"The figures do not rule this out ({shown_as}). Do not state that there are none."
    elif where[0] not in _FLOWS:
        shown_as = _told(newest, rows, groups, where[0])
        answer = f"None on that day ({shown_as}). Other days are not ruled out: do not state that there never were any."
    elif not sources.is_whole or len(shown) < len(sources.spans):
        shown_as = _told(newest, rows, groups, where[0])
        answer = (
            f"None in the period of the figures ({shown_as}). Earlier times are not ruled out: no release counts them."
        )
    elif where[0] in sources.late:
        shown_as = _told(newest, rows, groups, where[0])
        answer = (
            f"None in the figures ({shown_as}). Something was recorded or corrected after the release for its period, "
            "and is in no figure: do not state that there never were any."
        )
    else:
        answer = f"No: the figures show none since the register began ({_told(newest, rows, groups, where[0])})."
    rests_on = sources.rests_on(where[0])
    if where[0] not in _FLOWS and len(shown) > 1:
        days = ", ".join(day_words(document.day) for document, _ in shown)
        rests_on = f"the releases about {days}: each of its day alone"
    return RecordField(name, title, (answer,), RELEASE, rests_on=rests_on)


def _looked_at(rows: Mapping[str, ReleaseFigure], groups: Sequence[str]) -> dict[str, ReleaseFigure]:
    return {group: rows[group] for group in (*groups, NOT_RECORDED, SEVERAL) if group in rows}


def _told(document: ReleaseDocument, rows: Mapping[str, ReleaseFigure], groups: Sequence[str], table: str) -> str:
    """What a release shows of the groups, and for when."""
    said_of = "; ".join(f"{words(group)}: {figure}" for group, figure in _looked_at(rows, groups).items())
    if table not in _FLOWS:
        return f"{said_of}, on {day_words(document.day)}"
    since = f"after {day_words(document.since)}" if document.since else "since the register began"
    return f"{said_of}, {since} up to {day_words(document.day)}"


def _is_some(figure: ReleaseFigure | None) -> bool:
    """Whether a figure shows that there is someone."""
    shown = figure is not None and figure.mark is Mark.SHOWN and bool(figure.value)
    return shown and figure is not None and (figure.low is None or figure.low > 0)


def categories(charter: Charter, day: dt.date) -> list[str]:
    """The categories in force, one line each."""
    held = charter.categories_in_force(day).values()
    return [f"{part.title}{' (sensitive)' if part.sensitive else ''}: {part.reason}" for part in held]


def recipients(charter: Charter, day: dt.date) -> list[str]:
    """Who entries may be sent to, one line each; an agreement that is not in force on the day is said to be none."""
    return [
        f"{recipient.title} ({words(recipient.kind)}), agreement {recipient.agreement}, {_in_force(recipient, day)}: "
        + "; ".join(charter.purposes[name].title for name in recipient.purposes)
        for recipient in charter.recipients.values()
    ]


def _in_force(recipient: Recipient, day: dt.date) -> str:
    if recipient.ends_on < day:
        return f"which ended on {day_words(recipient.ends_on)}"
    if recipient.starts_on > day:
        return f"which begins on {day_words(recipient.starts_on)}"
    return f"in force until {day_words(recipient.ends_on)}"


def retention(charter: Charter) -> list[str]:
    """How long entries are kept, one line for each group."""
    return [
        f"{name}: {rule.limit_years} years at most, reviewed every {rule.review_days} days. {rule.reason}"
        for name, rule in charter.retention.items()
    ]


def assessments(charter: Charter) -> list[str]:
    """The signed assessments, one line each."""
    titles = {"dpia": "data protection", "eia": "equality", "apd": "appropriate policy document"}
    return [
        f"{name} ({titles[signed.kind]}): signed on {day_words(signed.signed_on)}, "
        f"review due on {day_words(signed.review_due_on)}"
        + (f", officer consulted on {day_words(signed.officer_consulted_on)}" if signed.officer_consulted_on else "")
        for name, signed in charter.assessments.items()
    ]


def thresholds(charter: Charter) -> list[str]:
    """The limits that the charter sets, one line each."""
    return [f"{words(name)}: {threshold.value}. {threshold.reason}" for name, threshold in charter.thresholds.items()]


def authorities(charter: Charter) -> list[str]:
    """The covert authorities that the charter knows, one line each."""
    return [
        f"{words(name)}: at most {authority.months or authority.days} {'months' if authority.months else 'days'}, "
        f"granted by a {words(authority.minimum_rank)} at least"
        for name, authority in charter.authorities.items()
    ]


def day_of(sources: Sources) -> dt.date:
    """The day that a record is about."""
    if sources.release:
        return dt.date.fromisoformat(sources.release.day)
    return sources.charter.effective_on
