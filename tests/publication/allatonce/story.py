"""What happens in the register between January and September 2023, and the five days on which it is looked at."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from unittest.mock import patch

from overt.gate import BulkRequest, Gate, Held, Judgement, Proposed, admit_bulk, decide
from overt.register import erase
from overt.rights import (
    RequestDecision,
    Restriction,
    confirm,
    notify,
    read_correction,
    recalls,
    rectify,
    remove,
    tell,
    withdraw,
)
from tests.publication.allatonce.world import (
    BY,
    CHILDREN,
    ETHNICITIES,
    GROUND,
    OTHER_ROLE,
    REASON,
    ROLES,
    Look,
    World,
    item,
    person,
    pseudonym_of,
    review,
    second,
    sending,
    who,
)

QUARTER_END, IN_CLOSURE, BEFORE_LATE, AFTER_LATE, LAST = (
    "2023-03-31", "2023-05-31", "2023-07-31", "2023-08-31", "2023-09-30",
)  # fmt: skip
DAYS = (QUARTER_END, IN_CLOSURE, BEFORE_LATE, AFTER_LATE, LAST)
CLOSED, AGAIN = range(36, 48), range(36, 44)
WHY = "The case in which you are named is not closed."
STAYS = RequestDecision(refused="s.47(1)", why=WHY)


def role_of(number: int) -> str:
    """The role of a person's first entry, as it was recorded first."""
    return ROLES[number % len(ROLES)]


def play(world: World, look: Look) -> None:
    """The whole story; `look` is called at the end of each of the five days."""
    heard = Gate.admit

    def listened(gate: Gate, records: object, actor: str, now: dt.datetime) -> object:
        outcomes = heard(gate, records, actor, now)  # type: ignore[arg-type]
        world.heard(now, outcomes)
        return outcomes

    with patch.object(Gate, "admit", listened):
        for part, day in zip((_winter, _spring, _summer, _late, _autumn), DAYS, strict=True):
            part(world)
            look(world, day)


def _winter(world: World) -> None:
    for first in range(1, 91, 15):
        world.admit("2023-01-10", (each for n in range(first, first + 15) for each in person(n, "2023-01-09")))
    for number in range(1, 16):
        world.admit("2023-02-01", second(number, "2023-02-01", role_of(number)))
    for number in range(16, 25):
        why = review(f"V{number}b", f"E{number}b", "2023-02-01", "retain", bundle=f"c{number}")
        world.admit("2023-02-01", [*second(number, "2023-02-01", OTHER_ROLE[role_of(number)]), why])
    _covert(world, range(25, 34), "private", "2023-02-10")
    _covert(world, range(34, 36), "persona", "2023-02-11")
    _bulk(world, range(91, 111), "2023-02-15", "2023-02-20")
    world.admit("2023-03-01", [sending(f"D{n}", f"E{n}", role_of(n), "2023-03-01") for n in range(1, 24)])
    lists = [
        Proposed(
            "copy",
            {
                "copy_id": f"C{n}", "location": "a drive of the north desk", "owner": "P1077",
                "subject_id": pseudonym_of(who(n)), "as_of": "2023-03-01",
            },
        )
        for n in (1, 2, 36)
    ]  # fmt: skip
    world.admit("2023-03-05", lists)
    world.admit("2023-03-10", [review(f"V{n}", f"E{n}", "2023-03-10", "retain") for n in range(48, 80)])
    refused = [each for n in range(400, 432) for each in person(n, "2023-03-11")[:3]]
    world.propose("2023-03-12", refused)
    for number, decided in ((432, True), (433, False), (434, None)):
        records = person(number, "2023-03-11")
        records[2] = replace(records[2], values={**records[2].values, "source_grade": None})
        held = world.propose("2023-03-13", records)
        assert all(isinstance(each, Held) for each in held), held
        if decided is not None and isinstance(held[0], Held):
            now = world.now("2023-03-13")
            judged = Judgement("P2001", decided, "the named human looked at it")
            world.heard(now, decide(Gate(world.register), held[0].hold_id, judged, now))
    _office(world)
    world.request("access", "2023-03-16", None, "2023-02-03")
    r1 = world.request("access", "2023-03-16", 40, "2023-03-02")
    world.answer("2023-03-20", r1, 40)
    r2 = world.request("access", "2023-03-20", 41, "2023-02-13")
    held_back = RequestDecision((Restriction("sources", "s.45(4)(b)", "an inquiry is open (synthetic)"),))
    world.answer("2023-03-21", r2, 41, held_back)
    world.request("erasure", "2023-03-22", 53)


def _covert(world: World, numbers: range, visibility: str, day: str) -> None:
    for number in numbers:
        values = {
            "authority_id": f"AUTH{number}", "kind": "directed_surveillance", "granted_on": "2023-02-05",
            "granted_by_rank": "superintendent", "urgent": False, "expires_on": "2023-05-04",
            "scope": pseudonym_of(who(number)),
        }  # fmt: skip
        world.admit(day, [Proposed("authority", values)])
        covert = item(
            number, 7, visibility=visibility, authority_id=f"AUTH{number}", origin="social_media",
            platform="an online platform", collected_on=day,
        )  # fmt: skip
        world.admit(day, [replace(covert, bundle=None)])


def _bulk(world: World, numbers: range, opened_on: str, day: str) -> None:
    path = world.folder / f"bulk-{day}.jsonl"
    records = [each for n in numbers for each in person(n, opened_on)]
    path.write_text("".join(f"{json.dumps({'table': e.table, 'values': dict(e.values)})}\n" for e in records))
    now = world.now(day)
    report = admit_bulk(Gate(world.register), BulkRequest((path,), BY, 50), lambda: now)
    assert (report.admitted, report.held, report.refused) == (len(records), 0, 0), report
    world.told += [(day, "admitted", ())] * len(records)


def _office(world: World) -> None:
    rows: list[tuple[str, dict[str, object]]] = [
        (
            "platform_request",
            {
                "request_id": f"PR{n}", "platform": "an online platform", "sent_on": f"2023-0{1 + n % 9}-15",
                "genre": ("drill", "grime", "none")[n % 3], "rule_cited": "violent speech",
                "legal_basis": "the platform's own terms",
                "outcome": ("removed", "refused", "removed", "removed", "pending")[n % 5],
            },
        )
        for n in range(1, 46)
    ]  # fmt: skip
    rows += [
        ("spend", {"year": year, "purpose": purpose, "amount_pence": pence})
        for year, purpose, pence in (
            (2022, "staff", 11_800_050), (2022, "licences", 950_099), (2023, "staff", 13_100_000),
        )
    ]  # fmt: skip
    world.admit("2023-03-15", [Proposed(*each) for each in rows])


def close(world: World, day: str, entry_id: str) -> None:
    """A review removes an entry."""
    decided = review(f"X{entry_id}-{day}", entry_id, day, "remove", bundle=f"x{entry_id}")
    values = {"status": "closed", "closed_on": day, "closed_reason": "removed by review"}
    closed = Proposed("entry", world.standing("entry", entry_id) | values, "alter", bundle=f"x{entry_id}")
    world.admit(day, [decided, closed])


def _erased(world: World, day: str, number: int, entries: list[str], decision: RequestDecision | None = None) -> str:
    made = world.request("erasure", day, number)
    remove(world.register, made, entries, GROUND, world.desk(day))
    world.answer(day, made, number, decision)
    return made


def _spring(world: World) -> None:
    for number in CLOSED:
        close(world, "2023-04-15", f"E{number}")
    for entry in ("E16", "E1b"):
        close(world, "2023-04-16", entry)
    notify(world.register, world.desk("2023-04-17"))
    _erased(world, "2023-05-02", 2, ["E2", "E2b"])
    _erased(world, "2023-05-03", 3, ["E3"], replace(STAYS, erased=("E3",)))
    # One of two entries with different roles: the person stays, in another group.
    _erased(world, "2023-05-03", 18, ["E18"], replace(STAYS, erased=("E18",)))
    for number in (50, 51, 52):
        _erased(world, "2023-05-04", number, [f"E{number}"])
    for each in [*recalls(world.register)][:2]:
        day = world.now("2023-05-08")
        confirm(world.register, each.number, "done", day.date(), by=BY, now=day)
    world.admit("2023-05-10", (each for n in range(111, 116) for each in person(n, "2023-02-25")))
    denied = world.request("access", "2023-05-11", 54, "2023-05-05")
    restricted = world.request("restriction", "2023-05-11", 17, "2023-05-06")
    refused = world.request("objection", "2023-05-11", 56, "2023-05-07")
    withdrawn = world.request("access", "2023-05-11", 57, "2023-05-08")
    for entry_id in ("E17", "E17b"):
        tell(world.register, restricted, entry_id, "restrict", recipients=[], desk=world.desk("2023-05-11"))
    world.answer("2023-05-12", restricted, 17, RequestDecision(granted="s.47(3)"))
    now = world.now("2023-05-13")
    withdraw(world.register, withdrawn, now.date(), by=BY, now=now)
    world.answer("2023-05-20", "R0004", 53, STAYS)
    world.answer(
        "2023-05-22", denied, 54, RequestDecision(denies="s.45(4)(b)", reasons="an inquiry is open (synthetic)")
    )
    world.answer("2023-05-24", refused, 56, RequestDecision(refused="s.35(1)", why=WHY))
    world.admit("2023-05-25", [sending(f"M{n}", f"E{n}", role_of(n), "2023-05-25") for n in range(80, 104)])


def _summer(world: World) -> None:
    for number in (n for n in range(54, 111) if ETHNICITIES[n % len(ETHNICITIES)] == "NS"):
        world.alter("2023-06-05", "subject", pseudonym_of(who(number)), ethnicity_self="B1")
    for number in range(57, 60):
        world.alter("2023-06-06", "entry", f"E{number}", role=OTHER_ROLE[role_of(number)])
    made = world.request("rectification", "2023-06-07", 60)
    given = [read_correction("subject.sex=female"), read_correction("item.I60-0.basis=assessment")]
    rectify(world.register, made, "E60", given, reason=REASON, desk=world.desk("2023-06-08"))
    world.answer("2023-06-09", made, 60)
    world.admit("2023-06-15", (each for n in range(116, 126) for each in person(n, "2023-06-12")))
    for number in AGAIN:
        world.alter(
            "2023-07-20", "entry", f"E{number}", status="active", closed_on=None, closed_reason=None,
            review_due_on="2023-10-10",
        )  # fmt: skip
    for number in range(116, 122):
        why = review(f"V{number}b", f"E{number}b", "2023-07-25", "retain", bundle=f"c{number}")
        world.admit("2023-07-25", [*second(number, "2023-07-25", OTHER_ROLE[role_of(number)]), why])
    world.admit("2023-07-26", [review(f"W{n}", f"E{n}", "2023-07-26", "retain") for n in range(60, 76)])
    for n in range(60, 76):
        world.alter(
            "2023-07-26", "entry", f"E{n}", review_due_on="2023-08-20" if n in CHILDREN or n % 2 else "2023-10-20"
        )
    world.request("access", "2023-07-27", 70)


def _late(world: World) -> None:
    for first in range(126, 146, 10):
        world.admit("2023-08-15", (each for n in range(first, first + 10) for each in person(n, "2023-06-10")))
    world.admit("2023-08-16", (each for n in range(146, 152) for each in person(n, "2023-08-12")))
    # Two entries, one of them from before the release of July; and one of before, of somebody who was removed in April.
    world.admit("2023-08-17", [*person(152, "2023-06-20"), *second(152, "2023-08-12", role_of(152))])
    world.admit("2023-08-17", second(47, "2023-07-01", role_of(47)))
    world.admit("2023-08-20", [sending(f"A{n}", f"E{n}", role_of(n), "2023-08-20") for n in range(126, 150)])
    world.request("objection", "2023-08-21", 71)


def _autumn(world: World) -> None:
    ended = [sending(f"Z{n}", f"E{n}", role_of(n), "2023-09-10") for n in range(80, 90)]
    world.propose("2023-09-10", ended)
    for number in (73, 74, 130, 131):
        _erased(world, "2023-09-12", number, [f"E{number}"])
    now = world.now("2023-09-13")
    erase(world.register, "E46", GROUND, BY, now)
    for number in (91, 92, 93, 146):
        close(world, "2023-09-14", f"E{number}")
    notify(world.register, world.desk("2023-09-15"))
    made = world.request("rectification", "2023-09-16", 95)
    world.answer("2023-09-18", made, 95, RequestDecision(refused="s.46(1)", why=WHY))
