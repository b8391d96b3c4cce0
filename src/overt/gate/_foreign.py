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
    packs, and is plain for a control that reads one row.
    """
    for pack in packs:
        if pack.path is not None and pack.path == shipped_packs().get(pack.name):
            continue
        for control in pack.controls:
            if control.gate is not Effect.NONE and _compares(control):
                raise Refusal(
                    "gate-compares-rows",
                    f"{pack.name}, {control.id}",
                    f"gate: {control.gate.value}, and a text that compares rows with others",
                    "at the gate, in a pack that Overt does not ship, controls that read one row",
                    "write gate: none, so that the audit asks it",
                )


def _compares(control: Control) -> bool:
    return len(control.reads) > 1 or any(sqlglot.parse_one(control.sql, dialect="duckdb").find_all(*_COMPARES))
