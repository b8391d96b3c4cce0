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
    rows = index.records if index else ()
    wanted: dict[str, bytes] = {}
    if not rows or not charters:
        part.unchecked.append("No statutory record is published.")
    elif index is not None:
        newest = max(documents, key=lambda one: (one.day, one.release), default=None)
        sources = published_sources(charters, documents, newest, dt.date.fromisoformat(index.as_of))
        for row in rows:
            if row.kind not in RECORDS:
                part.contradicts("published.json", f"{row.kind} is not a kind of record")
                continue
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
        part.holds.append(f"{len(rows)} records in {len(wanted)} files are what the charters and releases make.")
        if any(row.late for row in rows):
            part.unchecked.append("Which tables the records call incomplete: only the register knows what came late.")
    return part
