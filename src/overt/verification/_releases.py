"""Releases: each made again from its release.json, and compared with the ledger, the charter and each other."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from hashlib import sha256

from overt.charter import Charter, in_force
from overt.gate import RELEASE_KIND
from overt.ledger import DOCUMENT_LIMIT, Reader, Survey, document_path, survey
from overt.publication import (
    RELEASE_FILE,
    ReleaseDocument,
    cell_words,
    changes,
    check_entered,
    check_files,
    check_follow,
    check_noise,
    check_noise_since,
    read_document,
)
from overt.refusals import Refusal
from overt.verification._published import PublishedIndex
from overt.verification._result import CheckedPart
from overt.verification._source import RELEASES, PublishedSource

_NAME = re.compile(r"[0-9]{4,9}")
_MOST_CELLS = 20


def check_releases(
    source: PublishedSource, log: Survey, index: PublishedIndex | None
) -> tuple[CheckedPart, list[ReleaseDocument]]:
    """The releases that the ledger names, as they were entered, and the part on what is served of them."""
    part = CheckedPart("releases", "Releases, made again")
    documents, files = list[ReleaseDocument](), 0
    for entry, leaf in log.of_kind(RELEASE_KIND):
        number = leaf.name.removesuffix(".json")
        folder = f"{RELEASES}/{number}"
        if not _NAME.fullmatch(number):
            part.contradicts(f"entry {entry} of the ledger", "it names a release without a number")
            continue
        document = _entered(source.log, leaf.digest, folder, part)
        served = source.read(f"{folder}/{RELEASE_FILE}")
        if served is None:
            part.contradicts(folder, f"entry {entry} of the ledger names this release, and it is not served")
        elif sha256(served).hexdigest() != leaf.digest:
            part.contradicts(f"{folder}/{RELEASE_FILE}", _other_figures(document, served))
        if document is None:
            document = _read(served, leaf.digest, folder, part)
        if document is None:
            continue
        if document.release != number:
            part.contradicts(folder, f"its release.json is that of release {document.release}")
        documents.append(document)
        if served is not None:
            files += _files(source, document, folder, part)
    _listed(source, documents, index, part)
    if documents and part.agrees:
        cells = sum(len(document.cells) for document in documents)
        part.holds.append(
            f"Releases: {len(documents)}, with {files} files and {cells:,} figures. To the last byte they are what the "
            "digests in the ledger bind."
        )
    if documents:
        part.unchecked.append(
            "Whether the figures were counted rightly from the records: an oversight body with the snapshot can count "
            "them again (overt release verify SITE --snapshot FOLDER)."
        )
    return part, documents


def _entered(reader: Reader, digest: str, folder: str, part: CheckedPart) -> ReleaseDocument | None:
    """The release as it lies beside the ledger, if that copy is whole."""
    data = reader.read(document_path(digest), DOCUMENT_LIMIT)
    return _read(data, digest, folder, part)


def _read(data: bytes | None, digest: str, folder: str, part: CheckedPart) -> ReleaseDocument | None:
    if data is None or sha256(data).hexdigest() != digest:
        return None
    try:
        return read_document(data, f"{folder}/{RELEASE_FILE}")
    except Refusal as refusal:
        part.unreadable(refusal)
        return None


def _other_figures(document: ReleaseDocument | None, served: bytes) -> str:
    """What a served release.json says other than the one in the ledger, cell by cell where both can be read."""
    problem = "it is not the release whose digest is in the ledger"
    if document is None:
        return problem
    try:
        other = read_document(served, RELEASE_FILE)
    except Refusal:
        return problem
    cells = [
        f"{change.table}, {cell_words(change.table, change.cell)}: {change.new}, and {change.old} in the ledger"
        for change in changes(document.tables, other.tables)
    ]
    fields = [
        f"{name} is {getattr(other, name)}, and {getattr(document, name)} in the ledger"
        for name in ("day", "since", "corrects", "sooner", "charter_version", "controller", "made_from")
        if getattr(other, name) != getattr(document, name)
    ]
    told = [*fields, *cells][:_MOST_CELLS]
    return problem + (f": {'; '.join(told)}" if told else "")


def _files(source: PublishedSource, document: ReleaseDocument, folder: str, part: CheckedPart) -> int:
    """How many files of a release were compared; those that differ are noted."""
    compared = 0

    def read(name: str) -> bytes | None:
        nonlocal compared
        compared += 1
        return source.read(f"{folder}/{name}")

    there = source.names(folder) or ()
    for mismatch in check_files(document, read, there):
        if mismatch.where != RELEASE_FILE:
            part.contradicts(f"{folder}/{mismatch.where}", mismatch.found)
    return compared


def _listed(
    source: PublishedSource, documents: Sequence[ReleaseDocument], index: PublishedIndex | None, part: CheckedPart
) -> None:
    known = {document.release: document for document in documents}
    for row in index.releases if index else ():
        document = known.pop(row.release, None)
        if document is None:
            part.contradicts("published.json", f"release {row.release} is listed and not in the ledger")
        elif (row.day, row.digest) != (document.day, document.digest):
            part.contradicts("published.json", f"release {row.release} has another date or digest than in the ledger")
    for number in known if index else ():
        part.contradicts("published.json", f"release {number} is in the ledger and not listed")
    numbers = {document.release for document in documents}
    others = {name.partition("/")[0] for name in source.names(RELEASES) or ()} - numbers
    for number in sorted(others):
        part.contradicts(f"{RELEASES}/{number}", "it is no release that the ledger names")


def check_against_ledger(
    documents: Sequence[ReleaseDocument], log: Survey, charters: Sequence[Charter], part: CheckedPart
) -> None:
    """The root and leaf of each release, the charter that it names, and its noise."""
    by_digest = {charter.digest: charter for charter in charters}
    for place, document in enumerate(documents):
        where = f"release {document.release}"
        _, mismatches = check_entered(document, log)
        for mismatch in mismatches:
            part.contradicts(f"{where}: {mismatch.where}", mismatch.found)
        charter = by_digest.get(document.charter)
        ruling = in_force(charters, dt.date.fromisoformat(document.day))
        if charter is None:
            part.contradicts(where, "the ledger has no charter with the digest that it names")
        elif charter.version != document.charter_version or (ruling is not None and charter.version > ruling.version):
            part.contradicts(where, f"it names version {document.charter_version} of the charter, which is another")
        elif (document.name, document.controller) != (charter.register.name, charter.register.controller):
            part.contradicts(where, "its register or controller is not that of the charter")
        if document.noise:
            wrong = [*check_noise(document.noise, document)]
            wrong += check_noise_since(document.noise, document, documents[:place])
            for mismatch in wrong:
                part.contradicts(f"{where}: {mismatch.where}", mismatch.found)


def survey_for(reader: Reader, documents: Sequence[ReleaseDocument]) -> Survey:
    """The ledger with its root at each size that a release names."""
    return survey(reader, [document.made_from.leaves for document in documents])


def check_corrections(documents: Sequence[ReleaseDocument]) -> CheckedPart:
    """What releases say of each other: changes since the one before, and every correction of a published figure."""
    part = CheckedPart("corrections", "Changes and corrections")
    for mismatch in check_follow(documents):
        part.contradicts(mismatch.where, mismatch.found)
    corrections = documents[-1].corrections if documents else ()
    if documents and part.agrees:
        part.holds.append(
            f"Changes between releases, counted again: {sum(len(document.changes) for document in documents)}. "
            f"Corrections of published figures, listed and carried on: {len(corrections)}."
        )
    part.news += [
        f"Release {one.corrected_by} corrects release {one.corrects}, {one.table}, "
        f"{cell_words(one.table, one.cell)}: {one.old} → {one.new}"
        for one in corrections
    ]
    return part
