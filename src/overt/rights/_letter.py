"""The letter, in words that most people can read at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from overt.pages import (
    REGULATOR_PAGE,
    Block,
    Facts,
    Grid,
    Paper,
    Part,
    Points,
    Words,
    complains_to_controller,
    listed,
    opening,
    regulator,
)
from overt.pages import day as in_words
from overt.rights._clock import SPANS, spans
from overt.rights._content import Case
from overt.rights._decision import GROUNDS, PARTS, SECTIONS
from overt.rights._find import Who
from overt.rights._titles import grades, unit_name, word

_NCND = (
    "You asked whether we hold data about you in this register. We neither confirm nor deny it.",
    "The law lets us do so where a yes or a no could do harm: section {number} of the Data Protection Act 2018. "
    "We send the same words, after the same time, to those we list and to those we do not.",
    "So you cannot tell from this letter whether you are listed. Nor can anybody else who reads it.",
    "You can ask the {regulator} to check that we have followed the law. The regulator can see "
    "what we do not show you. Section 51 of the Act gives you that right.",
)
_ACT = "the Data Protection Act 2018"
_KIND_WORDS = {
    "access": f"You asked what we hold about you in this register. Section 45 of {_ACT} gives you that right.",
    "rectification": f"You asked us to correct what we hold about you. Section 46 of {_ACT} gives you that right.",
    "erasure": f"You asked us to delete what we hold about you. Section 47 of {_ACT} gives you that right.",
    "restriction": f"You asked us to stop using what we hold about you. Section 47 of {_ACT} gives you that right.",
    "objection": "You asked us not to share what we hold about you. "
    f"Section 35 of {_ACT} says that sharing must be lawful and fair.",
}


def letter(case: Case, who: Who, data: Mapping[str, Any], *, is_draft: bool) -> Paper:
    """The letter to the person, whose name stands in it as it was typed in."""
    said, request = case.charter.register, case.request
    facts = Facts(
        (
            ("To", ", ".join((who.name, *who.address))),
            ("Date", _long(case.day)),
            ("Our reference", request.number),
            ("Your request came in on", _long(request.received_on)),
            ("Register", said.name),
        )
    )
    if case.decision.denies:
        parts = [Part("Our answer", tuple(Words(each) for each in _denial(case)))]
    else:
        parts = _access(case, who, data) if request.kind == "access" else _done(case, data)
        parts.append(_clock(case))
    marks = ["DRAFT: not sent yet."] if is_draft else []
    marks += ["SYNTHETIC: everything here is invented."] if "synthetic" in said.name.lower() else []
    title = f"Answer to your request {request.number}"
    opening = (facts, Words(_KIND_WORDS[request.kind]))
    return Paper(said.controller, title, case.day, opening, (*parts, _complaint(case)), " ".join(marks))


def _denial(case: Case) -> Iterator[str]:
    number = (case.decision.denies or "").partition("(")
    section = (
        f"{number[0].removeprefix('s.')}({number[2].split(')')[0]})" if number[1] else number[0].removeprefix("s.")
    )
    for each in _NCND:
        yield each.format(number=section, regulator=regulator(case.day))


def _access(case: Case, who: Who, data: Mapping[str, Any]) -> list[Part]:
    holdings, decision = case.holdings, case.decision
    if not holdings:
        return [Part("Our answer", (Words(_NOTHING), Words(_looked(who)))), *_held_back(case)]
    count = "one entry" if len(holdings) == 1 else f"{len(holdings)} entries"
    below = _PART_BELOW if decision.restrictions else _BELOW
    parts = [Part("Our answer", (Words(f"Yes, we hold data about you: {count}. {below}"),))]
    for entry in data["entries"]:
        parts += _entry_parts(entry, case.day)
    parts += _held_back(case) if decision.restrictions else []
    parts.append(Part("Why we may keep it", (Words(opening(case.charter.register.legal_basis)),)))
    parts.append(Part("What you can ask for", (Words(_RIGHTS),)))
    return parts


_NOTHING = "We hold nothing about you in this register."
_BELOW = "It is set out below."
_PART_BELOW = "A part of it is set out below. We hold back the rest: this letter says what, and under which law."


def _looked(who: Who) -> str:
    accounts = ", and under the accounts that you gave us" if who.handles else ""
    return (
        "We looked under the name and the date of birth that you gave us, in the ways in which such names are "
        f"usually spelled{accounts}."
    )


def _entry_parts(entry: Mapping[str, Any], today: dt.date) -> list[Part]:
    role = word("role", entry["role"]) if "role" in entry else _NOT_WRITTEN
    facts = [("Entry", entry["entry"]), ("You are listed as", role)]
    facts += [("The entry is", word("status", entry["status"]))] if "status" in entry else []
    facts += [("Made on", _long(entry["opened_on"]))] if entry.get("opened_on") else []
    facts += [("Made by", unit_name(entry["unit"]))] if entry.get("unit") else []
    facts += [("What for", entry["purpose"] or _NOT_WRITTEN)]
    facts += [("Why", entry["grounds"] or _NOT_WRITTEN)] if "grounds" in entry else []
    facts += [(words, word(name, entry[name])) for name, words in _SCORED.items() if name in entry]
    facts += [(words, _long(entry[name])) for name, words in _DATED.items() if name in entry]
    facts += [("Why it was closed", entry["closed_reason"])] if "closed_reason" in entry else []
    facts += [
        (_ABOUT.get(name, name.replace("_", " ")), _about(name, value)) for name, value in entry["about_you"].items()
    ]
    pairs = tuple((name, str(value)) for name, value in facts)
    parts = [Part(f"Entry {entry['entry']}", (Facts(pairs),))]
    rows = tuple((each["category"], str(each["items"])) for each in entry["categories"])
    kinds: list[Block] = [Grid(("Kind of data", "Items"), rows) if rows else Words("No items stand under it.")]
    if entry.get("items"):
        kinds.append(_items(entry["items"]))
    parts.append(Part("What we hold, by kind", tuple(kinds)))
    if "recipients" in entry:
        parts.append(Part("Who was sent it", (_recipients(entry["recipients"]),)))
    if entry["reviews"]:
        looks = tuple((_long(each["done_on"]), word("outcome", each["outcome"])) for each in entry["reviews"])
        parts.append(Part("When we looked at it again", (Grid(("Day", "What we decided"), looks),)))
    return [*parts, _kept(entry, today)]


def _kept(entry: Mapping[str, Any], today: dt.date) -> Part:
    """How long it is kept. A day that has passed is no promise: it is said that it has passed."""
    kept, lines = entry["retention"], []
    if kept["review_by"]:
        if kept["review_by"] >= str(today) or entry.get("status") == "closed":
            lines += [f"We look at it again by {_long(kept['review_by'])}."] if entry.get("status") != "closed" else []
        else:
            lines.append(f"We were to look at it again by {_long(kept['review_by'])}. That day has passed.")
    if kept["delete_by"] and kept["delete_by"] >= str(today):
        lines.append(f"We delete it by {_long(kept['delete_by'])}.")
    elif kept["delete_by"]:
        lines.append(
            f"We were to delete it by {_long(kept['delete_by'])}. That day has passed. You can ask us to do it."
        )
    lines += [f"It can be kept for {kept['most_years']} years at most. {kept['reason']}"] if kept["most_years"] else []
    shown = tuple(map(Words, lines)) or (Words("No day was set. That is a fault of ours."),)
    return Part("How long we keep it", shown)


_NOT_WRITTEN = "nothing was written down"
_SCORED = {"score": "Score", "band": "Band"}
_DATED = {
    "score_as_of": "Score worked out on",
    "closed_on": "Closed on",
    "mention_on": "Marked with what became of the case on",
}
_FIELDS = {
    "role": "What you are listed as",
    "status": "Whether the entry is in use",
    "opened_on": "Made on",
    "unit": "Made by",
    "grounds": "Why you are listed",
    "purpose": "What for",
    "condition": "What lets us hold sensitive data",
    "review_due_on": "To be looked at again by",
    "delete_due_on": "To be deleted by",
    "decided_by": "Who decided to list you",
    "closed_reason": "Why it was closed",
    "category": "Kind of data",
    "basis": "Fact or opinion",
    "origin": "Where it came from",
    "visibility": "How it could be seen",
    "collected_on": "Collected on",
    "source_grade": "How good the source is",
    "information_grade": "How good the information is",
    "handling": "Whether it may be shared",
}
_ABOUT = {
    "birth_date": "Date of birth",
    "age_recorded": "Age as written down",
    "sex": "Sex",
    "ethnicity_self": "Ethnicity, as you gave it",
    "ethnicity_observed": "Ethnicity, as an officer saw it",
    "died_on": "Date of death",
}


def _about(name: str, value: object) -> str:
    return _long(value) if name.endswith(("_date", "_on")) else word(name, value)


def _items(items: Sequence[Mapping[str, Any]]) -> Grid:
    has_sources = any("origin" in each or "source_grade" in each for each in items)
    more = ("From", "Seen", "How good") if has_sources else ()
    rows = []
    for each in items:
        is_what = word("basis", each.get("is", "not marked"))
        row = [each["item"], each.get("category", "none"), is_what, _long(each.get("collected_on"))]
        if has_sources:
            place = f" ({word('platform', each['platform'])})" if "platform" in each else ""
            row += [word("origin", each.get("origin", "not known")) + place]
            row += [word("visibility", each.get("visibility", "not known"))]
            row += [grades(each.get("source_grade"), each.get("information_grade"))]
        rows.append(tuple(map(str, row)))
    return Grid(("Item", "Kind of data", "Fact or opinion", "Collected on", *more), tuple(rows))


def _recipients(sent: Sequence[Mapping[str, Any]]) -> Block:
    if not sent:
        return Words("Nobody outside was sent it, as far as the register knows.")
    rows = tuple((each["recipient"], _long(each["sent_on"]), str(each["purpose"])) for each in sent)
    return Grid(("Organisation", "Sent on", "What for"), rows)


_RIGHTS = (
    "If something is wrong, ask us to correct it. If we may not keep it, ask us to delete it or to stop using it. "
    "We then tell everybody who was sent it. Write to the address below, with the reference above."
)


def _held_back(case: Case) -> list[Part]:
    if not case.decision.restrictions:
        return []
    points = tuple(
        f"We hold back {PARTS[each.part]}, {SECTIONS[each.section]}: {_section(each.section)}."
        for each in case.decision.restrictions
    )
    return [Part("What we hold back", (Points(points), Words(_CHECK.format(regulator=regulator(case.day)))))]


_CHECK = "You can ask the {regulator} to check this: section 51 of the Act gives you that right."


def _section(name: str) -> str:
    return f"section {name.removeprefix('s.')} of {_ACT}"


def _done(case: Case, data: Mapping[str, Any]) -> list[Part]:
    """What was done and what was not, which entries stay and why, and who was told."""
    kind, done = case.request.kind, data["done"]
    if not done and not case.decision.refused:
        return [Part("Our answer", (Words(_NOTHING), Words("So there is nothing to change or to delete.")))]
    it = "a part of it" if data["stays"] else "it"
    asked = listed(list(dict.fromkeys(_ASKED_TO[each["asks"]] for each in data["told"])))
    words = [
        _DONE[what].format(on=_long(on), it=it, asked=asked)
        for what, on in dict.fromkeys((each["what"], each["on"]) for each in done)
        if asked or what != "recalled"
    ]
    if case.decision.granted:
        words.insert(0, f"{_GRANTED[kind, case.decision.granted]}: {_section(case.decision.granted)}.")
    if case.restricted:
        stay = "It stays" if len(case.restricted) == 1 else "They stay"
        words.append(f"We no longer use {_entries(case.restricted)}. {stay} in the register.")
    elif done and kind in ("restriction", "objection") and data["stays"]:
        words.append(f"It is still in the register: {_entries([each['entry'] for each in data['stays']])}.")
    if data["erased"]:
        words.append(f"What we deleted was {_entries(data['erased'])}.")
    if case.outcome == "partly":
        words.insert(0, "We have done a part of what you asked, and not all of it.")
    parts = [Part("Our answer", tuple(map(Words, words)))] if words else []
    if data["corrected"]:
        rows = tuple(
            (
                _where(each),
                _field(each["field"]),
                *_before_and_after(case, each),
            )
            for each in data["corrected"]
        )
        parts.append(Part("What we corrected", (Grid(("Where", "What", "It said", "It says now"), rows),)))
    if case.decision.refused:
        parts.append(_refused(case, data, kind))
    return [*parts, *_told(case, data)] if done else parts


def _refused(case: Case, data: Mapping[str, Any], kind: str) -> Part:
    """What was not done: what stays, the ground, the reasons or the section that holds them back, and section 51."""
    decision = case.decision
    ground = decision.refused or ""
    named = f"What we still hold: {_entries([each['entry'] for each in data['stays']])}."
    stays = [named] if kind == "erasure" else []
    why = f"We have not done {'the rest' if data['done'] else 'it'}, {GROUNDS[kind][ground]}."
    law = f"The law lets us refuse: {_section(ground)}."
    if decision.withheld:
        reasons = f"We hold back our reasons, {SECTIONS[decision.withheld]}: {_section(decision.withheld)}."
    else:
        reasons = f"Our reasons: {decision.why}"
    said = (*stays, why, law, reasons, _CHECK.format(regulator=regulator(case.day)))
    return Part("What we have not done" if data["done"] else "Our answer", tuple(map(Words, said)))


def _told(case: Case, data: Mapping[str, Any]) -> list[Part]:
    if not data["told"]:
        return [Part("Who we told", (Words("Nobody else was sent it, as far as the register knows."),))]
    rows = tuple(
        (each["recipient"], _ASKED[each["asks"]], _long(each["on"]), _long(each.get("confirmed_on"), "not yet"))
        for each in data["told"]
    )
    grid = Grid(("Organisation", "Asked to", "Told on", "Confirmed on"), rows)
    after = [_THEY_TOO]
    after += ["You get a certificate of removal when all of them have confirmed."] if case.request.erasures else []
    if data["corrected"] and any(each["asks"] == "delete" for each in data["told"]):
        after.append("An organisation that may no longer have your data was asked to delete it, and not to correct it.")
    return [Part("Who we told", (grid, *map(Words, after)))]


_THEY_TOO = "Section 48 of the Act says that we tell them, and that they must do the same with what they were sent."


def _entries(numbers: Sequence[str]) -> str:
    return f"{'entry' if len(numbers) == 1 else 'entries'} {listed(list(numbers))}"


def _where(change: Mapping[str, Any]) -> str:
    """What was corrected: the item or the entry by its number, or what is held of the person."""
    table = str(change["field"]).partition(".")[0]
    return "about you" if table == "subject" else f"{table} {change['in']}"


def _field(path: str) -> str:
    column = path.partition(".")[2]
    return (_ABOUT | _SCORED | _DATED | _FIELDS).get(column, opening(column.replace("_", " ")).rstrip("."))


def _before_and_after(case: Case, change: Mapping[str, Any]) -> tuple[str, str]:
    before = change.get("held_back_in")
    if before is not None:
        return "held back", f"held back, as in our answer {before}"
    return _value(case, change["field"], change["from"]), _value(case, change["field"], change["to"])


def _value(case: Case, path: str, value: object) -> str:
    column = path.partition(".")[2]
    if value is None or value == "":
        return "nothing"
    if column == "purpose":
        return str(case.titles.purpose(str(value), case.day))
    if column == "category":
        return str(case.titles.category(str(value), case.day))
    if column == "unit":
        return unit_name(str(value))
    return _long(value) if column.endswith(("_date", "_on")) else word(column, value)


def _clock(case: Case) -> Part:
    """How the last day to answer was found, span by span, and whether the answer is late."""
    rows = tuple(
        (_long(each.starts_on), _long(each.ends_on), str((each.ends_on - each.starts_on).days + 1), SPANS[each.what])
        for each in spans(case.request.clock)
    )
    due = case.request.clock.due_on
    is_to_come = due is not None and due >= case.day
    last = f"The last day to answer {'is' if is_to_come else 'was'} {_long(due)}."
    said = [Words(last if due else "The time to answer is paused.")]
    if due and case.day > due:
        said.append(Words("This letter is late. We are sorry."))
    grid = [Grid(("From", "To", "Days", "What they are"), rows)] if rows else []
    return Part("How we counted the time", (*said, *grid))


_GRANTED = {
    ("rectification", "s.46(1)"): "What we held was wrong",
    ("rectification", "s.46(2)"): "What we held was not complete",
    ("erasure", "s.47(1)"): "The law says that we must delete it",
    ("restriction", "s.47(2)"): "We keep it as evidence, and use it for nothing else",
    ("restriction", "s.47(3)"): "We do not use it until it is known whether it is right",
    ("objection", "s.35(1)"): "We do not share it any more, since that would not be lawful and fair",
}
_DONE = {
    "rectified": "We corrected it on {on}.",
    "erased": "We deleted {it} on {on}. What is left in our log is a number that tells nothing.",
    "recalled": "On {on} we told those who were sent it {asked}.",
}
_ASKED_TO = {"delete": "to delete it", "correct": "to correct it", "restrict": "not to use it"}
_ASKED = {"delete": "delete it", "correct": "correct it", "restrict": "not use it"}


def _complaint(case: Case) -> Part:
    said, name = case.charter.register, regulator(case.day)
    pairs: tuple[tuple[str, str], ...] = (
        ("Write to us", said.contact),
        ("Our data protection officer", said.data_protection_officer),
        (f"The {name}", REGULATOR_PAGE),
    )
    ways = case.charter.complaint_ways
    if ways is not None and complains_to_controller(case.day):
        named = (("Complain to us electronically", ways.electronic), ("Or in another way", ways.other))
        pairs = (*((name, way) for name, way in named if way is not None), *pairs)
    at_any_time = f"You can complain to the {name} at any time (section 165 of the Act)."
    words = [f"If you do not agree, write to us first. {at_any_time}"]
    if complains_to_controller(case.day):
        words.append(
            "Section 164A of the Act gives you the right to complain to us. We must say within 30 days that we have it."
        )
    words.append("You can also go to court (section 167 of the Act).")
    return Part("How to complain", (*map(Words, words), Facts(pairs)))


def _long(day: object, absent: str = "not known") -> str:
    """A day as letters write it: 3 March 2026."""
    return in_words(day) or absent
