"""The verdicts of audits that releases give: their counts, their duties, and the pack that has these duties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from overt.charter import Charter
from overt.controls import Pack, Verdict
from overt.publication import ReleaseDocument, ReleaseTable
from overt.verification._result import CheckedPart

_AUDIT, _DUTIES = "audit", "duties"


def check_audits(
    documents: Sequence[ReleaseDocument], charters: Sequence[Charter], packs: Mapping[str, Pack]
) -> CheckedPart:
    """For each release with verdicts: that the counts are those of its duties, and the duties those of its packs."""
    part = CheckedPart("audits", "Audits that are published")
    by_digest = {charter.digest: charter for charter in charters}
    audits = 0
    for document in documents:
        tables = {table.name: table for table in document.tables}
        counts = _counts(tables.get(_AUDIT))
        if not counts:
            continue
        audits += 1
        duties = list(_duties(tables.get(_DUTIES)))
        where = f"release {document.release}"
        if not duties:
            part.unchecked.append(f"Which duties the verdicts of {where} are of: it lists none.")
            continue
        for verdict, count in counts.items():
            listed = Counter(verdict for verdict, _ in duties)[verdict]
            if listed != count:
                part.contradicts(f"{where}: {_AUDIT}", f"{count} duties are said to be {verdict}, and {listed} listed")
        _against_packs(document, duties, by_digest.get(document.charter), packs, part)
    if audits and part.agrees:
        part.holds.append(f"Published audits: {audits}. Each counts the verdicts of the duties that it lists.")
    if not audits:
        part.unchecked.append("No release gives the verdicts of an audit.")
    else:
        part.unchecked.append(
            "Whether each verdict is right: an oversight body with the snapshot can run the audit again (overt audit)."
        )
    return part


def _counts(table: ReleaseTable | None) -> dict[str, int]:
    rows = table.rows if table else ()
    return {row.group: row.figures[0].value for row in rows if row.figures[0].value is not None}


def _duties(table: ReleaseTable | None) -> Iterator[tuple[str, str]]:
    for row in table.rows if table else ():
        yield row.attribute, row.group


def _against_packs(
    document: ReleaseDocument,
    duties: Sequence[tuple[str, str]],
    charter: Charter | None,
    packs: Mapping[str, Pack],
    part: CheckedPart,
) -> None:
    """The duties of a release are the controls of the packs that its charter names, no more and no fewer."""
    where = f"release {document.release}: {_DUTIES}"
    if charter is None:
        return
    same = [packs[name] for name, pin in charter.packs.items() if name in packs and packs[name].digest == pin.digest]
    if len(same) < len(charter.packs):
        part.unchecked.append(f"The duties of release {document.release}: not every pack of its charter is here.")
        return
    wanted = {f"{control.id} {control.title}" for pack in same for control in pack.controls}
    there = {group for _, group in duties}
    for group in sorted(there - wanted):
        part.contradicts(where, f"no pack of the charter has the duty {group}")
    for group in sorted(wanted - there):
        part.contradicts(where, f"the duty {group} of the charter's packs has no verdict")
    known = {verdict.value for verdict in Verdict}
    for verdict, group in duties:
        if verdict not in known:
            part.contradicts(where, f"{group}: {verdict} is not a verdict")
