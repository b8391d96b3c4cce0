"""Answers to requests for information about a register, out of releases and nothing else.

1.  A question about a day is answered from the newest published release about that day, whatever is asked: the
    same figure comes out each time.
2.  Where there is none, a release about that day is drafted, and goes the way of every release first.
3.  A refusal names its exemption and, where the law weighs it, the public interest; not where the figure was
    published before.
4.  Whether a particular person is listed is always neither confirmed nor denied. Neither a name nor the register is
    consulted, so the answer cannot reveal anything.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from overt.charter import in_force
from overt.encoding import read_json
from overt.gate import Admitted, Gate, Proposed, check_not_held, check_staff, in_turn
from overt.model import REQUEST
from overt.publication._clock import calendar_of, due_on
from overt.publication._document import ReleaseDocument
from overt.publication._drafting import check_knows, draft
from overt.publication._drafts import DraftRequest, document_of, drafts, published, read_draft
from overt.publication._exemptions import EXEMPTIONS
from overt.publication._questions import IS_LISTED, QUESTIONS, AnswerQuestion, find_question, numbers
from overt.refusals import Refusal, faults_of, raise_all
from overt.register import Register

ANSWERS_FOLDER = "answers"
SHORTEST_REASON = 40


@dataclass(frozen=True)
class Declined:
    """A question that is refused, or neither confirmed nor denied, the recorded reasons, and who decided it."""

    question: str
    exemption: str
    reasons: str
    by: str = ""


@dataclass(frozen=True)
class Clarification:
    """What was asked of the person, on which day and by whom, and on which day they said it (s.1(3))."""

    asks: str
    asked_on: str
    by: str
    said_on: str | None = None


@dataclass(frozen=True)
class Extension:
    """That a qualified exemption is weighed until a later day (s.10(3)), for which questions, and why it takes long."""

    questions: tuple[str, ...]
    exemption: str
    reasons: str
    until: str
    on: str
    by: str = ""


@dataclass(frozen=True)
class Answer:
    """A request for information and how far it has come. It holds nothing of who asked.

    `dated` is the day that stands on its letter, `release` the one whose figures are in it. `asks` is the question in
    the words in which it is published.
    """

    number: str
    received_on: str
    due_on: str
    day: str
    questions: tuple[str, ...]
    declined: tuple[Declined, ...] = ()
    sent_on: str | None = None
    dated: str | None = None
    clarifications: tuple[Clarification, ...] = ()
    extension: Extension | None = None
    asks: str = ""
    release: str | None = None

    @property
    def request(self) -> str:
        """The number of its row in the register."""
        return f"FOI-{self.number}"

    @property
    def waits(self) -> bool:
        """Whether something was asked that was not said yet: the clock is paused."""
        return bool(self.clarifications) and self.clarifications[-1].said_on is None

    @property
    def counted_from(self) -> str:
        """The day after which working days are counted: of receipt, or of the last clarification (s.10(6))."""
        reply_days = [clarification.said_on for clarification in self.clarifications if clarification.said_on]
        return reply_days[-1] if reply_days else self.received_on

    def row(self) -> dict[str, object]:
        """The row of the request while it is not answered; a paused clock has no due day."""
        return {
            REQUEST.request_id: self.request,
            REQUEST.kind: "information",
            REQUEST.received_on: self.received_on,
            REQUEST.due_on: None if self.waits else self.due_on,
        }

    def declines(self, question: str) -> Declined | None:
        """How a question is refused, if it is."""
        if question == IS_LISTED.name:
            return ALWAYS
        return next((part for part in self.declined if part.question == question), None)


ALWAYS = Declined(
    IS_LISTED.name,
    "s.40(5B)",
    "If we said that one person is not listed, people could conclude that anyone who gets no such answer is. We have "
    "not checked whether data is held. You can ask what we hold about you under section 45 of the Data Protection Act "
    "2018.",
)


def folder_of_answer(register: Register, number: str) -> Path:
    """The folder of an answer."""
    return register.folder / ANSWERS_FOLDER / number


def read_answer(register: Register, number: str) -> Answer:
    """How an answer stands; refuses one that is not there."""
    path = folder_of_answer(register, number) / "answer.json"
    try:
        content = read_json(path.read_bytes())
        declined = tuple(Declined(**part) for part in content["declined"])
        clarifications = tuple(Clarification(**part) for part in content.get("clarifications", ()))
        extended = content.get("extension")
        if extended is not None:
            extended = Extension(**{**extended, "questions": tuple(extended["questions"])})
        more = {"declined": declined, "clarifications": clarifications, "extension": extended}
        return Answer(**{**content, "questions": tuple(content["questions"]), **more})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Refusal(
            "answer-absent", number, "there is no such answer", "a number given by `overt answer new`"
        ) from error


@in_turn
def new_answer(
    register: Register, questions: Sequence[str], day: dt.date, received_on: dt.date, *, by: str, now: dt.datetime
) -> Answer:
    """Takes in a request: a row of the register, with the day by which it must be answered."""
    raise_all(
        faults_of(
            lambda: check_staff("--by", by), lambda: check_questions(register, questions, day, received_on, now.date())
        )
    )
    number = next_answer_number(register)
    due = str(due_on(received_on, parts=calendar_of(in_force(register.charters(), received_on))))
    answer = Answer(number, str(received_on), due, str(day), tuple(dict.fromkeys(questions)))
    admit_request(register, [Proposed("request", answer.row(), of_rights=True)], by, now)
    # A folder whose request was never recorded, because the command was cut off, is this one's.
    folder_of_answer(register, number).mkdir(parents=True, exist_ok=True)
    write_answer(register, answer)
    return answer


def check_questions(
    register: Register, questions: Sequence[str], day: dt.date, received_on: dt.date, today: dt.date
) -> None:
    """Refuses questions that are none, and days of which the register can say nothing, with every fault."""
    faults = faults_of(*(partial(find_question, question) for question in dict.fromkeys(questions)))
    if received_on > today:
        faults.append(Refusal("answer-day", "--received", str(received_on), f"a day up to {today}"))
    if day > received_on:
        faults.append(Refusal("answer-day", "--day", str(day), f"a day up to {received_on}, when it was asked"))
    # Whether a certain person is listed is answered without a look at the register, of whatever day.
    if any(question != IS_LISTED.name for question in questions):
        faults += faults_of(lambda: check_knows(register, day, "--day"))
    raise_all(faults)


def next_answer_number(register: Register) -> str:
    """The number after the last that a folder or a row of the register has."""
    there = [path.parent.name for path in (register.folder / ANSWERS_FOLDER).glob("*/answer.json")]
    taken = register.store.rows("select request_id from request_version where request_id like 'FOI-%'")
    numbers = [int(digits) for digits in (*there, *(str(row[0])[4:] for row in taken)) if digits.isdecimal()]
    return f"{max(numbers, default=0) + 1:04}"


@in_turn
def decline(register: Register, number: str, declined: Declined, *, by: str, now: dt.datetime) -> Answer:
    """Refuses one question of a request, and keeps who decided it; all that speaks against the refusal at once.

    Where the exemption neither confirms nor denies, no figure of any day may have been published.
    """
    answer = open_answer(register, number)
    faults = faults_of(lambda: check_staff("--by", by))
    question = QUESTIONS.get(declined.question)
    exemption = EXEMPTIONS.get(declined.exemption)
    if question is None or question.name not in answer.questions or question is IS_LISTED:
        wanted = "a question of this request, other than is-listed, which has an answer of its own"
        faults.append(Refusal("question-not-asked", number, declined.question, wanted))
    if exemption is None or not exemption.in_force(now.date()):
        known = ", ".join(name for name, exemption in EXEMPTIONS.items() if exemption.in_force(now.date()))
        problem = f"{declined.exemption}, in force from {exemption.first}" if exemption else declined.exemption
        faults.append(Refusal("exemption-unknown", "--exemption", problem, known, "overt answer exemptions"))
    if len(" ".join(declined.reasons.split())) < SHORTEST_REASON:
        wanted = f"{SHORTEST_REASON} characters at least" + (
            ": why the public interest in keeping it back is the greater (FOIA 2000, s. 2)"
            if exemption is None or exemption.weighed
            else ""
        )
        faults.append(Refusal("answer-reasons", "--reasons", "the reasons are too short", wanted))
    if exemption is not None and question is not None and question is not IS_LISTED:
        faults += _published_before(register, question, answer.day, any_day=exemption.denies)
    raise_all(faults)
    other_parts = tuple(part for part in answer.declined if part.question != declined.question)
    changed = replace(answer, declined=(*other_parts, replace(declined, by=by)), dated=None)
    write_answer(register, changed)
    return changed


def _published_before(register: Register, question: AnswerQuestion, day: str, *, any_day: bool) -> list[Refusal]:
    for document in reversed(published(register)):
        if (any_day or document.day == day) and any(numbers(question, document)):
            problem = f"release {document.release} about {document.day} says it to everybody"
            return [Refusal("answer-published", question.name, problem, "a figure that has not been published")]
    return []


def covering(register: Register, day: str) -> ReleaseDocument | None:
    """The newest published release about a day."""
    return next((document for document in reversed(published(register)) if document.day == day), None)


def needed_release(register: Register, answer: Answer, by: str, now: dt.datetime) -> tuple[str, bool] | None:
    """The draft release that an answer has to wait for, and whether it was made just now; none where one covers it."""
    if not answer.questions:
        raise no_question(answer.number)
    if all(answer.declines(question) for question in answer.questions) or covering(register, answer.day):
        return None
    waiting = [
        one.release for one in drafts(register) if not one.published_at and _is_about(register, one.release, answer)
    ]
    if waiting:
        return waiting[-1], False
    day = dt.date.fromisoformat(answer.day)
    return draft(register, now, DraftRequest(day), by, now).release, True


def no_question(number: str) -> Refusal:
    """That nobody has said yet what a request asks."""
    problem, remedy = "nobody has said which questions it asks", "choose its questions on its page of the portal"
    return Refusal("answer-without-question", number, problem, "at least one question of the list", remedy)


def _is_about(register: Register, release: str, answer: Answer) -> bool:

    current = tuple(document.release for document in published(register)) == read_draft(register, release).after
    return current and document_of(register, release).day == answer.day


def date_letter(register: Register, answer: Answer, on: dt.date) -> Answer:
    """The answer whose letter is dated `on`, kept; one that was sent keeps its date."""
    if answer.sent_on:
        return answer
    release = None
    if not all(map(answer.declines, answer.questions)):
        release = covering(register, answer.day)
    dated = replace(answer, dated=str(on), release=release.release if release else None)
    write_answer(register, dated)
    return dated


def open_answer(register: Register, number: str) -> Answer:
    """An answer that was not sent yet; refuses one that was."""
    answer = read_answer(register, number)
    if answer.sent_on:
        raise Refusal("answer-sent", number, f"it was sent on {answer.sent_on}", "an answer that has not been sent yet")
    return answer


def admit_request(register: Register, proposed: Sequence[Proposed], by: str, now: dt.datetime) -> None:
    """Records a request or a step of it; refuses with the gate's reasons what it does not admit."""
    outcomes = Gate(register).admit(proposed, by, now)
    check_not_held(register, outcomes)
    for outcome in outcomes:
        if not isinstance(outcome, Admitted):
            problem = f"{outcome.word} by the gate: {', '.join(reason.code for reason in outcome.reasons)}"
            where = str(proposed[0].values[REQUEST.request_id])
            raise Refusal("answer-not-admitted", where, problem, "a request that the gate admits")


def write_answer(register: Register, answer: Answer) -> None:
    """Keeps how an answer stands."""
    path = folder_of_answer(register, answer.number) / "answer.json"
    part = path.with_name(".answer.json.part")
    part.write_text(json.dumps(asdict(answer), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)
