"""What an access letter says about one entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from overt.model import ENTRY, ITEM, REVIEW, SUBJECT
from overt.pages import Block, FactList, Grid, Paragraph, Part, opening
from overt.pages import day as in_words
from overt.rights._titles import grades, unit_name, word


def entry_parts(entry: Mapping[str, Any], today: dt.date) -> list[Part]:
    role = word(ENTRY.role, entry[ENTRY.role]) if ENTRY.role in entry else _NOT_WRITTEN
    facts = [("You are listed as", role)]
    facts += [("The entry is", word(ENTRY.status, entry[ENTRY.status]))] if ENTRY.status in entry else []
    facts += [("Entry made on", long(entry[ENTRY.opened_on]))] if entry.get(ENTRY.opened_on) else []
    facts += [("Entry made by", unit_name(entry[ENTRY.unit]))] if entry.get(ENTRY.unit) else []
    facts += [("Purpose", entry[ENTRY.purpose] or _NOT_WRITTEN)]
    facts += [("Grounds", entry[ENTRY.grounds] or _NOT_WRITTEN)] if ENTRY.grounds in entry else []
    facts += [(words, word(name, entry[name])) for name, words in SCORED.items() if name in entry]
    facts += [(words, long(entry[name])) for name, words in DATED.items() if name in entry]
    facts += [("Reason closed", entry[ENTRY.closed_reason])] if ENTRY.closed_reason in entry else []
    facts += [
        (ABOUT.get(name, name.replace("_", " ")), _about(name, value)) for name, value in entry["about_you"].items()
    ]
    pairs = tuple((name, str(value)) for name, value in facts)
    parts = [Part(f"Entry {entry['entry']}", (FactList(pairs),))]
    rows = tuple((category["category"], str(category["items"])) for category in entry["categories"])
    kinds: list[Block] = [Grid(("Category", "Items"), rows) if rows else Paragraph("There are no items in this entry.")]
    if entry.get("items"):
        kinds.append(_items(entry["items"]))
    parts.append(Part("What we hold, by category", tuple(kinds)))
    if "recipients" in entry:
        parts.append(Part("Who we have shared it with", (_recipients(entry["recipients"]),)))
    if entry["reviews"]:
        looks = tuple((long(look["done_on"]), word(REVIEW.outcome, look[REVIEW.outcome])) for look in entry["reviews"])
        parts.append(Part("When we reviewed it", (Grid(("Date", "What we decided"), looks),)))
    return [*parts, _retention(entry, today)]


def _retention(entry: Mapping[str, Any], today: dt.date) -> Part:
    """How long it is kept. A date that has passed is not shown as a commitment: the letter says that it has passed."""
    term, lines = entry["retention"], []
    if term["review_by"]:
        if term["review_by"] >= str(today) or entry.get(ENTRY.status) == "closed":
            lines += [f"We must review it by {long(term['review_by'])}."] if entry.get(ENTRY.status) != "closed" else []
        else:
            lines.append(f"We should have reviewed it by {long(term['review_by'])}. That date has passed.")
    if term["delete_by"] and term["delete_by"] >= str(today):
        lines.append(f"We must delete it by {long(term['delete_by'])}.")
    elif term["delete_by"]:
        lines.append(
            f"We should have deleted it by {long(term['delete_by'])}. That date has passed. "
            "You can ask us to delete it now."
        )
    if term["most_years"]:
        lines.append(f"We can keep it for up to {_years(term['most_years'])}. {term['reason']}")
    shown = tuple(map(Paragraph, lines)) or (Paragraph("We have not set a date. This is our mistake."),)
    return Part("How long we keep it", shown)


def _years(count: int) -> str:
    return "1 year" if count == 1 else f"{count} years"


_NOT_WRITTEN = "not recorded"
SCORED = {ENTRY.score: "Score", ENTRY.band: "Band"}
DATED = {
    ENTRY.score_as_of: "Score calculated on",
    ENTRY.closed_on: "Closed on",
    ENTRY.mention_on: "Marked with the outcome of the case on",
}
FIELDS: dict[str, str] = {
    ENTRY.role: "What you are listed as",
    ENTRY.status: "Whether the entry is in use",
    ENTRY.opened_on: "Entry made on",
    ENTRY.unit: "Entry made by",
    ENTRY.grounds: "Grounds",
    ENTRY.purpose: "Purpose",
    ENTRY.condition: "Condition for holding sensitive data",
    ENTRY.review_due_on: "Review date",
    ENTRY.delete_due_on: "Deletion date",
    ENTRY.decided_by: "Who decided to list you",
    ENTRY.closed_reason: "Reason closed",
    ITEM.category: "Category",
    ITEM.basis: "Fact or opinion",
    ITEM.origin: "Where it came from",
    ITEM.visibility: "Who could see it",
    ITEM.collected_on: "Collected on",
    ITEM.source_grade: "Grading of the source",
    ITEM.information_grade: "Grading of the information",
    ITEM.handling: "Whether it may be shared",
}
ABOUT: dict[str, str] = {
    SUBJECT.birth_date: "Date of birth",
    SUBJECT.age_recorded: "Recorded age",
    SUBJECT.sex: "Sex",
    SUBJECT.ethnicity_self: "Your ethnicity, as you described it",
    SUBJECT.ethnicity_observed: "Your ethnicity, as recorded by an officer",
    SUBJECT.died_on: "Date of death",
}


def column_words(column: str) -> str:
    """What a letter calls a column of an entry, of the person or of an item."""
    return (ABOUT | SCORED | DATED | FIELDS).get(column, opening(column.replace("_", " ")).rstrip("."))


def field_words(path: str) -> str:
    """What an officer calls a field that can be corrected, such as `item.I17-1.basis`."""
    table, *key, column = path.split(".")
    whose = {"entry": "The entry", "subject": "The person"}.get(table, f"Item {'.'.join(key)}")
    return f"{whose}: {column_words(column)}"


def _about(name: str, value: object) -> str:
    return long(value) if name.endswith(("_date", "_on")) else word(name, value)


def _items(items: Sequence[Mapping[str, Any]]) -> Grid:
    has_sources = any(ITEM.origin in item or ITEM.source_grade in item for item in items)
    more = ("Source", "Who could see it", "Grading") if has_sources else ()
    rows = []
    for item in items:
        is_what = word(ITEM.basis, item.get("is", "not marked"))
        row = [item["item"], item.get(ITEM.category, "none"), is_what, long(item.get(ITEM.collected_on))]
        if has_sources:
            place = f" ({word(ITEM.platform, item[ITEM.platform])})" if ITEM.platform in item else ""
            row += [word(ITEM.origin, item.get(ITEM.origin, "not known")) + place]
            row += [word(ITEM.visibility, item.get(ITEM.visibility, "not known"))]
            row += [grades(item.get(ITEM.source_grade), item.get(ITEM.information_grade))]
        rows.append(tuple(map(str, row)))
    return Grid(("Item", "Category", "Fact or opinion", "Collected on", *more), tuple(rows))


def _recipients(sent: Sequence[Mapping[str, Any]]) -> Block:
    if not sent:
        return Paragraph("We have no record of sharing it with anyone outside our organisation.")
    rows = tuple((sending["recipient"], long(sending["sent_on"]), str(sending["purpose"])) for sending in sent)
    return Grid(("Organisation", "Shared on", "Purpose"), rows)


def long(day: object, absent: str = "not known") -> str:
    """A day as letters write it: 3 March 2026."""
    return in_words(day) or absent
