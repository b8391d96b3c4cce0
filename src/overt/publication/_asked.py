"""A request for information in the person's own words: taken in first, and then put as questions to releases.

What the person wrote stays in the register's inbox. An officer says which questions of the list it asks, about which
day, and in which words the question is published; these words name nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from overt.charter import in_force
from overt.gate import Proposed, check_staff, in_turn, names_nobody
from overt.publication._answer import (
    ANSWERS_FOLDER,
    Answer,
    admit_request,
    check_questions,
    folder_of_answer,
    next_answer_number,
    open_answer,
    read_answer,
    write_answer,
)
from overt.publication._clock import calendar_of, due_on, is_working_day
from overt.publication._exemptions import EXEMPTIONS
from overt.refusals import Refusal, faults_of, raise_all
from overt.register import Register

SHORTEST_QUESTION = 12


@in_turn
def take_in(register: Register, received_on: dt.date, *, by: str, now: dt.datetime) -> Answer:
    """Takes in a request whose questions nobody has read yet; its twenty working days begin."""
    number = next_answer_number(register)
    due = str(due_on(received_on, parts=calendar_of(in_force(register.charters(), received_on))))
    answer = Answer(number, str(received_on), due, str(received_on), ())
    admit_request(register, [Proposed("request", answer.row(), of_rights=True)], by, now)
    folder_of_answer(register, number).mkdir(parents=True, exist_ok=True)
    write_answer(register, answer)
    return answer


@in_turn
def choose_questions(
    register: Register, number: str, questions: Sequence[str], day: dt.date, asks: str, *, by: str, now: dt.datetime
) -> Answer:
    """Says which questions a request asks, about which day, and in which words it is published.

    Refuses words that name a person or are too few, a day after the request came in, and a request that was answered.
    A refusal of a question that is no longer asked goes with it.
    """
    answer = open_answer(register, number)
    received_on = dt.date.fromisoformat(answer.received_on)
    faults = faults_of(
        lambda: check_staff("--by", by), lambda: check_questions(register, questions, day, received_on, now.date())
    )
    plain = " ".join(asks.split())
    if len(plain) < SHORTEST_QUESTION:
        faults.append(
            Refusal("answer-asks", "--asks", "the question is too short", "a sentence that everybody can read")
        )
    if not names_nobody(plain):
        remedy = "leave out names, addresses, numbers of telephones and accounts"
        faults.append(Refusal("answer-asks", "--asks", "it names or addresses a person", "words about no one", remedy))
    if not questions:
        faults.append(Refusal("question-unknown", "--question", "no question", "at least one question of the list"))
    raise_all(faults)
    asked = tuple(dict.fromkeys(questions))
    declined = tuple(part for part in answer.declined if part.question in asked)
    changed = replace(answer, questions=asked, day=str(day), asks=plain, declined=declined, dated=None)
    write_answer(register, changed)
    return changed


def answers(register: Register) -> list[Answer]:
    """Every request for information, answered or not, the oldest first."""
    folder = register.folder / ANSWERS_FOLDER
    return [read_answer(register, path.parent.name) for path in sorted(folder.glob("[0-9]*/answer.json"))]


@dataclass(frozen=True)
class ThreadEvent:
    """Something that happened with a request: the day, what it was, and the words that were sent, if any."""

    on: str
    what: str
    words: str = ""


def thread(answer: Answer) -> list[ThreadEvent]:
    """What happened with a request, in order, as everybody may read it. What the person wrote is not in it."""
    events = [ThreadEvent(answer.received_on, "The request came in")]
    for asked in answer.clarifications:
        events.append(ThreadEvent(asked.asked_on, "We asked what exactly is wanted", asked.asks))
        if asked.said_on:
            events.append(ThreadEvent(asked.said_on, "The person explained it: the time limit began again"))
    if answer.extension:
        what = f"We said that we need more time to weigh the public interest ({answer.extension.exemption})"
        events.append(ThreadEvent(answer.extension.on, what, answer.extension.reasons))
    if answer.sent_on:
        events.append(ThreadEvent(answer.sent_on, "We answered"))
    return sorted(events, key=lambda event: event.on)


def state_of(answer: Answer, today: dt.date) -> str:
    """How a request stands, in the words that people who follow requests know."""
    if answer.sent_on:
        return _STATES[outcome_of(answer)]
    if answer.waits:
        return "Waiting for the person to explain"
    return "Overdue" if answer.due_on < str(today) else "Waiting for our answer"


_STATES = {
    "answered": "Answered",
    "partly": "Partly answered",
    "refused": "Refused",
    "ncnd": "Neither confirmed nor denied",
}


def outcome_of(answer: Answer) -> str:
    """What the answer to a request is called. That something is not held answers the question."""
    declined = [part for part in map(answer.declines, answer.questions) if part]
    withheld = [part for part in declined if EXEMPTIONS[part.exemption].held]
    if not withheld:
        return "answered"
    if len(withheld) < len(answer.questions):
        return "partly"
    return "ncnd" if all(EXEMPTIONS[part.exemption].denies for part in withheld) else "refused"


def days_taken(answer: Answer, parts: tuple[str, ...]) -> int | None:
    """Working days from the one after receipt to that of the answer; none while it is not answered."""
    if answer.sent_on is None:
        return None
    first, last = dt.date.fromisoformat(answer.received_on), dt.date.fromisoformat(answer.sent_on)
    days = (first + dt.timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(is_working_day(day, parts) for day in days)
