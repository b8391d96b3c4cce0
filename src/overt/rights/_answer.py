"""The answer to a request: what it says, as a letter and as data for a machine.

An answer is drafted first, for an officer to read, and recorded only if the draft that was read still matches the
register: no request is recorded as answered by a letter that no one has seen.

Neither confirming nor denying is made of the request's number, the name as it was typed in and the day by which every
such answer goes out. The rows of people are not read for it, so that neither its form nor its time can tell.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from overt.encoding import read_json
from overt.files import given_bytes
from overt.gate import in_turn
from overt.model import REQUEST
from overt.pages import Paper, complains_to_controller, paper_page, paper_pdf, paper_text
from overt.private import private_folder, write_private
from overt.pseudonym import PseudonymKey
from overt.refusals import Refusal
from overt.register import Register
from overt.rights._content import AnswerCase, answer_data, changes
from overt.rights._correct import restricted_for, waiting_erasures
from overt.rights._decision import GRANTS, RequestDecision, check_decision
from overt.rights._find import Requester, find, holding
from overt.rights._letter import letter
from overt.rights._lookup import check_worked, checked, held_before, look_up, stands
from overt.rights._recall import check_outside, recalls
from overt.rights._requests import RightsRequest, admit, altered, find_request
from overt.rights._titles import Titles

FORMS = ("answer.html", "answer.txt", "answer.pdf", "answer.json")


@dataclass(frozen=True)
class RightsAnswer:
    """An answer: its outcome, the letter, and the content of each of `FORMS` by its name."""

    number: str
    outcome: str
    dated: dt.date
    paper: Paper = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def digest(self) -> str:
        """The SHA-256 digest of all forms together, in hexadecimal: by it a draft that was read is known again."""
        return sha256(b"".join(sha256(self.files[name]).digest() for name in FORMS)).hexdigest()


@dataclass(frozen=True)
class ReadDraft:
    """The draft that an officer has read: its day, and its `RightsAnswer.digest`."""

    dated: dt.date
    digest: str


def leaves_on(request: RightsRequest, today: dt.date) -> dt.date:
    """The day on which an answer that neither confirms nor denies is sent: the last of the first month, for everyone.

    If it were sent as soon as it was written, the time that the search took would reveal something.
    """
    day = request.clock.first_month_ends_on
    if day is None:
        raise Refusal("clock-stopped", request.number, "the time limit is paused", "a time limit that is running")
    return max(day, today)


def draft(
    register: Register,
    request: RightsRequest,
    who: Requester,
    decision: RequestDecision,
    *,
    key: PseudonymKey,
    named: Sequence[str] = (),
    today: dt.date,
) -> RightsAnswer:
    """The answer as it stands, about the entries that the request's look-up found, marked as a draft; nothing is
    recorded.

    `named` are uncertain matches that an officer has looked at: their entries, or `none`. Refuses a request that was
    never worked, a person who has other entries than the look-up found, and an answer that leaves unsaid what stays.
    """
    return _written(_case(register, request, who, decision, key=key, named=named, today=today), who, is_draft=True)


def _case(
    register: Register,
    request: RightsRequest,
    who: Requester,
    decision: RequestDecision,
    *,
    key: PseudonymKey,
    named: Sequence[str],
    today: dt.date,
) -> AnswerCase:
    check_decision(request, decision, today)
    titles = Titles(register.charters())
    if decision.denies:
        check_worked(register, request.number)
        return AnswerCase(titles, request, decision, "ncnd", leaves_on(request, today))
    looked = look_up(register, request)
    looked.check_same(find(register, key, who))
    entry_ids = looked.chosen(named)
    _check_erased(register, request, decision)
    restricted = restricted_for(register, request)
    outcome = _outcome(register, request, decision, entry_ids, restricted)
    held = tuple(holding(register, entry_id) for entry_id in entry_ids)
    notified = tuple(recalls(register, request.number))
    changed = tuple(changes(register, request, looked.entries))
    before = held_before(register, request, looked.entries) if request.kind != "access" else {}
    return AnswerCase(titles, request, decision, outcome, today, held, notified, changed, restricted, before)


def _written(case: AnswerCase, who: Requester, *, is_draft: bool) -> RightsAnswer:
    data = answer_data(case)
    paper = letter(case, who, data, is_draft=is_draft)
    if is_draft:
        data["draft"] = True
    machine = (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()
    forms = (paper_page(paper), paper_text(paper), paper_pdf(paper), machine)
    return RightsAnswer(case.request.number, case.outcome, case.day, paper, dict(zip(FORMS, forms, strict=True)))


@in_turn
def send(
    register: Register,
    number: str,
    who: Requester,
    decision: RequestDecision,
    *,
    key: PseudonymKey,
    named: Sequence[str] = (),
    out: Path,
    by: str,
    now: dt.datetime,
) -> RightsAnswer:
    """Writes the answer for the person in the place of its draft, and records its outcome, ground and reasons; nothing
    of who asked.

    Refuses a request whose identity was not checked, one that was never worked, a folder without the draft of this
    answer, and a draft that says something else than the register says now. An answer that neither confirms nor denies
    is dated the day on which all such answers go out.
    """
    check_outside(register, out)
    request = checked(register, number)
    case = _case(register, request, who, decision, key=key, named=named, today=now.date())
    drafted = _drafted(register, case, who, decision, key=key, named=named, on=_drafted_on(out))
    if any(given_bytes(out / name) != data for name, data in drafted.files.items()):
        raise _differs(str(out))
    answer = _written(case, who, is_draft=False)
    write_answer(answer, out)
    try:
        admit(register, [altered(request, **_recorded(answer, decision))], by, now)
    except Refusal:
        write_answer(drafted, out)
        raise
    return answer


@in_turn
def record(
    register: Register,
    number: str,
    who: Requester,
    decision: RequestDecision,
    *,
    key: PseudonymKey,
    named: Sequence[str] = (),
    read: ReadDraft,
    by: str,
    now: dt.datetime,
) -> RightsAnswer:
    """As `send`, for a draft that was read on a screen and that no folder keeps: `read` says which it was."""
    request = checked(register, number)
    case = _case(register, request, who, decision, key=key, named=named, today=now.date())
    if _drafted(register, case, who, decision, key=key, named=named, on=read.dated).digest != read.digest:
        raise _differs(number)
    answer = _written(case, who, is_draft=False)
    admit(register, [altered(request, **_recorded(answer, decision))], by, now)
    return answer


def final(
    register: Register,
    number: str,
    who: Requester,
    decision: RequestDecision,
    *,
    key: PseudonymKey,
    named: Sequence[str] = (),
    digest: str,
) -> RightsAnswer:
    """The letter of an answer that was recorded, written again from the same details and decision.

    Refuses one that differs from the letter with that digest: the register has changed since, or the details have.
    """
    request = find_request(register, number)
    if request.answered_on is None:
        raise Refusal("request-open", number, "it has not been answered", "a request that was answered")
    case = _case(register, request, who, decision, key=key, named=named, today=request.answered_on)
    answer = _written(case, who, is_draft=False)
    if answer.digest != digest:
        raise _differs(number)
    return answer


def _drafted(
    register: Register,
    case: AnswerCase,
    who: Requester,
    decision: RequestDecision,
    *,
    key: PseudonymKey,
    named: Sequence[str],
    on: dt.date,
) -> RightsAnswer:
    """The draft of an answer as it would be if it had been drafted on a day."""
    then = case
    if on != case.day:
        then = _case(register, case.request, who, decision, key=key, named=named, today=on)
    return _written(then, who, is_draft=True)


def _differs(where: str) -> Refusal:
    problem = "the draft differs from what the answer would now say"
    return Refusal("letter-not-drafted", where, problem, "the draft of this answer", _READ_FIRST)


_READ_FIRST = "overt rights answer without --send writes the draft; read it, then give the same command with --send"


def _drafted_on(folder: Path) -> dt.date:
    """The day of the draft in a folder; refuses a folder without one."""
    path = folder / "answer.json"
    if not path.is_file():
        raise Refusal(
            "letter-not-drafted",
            str(folder),
            "there is no draft of an answer",
            "a draft that has been read",
            _READ_FIRST,
        )
    try:
        content = read_json(given_bytes(path))
        if content.get("draft") is not True:
            raise ValueError
        return dt.date.fromisoformat(content["request"]["answered_on"])
    except (ValueError, KeyError, TypeError, AttributeError):
        problem = "no draft: an answer that was sent, or a file that was changed"
        raise Refusal("letter-not-drafted", str(path), problem, "a draft that has been read", _READ_FIRST) from None


def write_answer(answer: RightsAnswer, out: Path) -> list[Path]:
    """Writes each form of an answer into a folder."""
    private_folder(out)
    for name, data in answer.files.items():
        write_private(out / name, data)
    return [out / name for name in answer.files]


def _recorded(answer: RightsAnswer, decision: RequestDecision) -> dict[str, object]:
    held_back = [f"{restriction.part}: {restriction.reasons}" for restriction in decision.restrictions]
    reasons = held_back or [decision.reasons, decision.why]
    ground = ", ".join(f"DPA 2018 {section}" for section in decision.sections) or None
    reasons_text = " ".join("; ".join(reason for reason in reasons if reason).split()) or None
    is_told = decision.restrictions or decision.refused
    return {
        REQUEST.answered_on: str(answer.dated),
        REQUEST.outcome: answer.outcome,
        REQUEST.ground: ground,
        REQUEST.reasons: reasons_text,
        REQUEST.told_on: str(answer.dated) if is_told else None,
        REQUEST.names_complaint: complains_to_controller(answer.dated),
    }


_RESTRICTS = GRANTS["restriction"]


def _check_erased(register: Register, request: RightsRequest, decision: RequestDecision) -> None:
    """Refuses entries that are said to be erased and stand, and more of them than were erased for the request."""
    standing = [entry_id for entry_id in decision.erased if stands(register, entry_id)]
    if standing or len(set(decision.erased)) > len(request.erasures):
        problem = f"{', '.join(standing)} is in the register" if standing else "more entries than were erased"
        raise Refusal("entry-not-erased", "--erased", problem, f"the {len(request.erasures)} that were erased for it")


def _outcome(
    register: Register,
    request: RightsRequest,
    decision: RequestDecision,
    stays: Sequence[str],
    restricted: Collection[str],
) -> str:
    """What the answer is called: what was asked and not done is never called answered.

    1. Access is answered, or partly where something is held back.
    2. An erasure that was cut short is finished before anything is said of it.
    3. What stays is refused on a ground; where something was done, the answer is partly.
    4. An erasure is answered when nothing of the person stays, a restriction when nothing of it is used, another
       request when something was done, and any request where nothing is held.
    """
    if request.kind == "access":  # 1
        return "partly" if decision.restrictions else "answered"
    if waiting_erasures(register, request):  # 2
        problem = "an erasure that was cut short"
        raise Refusal("request-not-carried-out", request.number, problem, "the same `overt rights erase` again")
    done = {step.kind for step in request.steps} & {"rectified", "erased", "recalled"}
    if decision.granted and not done:
        problem = "a section on which it was done, and nothing was done"
        raise Refusal(
            "rights-decision",
            "--section",
            problem,
            "run `overt rights rectify`, `erase` or `recall` first, or give --refuse",
        )
    if request.kind == "restriction" and done and not (decision.granted or decision.refused):
        raise Refusal("rights-section", "--section", "nothing", f"why its use is restricted: {', '.join(_RESTRICTS)}")
    if decision.refused and not stays:
        raise Refusal(
            "rights-decision", "--refuse", "nothing is held that could be refused", "an answer without --refuse"
        )
    if decision.refused:  # 3
        return "partly" if done else "refused"
    left = [entry_id for entry_id in stays if entry_id not in restricted]
    if not left or (done and request.kind != "erasure" and not restricted):  # 4
        return "answered"
    problem = f"{', '.join(left)} {'is still used' if restricted else 'stays in the register'}"
    wanted = (
        "run `overt rights erase`, `rectify` or `recall` first; or give --refuse with its section and --why, which the "
        "letter states"
    )
    raise Refusal("request-not-carried-out", request.number, problem, wanted)
