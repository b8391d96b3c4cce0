"""Published figures in the portal's own pages: the releases, each release, and each of its tables.

Every figure comes from a `release.json`. The files of a release, its pages as they can be put on any host among them,
are where they always were: a program gets them at their address, a browser is led to the page here.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from overt.pages import opening
from overt.publication import (
    ReleaseDocument,
    ReleaseFigure,
    ReleaseRow,
    ReleaseTable,
    blocks_of,
    cause_words,
    cell_words,
    folder_of,
    group_words,
    rule_words,
    title_of,
)
from overt.web._answers import Page, Plain, Sent
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._tables import QUERY, SortColumn, SortRow, SortTable, with_tables

_KINDS = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}  # fmt: skip
_NONE_YET = {
    "heading": "No figures have been published yet",
    "lead": ["The charter says how often figures must be published."],
}
_NONE = Page("shared/said.html", {"heading": "There is no such release"}, 404)
_PAGES_OF_ALL = {"index": "", "changes": "#changes", "corrections": "#corrections", "checking": "#checking"}


def latest(document: ReleaseDocument) -> tuple[str, str]:
    """By its date: a later release may be about an earlier date, because of a request."""
    return document.day, document.release


def _figures(ask: Ask) -> Answer:
    documents = ask.desk.releases()
    if not documents:
        return Page("shared/said.html", _NONE_YET)
    newest = max(documents, key=latest)
    columns = (
        SortColumn("release", "Release"), SortColumn("day", "Date", "day"), SortColumn("corrects", "Corrects"),
        SortColumn("digest", "Digest in the ledger", "digest"),
    )  # fmt: skip
    rows = tuple(SortRow(_head(one), f"/figures/{one.release}") for one in reversed(documents))
    return with_tables(
        ask,
        "public/figures.html",
        {
            "release": _head(newest),
            "tiles": [{"what": what, "figure": figure} for what, figure in _tiles(newest)],
            "list": [{"name": table.name, "title": table.title, "note": table.note} for table in newest.tables],
            "contact": newest.contact,
            "releases": [_head(document) for document in reversed(documents)],
        },
        [SortTable("releases", "All releases", columns, rows)],
    )


def _head(document: ReleaseDocument) -> dict[str, object]:
    return {name: getattr(document, name) for name in ("release", "day", "since", "corrects", "digest")}


def _tiles(document: ReleaseDocument) -> list[tuple[str, str]]:
    people = next((table for table in document.tables if table.name == "people"), None)
    tiles = [(f"people {column}", str(people.whole(column))) for column in people.columns] if people else []
    due = next((table for table in document.tables if table.name == "reviews-due"), None)
    if due is not None:
        tiles += [(f"reviews {row.group}", str(row.figures[0])) for row in due.rows if row.group == "overdue"]
    return tiles


def _found(ask: Ask) -> ReleaseDocument | None:
    return next((one for one in ask.desk.releases() if one.release == ask.path["release"]), None)


def _release(ask: Ask) -> Answer:
    document = _found(ask)
    if document is None:
        return _NONE
    tables = [
        corrections_table(document),
        SortTable(
            "changes", "Changes since the last release",
            (SortColumn("table", "Table"), SortColumn("what", "Figure"), SortColumn("old", "Before"),
             SortColumn("new", "Now")),
            tuple(
                SortRow({"table": _title(document, change.table), "what": cell_words(change.table, change.cell),
                         "old": change.old, "new": change.new})
                for change in document.changes
            ),
        ),
    ]  # fmt: skip
    data = {
        "release": _head(document), "known": document.known, "is_first": document.is_first,
        "sooner": document.sooner, "without": list(document.without), "rule": rule_words(document),
        "contact": document.contact, "controller": document.controller, "charter": f"{document.charter_version:04}",
        "list": [
            {"name": table.name, "title": table.title, "figure": str(table.rows[0].figures[0]) if table.rows else ""}
            for table in document.tables
        ],
        "root": document.made_from.root, "leaves": document.made_from.leaves, "origin": document.origin,
    }  # fmt: skip
    return with_tables(ask, "public/release.html", data, tables)


def corrections_table(document: ReleaseDocument) -> SortTable:
    """Every correction of a published figure that was known at a release."""
    columns = (
        SortColumn("corrects", "Release"), SortColumn("corrected_by", "Corrected by"), SortColumn("what", "Figure"),
        SortColumn("old", "Published"), SortColumn("new", "Corrected"), SortColumn("cause", "Reason"),
        SortColumn("happened", "What happened to this figure"),
    )  # fmt: skip
    rows = tuple(
        SortRow({
            "corrects": change.corrects, "corrected_by": change.corrected_by, "old": change.old, "new": change.new,
            "what": f"{_title(document, change.table)}: {cell_words(change.table, change.cell)}",
            "cause": change.cause, "happened": cause_words(change),
        })
        for change in reversed(document.corrections)
    )  # fmt: skip
    return SortTable("corrections", "Corrections to figures", columns, rows)


def _title(document: ReleaseDocument, name: str) -> str:
    return next((table.title for table in document.tables if table.name == name), name.replace("-", " "))


def _table(ask: Ask) -> Answer:
    document = _found(ask)
    name = ask.path["table"]
    table = next((one for one in document.tables if one.name == name), None) if document else None
    if document is None or table is None:
        return _NONE
    blocks = [_block(table, attribute, rows) for attribute, rows in blocks_of(table)]
    data = {
        "release": _head(document), "name": table.name, "title": table.title, "note": table.note,
        "rule": rule_words(document) if table.protected else "", "blocks": [block.name for block in blocks],
    }  # fmt: skip
    return with_tables(ask, "public/release-table.html", data, blocks)


def _block(table: ReleaseTable, attribute: str, rows: list[ReleaseRow]) -> SortTable:
    """The groups of one attribute with their figures."""
    title = opening(title_of(table.name, attribute)).rstrip(".")
    columns = (
        SortColumn("group", "Group"),
        *(SortColumn(name, opening(group_words(name)).rstrip("."), "number") for name in table.columns),
    )
    shown = []
    for row in rows:
        figures = dict(zip(table.columns, row.figures, strict=True))
        group = opening(group_words(row.group)).rstrip(".")
        values: dict[str, object] = {"group": group, **{name: figure.value for name, figure in figures.items()}}
        words = {name: str(figure) for name, figure in figures.items() if _needs_words(figure)}
        shown.append(SortRow(values, words=words))
    return SortTable(f"by-{attribute.replace(' ', '-')}", f"{table.title}: {title}", columns, tuple(shown))


def _needs_words(figure: ReleaseFigure) -> bool:
    return figure.value is None or figure.low is not None


def _file(ask: Ask) -> Answer:
    """A file of a published release; only files in its folder are ever read. A page leads to its like of the portal."""
    release, name = ask.path["release"], ask.path["file"]
    document = _found(ask)
    with ask.desk.reading() as register:
        folder = folder_of(register, release) / "site"
    if document is None or not _is_file_of(folder, name):
        return Page("shared/said.html", {"heading": "There is no such file in this release"}, 404)
    stem, dot, ending = name.rpartition(".")
    if ending == "html" and "text/html" in ask.request.headers.get("accept", ""):
        return Sent(f"/figures/{release}{_PAGES_OF_ALL.get(stem, f'/tables/{stem}')}")
    return Plain((folder / name).read_bytes(), _KINDS[dot + ending])


def _is_file_of(folder: Path, name: str) -> bool:
    """Whether a name is, letter for letter, that of a file below a folder, reached by no link and no step upwards."""
    plain = PurePosixPath(name)
    if "\0" in name or "\\" in name or plain.as_posix() != name or plain.is_absolute() or plain.suffix not in _KINDS:
        return False
    path = folder.resolve() / plain
    return path.is_file() and path.resolve() == path and ".." not in plain.parts


ACTIONS = (
    Action("public.figures", Face.PUBLIC, "/figures", "The latest figures", _figures, nav="Figures", cached=True,
           query=QUERY),
    Action("public.release", Face.PUBLIC, "/figures/{release}", "A release", _release, cached=True, query=QUERY),
    Action("public.release-table", Face.PUBLIC, "/figures/{release}/tables/{table}", "A table of a release", _table,
           cached=True, query=QUERY),
    Action("public.release-file", Face.PUBLIC, "/figures/{release}/{file:path}", "A file of a release", _file),
)  # fmt: skip
