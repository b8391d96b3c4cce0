"""The answer to a request: what it says, as a letter and as data for a machine.

Neither confirming nor denying is made of the request's number, the name as it was typed in and the day by which every
such answer goes out. The rows of people are not read for it, so that neither its form nor its time can tell.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from overt.gate import Proposed, in_turn
from overt.pages import paper_page, paper_pdf, paper_text
from overt.private import private_folder, write_private
from overt.refusals import Refusal
from overt.register import Register
from overt.rights._content import Case, answer_data
from overt.rights._correct import checked
from overt.rights._decision import Decision, check_decision
from overt.rights._find import Listing, Who, holding
from overt.rights._letter import letter
from overt.rights._recall import check_outside, recalls
from overt.rights._requests import Request, admit, altered, find_request, whole

FORMS = ("answer.html", "answer.txt", "answer.pdf", "answer.json")


@dataclass(frozen=True)
class Answer:
    """An answer: its outcome, and the content of each of `FORMS` by its name."""

    number: str
    outcome: str
    dated: dt.date
    files: Mapping[str, bytes] = field(repr=False)


def leaves_on(request: Request, today: dt.date) -> dt.date:
    """The day on which an answer that neither confirms nor denies goes out: the last of the first month, for everybody.

    Would it go out as soon as it is written, the days that somebody took to look would tell.
    """
    day = request.clock.first_month_ends_on
    if day is None:
        raise Refusal("clock-stopped", request.number, "the clock stands still", "a clock that runs")
    return max(day, today)


def entries_of(found: Sequence[Listing], chosen: Sequence[str], *, request: Request) -> list[str]:
    """The entries that an answer is about: those that agree without doubt, and those that an officer chose.

    Refuses while another entry may be the person's: somebody has to say whether it is.
    """
    unsure = [each.entry_id for each in found if not each.sure and each.entry_id not in chosen]
    other = set(chosen) - {each.entry_id for each in found} - {"none"}
    if other:
        raise Refusal("entry-not-theirs", "--entry", ", ".join(sorted(other)), "an entry that overt rights work shows")
    if unsure and "none" not in chosen:
        remedy = "look at both; --entry NUMBER takes one, --entry none leaves out all that are not sure"
        found_text = f"{', '.join(unsure)} may be the person's"
        raise Refusal("entry-unsure", request.number, found_text, "a decision on each", remedy)
    return [each.entry_id for each in found if each.sure or each.entry_id in chosen]


def draft(
    register: Register, request: Request, who: Who, entry_ids: Sequence[str], decision: Decision, *, today: dt.date
) -> Answer:
    """The answer as it stands; nothing is recorded."""
    check_decision(request, decision)
    charter = register.charters()[-1]
    if decision.denies:
        return _made(Case(charter, request, decision, "ncnd", leaves_on(request, today)), who)
    held = tuple(holding(register, each) for each in entry_ids) if request.kind == "access" else ()
    told = tuple(recalls(register, request.number))
    return _made(Case(charter, request, decision, _outcome(request, decision), today, held, told), who)


def _made(case: Case, who: Who) -> Answer:
    data = answer_data(case)
    paper = letter(case, who, data)
    machine = (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()
    made = (paper_page(paper), paper_text(paper), paper_pdf(paper), machine)
    return Answer(case.request.number, case.outcome, case.day, dict(zip(FORMS, made, strict=True)))


@in_turn
def send(
    register: Register,
    number: str,
    who: Who,
    entry_ids: Sequence[str],
    decision: Decision,
    *,
    out: Path,
    by: str,
    now: dt.datetime,
) -> Answer:
    """Writes the answer for the person, and records its outcome, ground and reasons; nothing of who asked.

    Refuses a request whose identity was not checked. An answer that neither confirms nor denies is dated the day on
    which all such answers go out.
    """
    check_outside(register, out)
    request = checked(register, number)
    made = draft(register, request, who, entry_ids, decision, today=now.date())
    write_answer(made, out)
    admit(register, [altered(request, **_recorded(made, decision))], by, now)
    return made


def write_answer(made: Answer, out: Path) -> list[Path]:
    """Writes each form of an answer into a folder."""
    private_folder(out)
    for name, data in made.files.items():
        write_private(out / name, data)
    return [out / name for name in made.files]


def _recorded(made: Answer, decision: Decision) -> dict[str, str | None]:
    whole = decision.denies or decision.refused
    sections = [each.section for each in decision.restrictions] + ([whole] if whole else [])
    reasons = [f"{each.part}: {each.reasons}" for each in decision.restrictions] or [decision.reasons]
    ground = ", ".join(dict.fromkeys(f"DPA 2018 {each}" for each in sections)) or None
    said = " ".join("; ".join(reasons).split()) or None
    return {"answered_on": str(made.dated), "outcome": made.outcome, "ground": ground, "reasons": said}


def _outcome(request: Request, decision: Decision) -> str:
    if decision.refused:
        return "refused"
    if decision.restrictions:
        return "partly"
    done = {each.kind for each in request.steps}
    if request.kind == "access" or done & {"rectified", "erased", "recalled"}:
        return "answered"
    raise Refusal(
        "request-not-carried-out",
        request.number,
        f"a request of the kind {request.kind} for which nothing was done",
        "overt rights rectify, erase or recall first; or --refuse with its section",
    )


def work(register: Register, number: str, found: Sequence[Listing], *, by: str, now: dt.datetime) -> Request:
    """Records that the entries of a person were looked at to answer a request (s.62); gives the request."""
    request = find_request(register, number)
    count = register.store.rows("select count(*) from access_version where access_id like ?", (f"{number}-look-%",))
    looked_at: list[str | None] = [each.entry_id for each in found]
    records = [
        Proposed(
            "access",
            whole(
                "access",
                access_id=f"{number}-look-{int(count[0][0]) + place}",
                occurred_at=now.isoformat(),
                actor=by,
                action="consult",
                entry_id=each,
                reason=f"to answer request {number}",
            ),
            bundle=f"{number}-look",
        )
        for place, each in enumerate(looked_at or [None], start=1)
    ]
    admit(register, records, by, now)
    return request
