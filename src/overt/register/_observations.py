"""What oversight asks a unit about a finding, the unit's answers, and whether oversight is content with them.

Working notes between two bodies: no record of the register and no leaf of the log, and nothing about a person. Notes
are only added. What an observation is about is the number of an audit and the name of a control.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from overt.refusals import Refusal
from overt.register._record import moment_text
from overt.register._register import Register
from overt.register._store import Store


class ObservationState(StrEnum):
    """Whose turn it is: the unit's, oversight's, or nobody's."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True)
class Observation:
    """One thing that oversight asks. `audit` and `control` are empty where it is about no finding."""

    number: str
    raised_at: str
    raised_by: str
    title: str
    audit: str
    control: str
    due_on: str
    state: ObservationState


@dataclass(frozen=True)
class ObservationNote:
    """What one side wrote: `side` is `oversight` or `unit`."""

    made_at: str
    made_by: str
    side: str
    words: str


OBSERVATION_COLUMNS = ("observation_id", "raised_at", "raised_by", "title", "audit", "control", "due_on", "state")


def raise_observation(
    register: Register, title: str, words: str, about: tuple[str, str], due_on: dt.date, *, by: str, now: dt.datetime
) -> str:
    """Sends an observation to the unit; its number. `about` is the number of an audit and the name of a control."""
    number, moment = f"OB{register.entropy(5).hex().upper()}", moment_text(now)
    row = (number, moment, by, title, *about, str(due_on), ObservationState.OPEN.value)
    marks = ", ".join("?" * len(row))
    with register.store.transaction():
        register.store.run(f"insert into observation ({', '.join(OBSERVATION_COLUMNS)}) values ({marks})", row)
        _add(register, number, ("oversight", by, words), moment)
    return number


def answer_observation(register: Register, number: str, words: str, *, by: str, now: dt.datetime) -> None:
    """Adds the unit's answer. Refuses an observation that is not open."""
    states = (ObservationState.OPEN, ObservationState.ANSWERED)
    _move(register, number, states, ("unit", by, words), moment_text(now))


def settle_observation(
    register: Register, number: str, words: str, due_on: dt.date | None, *, by: str, now: dt.datetime
) -> None:
    """Closes an answered observation, or asks again until another day if one is given."""
    after = ObservationState.OPEN if due_on else ObservationState.CLOSED
    with register.store.transaction():
        note = ("oversight", by, words)
        _move(register, number, (ObservationState.ANSWERED, after), note, moment_text(now))
        if due_on:
            register.store.run("update observation set due_on = ? where observation_id = ?", (str(due_on), number))


def find_observation(store: Store, number: str) -> tuple[Observation, list[ObservationNote]] | None:
    """An observation and its notes, oldest first; `None` if there is none with this number."""
    columns = ", ".join(OBSERVATION_COLUMNS)
    rows = store.rows(f"select {columns} from observation where observation_id = ?", (number,))
    if not rows:
        return None
    notes = store.rows(
        "select made_at, made_by, side, words from observation_note where observation_id = ? order by place", (number,)
    )
    return observation_of(rows[0]), [ObservationNote(str(at), by, side, words) for at, by, side, words in notes]


def observation_of(row: Sequence[Any]) -> Observation:
    """An observation of its cells, in the order of `OBSERVATION_COLUMNS`."""
    number, raised_at, raised_by, title, audit, control, due_on, state = row
    return Observation(
        str(number), str(raised_at), str(raised_by), str(title), str(audit), str(control), str(due_on)[:10],
        ObservationState(state),
    )  # fmt: skip


def _move(
    register: Register, number: str, states: tuple[ObservationState, ObservationState], note: Iterable[str], moment: str
) -> None:
    before, after = states
    with register.store.transaction():
        moved = register.store.run(
            "update observation set state = ? where observation_id = ? and state = ?",
            (after.value, number, before.value),
        )
        if not moved:
            problem, wanted = "there is none with this number, or it is not this side's turn", "an open observation"
            raise Refusal("observation-not-open", f"observation {number}", problem, wanted)
        _add(register, number, note, moment)


def _add(register: Register, number: str, note: Iterable[str], moment: str) -> None:
    counted = register.store.rows("select count(*) from observation_note where observation_id = ?", (number,))
    side, by, words = note
    register.store.run(
        "insert into observation_note (observation_id, place, made_at, made_by, side, words) values (?, ?, ?, ?, ?, ?)",
        (number, int(counted[0][0]) + 1, moment, by, side, words),
    )
