"""The answer to a request: the decision, the draft to read, the letter to send.

The draft is on the screen and nowhere else. Its form holds the decision and the digest of what was shown; the answer is
recorded only if it still says the same (`overt.rights.record`).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from overt import rights
from overt.register import Register
from overt.web._answers import Page, Plain, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.staff._case import (
    attempted,
    home,
    key_of,
    number_of,
    page_or_refusal,
    person_at_hand,
    searched,
    section_choices,
)

_DO, _PART, _REFUSE, _DENY = "do", "part", "refuse", "deny"
_USES = {_DO: "do what was asked", _PART: "withhold part of it", _REFUSE: "refuse", _DENY: "neither confirm nor deny"}
_WITHHOLD = "withhold reasons"
_NONE = "none"
_HOW = {
    _DO: "Answer in full, or say that what was asked is done",
    _PART: "Answer, but withhold part of it",
    _REFUSE: "Refuse what was asked, or what is still left of it",
    _DENY: "Neither confirm nor deny that anything is held",
}
_DECISION = FormField(
    "decision", "How do you answer?", Input.CHOICE, choices=tuple(_HOW.items()), noun="how you answer"
)
_SECTION = FormField(
    "section", "Which section of the Act does it rest on?", Input.CHOICE,
    "None is needed for a full answer to a request for access, and none where nothing is held.",
    optional=True, noun="the section",
)  # fmt: skip
_PARTS = tuple(
    FormField(f"part_{part}", f"Withhold {words}", Input.TICK, noun=words) for part, words in rights.PARTS.items()
)
_REASONS = FormField(
    "reasons", "Reasons that are recorded and not sent", Input.WORDS,
    "Needed where part is withheld, where the reasons of a refusal are, and where you neither confirm nor deny. Do not "
    "include names.",
    optional=True, longest=2_000, noun="the reasons that are recorded",
)  # fmt: skip
_WHY = FormField(
    "why", "Reasons for the person", Input.WORDS, "Needed where something is refused. The letter gives them.",
    optional=True, longest=2_000, noun="the reasons for the person",
)  # fmt: skip
_HELD_BACK = FormField(
    "withheld", "Which section lets you withhold the reasons of a refusal?", Input.CHOICE,
    "Leave it blank if the letter gives the reasons.", optional=True, noun="the section for withheld reasons",
)  # fmt: skip
_THEIRS = FormField(
    "theirs", "Which uncertain matches are this person’s?", hint="Their numbers with blanks between, or “none”.",
    optional=True, longest=400, noun="the uncertain matches",
)  # fmt: skip
_ERASED = FormField(
    "erased", "Entries that were erased, to be named in the letter", hint="Their numbers with blanks between.",
    optional=True, longest=400, noun="the erased entries",
)  # fmt: skip
_FIELDS = (_DECISION, _SECTION, *_PARTS, _REASONS, _WHY, _HELD_BACK, _THEIRS, _ERASED)
_DIGEST = FormField("digest", "The draft that was read", longest=64)
_DATED = FormField("dated", "The day of the draft", Input.DATE)
_AS = FormField("form", "Which form?", Input.CHOICE, choices=tuple((form, form) for form in ("html", "pdf", "txt")))
_AT = {
    "--section": "section", "--restrict": f"part_{next(iter(rights.PARTS))}", "--refuse": "decision",
    "--reasons": "reasons", "--why": "why", "--withhold": "withheld", "--entry": "theirs", "--erased": "erased",
    "the decision": "decision",
}  # fmt: skip
_KINDS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "txt": "text/plain; charset=utf-8"}


def _fields_of(register: Register, request: rights.RightsRequest) -> tuple[FormField, ...]:
    """The fields that this kind of request has, with the sections of the day on which it came in."""
    kind, day = request.kind, request.received_on
    is_access = kind == "access"
    how = [name for name in _HOW if name != (_REFUSE if is_access else _PART)]
    looked = searched(register, request)
    fields = [
        replace(_DECISION, choices=tuple((name, _HOW[name]) for name in how)),
        replace(_SECTION, choices=section_choices(kind, day, *(_USES[name] for name in how))),
        *(_PARTS if is_access else ()),
        _REASONS,
    ]
    if not is_access:
        fields += [_WHY, replace(_HELD_BACK, choices=section_choices(kind, day, _WITHHOLD))]
    if looked and looked.unsure:
        fields.append(replace(_THEIRS, hint=f"{_THEIRS.hint} Found: {', '.join(looked.unsure)}."))
    return (*fields, *((_ERASED,) if request.erasures else ()))


def _decision(ask: Ask) -> rights.RequestDecision:
    """The decision that the form describes."""
    form, how = ask.form, ask.form.get("decision")
    section, reasons, why = form.get("section", ""), form.get("reasons", ""), form.get("why", "")
    parts = [part for part in rights.PARTS if form.get(f"part_{part}") == "yes"]
    withheld = tuple(rights.Restriction(part, section, reasons) for part in parts) if how == _PART else ()
    erased = tuple(_numbers(form.get("erased", "")))
    if how == _DENY:
        return rights.RequestDecision(denies=section, reasons=reasons, erased=erased)
    if how == _REFUSE:
        hold_back = form.get("withheld") or None
        return rights.RequestDecision(refused=section, reasons=reasons, why=why, withheld=hold_back, erased=erased)
    return rights.RequestDecision(withheld, granted=section or None if how == _DO else None, erased=erased)


def _lacking(ask: Ask) -> tuple[FormFault, ...]:
    """What the form must say and the decision cannot show: a section or a part that is needed was left out."""
    how, parts = ask.form.get("decision"), any(ask.form.get(field.name) for field in _PARTS)
    faults = []
    if how in (_PART, _REFUSE, _DENY) and not ask.form.get("section"):
        faults.append(FormFault("section", "Select the section that it rests on"))
    if how == _PART and not parts:
        faults.append(FormFault(_PARTS[0].name, "Select what is withheld"))
    if how == _DO and parts:
        faults.append(FormFault("decision", "Something is selected to be withheld, and the answer is to be full"))
    return tuple(faults)


def _numbers(text: str) -> list[str]:
    return re.findall(r"[^\s,;]+", text)


def _named(ask: Ask) -> list[str]:
    return ["none" if number.lower() == _NONE else number for number in _numbers(ask.form.get("theirs", ""))]


def _form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Answer:
    def make(register: Register, request: rights.RightsRequest) -> Answer:
        if person_at_hand(ask) is None:
            return Sent(f"{home(ask)}/person")
        fields = _fields_of(register, request)
        heading = f"Answer request {request.number}"
        lead = ["You see the letter as a draft next. Nothing is recorded before you have read it and recorded it."]
        path = f"{home(ask)}/answer"
        return Page.of_form(heading, path, home(ask), "Write the draft", fields, faults=faults, lead=lead)

    return page_or_refusal(ask, make)


def _draft(ask: Ask) -> Answer:
    """The letter as a draft, on the page."""
    faults = ask.faults or _lacking(ask)
    if faults:
        return _form(ask, faults)
    who = person_at_hand(ask)
    if who is None:
        return _form(ask)

    def write() -> rights.RightsAnswer:
        with ask.desk.reading() as register:
            request = rights.find_request(register, number_of(ask))
            return rights.draft(
                register, request, who, _decision(ask), key=key_of(ask), named=_named(ask), today=ask.now.date()
            )

    draft = attempted(write, _AT, "decision")
    return _shown(ask, draft, "draft") if isinstance(draft, rights.RightsAnswer) else _form(ask, draft)


def _shown(ask: Ask, answer: rights.RightsAnswer, state: str) -> Page:
    """A letter on the page; `state` is `draft`, or `sent` once it has been recorded."""
    data = {
        "number": answer.number, "state": state, "paper": answer.paper, "digest": answer.digest,
        "dated": str(answer.dated), "outcome": answer.outcome,
        "later": answer.dated > ask.now.date(), "letter_day": answer.dated, "home": home(ask),
        "kept": {field.name: ask.form[field.name] for field in _FIELDS if field.name in ask.form},
    }  # fmt: skip
    return Page("staff/letter.html", data)


def _send(ask: Ask) -> Answer:
    """Records the answer that was read, and shows the letter with its files. The same form again shows it again."""
    who = person_at_hand(ask)
    if ask.faults or who is None:
        return _form(ask, ask.faults)
    read = rights.ReadDraft(dt.date.fromisoformat(ask.form["dated"]), ask.form["digest"])

    def record() -> rights.RightsAnswer:
        with ask.desk.apart() as register:
            return rights.record(
                register, number_of(ask), who, _decision(ask), key=key_of(ask), named=_named(ask), read=read,
                by=ask.who.staff, now=ask.now,
            )  # fmt: skip

    answer = attempted(record, _AT, "decision")
    return _shown(ask, answer, "sent") if isinstance(answer, rights.RightsAnswer) else _form(ask, answer)


def _letter(ask: Ask) -> Answer:
    """A form of the letter that was recorded, for download; its digest says that it is that one."""
    who = person_at_hand(ask)
    if ask.faults or who is None:
        return _form(ask, ask.faults)

    def again() -> rights.RightsAnswer:
        with ask.desk.reading() as register:
            return rights.final(
                register, number_of(ask), who, _decision(ask), key=key_of(ask), named=_named(ask),
                digest=ask.form["digest"],
            )  # fmt: skip

    answer = attempted(again, _AT, "decision")
    if not isinstance(answer, rights.RightsAnswer):
        return _form(ask, answer)
    form = ask.form["form"]
    return Plain(answer.files[f"answer.{form}"], _KINDS[form], f"letter-{answer.number}.{form}")


_PATH = "/staff/requests/{request_id}/answer"
ACTIONS = (
    Action("staff.answer-page", Face.STAFF, _PATH, "The form of the decision on a request", _form),
    Action("staff.answer", Face.STAFF, _PATH, "Draft the answer to a request", _draft, method="POST", fields=_FIELDS),
    Action("staff.answer-record", Face.STAFF, f"{_PATH}/record", "Record the answer to a request", _send,
           method="POST", fields=(*_FIELDS, _DIGEST, _DATED)),
    Action("staff.letter", Face.STAFF, f"{_PATH}/letter", "Download the letter of an answer", _letter,
           method="POST", fields=(*_FIELDS, _DIGEST, _AS)),
)  # fmt: skip
