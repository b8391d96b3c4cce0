"""Lists of conditions: `[[condition]]` tables in TOML, after the way Sigma rules are put together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from overt.encoding import read_toml
from overt.refusals import Refusal, raise_all
from overt.watchlists._term import Condition, Term

_LISTS = ("all_of", "one_of", "none_of", "not_near")
_KNOWN = {"name", "category", "weight", "within", *_LISTS}


def read_conditions(text: str, path: Path) -> list[Term]:
    """The conditions of a list; refuses every fault in them at once, each with the condition's number."""
    try:
        document = read_toml(text)
    except ValueError as error:
        raise Refusal("watchlist-condition", path.name, str(error), "TOML") from error
    tables = document.get("condition")
    if set(document) - {"condition"} or not isinstance(tables, list):
        raise Refusal(
            "watchlist-condition",
            path.name,
            "the file has something other than [[condition]] tables",
            "only [[condition]] tables",
        )
    terms: list[Term] = []
    faults: list[Refusal] = []
    for place, table in enumerate(tables, 1):
        where = f"{path.name}, condition {place}"
        faults += [Refusal("watchlist-condition", where, *fault) for fault in _faults(table)]
        if not faults:
            terms.append(_term(table, place))
    raise_all(faults)
    return terms


def _faults(table: Mapping[str, object]) -> list[tuple[str, str]]:
    faults = [(f"unknown key {key}", ", ".join(sorted(_KNOWN))) for key in sorted(set(table) - _KNOWN)]
    faults += [(f"{key} is not a list of text", f'{key} = ["…"]') for key in _LISTS if not _is_list(table.get(key, []))]
    faults += [
        (f"{key} is not text", "a text") for key in ("name", "category") if not isinstance(table.get(key, ""), str)
    ]
    if not table.get("all_of") and not table.get("one_of"):
        faults.append(("neither all_of nor one_of", "one of them"))
    within = table.get("within", 0)
    if isinstance(within, bool) or not isinstance(within, int) or within < 0:
        faults.append(("within is not a number of words", "0 or more"))
    elif bool(table.get("not_near")) != bool(within):
        faults.append(("not_near and within go together", "both or neither"))
    weight = table.get("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < float("inf"):
        faults.append(("weight is not a number of 0 or more", "a number"))
    return faults


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _term(table: Mapping[str, Any], place: int) -> Term:
    lists = {key: tuple(str(text).strip() for text in table.get(key, ())) for key in _LISTS}
    within = table.get("within", 0)
    weight = table.get("weight", 1)
    condition = Condition(**lists, within=within if isinstance(within, int) else 0)
    name = str(table.get("name", "")).strip() or f"condition {place}"
    return Term(
        name,
        str(table.get("category", "")),
        float(weight) if isinstance(weight, int | float) else 1.0,
        condition,
        place,
    )
