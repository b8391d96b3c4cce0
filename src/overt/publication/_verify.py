"""Checks a published release: its files against release.json, its figures against the snapshot, both against the log.

1.  Every file of the site is made again from release.json, and no other file is there.
2.  The snapshot is the one that release.json names, and its files are as its account says.
3.  From that snapshot and no other, every figure is counted again: a number shown is the count rounded, zero is
    none, a small count is withheld. Of the figures that are not small, as many are withheld as release.json says.
4.  The log holds the digest of release.json, and bore the root that release.json names when it had so many leaves.

With noise the third is another: see `_verify_noise`.

Not promised: which cells had to be withheld for the sake of others, only how many were; which ones they must be
takes what earlier releases counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from overt.encoding import read_json
from overt.ledger import (
    WIDTH,
    FolderStore,
    PublicLeaf,
    fold,
    leaf_hash,
    node_hash,
    read_checkpoint,
    read_entries,
    read_leaf,
    read_note,
    read_published,
    width_of,
)
from overt.publication._count import count_topics, opened
from overt.publication._document import RELEASE_FILE, Document, read_document
from overt.publication._noise import with_fixed_groups
from overt.publication._office import (
    OFFICE_FILE,
    office_tables,
    office_tables_of_rules,
    read_office,
    snapshot_digest,
)
from overt.publication._persons import Bound, count_persons
from overt.publication._protect import Mark, Rule
from overt.publication._safe import ALL, cell_name
from overt.publication._site import site_files
from overt.publication._table import Figure, Table
from overt.publication._topics import Counted
from overt.publication._verify_noise import Mismatch, check_noise, check_noise_against, check_noise_since
from overt.refusals import Refusal


@dataclass(frozen=True)
class VerifiedRelease:
    """What was checked: files, figures where a snapshot was given, and the leaf where a log was.

    `figures` were counted again; `noisy` have noise, and could only be held to it.
    """

    document: Document
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
            wrong += check_noise_since(noise, document, [_read(each) for each in earlier])
    noisy = sum(len(list(table.cells())) for table in document.tables if table.noisy)
    figures = 0
    if snapshot is not None:
        changed = list(_snapshot(document, snapshot))
        wrong += changed
        if not changed:
            found, figures = _figures(document, snapshot)
            wrong += found
            figures -= noisy
    leaf = None
    if log is not None:
        leaf, found = _log(document, log)
        wrong += found
    return VerifiedRelease(document, len(site_files(document)), figures, noisy, leaf, tuple(wrong))


def _read(site: Path) -> Document:
    path = site / RELEASE_FILE
    if not path.is_file():
        raise Refusal("release-absent", str(path), "no such file", "the folder of a published site")
    return read_document(path.read_bytes(), str(path))


def _files(document: Document, site: Path) -> Iterator[Mismatch]:
    wanted = site_files(document)
    for name, content in wanted.items():
        path = site / name
        if not path.is_file():
            yield Mismatch(name, "it is not there")
        elif path.read_bytes() != content:
            yield Mismatch(name, "it is not what release.json makes")
    for path in sorted(site.rglob("*")):
        if path.is_file() and str(path.relative_to(site)) not in wanted:
            yield Mismatch(str(path.relative_to(site)), "a file that is no part of the release")


def _snapshot(document: Document, folder: Path) -> Iterator[Mismatch]:
    account = folder / "snapshot.json"
    if not account.is_file():
        raise Refusal("release-snapshot", str(account), "no such file", "the folder of the snapshot")
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


def _figures(document: Document, folder: Path) -> tuple[list[Mismatch], int]:
    day = dt.date.fromisoformat(document.day)
    since = dt.date.fromisoformat(document.since) if document.since else None
    said = read_office(folder)[0]
    bound = document.noise.rule.person_rows if document.noise else None
    with opened(folder) as connection:
        if bound is not None:
            counted = count_persons(connection, day, since, Bound(bound, said.secret), document.without)
            office = office_tables_of_rules(connection, day)
        else:
            whole = count_topics(connection, day, since)
            counted = [each for each in (one.without(document.without) for one in whole) if each is not None]
            office = office_tables(connection, said, day, since)
    published = {table.name: table for table in document.tables}
    wrong: list[Mismatch] = []
    if document.noise:
        counted = counted if bound is not None else with_fixed_groups(counted, ())
        wrong += check_noise_against(document.noise, document, counted)
    else:
        for each in counted:
            wrong += _compare(published.get(each.topic.name), each, document.rule)
    withheld = sum(_withheld_for_others(published.get(each.topic.name), each, document.rule) for each in counted)
    if withheld != document.withheld_for_others:
        found = f"{withheld} figures that are not small are withheld, and it says {document.withheld_for_others}"
        wrong.append(Mismatch("withheld for others", found))
    for table in office:
        there = published.get(table.name)
        ours = dict(table.cells())
        theirs = dict(there.cells()) if there else {}
        wrong += [
            Mismatch(f"{table.name}: {cell}", "not what the snapshot gives")
            for cell in dict.fromkeys([*ours, *theirs])
            if ours.get(cell) != theirs.get(cell)
        ]
    names = {*(each.topic.name for each in counted), *(table.name for table in office)}
    wrong += [Mismatch(name, "a table that no release has") for name in published if name not in names]
    return wrong, len(document.cells)


def _compare(table: Table | None, counted: Counted, rule: Rule) -> Iterator[Mismatch]:
    wanted = {cell: (count, withheld) for cell, count, withheld in _counts(counted, rule)}
    found = dict(table.cells()) if table else {}
    for cell in dict.fromkeys([*wanted, *found]):
        if cell not in wanted or cell not in found or not _agrees(found[cell], *wanted[cell], rule):
            yield Mismatch(f"{counted.topic.name}: {cell}", "not what the snapshot gives")


def _withheld_for_others(table: Table | None, counted: Counted, rule: Rule) -> int:
    """How many figures are withheld that their own count does not withhold."""
    found = dict(table.cells()) if table else {}
    return sum(
        found[cell].mark is Mark.SUPPRESSED and not withheld
        for cell, count, withheld in _counts(counted, rule)
        if count is not None and cell in found
    )


def _counts(counted: Counted, rule: Rule) -> Iterator[tuple[str, int | None, bool]]:
    """Each cell with its exact count, none where it was not asked, and whether that is withheld for its own sake."""

    def withheld(attribute: str, group: str, count: int) -> bool:
        return rule.is_small(count) or (count > 0 and counted.is_dominated(attribute, group, rule.safe_nk_k))

    for measure, parts in counted.measures.items():
        first = counted.topic.attributes[0]
        whole = _sum(counted.counts, parts or (), first.name)
        yield cell_name(ALL, ALL, measure), None if parts is None else whole, withheld(ALL, ALL, whole)
        for attribute in counted.topic.attributes:
            unasked = parts is None or attribute.name in counted.not_asked
            for group in counted.groups(attribute):
                count = _sum(counted.counts, parts or (), attribute.name, group)
                hidden = withheld(attribute.name, group, count)
                yield cell_name(attribute.name, group, measure), None if unasked else count, hidden


def _sum(
    counts: Mapping[tuple[str, str, str], int], parts: tuple[str, ...], attribute: str, group: str | None = None
) -> int:
    return sum(
        count
        for (part, name, of), count in counts.items()
        if part in parts and name == attribute and group in (None, of)
    )


def _agrees(figure: Figure, count: int | None, withheld: bool, rule: Rule) -> bool:
    if count is None:
        return figure.mark is Mark.NOT_ASKED
    if figure.mark is Mark.SUPPRESSED:
        # Anything may have to be withheld, even nothing, and what others need is not known here.
        return True
    if count == 0:
        return figure.mark is Mark.ZERO and figure.value == 0
    return figure.mark is Mark.SHOWN and not withheld and figure.value == rule.rounded(count)


def _log(document: Document, folder: Path) -> tuple[int | None, list[Mismatch]]:
    """The leaf of the release in a published log, and what is wrong with it. `overt ledger check` checks the log."""
    reader = FolderStore(folder / "public" if (folder / "public").is_dir() else folder)
    head = read_checkpoint(read_note(read_published(reader)).text)
    wrong, place = [], None
    if head.origin != document.origin:
        wrong.append(Mismatch("the log", "the log of another register"))
    peaks: list[tuple[int, bytes]] = []
    root = None
    for index in range(-(-head.size // WIDTH)):
        for at, entry in enumerate(read_entries(reader, index, width_of(0, index, head.size)), index * WIDTH):
            if at == document.made_from.leaves:
                root = _root(peaks)
            _grow(peaks, entry)
            leaf = read_leaf(entry)
            if isinstance(leaf, PublicLeaf) and leaf.kind == "release" and leaf.digest == document.digest:
                place = at
    if document.made_from.leaves == head.size:
        root = _root(peaks)
    if head.size <= document.made_from.leaves and place is None:
        found = f"it ends at {head.size} leaves, before the release: publish it again, or take a newer copy"
        return None, [*wrong, Mismatch("the log", found)]
    if place is None:
        wrong.append(Mismatch("the log", "no leaf has the digest of release.json"))
    if root != document.made_from.root:
        wrong.append(Mismatch("the log", f"another root at {document.made_from.leaves} leaves"))
    return place, wrong


def _grow(peaks: list[tuple[int, bytes]], entry: bytes) -> None:
    level, node = 0, leaf_hash(entry)
    while peaks and peaks[-1][0] == level:
        level, node = level + 1, node_hash(peaks.pop()[1], node)
    peaks.append((level, node))


def _root(peaks: list[tuple[int, bytes]]) -> str:
    return fold(peak for _, peak in reversed(peaks)).hex()
