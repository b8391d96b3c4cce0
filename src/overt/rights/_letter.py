"""The letter, in words that most people can understand at once."""

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


def letter(case: Case, who: Who, data: Mapping[str, Any], *, is_draft: bool) -> Paper:
    """The letter to the person, with the name as it was typed in."""
    said, request = case.charter.register, case.request
    facts = Facts(
        (
            ("To", ", ".join((who.name, *who.address))),
            ("Date", _long(case.day)),
            ("Our reference", request.number),
            ("We received your request on", _long(request.received_on)),
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
    parts = [Part("Our answer", (Words(f"Yes. We hold information about you in {count}. {below}"),))]
    for entry in data["entries"]:
        parts += _entry_parts(entry, case.day)
    parts += _held_back(case) if decision.restrictions else []
    parts.append(Part("Our legal basis", (Words(opening(case.charter.register.legal_basis)),)))
    parts.append(Part("What you can do next", (Words(_RIGHTS),)))
    return parts


_NOTHING = "We do not hold any information about you in this register."
_BELOW = "It is set out below."
_PART_BELOW = "Part of it is set out below. We have withheld the rest: this letter says what, and under which law."


def _looked(who: Who) -> str:
    accounts = ", and the account names you gave us" if who.handles else ""
    return (
        "We searched using the name and the date of birth that you gave us, including the usual spellings of such "
        f"names{accounts}."
    )


def _entry_parts(entry: Mapping[str, Any], today: dt.date) -> list[Part]:
    role = word("role", entry["role"]) if "role" in entry else _NOT_WRITTEN
    facts = [("You are listed as", role)]
    facts += [("The entry is", word("status", entry["status"]))] if "status" in entry else []
    facts += [("Entry made on", _long(entry["opened_on"]))] if entry.get("opened_on") else []
    facts += [("Entry made by", unit_name(entry["unit"]))] if entry.get("unit") else []
    facts += [("Purpose", entry["purpose"] or _NOT_WRITTEN)]
    facts += [("Grounds", entry["grounds"] or _NOT_WRITTEN)] if "grounds" in entry else []
    facts += [(words, word(name, entry[name])) for name, words in _SCORED.items() if name in entry]
    facts += [(words, _long(entry[name])) for name, words in _DATED.items() if name in entry]
    facts += [("Reason closed", entry["closed_reason"])] if "closed_reason" in entry else []
    facts += [
        (_ABOUT.get(name, name.replace("_", " ")), _about(name, value)) for name, value in entry["about_you"].items()
    ]
    pairs = tuple((name, str(value)) for name, value in facts)
    parts = [Part(f"Entry {entry['entry']}", (Facts(pairs),))]
    rows = tuple((each["category"], str(each["items"])) for each in entry["categories"])
    kinds: list[Block] = [Grid(("Category", "Items"), rows) if rows else Words("There are no items in this entry.")]
    if entry.get("items"):
        kinds.append(_items(entry["items"]))
    parts.append(Part("What we hold, by category", tuple(kinds)))
    if "recipients" in entry:
        parts.append(Part("Who we have shared it with", (_recipients(entry["recipients"]),)))
    if entry["reviews"]:
        looks = tuple((_long(each["done_on"]), word("outcome", each["outcome"])) for each in entry["reviews"])
        parts.append(Part("When we reviewed it", (Grid(("Date", "What we decided"), looks),)))
    return [*parts, _kept(entry, today)]


def _kept(entry: Mapping[str, Any], today: dt.date) -> Part:
    """How long it is kept. A date that has passed is not shown as a commitment: the letter says that it has passed."""
    kept, lines = entry["retention"], []
    if kept["review_by"]:
        if kept["review_by"] >= str(today) or entry.get("status") == "closed":
            lines += [f"We must review it by {_long(kept['review_by'])}."] if entry.get("status") != "closed" else []
        else:
            lines.append(f"We should have reviewed it by {_long(kept['review_by'])}. That date has passed.")
    if kept["delete_by"] and kept["delete_by"] >= str(today):
        lines.append(f"We must delete it by {_long(kept['delete_by'])}.")
    elif kept["delete_by"]:
        lines.append(
            f"We should have deleted it by {_long(kept['delete_by'])}. That date has passed. "
            "You can ask us to delete it now."
        )
    lines += [f"We can keep it for up to {_years(kept['most_years'])}. {kept['reason']}"] if kept["most_years"] else []
    shown = tuple(map(Words, lines)) or (Words("We have not set a date. This is our mistake."),)
    return Part("How long we keep it", shown)


def _years(count: int) -> str:
    return "1 year" if count == 1 else f"{count} years"


_NOT_WRITTEN = "not recorded"
_SCORED = {"score": "Score", "band": "Band"}
_DATED = {
    "score_as_of": "Score calculated on",
    "closed_on": "Closed on",
    "mention_on": "Marked with the outcome of the case on",
}
_FIELDS = {
    "role": "What you are listed as",
    "status": "Whether the entry is in use",
    "opened_on": "Entry made on",
    "unit": "Entry made by",
    "grounds": "Grounds",
    "purpose": "Purpose",
    "condition": "Condition for holding sensitive data",
    "review_due_on": "Review date",
    "delete_due_on": "Deletion date",
    "decided_by": "Who decided to list you",
    "closed_reason": "Reason closed",
    "category": "Category",
    "basis": "Fact or opinion",
    "origin": "Where it came from",
    "visibility": "Who could see it",
    "collected_on": "Collected on",
    "source_grade": "Grading of the source",
    "information_grade": "Grading of the information",
    "handling": "Whether it may be shared",
}
_ABOUT = {
    "birth_date": "Date of birth",
    "age_recorded": "Recorded age",
    "sex": "Sex",
    "ethnicity_self": "Your ethnicity, as you described it",
    "ethnicity_observed": "Your ethnicity, as recorded by an officer",
    "died_on": "Date of death",
}


def _about(name: str, value: object) -> str:
    return _long(value) if name.endswith(("_date", "_on")) else word(name, value)


def _items(items: Sequence[Mapping[str, Any]]) -> Grid:
    has_sources = any("origin" in each or "source_grade" in each for each in items)
    more = ("Source", "Who could see it", "Grading") if has_sources else ()
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
    return Grid(("Item", "Category", "Fact or opinion", "Collected on", *more), tuple(rows))


def _recipients(sent: Sequence[Mapping[str, Any]]) -> Block:
    if not sent:
        return Words("We have no record of sharing it with anyone outside our organisation.")
    rows = tuple((each["recipient"], _long(each["sent_on"]), str(each["purpose"])) for each in sent)
    return Grid(("Organisation", "Shared on", "Purpose"), rows)


_RIGHTS = (
    "If something is wrong, you can ask us to correct it. If you think we should not hold it, you can ask us to delete "
    "it or to stop using it. If we do, we will tell everyone we shared it with. Write to the address below and quote "
    "your reference."
)


def _held_back(case: Case) -> list[Part]:
    if not case.decision.restrictions:
        return []
    points = tuple(
        f"We have withheld {PARTS[each.part]}, {SECTIONS[each.section]}: {_section(each.section)}."
        for each in case.decision.restrictions
    )
    return [Part("Information we have withheld", (Points(points), Words(_CHECK.format(regulator=regulator(case.day)))))]


_CHECK = (
    "You can ask the {regulator} to check that we were right to do this. Section 51 of the Act gives you that right."
)


def _section(name: str) -> str:
    return f"section {name.removeprefix('s.')} of {_ACT}"


def _done(case: Case, data: Mapping[str, Any]) -> list[Part]:
    """What was done and what was not, which entries stay and why, and who was told."""
    kind, done = case.request.kind, data["done"]
    if not done and not case.decision.refused:
        return [Part("Our answer", (Words(_NOTHING), Words("There is nothing to change or delete.")))]
    it = "part of it" if data["stays"] else "it"
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
        words.append(f"This is what we deleted: {_entries(data['erased'])}.")
    if case.outcome == "partly":
        words.insert(0, "We have done part of what you asked, but not all of it.")
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
        parts.append(Part("What we corrected", (Grid(("Where", "What", "Before", "Now"), rows),)))
    if case.decision.refused:
        parts.append(_refused(case, data, kind))
    return [*parts, *_told(case, data)] if done else parts


def _refused(case: Case, data: Mapping[str, Any], kind: str) -> Part:
    """What was not done: what stays, the ground, the reasons or the section that holds them back, and section 51."""
    decision = case.decision
    ground = decision.refused or ""
    named = f"This is what we still hold: {_entries([each['entry'] for each in data['stays']])}."
    stays = [named] if kind == "erasure" else []
    refused = "refused the rest of your request" if data["done"] else "refused your request"
    why = f"We have {refused} {GROUNDS[kind][ground]}."
    law = f"We are allowed to refuse under {_section(ground)}."
    if decision.withheld:
        reasons = f"We have withheld our reasons, {SECTIONS[decision.withheld]}: {_section(decision.withheld)}."
    else:
        reasons = f"Our reasons: {decision.why}"
    said = (*stays, why, law, reasons, _CHECK.format(regulator=regulator(case.day)))
    return Part("What we have not done" if data["done"] else "Our answer", tuple(map(Words, said)))


def _told(case: Case, data: Mapping[str, Any]) -> list[Part]:
    if not data["told"]:
        return [Part("Who we told", (Words("We have no record of sharing it with anyone else."),))]
    rows = tuple(
        (each["recipient"], _ASKED[each["asks"]], _long(each["on"]), _long(each.get("confirmed_on"), "not yet"))
        for each in data["told"]
    )
    grid = Grid(("Organisation", "Asked to", "Told on", "Confirmed on"), rows)
    after = [_THEY_TOO]
    after += (
        ["We will send you a certificate of removal when they have all confirmed."] if case.request.erasures else []
    )
    if data["corrected"] and any(each["asks"] == "delete" for each in data["told"]):
        after.append(
            "If an organisation may no longer hold your data, we asked it to delete the data, not to correct it."
        )
    return [Part("Who we told", (grid, *map(Words, after)))]


_THEY_TOO = "Section 48 of the Act says that we must tell them, and that they must do the same with what we sent them."


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
        return "withheld", f"withheld, as in our answer {before}"
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
    last = f"The last day for our answer {'is' if is_to_come else 'was'} {_long(due)}."
    said = [Words(last if due else "The time limit for our answer is paused.")]
    if due and case.day > due:
        said.append(Words("This letter is late. We are sorry."))
    grid = [Grid(("From", "To", "Days", "How they count"), rows)] if rows else []
    return Part("How we counted the time limit", (*said, *grid))


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
    words = [f"If you disagree with our answer, you can write to us first. {at_any_time}"]
    if complains_to_controller(case.day):
        words.append(
            "Section 164A of the Act gives you the right to complain to us. "
            "We must confirm within 30 days that we have received your complaint."
        )
    words.append("You can also apply to a court (section 167 of the Act).")
    return Part("If you are unhappy with our answer", (*map(Words, words), Facts(pairs)))


def _long(day: object, absent: str = "not known") -> str:
    """A day as letters write it: 3 March 2026."""
    return in_words(day) or absent
