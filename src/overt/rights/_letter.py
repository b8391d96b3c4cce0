"""The letter, in words that most people can read at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from overt.charter import Charter
from overt.pages import Block, Facts, Grid, Paper, Part, Points, Words, opening
from overt.pages import day as in_words
from overt.rights._content import COMMISSIONER, Case
from overt.rights._decision import PARTS, SECTIONS, Decision
from overt.rights._find import Who

_NCND = (
    "You asked whether we hold data about you in this register. We neither confirm nor deny it.",
    "The law lets us do so where a yes or a no could do harm: section 45(4) of the Data Protection Act 2018. "
    "We send the same words, after the same time, to those we list and to those we do not.",
    "So you cannot tell from this letter whether you are listed. Nor can anybody else who reads it.",
    "You can ask the Information Commissioner to check that we have followed the law. The Commissioner can see "
    "what we do not show you. Section 51 of the Act gives you that right.",
)
_KIND_WORDS = {
    "access": "You asked what we hold about you in this register.",
    "rectification": "You asked us to correct what we hold about you.",
    "erasure": "You asked us to delete what we hold about you.",
    "restriction": "You asked us to stop using what we hold about you.",
    "objection": "You asked us not to share what we hold about you.",
}


def letter(case: Case, who: Who, data: Mapping[str, Any]) -> Paper:
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
        parts = [Part("Our answer", tuple(map(Words, _NCND)))]
    else:
        parts = _access(case, who, data) if request.kind == "access" else _done(case, data)
    mark = "SYNTHETIC: everything here is invented." if "synthetic" in said.name.lower() else ""
    title = f"Answer to your request {request.number}"
    opening = (facts, Words(_KIND_WORDS[request.kind]))
    return Paper(said.controller, title, case.day, opening, (*parts, _complaint(case.charter)), mark)


def _access(case: Case, who: Who, data: Mapping[str, Any]) -> list[Part]:
    holdings, decision = case.holdings, case.decision
    if not holdings:
        accounts = ", and under the accounts that you gave us" if who.handles else ""
        looked = (
            "We looked under the name and the date of birth that you gave us, in the ways in which such names are "
            f"usually spelled{accounts}."
        )
        nothing = Words("We hold nothing about you in this register.")
        return [Part("Our answer", (nothing, Words(looked))), *_held_back(decision)]
    count = "one entry" if len(holdings) == 1 else f"{len(holdings)} entries"
    parts = [Part("Our answer", (Words(f"Yes, we hold data about you: {count}. It is set out below."),))]
    for entry in data["entries"]:
        parts += _entry_parts(entry)
    parts += _held_back(decision)
    parts.append(Part("Why we may keep it", (Words(opening(case.charter.register.legal_basis)),)))
    parts.append(Part("What you can ask for", (Words(_RIGHTS),)))
    return parts


def _entry_parts(entry: Mapping[str, Any]) -> list[Part]:
    facts = [("Entry", entry["entry"]), ("You are listed as", entry.get("role", "nothing was written down"))]
    facts += [("Made on", _long(entry["opened_on"]))] if entry.get("opened_on") else []
    facts += [("Made by", entry["unit"])] if entry.get("unit") else []
    facts += [("What for", entry["purpose"] or "nothing was written down")]
    facts += [("Why", entry["grounds"] or "nothing was written down")] if "grounds" in entry else []
    for name, words in (("score", "Score"), ("band", "Band"), ("closed_on", "Closed on")):
        facts += [(words, str(entry[name]))] if name in entry else []
    facts += [(_ABOUT.get(name, name), str(value)) for name, value in entry["about_you"].items()]
    pairs = tuple((name, str(value)) for name, value in facts)
    parts = [Part(f"Entry {entry['entry']}", (Facts(pairs),))]
    rows = tuple((each["category"], str(each["items"])) for each in entry["categories"])
    kinds: list[Block] = [Grid(("Kind of data", "Items"), rows) if rows else Words("No items stand under it.")]
    if entry.get("items"):
        kinds.append(_items(entry["items"]))
    parts.append(Part("What we hold, by kind", tuple(kinds)))
    if "recipients" in entry:
        parts.append(Part("Who was sent it", (_recipients(entry["recipients"]),)))
    kept = entry["retention"]
    lines = [f"We look at it again by {_long(kept['review_by'])}."] if kept["review_by"] else []
    lines += [f"We delete it by {_long(kept['delete_by'])}."] if kept["delete_by"] else []
    lines += [f"It can be kept for {kept['most_years']} years at most. {kept['reason']}"] if kept["most_years"] else []
    shown = tuple(map(Words, lines)) or (Words("No day was set. That is a fault of ours."),)
    return [*parts, Part("How long we keep it", shown)]


_SEEN = {"open": "open to all", "private": "private", "persona": "through a persona"}
_ABOUT = {
    "birth_date": "Date of birth",
    "age_recorded": "Age as written down",
    "sex": "Sex",
    "ethnicity_self": "Ethnicity, as you gave it (code)",
    "ethnicity_observed": "Ethnicity, as an officer saw it (code)",
    "died_on": "Date of death",
}


def _items(items: Sequence[Mapping[str, Any]]) -> Grid:
    has_sources = any("origin" in each for each in items)
    header = ("Item", "Kind of data", "Fact or opinion", "Collected on", *(("From", "Seen") if has_sources else ()))
    rows = []
    for each in items:
        is_what = {"fact": "fact", "assessment": "opinion"}.get(each.get("is", ""), "not marked")
        row = [each["item"], each.get("category", "none"), is_what, each.get("collected_on", "not known")]
        if has_sources:
            row += [
                each.get("origin", "not known").replace("_", " "),
                _SEEN.get(each.get("visibility", ""), "not known"),
            ]
        rows.append(tuple(map(str, row)))
    return Grid(header, tuple(rows))


def _recipients(sent: Sequence[Mapping[str, Any]]) -> Block:
    if not sent:
        return Words("Nobody outside was sent it, as far as the register knows.")
    rows = tuple((each["recipient"], _long(each["sent_on"]), str(each["purpose"])) for each in sent)
    return Grid(("Body", "Sent on", "What for"), rows)


_RIGHTS = (
    "If something is wrong, ask us to correct it. If we may not keep it, ask us to delete it or to stop using it. "
    "We then tell everybody who was sent it. Write to the address below, with the reference above."
)


def _held_back(decision: Decision) -> list[Part]:
    if not decision.restrictions:
        return []
    points = tuple(
        f"We hold back {PARTS[each.part]}, {SECTIONS[each.section]}: section {each.section.removeprefix('s.')} "
        "of the Data Protection Act 2018."
        for each in decision.restrictions
    )
    check = "You can ask the Information Commissioner to check this: section 51 of the Act gives you that right."
    return [Part("What we hold back", (Points(points), Words(check)))]


def _done(case: Case, data: Mapping[str, Any]) -> list[Part]:
    decision = case.decision
    if decision.refused:
        why = f"We have not done it, {SECTIONS[decision.refused]}."
        law = f"The law lets us refuse: section {decision.refused.removeprefix('s.')} of the Data Protection Act 2018."
        return [Part("Our answer", (Words(why), Words(law)))]
    words = tuple(Words(_DONE[each["what"]].format(on=_long(each["on"]))) for each in data["done"])
    parts = [Part("Our answer", words)]
    if data["told"]:
        rows = tuple(
            (each["recipient"], _ASKED[each["asks"]], _long(each["on"]), _long(each.get("confirmed_on"), "not yet"))
            for each in data["told"]
        )
        grid = Grid(("Body", "Asked to", "Told on", "Confirmed on"), rows)
        after = "You get a certificate of removal when all of them have confirmed." if case.request.erasures else ""
        parts.append(Part("Who we told", (grid, *([Words(after)] if after else []))))
    else:
        parts.append(Part("Who we told", (Words("Nobody else was sent it, as far as the register knows."),)))
    return parts


_DONE = {
    "rectified": "We corrected it on {on}.",
    "erased": "We deleted it on {on}. What is left in our log is a number that tells nothing.",
    "recalled": "On {on} we told those who were sent it what to do.",
}
_ASKED = {"delete": "delete it", "correct": "correct it", "restrict": "not use it"}


def _complaint(charter: Charter) -> Part:
    said = charter.register
    pairs = (
        ("Write to us", said.contact),
        ("Our data protection officer", said.data_protection_officer),
        ("The Information Commissioner", COMMISSIONER.partition(", ")[2]),
    )
    words = "If you do not agree, write to us first. You can complain to the Information Commissioner at any time. You "
    return Part("How to complain", (Words(f"{words}can also go to court."), Facts(pairs)))


def _long(day: object, absent: str = "not known") -> str:
    """A day as letters write it: 3 March 2026."""
    return in_words(day) or absent
