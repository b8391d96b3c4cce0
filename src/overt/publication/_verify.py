"""Checks a published release: its files against release.json, its figures against the snapshot, both against the log.

1.  Every file of the site is made again from release.json, and no other file is there.
2.  The snapshot is the one that release.json names, and its files are as its account says.
3.  From that snapshot and no other, every figure is counted again: a number shown is the count rounded, zero is
    none, a small count is withheld, and everything under it. Of the other figures, as many are withheld as
    the file beside the snapshot says.
4.  The log holds the digest of release.json, and bore the root that release.json names when it had so many leaves.

With noise the third is another: see `_verify_noise`.

Not promised: which cells had to be withheld for the sake of others, only how many were; which ones they must be
takes what earlier releases counted. The number is only in office.json, which goes with the snapshot and not with the
release: it would narrow what is withheld.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path

from overt.disclosure import Mark, Rule
from overt.encoding import read_json
from overt.gate import RELEASE_KIND
from overt.ledger import FolderStore, Survey, survey
from overt.publication._bridge import people_since, standing, standing_now
from overt.publication._count import Connection, count_topics, opened
from overt.publication._document import FORMAT, RELEASE_FILE, ReleaseDocument, read_document
from overt.publication._gate import REASON_ROWS, count_gate, gate_rule, reasons_follow
from overt.publication._noise import Noise
from overt.publication._office import (
    OFFICE_FILE,
    Office,
    office_tables,
    office_tables_of_rules,
    read_office,
    snapshot_digest,
)
from overt.publication._persons import PersonBound, count_persons
from overt.publication._safe import ALL, make_safe
from overt.publication._site import site_files
from overt.publication._table import ReleaseFigure, ReleaseTable, safe_table
from overt.publication._topics import GATE, LEFT_OUT, PEOPLE, ROWS_OF_A_PERSON, TOPICS, TopicCounts
from overt.publication._verify_noise import Mismatch, check_noise, check_noise_against, check_noise_since
from overt.refusals import Refusal


@dataclass(frozen=True)
class VerifiedRelease:
    """What was checked: files, figures where a snapshot was given, and the leaf where a log was.

    `figures` were counted again; `noisy` have noise, and could only be held to it.
    """

    document: ReleaseDocument
    files: int
    figures: int
    noisy: int
    leaf: int | None
    mismatches: tuple[Mismatch, ...]


def verify_release(
    site: Path, snapshot: Path | None = None, log: Path | None = None, earlier: Sequence[Path] | None = None
) -> VerifiedRelease:
    """Everything that is wrong with a published release; `earlier` are the sites of all releases before it.

    Refuses a site without a release.json that can be read.
    """
    document = _read(site)
    wrong = list(_files(document, site))
    noise = document.noise
    if noise:
        wrong += check_noise(noise, document)
        if earlier is not None:
            wrong += check_noise_since(noise, document, [_read(earlier_site) for earlier_site in earlier])
    noisy = sum(len(list(table.cells())) for table in document.tables if table.noisy)
    figures = 0
    if snapshot is not None:
        _check_format(document)
        changed = list(_snapshot(document, snapshot))
        wrong += changed
        if not changed:
            mismatches, figures = _figures(document, snapshot)
            wrong += mismatches
            figures -= noisy
    leaf = None
    if log is not None:
        reader = FolderStore(log / "public" if (log / "public").is_dir() else log)
        leaf, mismatches = check_entered(document, survey(reader, [document.made_from.leaves]))
        wrong += mismatches
    return VerifiedRelease(document, len(site_files(document)), figures, noisy, leaf, tuple(wrong))


def _read(site: Path) -> ReleaseDocument:
    path = site / RELEASE_FILE
    if not path.is_file():
        raise Refusal("release-absent", str(path), "there is no such file", "the folder of a published site")
    return read_document(path.read_bytes(), str(path))


def _check_format(document: ReleaseDocument) -> None:
    """Refuses to count again what an earlier Overt counted by other rules."""
    if document.format < FORMAT:
        problem = f"its figures follow the rules of format {document.format}"
        remedy = (
            "verify its figures with the Overt that its pages name; without --snapshot this one checks files and log"
        )
        raise Refusal("release-format", document.release, problem, f"a release of format {FORMAT}", remedy)


def _files(document: ReleaseDocument, site: Path) -> Iterator[Mismatch]:
    def read(name: str) -> bytes | None:
        path = site / name
        return path.read_bytes() if path.is_file() else None

    there = sorted(str(path.relative_to(site)) for path in site.rglob("*") if path.is_file())
    return check_files(document, read, there)


def check_files(
    document: ReleaseDocument, read: Callable[[str], bytes | None], there: Iterable[str]
) -> Iterator[Mismatch]:
    """Each file of a site, made again from its release; and of the names that are `there`, those that are no part."""
    wanted = site_files(document)
    for name, content in wanted.items():
        data = read(name)
        if data is None:
            yield Mismatch(name, "the file is missing")
        elif data != content:
            yield Mismatch(name, "it is not what release.json makes")
    for name in there:
        if name not in wanted:
            yield Mismatch(name, "a file that is no part of the release")


def _snapshot(document: ReleaseDocument, folder: Path) -> Iterator[Mismatch]:
    account = folder / "snapshot.json"
    if not account.is_file():
        raise Refusal("release-snapshot", str(account), "there is no such file", "the folder of the snapshot")
    data = account.read_bytes()
    office, office_digest = read_office(folder)
    if snapshot_digest(office, data) != document.made_from.digest:
        yield Mismatch("snapshot.json", "not the snapshot that release.json names")
    try:
        digests = {str(name): str(digest) for name, digest in read_json(data)["digests"].items()}
    except (ValueError, LookupError, TypeError, AttributeError):
        yield Mismatch("snapshot.json", "it cannot be read")
        return
    for name, digest in digests.items():
        path = folder / name
        if not path.is_file():
            yield Mismatch(name, "it is not in the snapshot")
            continue
        with path.open("rb") as stream:
            if file_digest(stream, "sha256").hexdigest() != digest:
                yield Mismatch(name, "not as the snapshot's account says")
    for path in sorted(folder.glob("*.parquet")):
        if path.name not in digests:
            yield Mismatch(path.name, "not in the snapshot's account")
    if office_digest != document.made_from.office:
        yield Mismatch(OFFICE_FILE, "not the one that release.json names")


def _figures(document: ReleaseDocument, folder: Path) -> tuple[list[Mismatch], int]:
    office = read_office(folder)[0]
    published = {table.name: table for table in document.tables}
    with opened(folder, dt.date.fromisoformat(document.day), office.closed_then) as connection:
        if document.noise:
            wrong, exact = _noisy(document, document.noise, office, connection)
        else:
            wrong, exact = _counted(document, office, connection)
    for table in exact:
        there = published.get(table.name)
        ours = dict(table.cells())
        theirs = dict(there.cells()) if there else {}
        wrong += [
            Mismatch(f"{table.name}: {cell}", "not what the snapshot gives")
            for cell in dict.fromkeys([*ours, *theirs])
            if ours.get(cell) != theirs.get(cell)
        ]
    protected = (PEOPLE.name, *ROWS_OF_A_PERSON, LEFT_OUT.name) if document.noise else (*TOPICS, GATE.name)
    names = {*protected, *(table.name for table in exact)} - {*document.without}
    wrong += [Mismatch(name, "a table that no release has") for name in published if name not in names]
    return wrong, len(document.cells)


def _days(document: ReleaseDocument) -> tuple[dt.date | None, dt.date]:
    since = dt.date.fromisoformat(document.since) if document.since else None
    return since, dt.date.fromisoformat(document.day)


def _noisy(
    document: ReleaseDocument, noise: Noise, office: Office, connection: Connection
) -> tuple[list[Mismatch], tuple[ReleaseTable, ...]]:
    """What is wrong with the figures with noise, and the tables that have none."""
    since, day = _days(document)
    bound = PersonBound(noise.rule.person_rows or 1, office.secret)
    counted = count_persons(connection, day, since, bound, document.without)
    return list(check_noise_against(noise, document, counted)), office_tables_of_rules(connection, day)


def _counted(
    document: ReleaseDocument, office: Office, connection: Connection
) -> tuple[list[Mismatch], tuple[ReleaseTable, ...]]:
    """What is wrong with the figures that are rounded or withheld, and the tables that are exact."""
    since, day = _days(document)
    withheld, wrong = _gate(document, count_gate(office, day, since))
    left = (
        topic.without(document.without)
        for topic in count_topics(connection, day, since, people_since=people_since(office))
    )
    if office.bridge and standing(office) != standing_now(connection, day):
        wrong.append(Mismatch(PEOPLE.name, "the bridge from the release before does not end with the snapshot"))
    published = {table.name: table for table in document.tables}
    for topic in left:
        if topic is not None:
            wanted = dict(_first_marks(topic, document, document.rule).cells())
            wrong += _compare(published.get(topic.topic.name), wanted)
            withheld += _withheld_for_others(published.get(topic.topic.name), wanted)
    if withheld != office.withheld_for_others:
        problem = f"{withheld} figures that are not small are withheld; {OFFICE_FILE} says {office.withheld_for_others}"
        wrong.append(Mismatch("withheld for others", problem))
    return wrong, office_tables(connection, office, day)


def _gate(document: ReleaseDocument, counted: tuple[TopicCounts, TopicCounts]) -> tuple[int, list[Mismatch]]:
    """How many of its figures are withheld for others, and what is wrong with the gate's table."""
    table = next((published_table for published_table in document.tables if published_table.name == GATE.name), None)
    if table is None or not reasons_follow(table):
        return 0, [Mismatch(GATE.name, "not what the snapshot gives")]
    outcomes, reasons = (_first_marks(topic, document, gate_rule(document.rule)) for topic in counted)
    wanted = dict(outcomes.cells())
    if any(row.attribute == REASON_ROWS for row in table.rows):
        wanted |= {cell: figure for cell, figure in reasons.cells() if not cell.startswith(f"{ALL} ")}
    return _withheld_for_others(table, wanted), list(_compare(table, wanted))


def _compare(table: ReleaseTable | None, wanted: Mapping[str, ReleaseFigure]) -> Iterator[Mismatch]:
    figures = dict(table.cells()) if table else {}
    name = table.name if table else "a table"
    for cell in dict.fromkeys([*wanted, *figures]):
        if cell not in wanted or cell not in figures or not _agrees(figures[cell], wanted[cell]):
            yield Mismatch(f"{name}: {cell}", "not what the snapshot gives")


def _first_marks(counted: TopicCounts, document: ReleaseDocument, rule: Rule) -> ReleaseTable:
    """The topic with only those figures withheld that their own count withholds, or that of a total over them."""
    since = dt.date.fromisoformat(document.since) if document.since else None
    period = since, dt.date.fromisoformat(document.day)
    return safe_table(make_safe(counted, document.release, period, [], replace(rule, secondary=False)))


def _agrees(figure: ReleaseFigure, wanted: ReleaseFigure) -> bool:
    # Any number may have to be withheld, even none, and what others need is not known here.
    numbers = (Mark.SHOWN, Mark.ZERO)
    return figure == wanted or (figure.mark is Mark.SUPPRESSED and wanted.mark in numbers)


def _withheld_for_others(table: ReleaseTable | None, wanted: Mapping[str, ReleaseFigure]) -> int:
    """How many figures are withheld that their own count does not withhold."""
    figures = dict(table.cells()) if table else {}
    return sum(
        figure.mark is Mark.SUPPRESSED and wanted[cell].mark is not Mark.SUPPRESSED
        for cell, figure in figures.items()
        if cell in wanted
    )


def check_entered(document: ReleaseDocument, log: Survey) -> tuple[int | None, list[Mismatch]]:
    """The leaf of a release in a log that was surveyed at `made_from.leaves`, and what is wrong with it.

    `overt.ledger.check` checks the log itself.
    """
    leaves, wrong = document.made_from.leaves, []
    if log.head.origin != document.origin:
        wrong.append(Mismatch("the log", "the log of another register"))
    places = [at for at, leaf in log.of_kind(RELEASE_KIND) if leaf.digest == document.digest]
    if log.head.size <= leaves and not places:
        problem = f"it ends at {log.head.size} leaves, before the release: publish it again, or take a newer copy"
        return None, [*wrong, Mismatch("the log", problem)]
    if not places:
        wrong.append(Mismatch("the log", "no leaf has the digest of release.json"))
    root = log.roots.get(leaves)
    if root is None or root.hex() != document.made_from.root:
        wrong.append(Mismatch("the log", f"another root at {leaves} leaves"))
    return places[-1] if places else None, wrong
