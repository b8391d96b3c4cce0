"""Decisions at the gate: refusals and notes by code, held records, and who admitted which of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from typing import Any

from overt.controls import find_pack, read_pack
from overt.gate import PERMITTED
from overt.model import DECISION
from overt.pages import Bar, bars
from overt.web._answers import Page
from overt.web._forms import Choices, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_FIELDS
from overt.web.portal.oversight import _queries as queries

_HERE = "/oversight/gate"
_OUTCOMES = ("admitted", "held", "refused")
_STATES: Choices = (
    ("waiting", "Waiting for a decision"), ("admitted", "Admitted"), ("refused", "Refused"),
    (PERMITTED, "Permission given"),
)  # fmt: skip
_STATE = FormField("state", "Decision", Input.CHOICE, choices=_STATES, optional=True)
_CODE = FormField("code", "Reason", optional=True, longest=60)
_FEWEST_CODES = 50
_NEXT = {None: "An approver who did not submit it", PERMITTED: "The person who submitted it: run the command again"}


def _gate(ask: Ask) -> Answer:
    state, code = ask.query.get("state", ""), ask.query.get("code", "")
    with ask.desk.reading() as register:
        store = register.store
        held, page, looked_at = queries.held_page(store, queries.HeldQuery(state, code), ask.query)
        by_code, by_quarter = queries.tally_by_code(store), queries.tally_by_quarter(store)
        titles = _titles(ask)
        titles |= {known: queries.note_of(store, known) for known, *_ in by_code if known and known not in titles}
    for reason, says in (pair for record in held for pair in record.reasons.items()):
        titles[reason] = titles.get(reason) or says
    rows = _by_reason(by_code, titles)
    total: Counter[str] = Counter({outcome: count for known, outcome, count, _ in by_code if not known})
    data = {
        "total": {outcome: total[outcome] for outcome in _OUTCOMES},
        "quarters": _by_quarter(by_quarter),
        "codes": [row for row in rows if not code or row["code"] == code][:_FEWEST_CODES],
        "more_codes": max(0, len(rows) - _FEWEST_CODES) if not code else 0,
        "all_codes": [(row["code"], f"{row['code']}: {row['title']}" if row["title"] else row["code"]) for row in rows],
        "picture": _picture(rows),
        "held": [_shown(record, titles) for record in held],
        "state": state, "code": code, "states": _STATES, "looked_at": looked_at,
        "pages": page.ways(_HERE, ask.query),
    }  # fmt: skip
    return Page("oversight/gate.html", data)


def _by_reason(tally: list[tuple[str, str, int, str]], titles: dict[str, str]) -> list[dict[str, Any]]:
    """Each reason with how often it refused, held or was noted, the commonest refusals first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    last: dict[str, str] = {}
    for code, outcome, count, day in tally:
        if code:
            counts[code][outcome] += count
            last[code] = max(last.get(code, ""), day)
    rows: list[dict[str, Any]] = [
        {
            "code": code, "title": titles.get(code, ""), "refused": counted["refused"], "held": counted["held"],
            "admitted": counted["admitted"], "last": last[code],
        }
        for code, counted in counts.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row["refused"], -row["held"], row["code"]))


def _by_quarter(tally: list[tuple[str, str, int]]) -> list[dict[str, Any]]:
    quarters: dict[str, Counter[str]] = defaultdict(Counter)
    for quarter, outcome, count in tally:
        quarters[quarter][outcome] += count
    return [
        {"quarter": name, **{outcome: counts[outcome] for outcome in _OUTCOMES}}
        for name, counts in sorted(quarters.items(), reverse=True)
    ]


def _shown(record: queries.HeldRecord, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "hold": record.hold, "held_at": record.held_at, "actor": record.actor, "codes": list(record.reasons),
        "says": [f"{code}: {titles.get(code) or says}" for code, says in record.reasons.items()],
        "outcome": record.outcome, DECISION.decided_on: record.decided_on, DECISION.decided_by: record.decided_by,
        "why": record.why, "next": _NEXT.get(record.outcome, "No one"),
    }  # fmt: skip


def _picture(rows: list[dict[str, Any]]) -> Any:
    most = max((row["refused"] for row in rows), default=0)
    drawn = [Bar(row["code"], "", f"{row['refused']:,}", row["refused"] / most) for row in rows[:8] if row["refused"]]
    summary = ", ".join(f"{bar.label}: {bar.value}" for bar in drawn)
    return bars("refusals", "Most common reasons for refusal", summary, drawn) if drawn else None


def _titles(ask: Ask) -> dict[str, str]:
    """Return the title of each control in the packs named by the charter."""
    pins = {(name, pin.digest) for charter in ask.desk.charters() for name, pin in charter.packs.items()}
    return {control: title for pinned in sorted(pins) for control, title in _titles_of(*pinned)}


@cache
def _titles_of(name: str, _digest: str) -> tuple[tuple[str, str], ...]:
    """The controls of a pack and their titles: read once for each digest that a charter pins."""
    return tuple((control.id, control.title) for control in read_pack(find_pack(name)).controls)


ACTIONS = (
    Action("oversight.gate", Face.OVERSIGHT, _HERE, "Decisions at the gate", _gate, nav="Gate",
           query=(_STATE, _CODE, *PAGE_FIELDS)),
)  # fmt: skip
