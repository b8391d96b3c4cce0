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
from overt.pages import complains_to_controller, paper_page, paper_pdf, paper_text
from overt.private import private_folder, write_private
from overt.pseudonym import PseudonymKey
from overt.refusals import Refusal
from overt.register import Register
from overt.rights._content import Case, answer_data, changes
from overt.rights._correct import waiting_erasures
from overt.rights._decision import Decision, check_decision
from overt.rights._find import Who, find, holding
from overt.rights._letter import letter
from overt.rights._lookup import check_worked, checked, look_up, stands
from overt.rights._recall import check_outside, recalls
from overt.rights._requests import Request, admit, altered
from overt.rights._titles import Titles

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
    never worked, a person who has other entries than the look-up found, and an answer that leaves unsaid what stays.
    """
    check_decision(request, decision, today)
    titles = Titles(register.charters())
    if decision.denies:
        check_worked(register, request.number)
        return _made(Case(titles, request, decision, "ncnd", leaves_on(request, today)), who)
    looked = look_up(register, request)
    looked.check_same(find(register, key, who))
    entry_ids = looked.chosen(named)
    _check_erased(register, request, decision)
    outcome = _outcome(register, request, decision, entry_ids)
    held = tuple(holding(register, each) for each in entry_ids)
    told = tuple(recalls(register, request.number))
    changed = tuple(changes(register, request, looked.entries))
    return _made(Case(titles, request, decision, outcome, today, held, told, changed), who)


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


def _recorded(made: Answer, decision: Decision) -> dict[str, object]:
    reasons = [f"{each.part}: {each.reasons}" for each in decision.restrictions] or [decision.reasons, decision.why]
    ground = ", ".join(f"DPA 2018 {each}" for each in decision.sections) or None
    said = " ".join("; ".join(each for each in reasons if each).split()) or None
    is_told = decision.restrictions or decision.refused
    return {
        "answered_on": str(made.dated),
        "outcome": made.outcome,
        "ground": ground,
        "reasons": said,
        "told_on": str(made.dated) if is_told else None,
        "names_complaint": complains_to_controller(made.dated),
    }


def _check_erased(register: Register, request: Request, decision: Decision) -> None:
    """Refuses entries that are said to be erased and stand, and more of them than were erased for the request."""
    standing = [each for each in decision.erased if stands(register, each)]
    if standing or len(set(decision.erased)) > len(request.erasures):
        found = f"{', '.join(standing)} is in the register" if standing else "more entries than were erased"
        raise Refusal("entry-not-erased", "--erased", found, f"the {len(request.erasures)} that were erased for it")


def _outcome(register: Register, request: Request, decision: Decision, stays: Sequence[str]) -> str:
    """What the answer is called: what was asked and not done is never called answered.

    1. Access is answered, or partly where something is held back.
    2. An erasure that was cut short is finished before anything is said of it.
    3. What stays is refused on a ground; where something was done, the answer is partly.
    4. An erasure is answered when nothing of the person stays, another request when something was done, and any request
       where nothing is held.
    """
    if request.kind == "access":  # 1
        return "partly" if decision.restrictions else "answered"
    if waiting_erasures(register, request):  # 2
        found = "an erasure that was cut short"
        raise Refusal("request-not-carried-out", request.number, found, "the same overt rights erase again")
    done = {each.kind for each in request.steps} & {"rectified", "erased", "recalled"}
    if decision.refused and not stays:
        raise Refusal("rights-decision", "--refuse", "nothing is held that could be refused", "an answer without it")
    if decision.refused:  # 3
        return "partly" if done else "refused"
    if not stays or (done and request.kind != "erasure"):  # 4
        return "answered"
    found = f"{', '.join(stays)} stays in the register"
    wanted = (
        "overt rights erase, rectify or recall first; or --refuse with its section and --why, which the letter says"
    )
    raise Refusal("request-not-carried-out", request.number, found, wanted)
