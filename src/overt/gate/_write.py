"""Writes what is admitted, with its notes and the recalls that a removal raises; and counts what was decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from overt.controls import Effect
from overt.gate._decision import BundleDecision
from overt.gate._outcome import Admitted, Outcome, Refused, Staged
from overt.gate.asking import key_text
from overt.model import DISCLOSURE, ENTRY, RECALL, REVIEW
from overt.register import Writer, raise_recalls, recall_told, removed_entries

_NOTE = "insert into noted (seq, code, what) values (?, ?, ?)"


def write(writer: Writer, rows: Sequence[Staged], actor: str, decision: BundleDecision) -> Iterator[Admitted]:
    """Writes the rows of an admitted bundle with their notes, and the recalls that a removal raises."""
    for row in rows:
        closes = decision.standing.get((row.table, key_text(row.table, row.values))) if decision.standing else None
        seq = writer.append(row.table, row.values, row.proposed.change, actor, closes)
        for note in _notes(seq, decision):
            writer.store.run(_NOTE, note)
        yield Admitted(seq, writer.moment, decision.reasons)
    for row in rows:
        if row.table == RECALL.name and row.values[RECALL.sent_on] is not None:
            recall_told(writer.store, row.values[RECALL.recall_id])
    raise_recalls(writer, removed_entries(writer.store, may_be_removed(rows)), actor)


def write_together(
    writer: Writer, bundles: Sequence[tuple[Sequence[Staged], BundleDecision]], actor: str
) -> Iterator[list[Outcome]]:
    """The same for several bundles of new rows, none of which removes anything."""
    seq = writer.append_all([(row.table, row.values) for rows, _ in bundles for row in rows], actor)
    notes: list[tuple[int, str, str]] = []
    for rows, decision in bundles:
        admitted: list[Outcome] = []
        for _ in rows:
            notes += _notes(seq, decision)
            admitted.append(Admitted(seq, writer.moment, decision.reasons))
            seq += 1
        yield admitted
    writer.store.run_many(_NOTE, notes)


def _notes(seq: int, decision: BundleDecision) -> list[tuple[int, str, str]]:
    return [(seq, code, says) for code, says in {reason.code: reason.says for reason in decision.reasons}.items()]


def as_notes(decision: BundleDecision) -> BundleDecision:
    """What was to hold a bundle that a named human lets in, as it is noted."""
    return replace(decision, reasons=tuple(replace(reason, effect=Effect.NOTE) for reason in decision.reasons))


def approved(staged: Staged, by: str) -> Staged:
    """Who decides to admit an entry that nobody had approved approves it."""
    if staged.table != ENTRY.name or staged.values[ENTRY.approved_by] is not None:
        return staged
    return replace(staged, values={**staged.values, ENTRY.approved_by: by})


def may_be_removed(staged: Sequence[Staged]) -> Iterator[str]:
    """Entries of which these rows may say that they are removed, or to whom a removed one had been sent."""
    for row in staged:
        table, values = row.table, row.values
        is_closed = table == ENTRY.name and (values[ENTRY.status] == "closed" or values[ENTRY.closed_on] is not None)
        is_removed = table == REVIEW.name and values[REVIEW.outcome] == "remove"
        if is_closed or is_removed or table == DISCLOSURE.name:
            yield values[ENTRY.entry_id]


def count(tally: Counter[tuple[str, str]], outcome: Outcome) -> None:
    """Counts a decision by its outcome, and by outcome and code; one given again is not counted.

    A record that is refused may have notes too, and what would have held it: these are no reasons to refuse.
    """
    if outcome.repeated:
        return
    tally[outcome.word, ""] += 1
    refused = isinstance(outcome, Refused)
    for code in {reason.code for reason in outcome.reasons if not refused or reason.effect is Effect.REFUSE}:
        tally[outcome.word, code] += 1


def keep_tally(writer: Writer, tally: Counter[tuple[str, str]]) -> None:
    """Adds the counts to those of the day. Nothing of what a record said is kept of a refusal."""
    day = writer.moment[:10]
    rows = [(day, outcome, code, count) for (outcome, code), count in tally.items()]
    writer.store.run_many(
        "insert into tally (on_date, outcome, code, count) values (?, ?, ?, ?)"
        " on conflict (on_date, outcome, code) do update set count = tally.count + excluded.count",
        rows,
    )
