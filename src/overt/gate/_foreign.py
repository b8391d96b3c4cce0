"""Holds packs that are not Overt's own to what a decision can answer for them: see decision 0033."""

from __future__ import annotations

from collections.abc import Iterable

import sqlglot
from sqlglot import exp

from overt.controls import Control, Pack, shipped_packs
from overt.controls import Gate as Effect
from overt.refusals import Refusal

_COMPARES = (exp.Join, exp.Subquery, exp.CTE, exp.Group, exp.Window, exp.AggFunc, exp.Exists, exp.SetOperation)


def check_for_gate(packs: Iterable[Pack]) -> None:
    """Refuses a pack that decides at the gate by comparing rows, unless Overt ships it as it is.

    Of a register a decision sees the neighbourhood of what is proposed. That this is enough is tested for the shipped
    packs, and is plain for a control that reads one row. What a variant takes over
    is the text of the pack that it is a variant of, which Overt ships.
    """
    for pack in packs:
        if pack.path is not None and pack.path == shipped_packs().get(pack.name):
            continue
        for control in pack.controls:
            if not pack.is_inherited(control) and control.gate is not Effect.NONE and _compares(control):
                raise Refusal(
                    "gate-compares-rows",
                    f"{pack.name}, {control.id}",
                    f"gate: {control.gate.value}, and a text that compares rows with others",
                    "only controls that read one row, at the gate, in a pack that is not built in",
                    "write `gate: none`, so that the audit runs it instead",
                )


def _compares(control: Control) -> bool:
    return len(control.reads) > 1 or any(sqlglot.parse_one(control.sql, dialect="duckdb").find_all(*_COMPARES))


def check_once(packs: Iterable[Pack]) -> None:
    """Refuses packs that have a control of the same id: which of them is meant could not be told."""
    seen: dict[str, str] = {}
    for pack in packs:
        for control in pack.controls:
            if control.id in seen:
                raise Refusal("control-in-two-packs", control.id, f"{seen[control.id]} and {pack.name}", "one pack")
            seen[control.id] = pack.name
