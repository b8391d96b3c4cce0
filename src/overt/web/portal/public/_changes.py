"""What changed: the charter's versions, corrections of published figures, removals as releases give them; and the feed.

Nothing is counted here: a count of its own would give away what a release withholds. A ground is an officer's words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree as Tree

from overt import publication
from overt.charter import Charter, difference, history
from overt.pages import opening
from overt.publication import ReleaseDocument, ReleaseFigure
from overt.web._answers import Plain
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._tables import QUERY, SortColumn, SortRow, SortTable, with_tables
from overt.web.portal.public._releases import corrections_table

_ATOM = "http://www.w3.org/2005/Atom"


def _changes(ask: Ask) -> Answer:
    charters = list(ask.desk.charters())
    documents = ask.desk.releases()
    tables = [_removals_table(documents)]
    if documents:
        tables.append(corrections_table(documents[-1]))
    return with_tables(
        ask,
        "public/changes.html",
        {
            "versions": list(reversed(_versions(charters))),
            "removals": [removal for document in reversed(documents) for removal in _removed(document)],
        },
        tables,
    )


def _removed(document: ReleaseDocument) -> Iterator[dict[str, object]]:
    """How many people a release says were removed since the one before, if it says so."""
    for table in document.tables:
        if table.name == "people" and "removed" in table.columns:
            figure = str(table.whole("removed"))
            yield {"release": document.release, "since": document.since, "day": document.day, "figure": figure}


# --- removals -------------------------------------------------------------------------------------------------------

_REASONS = (
    ("people", "all", "all", "removed", "People removed from the register"),
    ("people", "all", "all", "erased", "People whose entries were erased"),
    ("reviews", "outcome", "remove", "reviews", "Reviews that decided to remove an entry"),
    ("requests", "kind", "erasure", "requests", "Requests of people to have their data erased"),
    ("recalls", "bodies", "told to delete, correct or restrict", "bodies", "Organisations told, since the beginning"),
    ("recalls", "bodies", "not confirmed yet", "bodies", "Organisations that have not confirmed yet"),
)
"""What a release says of removals and why: a table, an attribute, a group and a column, and what it is called."""


def _removals_table(documents: list[ReleaseDocument]) -> SortTable:
    """One row a release and reason: published before, and made safe with everything else of its release."""
    columns = (
        SortColumn("release", "Release"), SortColumn("since", "After", "day"), SortColumn("day", "Up to", "day"),
        SortColumn("what", "What was counted"), SortColumn("count", "Count", "number"),
    )  # fmt: skip
    rows = []
    for document in reversed(documents):
        for place, what in _figures_of(document):
            values = {"release": document.release, "since": document.since, "day": document.day, "what": what}
            words = {} if place.value is not None and place.low is None else {"count": str(place)}
            words |= {} if document.since else {"since": "the beginning"}
            rows.append(SortRow({**values, "count": place.value}, f"/figures/{document.release}", words))
    return SortTable("removals", "Removals and their reasons", columns, tuple(rows))


def _figures_of(document: ReleaseDocument) -> Iterator[tuple[ReleaseFigure, str]]:
    for name, attribute, group, column, words in _REASONS:
        table = next((table for table in document.tables if table.name == name and column in table.columns), None)
        for row in table.rows if table else ():
            if (row.attribute, row.group) == (attribute, group):
                yield row.figures[table.columns.index(column)] if table else row.figures[0], words


def _versions(charters: list[Charter]) -> list[dict[str, object]]:
    """Each version with what it brought, in one line and line by line."""
    brought = [[], *(difference(old, new).sentences() for old, new in pairwise(charters))]
    return [
        {
            "version": charter.version,
            "adopted_on": charter.adopted_on,
            "effective_on": charter.effective_on,
            "summary": line.summary,
            "lines": lines,
            "file": f"/charters/{charter.version:04}",
        }
        for charter, line, lines in zip(charters, history(charters), brought, strict=True)
    ]


# --- the feed -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FeedEntry:
    """One change that everybody may know: where it is, what it is called, its day, and a sentence."""

    path: str
    title: str
    day: dt.date
    summary: str


def feed_entries(ask: Ask) -> list[FeedEntry]:
    """Versions of the charter, releases with the number of their corrections, and answers; the newest first."""
    entries = []
    for charter, line in zip(charters := list(ask.desk.charters()), history(charters), strict=True):
        title = f"Version {charter.version} of the charter"
        entries.append(FeedEntry(f"/charters/{charter.version:04}", title, charter.adopted_on, opening(line.summary)))
    for document in ask.desk.releases():
        fixed = sum(correction.corrected_by == document.release for correction in document.corrections)
        summary = f"It corrects {fixed} published figures." if fixed else "Figures about the register."
        day = dt.date.fromisoformat(document.day)
        entries.append(FeedEntry(f"/figures/{document.release}", f"Release {document.release}", day, summary))
    with ask.desk.reading() as register:
        sent = [answer for answer in publication.answers(register) if answer.sent_on]
    for answer in sent:
        day = dt.date.fromisoformat(str(answer.sent_on))
        words = answer.asks or " ".join(publication.QUESTIONS[name].asks for name in answer.questions)
        entries.append(FeedEntry(f"/answers/{answer.number}", f"Response {answer.number}", day, words))
    return sorted(entries, key=lambda entry: (entry.day, entry.path), reverse=True)


def _feed(ask: Ask) -> Answer:
    """The changes as an Atom feed (RFC 4287). Its addresses are those of `portal.toml`, never those of the request."""
    base, entries = ask.config.base, feed_entries(ask)
    feed = Tree.Element("feed", {"xmlns": _ATOM, "xml:lang": "en-GB"})
    _text(feed, "id", f"{base}/changes.atom")
    _text(feed, "title", f"{ask.desk.title()}: changes")
    _text(feed, "updated", _moment(entries[0].day if entries else ask.today))
    Tree.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{base}/changes.atom"})
    Tree.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": f"{base}/changes"})
    charter = ask.desk.charter()
    author = Tree.SubElement(feed, "author")
    _text(author, "name", charter.register.controller if charter else ask.desk.title())
    for entry in entries:
        node = Tree.SubElement(feed, "entry")
        _text(node, "id", f"{base}{entry.path}")
        _text(node, "title", entry.title)
        _text(node, "updated", _moment(entry.day))
        Tree.SubElement(node, "link", {"rel": "alternate", "href": f"{base}{entry.path}"})
        _text(node, "summary", entry.summary)
    content = Tree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return Plain(content, "application/atom+xml; charset=utf-8")


def _text(parent: Tree.Element, name: str, text: str) -> None:
    Tree.SubElement(parent, name).text = text


def _moment(day: dt.date) -> str:
    return f"{day}T00:00:00Z"


ACTIONS = (
    Action("public.changes", Face.PUBLIC, "/changes", "Changes to the register", _changes, nav="Changes", cached=True,
           query=QUERY),
    Action("public.feed", Face.PUBLIC, "/changes.atom", "Changes as an Atom feed", _feed, cached=True),
)  # fmt: skip
