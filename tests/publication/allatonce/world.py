"""One synthetic register that has everything at once, made through the public doors and through nothing else.

Some 150 invented people between January and September 2023: 30 with two entries or two roles; closed and opened again;
opened in June and recorded in August; erased; eighteen during it; groups that change or are not known; private
sources; organisations whose agreements end; requests in each outcome. `build` says what happened in its order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from overt.gate import Admitted, Gate, Outcome, Proposed, Refused
from overt.ledger import ED25519, Signer, make_signer
from overt.rights import (
    CaseDesk,
    RequestDecision,
    Requester,
    draft,
    find_request,
    new_request,
    note_identity,
    send,
    work,
    write_answer,
)
from tests.gate.conftest import KEY, ORIGIN, disclosure, entry, item, open_register, subject
from tests.rights.conftest import pseudonym_of

BY, REVIEWER = "P1001", "P2002"
SIGNER: Signer = make_signer(ORIGIN, ED25519, b"a seed that is no secret at all!")
GROUND = "DPA 2018 s.47(1), the entry was not necessary (synthetic)"
REASON = "the report of the day says so (synthetic)"
ETHNICITIES = ("W1", "B1", "B1", "A1", "W1", "M1", "B2", "NS", None, "O9")
OBSERVED = ("IC1", "IC3", "IC3", "IC4", "IC1", None, "IC6")
SEXES = ("male", "male", "male", "female", "male", None, "male")
ROLES = ("suspect", "suspect", "convicted", "victim", "suspect", "witness", "suspect", "convicted")
OTHER_ROLE = {"suspect": "convicted", "convicted": "suspect", "victim": "witness", "witness": "victim"}
CHILDREN = range(61, 73)
SENT_TO = {
    "suspect": ("example_force", "police", "ISA-1", "investigation"),
    "convicted": ("example_probation", "probation", "ISA-3", "prevention"),
    "victim": ("example_council", "council", "ISA-2", "safeguarding"),
    "witness": ("example_council", "council", "ISA-2", "safeguarding"),
}
LETTERS = "abcdefghij"


def name_of(number: int) -> str:
    """An invented name that no other number has."""
    return "Invented " + "".join(LETTERS[int(each)] for each in f"{number:03}").capitalize()


def birth_of(number: int) -> str:
    """Children become 16 or 18 during the story; of the others a few are old, and a few turn 25 or 35."""
    if number in CHILDREN:
        return f"{2005 + 2 * (number % 4 == 0)}-{2 + number % 8:02}-11"
    return f"{1983 + number % 18}-{1 + number % 12:02}-17"


def who(number: int) -> Requester:
    """The person behind a number."""
    return Requester(name_of(number), birth_of(number), address=("1 Example Street", "Exampleton"))


def day_of(text: str, hour: int = 9, minute: int = 0) -> dt.datetime:
    """A moment of a day."""
    return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(hour, minute), dt.UTC)


class World:
    """The register and what its keeper did; `told` is what the gate said of each record, as somebody who proposed it
    would write it down."""

    def __init__(self, folder: Path, publication: str = "") -> None:
        self.folder = folder
        self.register = open_register(folder / "alpha", publication=publication)
        self.told: list[tuple[str, str, tuple[str, ...]]] = []
        self.gate = Gate(self.register)
        self.acts = 0

    def close(self) -> None:
        """Closes the register."""
        self.register.close()

    def now(self, day: str) -> dt.datetime:
        """The next moment of a day."""
        self.acts += 1
        # Moments only go forward; the story has fewer acts than a day has seconds.
        return day_of(day, 9) + dt.timedelta(seconds=self.acts)

    def heard(self, now: dt.datetime, outcomes: Iterable[object]) -> None:
        """Writes down what the gate said, as whoever proposed would."""
        for each in outcomes:
            reasons = each.reasons if isinstance(each, Refused) else ()
            codes = tuple(sorted({reason.code for reason in reasons if reason.effect.value == "refuse"}))
            self.told.append((str(now.date()), type(each).__name__.lower(), codes))

    def propose(self, day: str, records: Iterable[Proposed], by: str = BY) -> list[Outcome]:
        """Proposes records."""
        return self.gate.admit(list(records), by, self.now(day))

    def admit(self, day: str, records: Iterable[Proposed], by: str = BY) -> None:
        """Records that must be admitted."""
        records = list(records)
        outcomes = self.propose(day, records, by)
        wrong = [(a.table, b) for a, b in zip(records, outcomes, strict=True) if not isinstance(b, Admitted)]
        assert not wrong, wrong[0]

    def standing(self, table: str, key: str) -> dict[str, Any]:
        """The row that stands."""
        (found,) = [
            dict(each.values)
            for each in self.register.as_of(table, dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
            if next(iter(each.values.values())) == key
        ]
        return found

    def alter(self, day: str, table: str, key: str, bundle: str | None = None, **values: Any) -> None:
        """Another version of a row."""
        self.admit(day, [Proposed(table, self.standing(table, key) | values, "alter", bundle)])

    def desk(self, day: str) -> CaseDesk:
        """An officer at work."""
        return CaseDesk(BY, self.now(day), [SIGNER], self.folder / "notices")

    def request(self, kind: str, day: str, number: int | None, received: str = "") -> str:
        """A request of a person, worked on the day; of nobody where nobody has come to show who they are."""
        on = dt.date.fromisoformat(received or day)
        made = new_request(self.register, kind, on, by=BY, now=self.now(day)).number
        if number is not None:
            note_identity(self.register, made, "in_person", dt.date.fromisoformat(day), by=BY, now=self.now(day))
            work(self.register, made, KEY, who(number), by=BY, now=self.now(day))
        return made

    def answer(self, day: str, request: str, number: int, decision: RequestDecision | None = None) -> None:
        """The letter to the person."""
        out = self.folder / "letters" / request
        said, asks, now = decision or RequestDecision(), find_request(self.register, request), self.now(day)
        write_answer(draft(self.register, asks, who(number), said, key=KEY, today=now.date()), out)
        send(self.register, request, who(number), said, key=KEY, out=out, by=BY, now=now)


def person(number: int, opened_on: str, **of_entry: Any) -> list[Proposed]:
    """A person, an entry, items of two sources and, of a child, the decision on safety."""
    known = pseudonym_of(who(number))
    day = dt.date.fromisoformat(opened_on)
    child = number in CHILDREN
    role = of_entry.pop("role", ROLES[number % len(ROLES)])
    dates = {
        "opened_on": opened_on,
        "review_due_on": str(day + dt.timedelta(days=31 if child else 60 + number % 30)),
        "delete_due_on": str(day + dt.timedelta(days=700)),
    }
    kind = {"retention_group": "child" if child else "standard"}
    records = [
        subject(
            number,
            subject_id=known,
            birth_date=birth_of(number),
            sex=SEXES[number % len(SEXES)],
            ethnicity_self=ETHNICITIES[number % len(ETHNICITIES)],
            ethnicity_observed=OBSERVED[number % len(OBSERVED)],
        ),
        entry(number, subject_id=known, role=role, **dates, **kind, **of_entry),
        *(item(number, place, collected_on=opened_on) for place in (0, 1)),
    ]
    if child:
        records.append(review(f"S{number}", f"E{number}", opened_on, "safeguarding", bundle=f"b{number}"))
    return records


def second(number: int, opened_on: str, role: str) -> list[Proposed]:
    """A second entry of somebody who has one."""
    day = dt.date.fromisoformat(opened_on)
    bundle = f"c{number}"
    dates = {
        "opened_on": opened_on,
        "review_due_on": str(day + dt.timedelta(days=80)),
        "delete_due_on": str(day + dt.timedelta(days=700)),
    }
    made = entry(
        number, entry_id=f"E{number}b", subject_id=pseudonym_of(who(number)), role=role,
        grounds=f"seen again at the fight of inquiry {number}b", **dates,
    )  # fmt: skip
    items = [
        item(
            number, place, item_id=f"I{number}b-{place}", entry_id=f"E{number}b", source_ref=f"SRC{number}b-{place}",
            collected_on=opened_on,
        )
        for place in (0, 1)
    ]  # fmt: skip
    return [replace(each, bundle=bundle) for each in (made, *items)]


def review(number: str, entry_id: str, day: str, outcome: str, bundle: str | None = None) -> Proposed:
    """A review of an entry."""
    values = {
        "review_id": number, "entry_id": entry_id, "done_at": f"{day}T08:00:00", "done_by": REVIEWER,
        "outcome": outcome, "rationale": f"a note of review {number} says why",
    }  # fmt: skip
    return Proposed("review", values, bundle=bundle)


def sending(number: str, entry_id: str, role: str, day: str, **values: Any) -> Proposed:
    """An entry sent to whom its role allows."""
    name, kind, agreement, purpose = SENT_TO[role]
    given = {
        "disclosure_id": number, "entry_id": entry_id, "sent_at": f"{day}T08:30:00", "recipient": name,
        "recipient_kind": kind, "agreement_id": agreement, "purpose": purpose,
    }  # fmt: skip
    return disclosure(0, **(given | values))


Look = Callable[[World, str], None]
