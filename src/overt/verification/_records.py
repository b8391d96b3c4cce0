"""Statutory records: each made again from the charters and the releases, which are published too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from overt.charter import Charter
from overt.publication import ReleaseDocument
from overt.publication.records import RECORDS, published_sources, record_files
from overt.verification._published import PublishedIndex
from overt.verification._result import CheckedPart
from overt.verification._source import RECORDS as FOLDER
from overt.verification._source import PublishedSource


def check_records(
    source: PublishedSource,
    index: PublishedIndex | None,
    charters: Sequence[Charter],
    documents: Sequence[ReleaseDocument],
) -> CheckedPart:
    """Every form of every record that is listed, against what the charters and the newest release make."""
    part = CheckedPart("records", "Statutory records, made again")
    if index is None:
        part.unchecked.append("Statutory records: there is no list of them that can be read.")
        return part
    wanted: dict[str, bytes] = {}
    if not index.records:
        part.unchecked.append("No statutory record is published.")
    elif not charters:
        part.unchecked.append("Statutory records: the charters that they are made from could not be read.")
        return part
    newest = max(documents, key=lambda one: (one.day, one.release), default=None)
    for row in index.records:
        if row.kind not in RECORDS:
            part.contradicts("published.json", f"{row.kind} is not a kind of record")
            continue
        sources = published_sources(charters, documents, newest, dt.date.fromisoformat(index.as_of))
        wanted |= record_files(row.kind, replace(sources, late=frozenset(row.late)))
    for name, content in wanted.items():
        served = source.read(f"{FOLDER}/{name}")
        if served is None:
            part.contradicts(f"{FOLDER}/{name}", "it is listed, and not served")
        elif served != content:
            part.contradicts(f"{FOLDER}/{name}", "it is not what the charters and the newest release make")
    for name in source.names(FOLDER) or ():
        if name not in wanted:
            part.contradicts(f"{FOLDER}/{name}", "it is no record that published.json lists")
    if wanted and part.agrees:
        part.holds.append(
            f"Records: {len(index.records)}, in {len(wanted)} files, as the charters and releases make them."
        )
        if any(row.late for row in index.records):
            part.unchecked.append("Which tables the records call incomplete: only the register knows what came late.")
    return part
