"""Requests for information as everybody can follow them: the questions, the thread of each, the answer and its time.

What is shown is made of the answers' own files. What the person wrote, and who it was, is in none of them.
"""

from __future__ import annotations

from pathlib import Path

from overt import publication
from overt.publication import QUESTIONS, calendar_of, days_taken, state_of, thread
from overt.publication import Answer as InformationAnswer
from overt.refusals import Refusal
from overt.register import Register
from overt.web._answers import Page, Plain
from overt.web._forms import FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._tables import QUERY, SortColumn, SortRow, SortTable, with_tables

_STATES = (
    ("answered", "Answered, in whole or in part"), ("refused", "Refused, or neither confirmed nor denied"),
    ("open", "Not answered yet"), ("overdue", "Overdue"),
)  # fmt: skip
_STATE = FormField(
    "state", "Show which requests?", Input.CHOICE, optional=True, choices=_STATES, noun="which requests to show"
)
_FORMS = {"txt": "text/plain; charset=utf-8", "pdf": "application/pdf"}
_NONE = Page("shared/said.html", {"heading": "There is no such request"}, 404)
_COLUMNS = (
    SortColumn("number", "Request"), SortColumn("asked", "What was asked"),
    SortColumn("received_on", "Received", "day"),
    SortColumn("due_on", "Due", "day"), SortColumn("sent_on", "Answered", "day"),
    SortColumn("days", "Working days taken", "number"), SortColumn("state", "State"),
)  # fmt: skip


def _answers(ask: Ask) -> Answer:
    with ask.desk.reading() as register:
        every = publication.answers(register)
    parts = calendar_of(ask.desk.charter())
    wanted = ask.query.get(_STATE.name)
    rows = tuple(
        SortRow(
            {
                "number": answer.number, "asked": asked_words(answer), "received_on": answer.received_on,
                "due_on": None if answer.waits or answer.sent_on else answer.due_on, "sent_on": answer.sent_on,
                "days": days_taken(answer, parts), "state": state_of(answer, ask.today),
            },
            f"/answers/{answer.number}",
        )
        for answer in reversed(every)
        if wanted is None or _group(answer, ask) == wanted
    )  # fmt: skip
    taken = sorted(days for answer in every if (days := days_taken(answer, parts)) is not None)
    data = {
        "answers": [{"number": row.values["number"], "asked": row.values["asked"]} for row in rows],
        "fields": (_STATE,), "given": {_STATE.name: wanted or ""},
        "open": sum(not answer.sent_on for answer in every), "sent": len(taken),
        "median": taken[len(taken) // 2] if taken else None,
    }  # fmt: skip
    kept = {_STATE.name: wanted} if wanted else {}
    return with_tables(ask, "public/answers.html", data, [SortTable("requests", "Requests", _COLUMNS, rows)], kept=kept)


def asked_words(answer: InformationAnswer) -> str:
    """The question as it is published: in the officer's words, or as the list of questions has it."""
    if not answer.sent_on:
        # The words are checked once more before the answer is recorded.
        return "Published with the answer"
    return answer.asks or " ".join(QUESTIONS[name].asks for name in answer.questions)


def _group(answer: InformationAnswer, ask: Ask) -> str:
    if answer.sent_on:
        return "refused" if publication.outcome_of(answer) in ("refused", "ncnd") else "answered"
    return "overdue" if not answer.waits and answer.due_on < str(ask.today) else "open"


def _answer(ask: Ask) -> Answer:
    with ask.desk.reading() as register:
        answer = _found(register, ask.path["number"])
        if answer is None:
            return _NONE
        paper, text = None, ""
        if answer.sent_on:
            text = (publication.folder_of_answer(register, answer.number) / "answer.txt").read_text(encoding="utf-8")
            # What was sent is what is shown: where it cannot be made again to the byte, the letter's own text is.
            again = publication.reply_files(register, answer)["answer.txt"].decode()
            paper = publication.reply_paper(register, answer) if again == text else None
        forms = [form for form in _FORMS if (_folder_file(register, answer, form)).is_file() and answer.sent_on]
    data = {
        "number": answer.number, "asked": asked_words(answer), "state": state_of(answer, ask.today),
        "received_on": answer.received_on, "due_on": None if answer.waits else answer.due_on,
        "sent_on": answer.sent_on, "days": days_taken(answer, calendar_of(ask.desk.charter())),
        "thread": thread(answer), "paper": paper, "text": "" if paper else text, "forms": forms,
    }  # fmt: skip
    return Page("public/answer.html", data)


def _found(register: Register, number: str) -> InformationAnswer | None:
    try:
        return publication.read_answer(register, number) if number.isdecimal() else None
    except Refusal:
        return None


def _folder_file(register: Register, answer: InformationAnswer, form: str) -> Path:
    return publication.folder_of_answer(register, answer.number) / f"answer.{form}"


def _file(ask: Ask) -> Answer:
    """The letter as it was sent, as text or PDF. The ledger has the digest of the text."""
    form = ask.path["form"]
    with ask.desk.reading() as register:
        answer = _found(register, ask.path["number"])
        if answer is None or not answer.sent_on or form not in _FORMS:
            return _NONE
        path = _folder_file(register, answer, form)
        if not path.is_file():
            return _NONE
        return Plain(path.read_bytes(), _FORMS[form], f"answer-{answer.number}.{form}")


ACTIONS = (
    Action("public.answers", Face.PUBLIC, "/answers", "Freedom of Information requests and responses", _answers,
           nav="FOI responses", cached=True, query=(_STATE, *QUERY)),
    Action("public.answer-file", Face.PUBLIC, "/answers/{number}/answer.{form}", "The letter of a response", _file),
    Action("public.answer", Face.PUBLIC, "/answers/{number}", "One request with its response", _answer, cached=True),
)  # fmt: skip
