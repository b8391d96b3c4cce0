"""The pages of a release: plain files that any host can serve, made from release.json and nothing else.

No script, no cookie, and nothing fetched from another host. Each table is also CSV, JSON and a data dictionary.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from markupsafe import Markup

from overt import __version__
from overt.disclosure import Mark
from overt.pages import IDENTITY_CODES, STYLE, Bar, as_bytes, bars, day, opening, page_environment, verdict_words
from overt.private import private_files
from overt.publication import _table
from overt.publication._causes import WORDS
from overt.publication._document import RELEASE_FILE, FigureCorrection, ReleaseDocument
from overt.publication._safe import ALL
from overt.publication._table import ReleaseRow, ReleaseTable
from overt.publication._topics import LEFT_OUT, TOPICS
from overt.refusals import Refusal

TEMPLATES = Path(__file__).with_name("templates")


def write_site(document: ReleaseDocument, folder: Path, *, is_draft: bool = False) -> None:
    """Writes the site in place of the one that was there; it appears whole.

    Each page of a draft is marked as a draft, and only the owner can read its files.
    """
    making = folder.with_name(f".{folder.name}.part")
    files = site_files(document, is_draft=is_draft)
    try:
        with private_files() if is_draft else nullcontext():
            shutil.rmtree(making, ignore_errors=True)
            for name, content in files.items():
                path = making / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            shutil.rmtree(folder, ignore_errors=True)
            making.rename(folder)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise Refusal("results-not-written", str(folder), problem, "a folder with room to write in") from error


def site_files(document: ReleaseDocument, *, is_draft: bool = False) -> dict[str, bytes]:
    """Path in the site and content of every file; the same release gives the same bytes."""
    pages = {RELEASE_FILE: document.as_bytes(), "style.css": _style()}
    for name in ("index", "changes", "corrections", "checking"):
        pages[f"{name}.html"] = _page(name, document, is_draft=is_draft)
    for table in document.tables:
        plots = list(_plots(table))
        pages[f"{table.name}.html"] = _page("table", document, is_draft=is_draft, table=table, plots=plots)
        pages[f"data/{table.name}.csv"] = table.as_csv()
        pages[f"data/{table.name}.json"] = _table.as_bytes(
            {"release": document.release, "day": document.day} | table.as_json()
        )
        pages[f"data/{table.name}.schema.json"] = _table.as_bytes(table.schema())
    return pages


def _style() -> bytes:
    return STYLE.read_bytes() + (TEMPLATES / "site.css").read_bytes()


def _page(name: str, document: ReleaseDocument, **context: object) -> bytes:
    environment = page_environment(TEMPLATES)
    environment.filters.update(sentence=opening, words=words, day=day)
    environment.globals.update(document=document, title_of=title_of, blocks_of=blocks_of, version=__version__, ALL=ALL)
    environment.globals.update(
        table_title=lambda name: document.table(name).title, cell_words=cell_words, cause_words=cause_words
    )
    environment.globals.update(percent_of=_percent_of, has_percent=_has_percent)
    return as_bytes(environment.get_template(f"{name}.html.j2").render(context))


# Codes that are not words, and names that published releases keep.
_SPELT = {
    "chis": "covert human intelligence source",
    "juvenile_chis": "covert human intelligence source under 18",
    "ipa": "Investigatory Powers Act 2016",
    "ncnd": "neither confirmed nor denied",
    "authorities": "authorisations",
    "bodies": "organisations",
    "not confirmed and past its day": "not confirmed and overdue",
    "failed": verdict_words("failed"),
}


def words(text: str) -> str:
    """A code as words."""
    if text in IDENTITY_CODES:
        return f"{IDENTITY_CODES[text]} ({text})"
    return _SPELT.get(text, text.replace("_", " "))


def title_of(table: str, attribute: str) -> str:
    """What an attribute of a table is called."""
    topic = {**TOPICS, LEFT_OUT.name: LEFT_OUT}.get(table)
    titles = {attribute.name: attribute.title for attribute in topic.attributes} if topic else {}
    return titles.get(attribute, attribute)


def cell_words(table: str, cell: str) -> str:
    """A cell as a reader names it."""
    attribute, group, column = cell.split(" / ")
    if attribute == ALL:
        return words(column)
    return f"{title_of(table, attribute).lower()} {words(group)}, {words(column)}"


def cause_words(correction: FigureCorrection) -> str:
    """What happened to a corrected cell, in sentences."""
    return " ".join(WORDS[kind] for kind in correction.kinds) or "A release of that format does not say."


def blocks_of(table: ReleaseTable) -> list[tuple[str, list[ReleaseRow]]]:
    """The rows of a table by attribute, in their order; the whole stands in each block of a topic first."""
    whole = [row for row in table.rows if row.attribute == ALL]
    rows_by_attribute: dict[str, list[ReleaseRow]] = {}
    for row in table.rows:
        if row.attribute != ALL:
            rows_by_attribute.setdefault(row.attribute, list(whole)).append(row)
    return list(rows_by_attribute.items()) or [(ALL, whole)]


def _has_percent(document: ReleaseDocument, table: ReleaseTable, rows: list[ReleaseRow]) -> bool:
    return table.protected and any(_percent_of(document, rows, row) for row in rows)


def _percent_of(document: ReleaseDocument, rows: list[ReleaseRow], row: ReleaseRow) -> str:
    """The first column in per cent of the whole, from published figures; nothing of a small base or unreliable."""
    whole = rows[0].figures[0].value if rows[0].attribute == ALL else None
    value = row.figures[0].value
    if value is None or not whole or whole < document.rule.safe_percent_base or row.attribute == ALL:
        return ""
    if row.figures[0].unreliable or rows[0].figures[0].unreliable:
        return ""
    return f"{min(100 * value / whole, 100):.0f}%"


def _plots(table: ReleaseTable) -> Iterator[tuple[str, Markup]]:
    """A picture for each attribute of a protected table with anything to see."""
    if not table.protected:
        return
    for attribute, rows in blocks_of(table):
        groups = [row for row in rows if row.attribute != ALL]
        largest = max((row.figures[0].value or 0 for row in rows), default=0)
        if largest and any(row.figures[0].value for row in groups):
            items = [Bar(words(row.group), "", str(row.figures[0]), _share(row, largest)) for row in groups]
            title = f"{table.columns[0]}, by {title_of(table.name, attribute).lower()}"
            about = (
                "Bars start at zero. Figures that are withheld, unreliable, not known or not asked are shown in words."
            )
            yield attribute, bars(f"plot-{attribute}", opening(title).rstrip("."), about, items)


def _share(row: ReleaseRow, largest: int) -> float | None:
    figure = row.figures[0]
    is_number = figure.mark in (Mark.SHOWN, Mark.ZERO) and figure.value is not None
    return (figure.value or 0) / largest if is_number and not figure.unreliable else None
