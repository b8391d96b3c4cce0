"""What a register itself says is wrong: recalls that nobody confirmed, reviews and requests that are overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from overt.ledger import Survey
from overt.pages import day
from overt.publication import ReleaseDocument, ReleaseFigure, cell_words
from overt.verification._published import PublishedIndex

# Cells that are a shortcoming wherever they are not zero: table and name of the cell.
_SHORT = (
    ("recalls", "bodies / not confirmed yet / bodies"),
    ("recalls", "bodies / not confirmed and past its day / bodies"),
    ("reviews-due", "due / overdue / entries"),
)
_LATE = ("overdue", "late")


def admitted(documents: Sequence[ReleaseDocument], index: PublishedIndex | None, today: dt.date) -> Iterator[str]:
    """One sentence for each shortcoming that the newest release and the list of requests publish."""
    newest = max(documents, key=lambda one: (one.day, one.release), default=None)
    for table, cell in _cells_of(newest):
        figure = newest.cells[table, cell] if newest else None
        if newest and figure and _is_some(figure):
            yield f"{newest.table(table).title}: {cell_words(table, cell)}: {figure}, on {day(newest.day)}."
    for row in index.answers if index else ():
        if row.sent_on is None and row.due_on is not None and row.due_on < str(today):
            yield f"Request {row.number}, received on {day(row.received_on)}, was due on {day(row.due_on)} and is open."
        elif row.sent_on is None:
            due = f"due on {day(row.due_on)}" if row.due_on else "waiting for the person who asked"
            yield f"Request {row.number}, received on {day(row.received_on)}, is open: {due}."
        elif row.due_on is not None and row.sent_on > row.due_on:
            yield f"Request {row.number} was due on {day(row.due_on)} and answered on {day(row.sent_on)}."


def _cells_of(document: ReleaseDocument | None) -> list[tuple[str, str]]:
    if document is None:
        return []
    requests = [
        key
        for key in document.cells
        if key[0] in ("requests", "information-requests") and key[1].split(" / ")[1].startswith(_LATE)
    ]
    return [key for key in (*_SHORT, *requests) if key in document.cells]


def _is_some(figure: ReleaseFigure) -> bool:
    """Whether a figure says, or leaves open, that there is one."""
    return figure.value is None or figure.value > 0


def hidden(log: Survey | None, has_witnesses: bool, has_policy: bool, is_address: bool) -> Iterator[str]:
    """What the keeper of a register could still hide after all of this was verified."""
    yield "Records that never passed the gate, such as a list kept elsewhere: nothing published can show them."
    entries = f"{log.head.size:,} entries" if log else "entries"
    yield (
        f"What the records say: the {entries} of the ledger are commitments that reveal nothing, some of them padding. "
        "A person with a receipt can check their own record; an oversight body can check all (overt register check)."
    )
    yield ("Counts that are withheld or rounded, and an error in counting: only who has the snapshot can count again.")
    yield "Requests that were never entered, and whatever happened since the checkpoint was signed."
    if not has_witnesses:
        yield "A second ledger that others are shown: no witness cosigns this one."
    if not has_policy:
        yield (
            "Who signs: the trust policy came from the same place as everything else. Get it from someone you trust, "
            "and give it with --policy."
        )
    if is_address:
        yield "Pages that only others are shown: compare your results with those of a person elsewhere."
