"""What the engine is asked for the pages of meaning: what columns may mean, their dates, codes and names."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from overt.audits.columns import code_table, date_forms, looks_like_names
from overt.audits.mapping import propose
from overt.audits.source import SourceTable
from overt.model import TABLES

if TYPE_CHECKING:
    from overt.web.studio._engine_asks import EngineState

_PROPOSAL = "proposal"


def proposal(state: EngineState, _: dict[str, Any]) -> dict[str, Any]:
    """What is proposed for the source, worked out once for each loading, with the types of its columns."""
    if _PROPOSAL not in state.kept:
        made = asdict(propose(state.connection, state.account))
        made["types"] = [_type(state, column) for column in made["columns"]]
        state.kept[_PROPOSAL] = made
    kept: dict[str, Any] = state.kept[_PROPOSAL]
    return kept


def dates(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """In which forms the dates of a column are written."""
    forms = date_forms(state.connection, _table(state, arguments), arguments["column"])
    return {**asdict(forms), "order": forms.order, "is_dates": forms.is_dates}


def codes(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """The values of a column that may be shown where it means `meaning`, and what is masked."""
    table, name = arguments["meaning"].split(".")
    apart = [tuple(pair) for pair in arguments["apart"]]
    meaning = TABLES[table].by_name[name]
    return asdict(
        code_table(
            state.connection,
            _table(state, arguments),
            arguments["column"],
            meaning=meaning,
            declared=arguments["declared"],
            apart=apart,
        )
    )


def names(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """Whether a column seems to hold names of people."""
    return {"names": looks_like_names(state.connection, _table(state, arguments), arguments["column"])}


def _type(state: EngineState, column: dict[str, Any]) -> str:
    return dict(_table(state, column).columns)[column["column"]]


def _table(state: EngineState, arguments: dict[str, Any]) -> SourceTable:
    """The table that a mapping calls so; where all tables are alike, the first."""
    return state.account.by_name.get(arguments["table"], state.account.tables[0])
