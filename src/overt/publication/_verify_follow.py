"""Checks published releases against one another: numbers, days, changes and corrections, each counted again.

What a release says of another needs no snapshot: both are published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from overt.publication._document import FORMAT, FigureCorrection, ReleaseDocument, changes
from overt.publication._verify_noise import Mismatch

_NONE = "no such row"


def check_follow(documents: Sequence[ReleaseDocument]) -> Iterator[Mismatch]:
    """What the releases of one register, the oldest first, say wrongly of each other.

    Releases of earlier formats did not say all of it; only what they share with today's is checked of them.
    """
    by_number: dict[str, ReleaseDocument] = {}
    for place, document in enumerate(documents):
        where = f"release {document.release}"
        if int(document.release) != place + 1:
            yield Mismatch(where, f"it is the release number {place + 1} that is published")
        if document.format >= FORMAT and document.is_first != (place == 0):
            yield Mismatch(where, "it is not the first" if place else "it says that others came before it")
        yield from _before(document, by_number, where)
        earlier = documents[place - 1].corrections if place else ()
        yield from _corrections(document, earlier, by_number, where)
        by_number[document.release] = document


def _before(document: ReleaseDocument, earlier: Mapping[str, ReleaseDocument], where: str) -> Iterator[Mismatch]:
    """The release that a release is compared with, and every change since."""
    if document.since is not None and document.since not in {past.day for past in earlier.values()}:
        yield Mismatch(where, f"no earlier release is about {document.since}, after which it counts")
    for name, number in (("sooner", document.sooner), ("corrects", document.corrects)):
        if number is not None and number not in earlier:
            yield Mismatch(where, f"`{name}` is release {number}, which is not published before it")
    against = earlier.get(document.sooner or "")
    wanted = tuple(changes(against.tables, document.tables)) if against else ()
    if document.format >= FORMAT and (against is None or against.format >= FORMAT) and wanted != document.changes:
        cells = {(change.table, change.cell) for change in {*wanted} ^ {*document.changes}}
        names = "; ".join(f"{table}: {cell}" for table, cell in sorted(cells)) or "their order"
        yield Mismatch(where, f"its changes since release {document.sooner} are not those between the two: {names}")


def _corrections(
    document: ReleaseDocument,
    before: tuple[FigureCorrection, ...],
    earlier: Mapping[str, ReleaseDocument],
    where: str,
) -> Iterator[Mismatch]:
    """Every correction made before is carried on, and each of its own says what both releases say."""
    if document.corrections[: len(before)] != before:
        yield Mismatch(where, "corrections that an earlier release lists are missing or changed")
        return
    own = document.corrections[len(before) :]
    corrected = earlier.get(document.corrects or "")
    for correction in own:
        place = f"{where}, correction of {correction.table}: {correction.cell}"
        if (correction.corrects, correction.corrected_by) != (document.corrects, document.release):
            yield Mismatch(place, f"it says that release {correction.corrected_by} corrects {correction.corrects}")
            continue
        key = correction.table, correction.cell
        for release, text in ((corrected, correction.old), (document, correction.new)):
            if release is not None and (str(release.cells[key]) if key in release.cells else _NONE) != text:
                yield Mismatch(place, f"release {release.release} says another figure than {text}")
    if document.corrects:
        listed = {(correction.table, correction.cell) for correction in own}
        missing = sorted({(change.table, change.cell) for change in document.changes} - listed)
        for table, cell in missing:
            yield Mismatch(f"{where}, {table}: {cell}", "it differs from the release corrected and is in no correction")
