"""The reasons for which the time limit of a request for information can be paused or extended, with the letters.

1.  *Clarification* (Freedom of Information Act 2000, s.1(3)): where the controller needs to know more to find what is
    asked for, and has said so, the twenty working days begin with the day after it has been told (s.10(6)).
2.  *The public interest* (s.10(3)): where a qualified exemption holds, weighing it may take longer. The person must be
    told within the twenty days which exemption it is and by which day it is decided (s.17(1) and (2)).

Neither moves a day that is past: a step that is taken, or written down, after the last day to answer is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from overt.charter import in_force
from overt.gate import Proposed, check_staff, in_turn
from overt.model import REQUEST_STEP
from overt.pages import REGULATOR_PAGE, FactList, Paper, Paragraph, day, paper_page, paper_pdf, paper_text, regulator
from overt.pages import Part as PaperPart
from overt.publication._answer import (
    SHORTEST_REASON,
    Answer,
    Clarification,
    Extension,
    admit_request,
    folder_of_answer,
    open_answer,
    write_answer,
)
from overt.publication._clock import calendar_of, due_on
from overt.publication._exemptions import EXEMPTIONS
from overt.publication._questions import QUESTIONS
from overt.refusals import Refusal, faults_of, raise_all
from overt.register import Register

# What the regulator's guidance expects at most, from the day of receipt; the Act says "reasonable".
USUAL_WORKING_DAYS = 40


@in_turn
def ask_clarification(register: Register, number: str, asks: str, on: dt.date, *, by: str, now: dt.datetime) -> Answer:
    """Records that more was asked, what, and on which day: the clock is paused until it is said.

    Refuses it after the last day to answer, twice at once, and without words that say what is unclear.
    """
    answer = open_answer(register, number)
    raise_all(_speaks_against(answer, asks, "--asks", on, by=by, now=now))
    clarification = Clarification(" ".join(asks.split()), str(on), by)
    changed = replace(answer, clarifications=(*answer.clarifications, clarification), dated=None)
    _keep(register, changed, _Step("paused", clarification.asked_on, clarification.asks), by, now)
    return changed


@in_turn
def note_clarification(register: Register, number: str, on: dt.date, *, by: str, now: dt.datetime) -> Answer:
    """Records the day on which it was said: the twenty working days are counted from there."""
    check_staff("--by", by)
    answer = open_answer(register, number)
    if not answer.waits:
        raise Refusal("answer-not-waiting", number, "no clarification is pending", "run `overt answer clarify` first")
    last = answer.clarifications[-1]
    if not last.asked_on <= str(on) <= str(now.date()):
        raise Refusal("request-day", "--on", str(on), f"a day from {last.asked_on} to {now.date()}")
    clarifications = (*answer.clarifications[:-1], replace(last, said_on=str(on)))
    until = answer.extension.until if answer.extension else ""
    parts = calendar_of(in_force(register.charters(), on))
    due = max(str(due_on(on, parts=parts)), until)
    changed = replace(answer, clarifications=clarifications, due_on=due, dated=None)
    _keep(register, changed, _Step("resumed", str(on)), by, now)
    return changed


@in_turn
def extend_answer(register: Register, number: str, extension: Extension, *, by: str, now: dt.datetime) -> Answer:
    """Records that a qualified exemption is weighed until a later day (s.10(3)), and why that takes longer.

    It is of the questions that it names alone. The others are due as before, so that a request with others is refused:
    they are taken in apart, as received on the same day.
    """
    on = dt.date.fromisoformat(extension.on)
    answer = open_answer(register, number)
    exemption = EXEMPTIONS.get(extension.exemption)
    faults = _speaks_against(answer, extension.reasons, "--reasons", on, by=by, now=now)
    if answer.extension:
        faults.append(Refusal("answer-extended", number, f"until {answer.extension.until}", "only one extension"))
    if set(extension.questions) != set(answer.questions):
        wanted = f"every question of the request: {', '.join(answer.questions)}"
        remedy = "take the other questions in as a request of their own, received on the same day, and answer in time"
        problem = ", ".join(extension.questions)
        faults.append(Refusal("answer-extends-part", "--question", problem, wanted, remedy))
    if exemption is None or not exemption.weighed or not exemption.in_force(now.date()):
        weighed = [name for name, part in EXEMPTIONS.items() if part.weighed and part.in_force(now.date())]
        wanted = f"a qualified exemption, which s.10(3) is about: {', '.join(weighed)}"
        faults.append(Refusal("exemption-not-weighed", "--exemption", extension.exemption, wanted))
    if extension.until <= answer.due_on:
        wanted = f"a day after {answer.due_on}"
        faults.append(Refusal("request-day", "--until", extension.until, wanted))
    raise_all(faults)
    changed = replace(answer, extension=replace(extension, by=by), due_on=extension.until, dated=None)
    _keep(register, changed, _Step("extended", extension.on, extension.reasons), by, now)
    return changed


def is_long(answer: Answer) -> bool:
    """Whether an answer takes longer than the regulator's guidance expects."""
    begun = dt.date.fromisoformat(answer.counted_from)
    return dt.date.fromisoformat(answer.due_on) > due_on(begun, USUAL_WORKING_DAYS)


def _speaks_against(
    answer: Answer, reason: str, where: str, on: dt.date, *, by: str, now: dt.datetime
) -> list[Refusal]:
    """Everything that speaks against letting the clock wait."""
    faults = faults_of(lambda: check_staff("--by", by))
    if len(" ".join(reason.split())) < SHORTEST_REASON:
        wanted = f"{SHORTEST_REASON} characters at least, which stand in the letter"
        faults.append(Refusal("answer-reasons", where, "the reasons are too short", wanted))
    if answer.waits:
        problem = f"more was asked on {answer.clarifications[-1].asked_on}, and was not said yet"
        faults.append(
            Refusal(
                "clock-stopped",
                answer.number,
                problem,
                "a time limit that is running",
                "run `overt answer clarified` first",
            )
        )
    if not answer.counted_from <= str(on) <= str(now.date()):
        wanted = f"a day from {answer.counted_from} to {now.date()}"
        faults.append(Refusal("request-day", "--on", str(on), wanted))
    if max(str(on), str(now.date())) > answer.due_on:
        wanted = "a step that was taken and recorded by that day"
        remedy = "answer now; the answer is late"
        problem = f"the last day to answer was {answer.due_on}"
        faults.append(Refusal("clock-over", answer.number, problem, wanted, remedy))
    return faults


@dataclass(frozen=True)
class _Step:
    kind: str
    done_on: str
    reason: str | None = None


def _keep(register: Register, answer: Answer, step: _Step, by: str, now: dt.datetime) -> None:
    """Records a step and the new day of the request together."""
    taken = register.store.rows(
        "select count(distinct step_id) from request_step_version where request_id = ?", (answer.request,)
    )
    values: dict[str, object] = {
        REQUEST_STEP.step_id: f"{answer.request}-{int(taken[0][0]) + 1}",
        REQUEST_STEP.request_id: answer.request,
        REQUEST_STEP.kind: step.kind,
        REQUEST_STEP.done_on: step.done_on,
        REQUEST_STEP.done_by: by,
        REQUEST_STEP.reason: step.reason,
    }
    records = [
        Proposed("request_step", values, bundle=answer.request, of_rights=True),
        Proposed("request", answer.row(), "alter", bundle=answer.request, of_rights=True),
    ]
    admit_request(register, records, by, now)
    write_answer(register, answer)


# --- the letters ----------------------------------------------------------------------------------------------------


def write_wait_letter(register: Register, answer: Answer) -> list[Path]:
    """The letter of the last step in the answer's folder: page, text and, where the typesetter is installed, PDF."""
    paper, name = _letter(register, answer)
    forms = {"html": paper_page(paper), "txt": paper_text(paper)}
    if find_spec("typst"):
        forms["pdf"] = paper_pdf(paper)
    folder = folder_of_answer(register, answer.number)
    paths = [folder / f"{name}.{form}" for form in forms]
    for path, data in zip(paths, forms.values(), strict=True):
        path.write_bytes(data)
    return paths


def _letter(register: Register, answer: Answer) -> tuple[Paper, str]:
    extension, clarifications = answer.extension, answer.clarifications
    if extension is not None and not answer.waits:
        on, name = dt.date.fromisoformat(extension.on), "more-time"
        parts = [PaperPart("Why we need more time", tuple(map(Paragraph, _extension_words(extension))))]
    else:
        on, name = dt.date.fromisoformat(clarifications[-1].asked_on), f"clarification-{len(clarifications)}"
        parts = [PaperPart("What we need to know", tuple(map(Paragraph, _clarification_words(clarifications[-1]))))]
    charters = register.charters()
    details = (in_force(charters, on) or charters[-1]).register
    again = (
        f"You can ask {details.controller} for an internal review of this: write to {details.contact}.",
        "If you are still unhappy after the review, you have a right under section 50 of the Freedom of Information "
        f"Act 2000 to apply to the {regulator(on)} for a decision: {REGULATOR_PAGE}.",
    )
    parts.append(PaperPart("If you are unhappy with this", tuple(map(Paragraph, again))))
    facts = (
        ("Date of this letter", day(on)),
        ("Register", details.name),
        ("We received your request on", day(answer.received_on)),
        ("Position on", day(answer.day)),
        ("You asked", " ".join(QUESTIONS[name_of_question].asks for name_of_question in answer.questions)),
    )
    mark = "SYNTHETIC: every figure here is invented." if "synthetic" in details.name.lower() else ""
    title = f"Request for information {answer.number}"
    return Paper(details.controller, title, on, (FactList(facts),), tuple(parts), mark), name


def _extension_words(extension: Extension) -> Sequence[str]:
    exemption = EXEMPTIONS[extension.exemption]
    return (
        f"We may have to withhold this information under the Freedom of Information Act 2000, {exemption.section}: "
        f"{exemption.subject}. It is {exemption.kind_words}: we must weigh the public interest in withholding it "
        "against the public interest in disclosing it (section 2). We have not decided yet.",
        f"We need more than 20 working days to do this (section 10(3)), because: {extension.reasons}",
        f"We expect to decide by {day(extension.until)}, and will write to you then.",
        f"Decided by {extension.by}.",
    )


def _clarification_words(clarification: Clarification) -> Sequence[str]:
    return (
        "We need to know more to find what you are asking for (Freedom of Information Act 2000, section 1(3)).",
        clarification.asks,
        "Until you tell us, we do not have to answer. When you do, we have 20 working days, from the day after we "
        "receive it (section 10(6)).",
    )
