"""The packs that a charter names; those that are not Overt's own are held to what a decision can answer for them.

See decision 0033.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

from overt.charter import Charter, PackFacts, check_against_packs
from overt.controls import Control, Effect, Pack, find_pack, own_name, read_pack, shipped_packs
from overt.refusals import Refusal

_COMPARES = (exp.Join, exp.Subquery, exp.CTE, exp.Group, exp.Window, exp.AggFunc, exp.Exists, exp.SetOperation)


def packs_of(charter: Charter | None) -> tuple[Pack, ...]:
    """The packs that a charter names, exactly as it names them."""
    if charter is None:
        return ()
    shipped = shipped_packs()
    folders = {name: shipped.get(own_name(name)) for name in charter.packs}
    packs = {name: _shipped(folder) if folder else read_pack(find_pack(name)) for name, folder in folders.items()}
    facts = {
        name: PackFacts(
            pack.version, pack.digest, {threshold.name: threshold.value for threshold in pack.thresholds.values()}
        )
        for name, pack in packs.items()
    }
    check_against_packs(charter, facts)
    check_for_gate(packs.values())
    check_once(packs.values())
    return tuple(packs.values())


@cache
def _shipped(folder: Path) -> Pack:
    """A pack of Overt's own, which does not change while it runs: reading one takes longer than many decisions."""
    return read_pack(folder)


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
