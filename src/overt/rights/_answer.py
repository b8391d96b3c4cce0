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

from overt.gate import in_turn
from overt.pages import paper_page, paper_pdf, paper_text
from overt.private import private_folder, write_private
from overt.pseudonym import PseudonymKey
from overt.refusals import Refusal
from overt.register import Register
from overt.rights._content import Case, answer_data
from overt.rights._decision import Decision, check_decision
from overt.rights._find import Who, find, holding
from overt.rights._letter import letter
from overt.rights._lookup import check_worked, checked, look_up
from overt.rights._recall import check_outside, recalls
from overt.rights._requests import Request, admit, altered

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
        raise Refusal("clock-stopped", request.number, "the clock is paused", "a clock that runs")
    return max(day, today)


def draft(
    register: Register,
    request: Request,
    who: Who,
    decision: Decision,
    *,
    key: PseudonymKey,
    named: Sequence[str] = (),
    today: dt.date,
) -> Answer:
    """The answer as it stands, about the entries that the request's look-up found; nothing is recorded.

    `named` are uncertain matches that an officer has looked at: their entries, or `none`. Refuses a request that was
    never worked, and a person who has other entries than the look-up found.
    """
    check_decision(request, decision)
    charter = register.charters()[-1]
    if decision.denies:
        check_worked(register, request.number)
        return _made(Case(charter, request, decision, "ncnd", leaves_on(request, today)), who)
    looked = look_up(register, request)
    looked.check_same(find(register, key, who))
    entry_ids = looked.chosen(named)
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
    decision: Decision,
    *,
    key: PseudonymKey,
    named: Sequence[str] = (),
    out: Path,
    by: str,
    now: dt.datetime,
) -> Answer:
    """Writes the answer for the person, and records its outcome, ground and reasons; nothing of who asked.

    Refuses a request whose identity was not checked, and one that was never worked. An answer that neither confirms nor
    denies is dated the day on which all such answers go out.
    """
    check_outside(register, out)
    request = checked(register, number)
    made = draft(register, request, who, decision, key=key, named=named, today=now.date())
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
