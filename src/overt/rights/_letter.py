"""The letter, in words that most people can understand at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from overt.pages import (
    REGULATOR_PAGE,
    FactList,
    Grid,
    Paper,
    Paragraph,
    Part,
    Points,
    complains_to_controller,
    listed,
    opening,
    regulator,
)
from overt.rights._clock import SPANS, spans
from overt.rights._content import AnswerCase
from overt.rights._decision import GROUNDS, PARTS, SECTIONS
from overt.rights._find import Requester
from overt.rights._letter_entry import column_words, entry_parts, long
from overt.rights._titles import unit_name, word

_NCND = (
    "We can neither confirm nor deny whether we hold information about you in this register. The law allows this where "
    "saying yes or no could cause harm: section {number} of the Data Protection Act 2018.",
    "We send the same letter, after the same length of time, whether or not someone is listed. "
    "So neither you nor anyone else can tell from this letter whether you are listed.",
    "You can ask the {regulator} to check that we have followed the law. The regulator can see "
    "information that we cannot show you. Section 51 of the Act gives you that right.",
)
_ACT = "the Data Protection Act 2018"
_KIND_WORDS = {
    "access": "You asked what information we hold about you in this register. "
    f"Section 45 of {_ACT} gives you that right.",
    "rectification": f"You asked us to correct what we hold about you. Section 46 of {_ACT} gives you that right.",
    "erasure": f"You asked us to delete what we hold about you. Section 47 of {_ACT} gives you that right.",
    "restriction": f"You asked us to stop using what we hold about you. Section 47 of {_ACT} gives you that right.",
    "objection": "You asked us not to share what we hold about you. "
    f"Section 35 of {_ACT} says that sharing must be lawful and fair.",
}


def letter(case: AnswerCase, who: Requester, data: Mapping[str, Any], *, is_draft: bool) -> Paper:
    """The letter to the person, with the name as it was typed in."""
    about, request = case.charter.register, case.request
    facts = FactList(
        (
            ("To", ", ".join((who.name, *who.address))),
            ("Date", long(case.day)),
            ("Our reference", request.number),
            ("We received your request on", long(request.received_on)),
            ("Register", about.name),
        )
    )
    if case.decision.denies:
        parts = [Part("Our answer", tuple(Paragraph(sentence) for sentence in _denial(case)))]
    else:
        parts = _access(case, who, data) if request.kind == "access" else _done(case, data)
        parts.append(_clock(case))
    marks = ["DRAFT: not sent yet."] if is_draft else []
    marks += ["SYNTHETIC: everything here is invented."] if "synthetic" in about.name.lower() else []
    title = f"Answer to your request {request.number}"
    opening = (facts, Paragraph(_KIND_WORDS[request.kind]))
    return Paper(about.controller, title, case.day, opening, (*parts, _complaint(case)), " ".join(marks))


def _denial(case: AnswerCase) -> Iterator[str]:
    number = (case.decision.denies or "").partition("(")
    section = (
        f"{number[0].removeprefix('s.')}({number[2].split(')')[0]})" if number[1] else number[0].removeprefix("s.")
    )
    for sentence in _NCND:
        yield sentence.format(number=section, regulator=regulator(case.day))


def _access(case: AnswerCase, who: Requester, data: Mapping[str, Any]) -> list[Part]:
    holdings, decision = case.holdings, case.decision
    if not holdings:
        return [Part("Our answer", (Paragraph(_NOTHING), Paragraph(_looked(who)))), *_held_back(case)]
    count = "one entry" if len(holdings) == 1 else f"{len(holdings)} entries"
    below = _PART_BELOW if decision.restrictions else _BELOW
    parts = [Part("Our answer", (Paragraph(f"Yes. We hold information about you in {count}. {below}"),))]
    for entry in data["entries"]:
        parts += entry_parts(entry, case.day)
    parts += _held_back(case) if decision.restrictions else []
    parts.append(Part("Our legal basis", (Paragraph(opening(case.charter.register.legal_basis)),)))
    parts.append(Part("What you can do next", (Paragraph(_RIGHTS),)))
    return parts


_NOTHING = "We do not hold any information about you in this register."
_BELOW = "It is set out below."
_PART_BELOW = "Part of it is set out below. We have withheld the rest: this letter says what, and under which law."


def _looked(who: Requester) -> str:
    accounts = ", and the account names you gave us" if who.handles else ""
    return (
        "We searched using the name and the date of birth that you gave us, including the usual spellings of such "
        f"names{accounts}."
    )


_RIGHTS = (
    "If something is wrong, you can ask us to correct it. If you think we should not hold it, you can ask us to delete "
    "it or to stop using it. If we do, we will tell everyone we shared it with. Write to the address below and quote "
    "your reference."
)


def _held_back(case: AnswerCase) -> list[Part]:
    if not case.decision.restrictions:
        return []
    points = tuple(
        f"We have withheld {PARTS[restriction.part]}, {SECTIONS[restriction.section]}: {_section(restriction.section)}."
        for restriction in case.decision.restrictions
    )
    check = Paragraph(_CHECK.format(regulator=regulator(case.day)))
    return [Part("Information we have withheld", (Points(points), check))]


_CHECK = (
    "You can ask the {regulator} to check that we were right to do this. Section 51 of the Act gives you that right."
)


def _section(name: str) -> str:
    return f"section {name.removeprefix('s.')} of {_ACT}"


def _done(case: AnswerCase, data: Mapping[str, Any]) -> list[Part]:
    """What was done and what was not, which entries stay and why, and who was told."""
    kind, done = case.request.kind, data["done"]
    if not done and not case.decision.refused:
        return [Part("Our answer", (Paragraph(_NOTHING), Paragraph("There is nothing to change or delete.")))]
    it = "part of it" if data["stays"] else "it"
    asked_for = listed(list(dict.fromkeys(_ASKED_TO[notice["asks"]] for notice in data["told"])))
    words = [
        _DONE[what].format(on=long(on), it=it, asked=asked_for)
        for what, on in dict.fromkeys((step["what"], step["on"]) for step in done)
        if asked_for or what != "recalled"
    ]
    if case.decision.granted:
        words.insert(0, f"{_GRANTED[kind, case.decision.granted]}: {_section(case.decision.granted)}.")
    if case.restricted:
        stay = "It stays" if len(case.restricted) == 1 else "They stay"
        words.append(f"We no longer use {_entries(case.restricted)}. {stay} in the register.")
    elif done and kind in ("restriction", "objection") and data["stays"]:
        words.append(f"It is still in the register: {_entries([entry['entry'] for entry in data['stays']])}.")
    if data["erased"]:
        words.append(f"This is what we deleted: {_entries(data['erased'])}.")
    if case.outcome == "partly":
        words.insert(0, "We have done part of what you asked, but not all of it.")
    parts = [Part("Our answer", tuple(map(Paragraph, words)))] if words else []
    if data["corrected"]:
        rows = tuple(
            (_where(field), _field(field["field"]), *_before_and_after(case, field)) for field in data["corrected"]
        )
        parts.append(Part("What we corrected", (Grid(("Where", "What", "Before", "Now"), rows),)))
    if case.decision.refused:
        parts.append(_refused(case, data, kind))
    return [*parts, *_who_was_told(case, data)] if done else parts


def _refused(case: AnswerCase, data: Mapping[str, Any], kind: str) -> Part:
    """What was not done: what stays, the ground, the reasons or the section that holds them back, and section 51."""
    decision = case.decision
    ground = decision.refused or ""
    named = f"This is what we still hold: {_entries([entry['entry'] for entry in data['stays']])}."
    stays = [named] if kind == "erasure" else []
    refused = "refused the rest of your request" if data["done"] else "refused your request"
    why = f"We have {refused} {GROUNDS[kind][ground]}."
    law = f"We are allowed to refuse under {_section(ground)}."
    if decision.withheld:
        reasons = f"We have withheld our reasons, {SECTIONS[decision.withheld]}: {_section(decision.withheld)}."
    else:
        reasons = f"Our reasons: {decision.why}"
    sentences = (*stays, why, law, reasons, _CHECK.format(regulator=regulator(case.day)))
    return Part("What we have not done" if data["done"] else "Our answer", tuple(map(Paragraph, sentences)))


def _who_was_told(case: AnswerCase, data: Mapping[str, Any]) -> list[Part]:
    if not data["told"]:
        return [Part("Who we told", (Paragraph("We have no record of sharing it with anyone else."),))]
    rows = tuple(
        (notice["recipient"], _ASKED[notice["asks"]], long(notice["on"]), long(notice.get("confirmed_on"), "not yet"))
        for notice in data["told"]
    )
    grid = Grid(("Organisation", "Asked to", "Told on", "Confirmed on"), rows)
    after = [_THEY_TOO]
    after += (
        ["We will send you a certificate of removal when they have all confirmed."] if case.request.erasures else []
    )
    if data["corrected"] and any(notice["asks"] == "delete" for notice in data["told"]):
        after.append(
            "If an organisation may no longer hold your data, we asked it to delete the data, not to correct it."
        )
    return [Part("Who we told", (grid, *map(Paragraph, after)))]


_THEY_TOO = "Section 48 of the Act says that we must tell them, and that they must do the same with what we sent them."


def _entries(numbers: Sequence[str]) -> str:
    return f"{'entry' if len(numbers) == 1 else 'entries'} {listed(list(numbers))}"


def _where(change: Mapping[str, Any]) -> str:
    """What was corrected: the item or the entry by its number, or what is held of the person."""
    table = str(change["field"]).partition(".")[0]
    return "about you" if table == "subject" else f"{table} {change['in']}"


def _field(path: str) -> str:
    return column_words(path.partition(".")[2])


def _before_and_after(case: AnswerCase, change: Mapping[str, Any]) -> tuple[str, str]:
    before = change.get("held_back_in")
    if before is not None:
        return "withheld", f"withheld, as in our answer {before}"
    return _value(case, change["field"], change["from"]), _value(case, change["field"], change["to"])


def _value(case: AnswerCase, path: str, value: object) -> str:
    column = path.partition(".")[2]
    if value is None or value == "":
        return "nothing"
    if column == "purpose":
        return str(case.titles.purpose(str(value), case.day))
    if column == "category":
        return str(case.titles.category(str(value), case.day))
    if column == "unit":
        return unit_name(str(value))
    return long(value) if column.endswith(("_date", "_on")) else word(column, value)


def _clock(case: AnswerCase) -> Part:
    """How the last day to answer was found, span by span, and whether the answer is late."""
    rows = tuple(
        (long(span.starts_on), long(span.ends_on), str((span.ends_on - span.starts_on).days + 1), SPANS[span.what])
        for span in spans(case.request.clock)
    )
    due = case.request.clock.due_on
    is_to_come = due is not None and due >= case.day
    last = f"The last day for our answer {'is' if is_to_come else 'was'} {long(due)}."
    words = [Paragraph(last if due else "The time limit for our answer is paused.")]
    if due and case.day > due:
        words.append(Paragraph("This letter is late. We are sorry."))
    grid = [Grid(("From", "To", "Days", "How they count"), rows)] if rows else []
    return Part("How we counted the time limit", (*words, *grid))


_GRANTED = {
    ("rectification", "s.46(1)"): "What we held was wrong",
    ("rectification", "s.46(2)"): "What we held was incomplete",
    ("erasure", "s.47(1)"): "The law says that we must delete it",
    ("restriction", "s.47(2)"): "We keep it as evidence, and do not use it for anything else",
    ("restriction", "s.47(3)"): "We will not use it until it is known whether it is accurate",
    ("objection", "s.35(1)"): "We no longer share it, because that would not be lawful and fair",
}
_DONE = {
    "rectified": "We corrected it on {on}.",
    "erased": "We deleted {it} on {on}. All that remains in our log is a reference that reveals nothing about you.",
    "recalled": "On {on} we told everyone we shared it with {asked}.",
}
_ASKED_TO = {"delete": "to delete it", "correct": "to correct it", "restrict": "not to use it"}
_ASKED = {"delete": "delete it", "correct": "correct it", "restrict": "not use it"}


def _complaint(case: AnswerCase) -> Part:
    about, name = case.charter.register, regulator(case.day)
    pairs: tuple[tuple[str, str], ...] = (
        ("Write to us", about.contact),
        ("Our data protection officer", about.data_protection_officer),
        (f"The {name}", REGULATOR_PAGE),
    )
    ways = case.charter.complaint_ways
    if ways is not None and complains_to_controller(case.day):
        named = (("Complain to us electronically", ways.electronic), ("Or in another way", ways.other))
        pairs = (*((name, way) for name, way in named if way is not None), *pairs)
    at_any_time = f"You can complain to the {name} at any time (section 165 of the Act)."
    words = [f"If you disagree with our answer, you can write to us first. {at_any_time}"]
    if complains_to_controller(case.day):
        words.append(
            "Section 164A of the Act gives you the right to complain to us. "
            "We must confirm within 30 days that we have received your complaint."
        )
    words.append("You can also apply to a court (section 167 of the Act).")
    return Part("If you are unhappy with our answer", (*map(Paragraph, words), FactList(pairs)))
