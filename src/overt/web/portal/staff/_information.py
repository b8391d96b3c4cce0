"""Requests for information: what was asked, which published figures answer it, the letter, and the thread.

`overt.publication` decides all of it. A figure comes out of a published release and from nowhere else.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

from overt import publication
from overt.pages import opening
from overt.publication import QUESTIONS, Answer, Declined, Extension
from overt.refusals import Refusal
from overt.register import Register, destroy_letters, letter_of
from overt.web._answers import Page, Plain, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Ask, Face
from overt.web.portal._action import Answer as Shown
from overt.web.portal._paging import PAGE_FIELDS
from overt.web.portal.staff import _queries as queries
from overt.web.portal.staff._case import attempted

_TICKS = tuple(FormField(f"q_{name}", question.asks, Input.TICK, noun=name) for name, question in QUESTIONS.items())
_DAY = FormField(
    "day", "About which day?", Input.DATE, "Not after the request came in. For example, 3 9 2024", noun="the day"
)
_ASKS = FormField(
    "asks", "The question as everybody will read it", Input.WORDS,
    "In your own words. It is published with the answer. Leave out who asked and everything that tells who asked.",
    longest=1_000, noun="the question",
)  # fmt: skip
_CLEAN = FormField(
    "clean", "Nothing in these words tells who asked or who is listed", Input.TICK, noun="that you checked"
)
_CHOOSES = (*_TICKS, _DAY, _ASKS, _CLEAN)
_QUESTION = FormField("question", "Which question?", Input.CHOICE, longest=60, noun="the question")
_EXEMPTION = FormField("exemption", "Under which section?", Input.CHOICE, longest=40, noun="the section")
_REASONS = FormField(
    "reasons", "Reasons", Input.WORDS,
    "They are in the letter, which is published. Leave out figures that no release has, and who asked.",
    longest=4_000, noun="the reasons",
)  # fmt: skip
_ON = FormField("on", "When?", Input.DATE, "For example, 3 9 2024", noun="the date")
_UNTIL = FormField("until", "Until when?", Input.DATE, "For example, 3 10 2024", noun="the day")
_WHAT = FormField(
    "reasons", "What do you need to know?", Input.WORDS, "It is published in the thread. Leave out who asked.",
    longest=2_000, noun="what you need to know",
)  # fmt: skip
_FILES = {
    "html": "text/html; charset=utf-8", "pdf": "application/pdf", "txt": "text/plain; charset=utf-8",
}  # fmt: skip
_LETTER = re.compile(r"(?:answer|more-time|clarification-\d+)\.(?:html|pdf|txt)")
_NONE = Page("shared/said.html", {"heading": "There is no such request for information"}, 404)
_AT = {
    "--day": "day", "--asks": "asks", "--reasons": "reasons", "--exemption": "exemption", "--on": "on",
    "--until": "until", "--question": "question",
}  # fmt: skip
_HOME = "/staff/information"
_STATES = (("open", "Not answered yet"), ("closed", "Answered"))
_STATE = FormField("state", "Status", Input.CHOICE, choices=_STATES, optional=True)


def _list(ask: Ask) -> Shown:
    state = ask.query.get(_STATE.name, "open")
    with ask.desk.apart() as register:
        destroy_letters(register, ask.today)
        numbers, page = queries.requests_of_kind(register.store, "information", ask.query, closed=state == "closed")
        answers = [publication.read_answer(register, number.removeprefix("FOI-")) for number in numbers]
    rows = [
        {
            "number": answer.number, "received_on": answer.received_on,
            "due_on": None if answer.waits or answer.sent_on else answer.due_on,
            "state": publication.state_of(answer, ask.today), "asks": _asked(answer), "next": _next(answer),
            "late": not answer.sent_on and not answer.waits and answer.due_on < str(ask.today),
        }
        for answer in answers
    ]  # fmt: skip
    data = {"answers": rows, "state": state, "states": _STATES, "pages": page.ways(_HOME, ask.query)}
    return Page("staff/information.html", data)


def _asked(answer: Answer) -> str:
    return answer.asks or " ".join(QUESTIONS[name].asks for name in answer.questions) or "Not read yet"


def _next(answer: Answer) -> str:
    """Who acts next, and how."""
    if answer.sent_on:
        return "Nobody"
    if answer.waits:
        return "The person: explain what is wanted"
    if not answer.questions:
        return "We: read it and choose its questions"
    return "We: record the answer" if answer.dated else "We: write the draft"


def _with(ask: Ask, make: Callable[[Register, Answer], Shown]) -> Shown:
    with ask.desk.reading() as register:
        try:
            answer = publication.read_answer(register, _number(ask))
        except Refusal:
            return _NONE
        return make(register, answer)


def _number(ask: Ask) -> str:
    return str(ask.path["number"]).removeprefix("FOI-")


def _home(ask: Ask) -> str:
    return f"{_HOME}/{_number(ask)}"


def _page(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Shown:
    def make(register: Register, answer: Answer) -> Shown:
        letter = letter_of(register, answer.request)
        data = {
            "number": answer.number, "home": f"{_HOME}/{answer.number}", "asks": _asked(answer),
            "letter": letter, "state": publication.state_of(answer, ask.today), "next": _next(answer),
            "received_on": answer.received_on, "due_on": None if answer.waits else answer.due_on, "day": answer.day,
            "questions": [
                {"asks": QUESTIONS[name].asks, "withheld": declined.exemption if declined else ""}
                for name in answer.questions for declined in (answer.declines(name),)
            ],
            "thread": publication.thread(answer), "drafted": answer.dated is not None,
            "waits": answer.waits, "sent_on": answer.sent_on,
            "files": _letters(register, answer),
            "fields": (_ON,) if answer.waits else (), "is_extended": answer.extension is not None,
        }  # fmt: skip
        return Page("staff/information-request.html", data, faults=faults)

    return _with(ask, make)


def _choose_form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Shown:
    def make(register: Register, answer: Answer) -> Shown:
        given = {f"q_{name}": "yes" for name in answer.questions} | {"day": answer.day, "asks": answer.asks}
        published = [document.day for document in publication.published(register) if document.day <= answer.received_on]
        letter = letter_of(register, answer.request)
        data = {
            "heading": f"What does request {answer.number} ask?", "target": f"{_home(ask)}/questions",
            "back": _home(ask), "button": "Save", "fields": _CHOOSES, "given": ask.form or given, "lead": (),
            "letter": letter, "days": list(dict.fromkeys(reversed(published))),
        }  # fmt: skip
        return Page("staff/information-questions.html", data, faults=faults)

    return _with(ask, make)


def _choose(ask: Ask) -> Shown:
    faults = list(ask.faults)
    if ask.form.get("clean") != "yes":
        faults.append(FormFault("clean", "Read the words again, and select that nothing in them tells who asked"))
    if faults:
        return _choose_form(ask, tuple(faults))
    chosen = [name for name in QUESTIONS if ask.form.get(f"q_{name}") == "yes"]
    day = dt.date.fromisoformat(ask.form["day"])

    def change(register: Register) -> Answer:
        return publication.choose_questions(
            register, _number(ask), chosen, day, ask.form["asks"], by=ask.who.staff, now=ask.now
        )

    return _after(ask, change, _TICKS[0].name, _choose_form)


def _after(
    ask: Ask,
    change: Callable[[Register], Answer],
    otherwise: str,
    form: Callable[[Ask, tuple[FormFault, ...]], Shown],
) -> Shown:
    """Changes a request and goes back to its page; or shows the form again with what was refused."""

    def do() -> Answer:
        with ask.desk.apart() as register:
            return change(register)

    at = {**_AT, **({"--question": otherwise} if otherwise.startswith("q_") else {})}
    changed = attempted(do, at, otherwise)
    if not isinstance(changed, Answer):
        return form(ask, changed)
    return Sent(_home(ask), {"answer": changed.number})


def _withhold_form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Shown:
    def make(_: Register, answer: Answer) -> Shown:
        questions = tuple((name, QUESTIONS[name].asks) for name in answer.questions if name != "is-listed")
        if not questions:
            return Sent(f"{_home(ask)}/questions")
        fields = (replace(_QUESTION, choices=questions), replace(_EXEMPTION, choices=_sections(ask.today)), _REASONS)
        lead = ["A question that is not withheld is answered with figures of a published release."]
        return Page.of_form(
            f"Withhold a part of request {answer.number}", f"{_home(ask)}/withhold", _home(ask), "Withhold it", fields,
            faults=faults, lead=lead,
        )  # fmt: skip

    return _with(ask, make)


def _sections(day: dt.date, *, weighed: bool = False) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, f"{name}: {opening(exemption.subject).rstrip('.')}")
        for name, exemption in publication.EXEMPTIONS.items()
        if exemption.in_force(day) and (exemption.weighed or not weighed)
    )


def _withhold(ask: Ask) -> Shown:
    if ask.faults:
        return _withhold_form(ask, ask.faults)
    declined = Declined(ask.form["question"], ask.form["exemption"], ask.form["reasons"])
    return _after(
        ask,
        lambda register: publication.decline(register, _number(ask), declined, by=ask.who.staff, now=ask.now),
        "question",
        _withhold_form,
    )


def _clarify_form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Shown:
    lead = [
        "Until the person answers, the time limit is paused; then twenty working days begin again. A letter for it is "
        "written beside the answer.",
    ]
    return _with(
        ask,
        lambda _, answer: Page.of_form(
            f"Ask what request {answer.number} is about", f"{_home(ask)}/clarify", _home(ask), "Record the question",
            (_WHAT, _ON), faults=faults, lead=lead,
        ),
    )  # fmt: skip


def _clarify(ask: Ask) -> Shown:
    if ask.faults:
        return _clarify_form(ask, ask.faults)
    on = dt.date.fromisoformat(ask.form["on"])

    def change(register: Register) -> Answer:
        answer = publication.ask_clarification(
            register, _number(ask), ask.form["reasons"], on, by=ask.who.staff, now=ask.now
        )
        publication.write_wait_letter(register, answer)
        return answer

    return _after(ask, change, "reasons", _clarify_form)


def _clarified(ask: Ask) -> Shown:
    if ask.faults:
        return _page(ask, ask.faults)
    on = dt.date.fromisoformat(ask.form["on"])
    return _after(
        ask,
        lambda register: publication.note_clarification(register, _number(ask), on, by=ask.who.staff, now=ask.now),
        "on",
        _page,
    )


def _extend_form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Shown:
    def make(_: Register, answer: Answer) -> Shown:
        fields = (replace(_EXEMPTION, choices=_sections(ask.today, weighed=True)), _REASONS, _UNTIL)
        lead = ["Only to weigh the public interest of an exemption (section 10(3)), for every question of the request."]
        return Page.of_form(
            f"More time for request {answer.number}", f"{_home(ask)}/more-time", _home(ask), "Record it", fields,
            faults=faults, lead=lead,
        )  # fmt: skip

    return _with(ask, make)


def _extend(ask: Ask) -> Shown:
    if ask.faults:
        return _extend_form(ask, ask.faults)
    form = ask.form

    def change(register: Register) -> Answer:
        answer = publication.read_answer(register, _number(ask))
        extension = Extension(answer.questions, form["exemption"], form["reasons"], form["until"], str(ask.today))
        extended = publication.extend_answer(register, _number(ask), extension, by=ask.who.staff, now=ask.now)
        publication.write_wait_letter(register, extended)
        return extended

    return _after(ask, change, "exemption", _extend_form)


def _draft(ask: Ask) -> Shown:
    """Writes the letter from a published release, or drafts the release that it has to wait for."""

    def write() -> Answer | str:
        with ask.desk.apart() as register:
            answer = publication.open_answer(register, _number(ask))
            needed = publication.needed_release(register, answer, ask.who.staff, ask.now)
            if needed is not None:
                return needed[0]
            folder = publication.folder_of_answer(register, answer.number)
            publication.write_reply(register, answer, folder, ask.today)
            return publication.read_answer(register, answer.number)

    written = attempted(write, _AT, "page")
    if isinstance(written, tuple):
        return _page(ask, written)
    if isinstance(written, str):
        lead = [
            f"No published release has figures about that day. Release {written} is drafted: it shows what may be "
            "shown. Two other people approve it, and it is published. Then write the draft of this answer again.",
        ]
        onward = {"href": _home(ask), "text": f"Request {_number(ask)}"}
        return Page(
            "shared/said.html", {"heading": "The figures must be published first", "lead": lead, "onward": onward}
        )
    return Sent(f"{_home(ask)}/draft", {"answer": written.number})


def _read(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Shown:
    def make(register: Register, answer: Answer) -> Shown:
        if not answer.dated:
            return Sent(_home(ask))
        paper = publication.reply_paper(register, answer)
        data = {"number": answer.number, "home": _home(ask), "paper": paper, "sent_on": answer.sent_on}
        return Page("staff/information-draft.html", data, faults=faults)

    return _with(ask, make)


def _send(ask: Ask) -> Shown:
    return _after(
        ask,
        lambda register: publication.send(register, _number(ask), by=ask.who.staff, now=ask.now),
        "page",
        _read,
    )


def _file(ask: Ask) -> Shown:
    """A letter as it lies in the answer's folder; it names nobody."""
    name = ask.path["file"]

    def make(register: Register, answer: Answer) -> Shown:
        if name not in _letters(register, answer):
            return _NONE
        content = (publication.folder_of_answer(register, answer.number) / name).read_bytes()
        return Plain(content, _FILES[name.rpartition(".")[2]], f"{answer.number}-{name}")

    return _with(ask, make)


def _letters(register: Register, answer: Answer) -> list[str]:
    """The letters of a request that were written, by the names of their files."""
    folder = publication.folder_of_answer(register, answer.number)
    return sorted(path.name for path in folder.glob("*") if _LETTER.fullmatch(path.name))


_PATH = "/staff/information/{number}"


ACTIONS = (
    Action(
        "staff.information",
        Face.STAFF,
        _HOME,
        "Requests for information",
        _list,
        nav="Information",
        query=(_STATE, *PAGE_FIELDS),
    ),
    Action("staff.information-request", Face.STAFF, _PATH, "A request for information", _page),
    Action(
        "staff.questions-page",
        Face.STAFF,
        f"{_PATH}/questions",
        "The page to do this: Choose the questions of a request",
        _choose_form,
    ),
    Action(
        "staff.questions",
        Face.STAFF,
        f"{_PATH}/questions",
        "Choose the questions of a request",
        _choose,
        method="POST",
        fields=_CHOOSES,
    ),
    Action(
        "staff.withhold-page",
        Face.STAFF,
        f"{_PATH}/withhold",
        "The page to do this: Withhold a part of an answer",
        _withhold_form,
    ),
    Action(
        "staff.withhold",
        Face.STAFF,
        f"{_PATH}/withhold",
        "Withhold a part of an answer",
        _withhold,
        method="POST",
        fields=(_QUESTION, _EXEMPTION, _REASONS),
    ),
    Action(
        "staff.clarify-page",
        Face.STAFF,
        f"{_PATH}/clarify",
        "The page to do this: Ask what a request is about",
        _clarify_form,
    ),
    Action(
        "staff.clarify",
        Face.STAFF,
        f"{_PATH}/clarify",
        "Ask what a request is about",
        _clarify,
        method="POST",
        fields=(_WHAT, _ON),
    ),
    Action(
        "staff.more-time-page",
        Face.STAFF,
        f"{_PATH}/more-time",
        "The page to do this: Take more time for a request",
        _extend_form,
    ),
    Action(
        "staff.more-time",
        Face.STAFF,
        f"{_PATH}/more-time",
        "Take more time for a request",
        _extend,
        method="POST",
        fields=(_EXEMPTION, _REASONS, _UNTIL),
    ),
    Action(
        "staff.clarified",
        Face.STAFF,
        f"{_PATH}/clarified",
        "Record that the person explained it",
        _clarified,
        method="POST",
        fields=(_ON,),
    ),
    Action(
        "staff.information-draft-page",
        Face.STAFF,
        f"{_PATH}/draft",
        "The page to do this: Draft the answer to a request for information",
        _read,
    ),
    Action(
        "staff.information-draft",
        Face.STAFF,
        f"{_PATH}/draft",
        "Draft the answer to a request for information",
        _draft,
        method="POST",
        fields=(),
    ),
    Action("staff.information-send", Face.STAFF, f"{_PATH}/send", "Record the answer as sent", _send, method="POST"),
    Action("staff.information-file", Face.STAFF, f"{_PATH}/letters/{{file}}", "Download the letter", _file),
)
