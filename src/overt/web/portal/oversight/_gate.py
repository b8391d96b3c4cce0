"""Decisions at the gate: refusals and notes by code, held records, and who admitted which of them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from functools import cache
from typing import Any

from overt.controls import find_pack, read_pack
from overt.model import DECISION
from overt.pages import Bar, bars
from overt.register import Register
from overt.web._answers import Page
from overt.web.portal._action import Action, Answer, Ask, Face

_OUTCOMES = ("admitted", "held", "refused")


def _gate(ask: Ask) -> Answer:
    titles = _titles(ask)
    with ask.desk.reading() as register:
        tally = register.store.rows("select on_date, outcome, code, count from tally")
        notes = register.store.rows("select code, count(*), max(what) from noted group by code")
        noted = {code: (times, says) for code, times, says in notes}
        holds = _holds(register)
    quarters: dict[str, Counter[str]] = defaultdict(Counter)
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    last: dict[str, str] = {}
    for on_date, outcome, code, count in tally:
        day = str(on_date)
        if not code:
            quarters[f"{day[:4]}, quarter {(int(day[5:7]) + 2) // 3}"][outcome] += count
            continue
        codes[code][outcome] += count
        last[code] = max(last.get(code, ""), day)
    titles = {code: says for code, (_, says) in noted.items()} | titles
    for hold in holds:
        titles = hold["says"] | titles
    rows: list[dict[str, Any]] = [
        {
            "code": code,
            "title": titles.get(code, ""),
            "refused": counts["refused"],
            "held": counts["held"],
            "admitted": noted[code][0] if code in noted else counts["admitted"],
            "last": last[code],
        }
        for code, counts in codes.items()
    ]
    rows.sort(key=lambda row: (-row["refused"], -row["held"], row["code"]))
    total: Counter[str] = sum(quarters.values(), Counter())
    return Page(
        "oversight/gate.html",
        {
            "total": {outcome_name: total[outcome_name] for outcome_name in _OUTCOMES},
            "quarters": [
                {"quarter": name, **{outcome_name: counts[outcome_name] for outcome_name in _OUTCOMES}}
                for name, counts in sorted(quarters.items(), reverse=True)
            ],
            "codes": rows,
            "picture": _picture(rows),
            "waiting": [hold for hold in holds if hold["outcome"] is None],
            "decided": [hold for hold in holds if hold["outcome"] is not None],
        },
    )


def _picture(rows: list[dict[str, Any]]) -> Any:
    most = max((row["refused"] for row in rows), default=0)
    drawn = [Bar(row["code"], "", f"{row['refused']:,}", row["refused"] / most) for row in rows[:8] if row["refused"]]
    summary = ", ".join(f"{bar.label}: {bar.value}" for bar in drawn)
    return bars("refusals", "Most common reasons for refusal", summary, drawn) if drawn else None


def _holds(register: Register) -> list[dict[str, Any]]:
    """Every held record, newest first: why it was held, and the decision. Its content is not kept."""
    decided = {
        str(number): {DECISION.decided_on: str(day), DECISION.decided_by: by, "why": why}
        for number, day, by, why in register.store.rows(
            "select decision_id, decided_on, decided_by, reason from decision_version where closed_seq is null"
        )
    }
    undecided = {DECISION.decided_on: None, DECISION.decided_by: None, "why": None}
    held = register.store.rows("select hold_id, held_at, actor, reasons, outcome from held order by held_at desc")
    rows = []
    for hold, held_at, actor, reasons, outcome in held:
        read = json.loads(reasons)
        says = {reason["code"]: reason.get("says", "") for reason in read}
        row = {"hold": hold, "held_at": str(held_at), "actor": actor, "codes": list(says), "says": says}
        rows.append({**row, "outcome": outcome, **decided.get(str(hold), undecided)})
    return rows


def _titles(ask: Ask) -> dict[str, str]:
    """Return the title of each control in the packs named by the charter."""
    pins = {(name, pin.digest) for charter in ask.desk.charters() for name, pin in charter.packs.items()}
    return {control: title for pinned in sorted(pins) for control, title in _titles_of(*pinned)}


@cache
def _titles_of(name: str, _digest: str) -> tuple[tuple[str, str], ...]:
    """The controls of a pack and their titles: read once for each digest that a charter pins."""
    return tuple((control.id, control.title) for control in read_pack(find_pack(name)).controls)


ACTIONS = (Action("oversight.gate", Face.OVERSIGHT, "/oversight/gate", "Decisions at the gate", _gate, nav="Gate"),)
