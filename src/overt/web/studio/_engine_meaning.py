"""What the engine is asked for the pages of meaning: what columns may mean, their dates, codes and names."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from overt.audits.columns import code_table, date_forms, looks_like_names, shown_values, values_of
from overt.audits.mapping import covers, differing_rows, mapping_of, merged_people, propose
from overt.audits.source import SourceTable
from overt.model import SUBJECT, TABLES
from overt.web.studio._engine_kept import PROPOSAL, counted
from overt.web.studio._kept import MAPPING

if TYPE_CHECKING:
    from overt.web.studio._engine_asks import EngineState

_MOST_SCHEMES = 8


def proposal(state: EngineState, _: dict[str, Any]) -> dict[str, Any]:
    """What is proposed for the source, worked out once for each loading, with the types of its columns."""

    def worked_out() -> dict[str, Any]:
        made = asdict(propose(state.connection, state.account))
        return {**made, "types": [_type(state, column) for column in made["columns"]]}

    return counted(state, PROPOSAL, worked_out)


def dates(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """In which forms the dates of a column are written."""
    forms = date_forms(state.connection, _table(state, arguments), arguments["column"], also=arguments["also"])
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
            also=arguments["also"],
        )
    )


def schemes(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """The group schemes that have labels of a column which means `meaning`, with the codes of those that may be shown.

    `unknown` are those of the labels that a scheme does not have.
    """
    table, name = arguments["meaning"].split(".")
    meaning = TABLES[table].by_name[name]
    attribute = "sex" if name == SUBJECT.sex else "ethnicity" if name.startswith("ethnicity") else ""
    if not attribute or not meaning.codes:
        return {"schemes": []}
    counted = values_of(state.connection, _table(state, arguments), arguments["column"], *arguments["also"])
    shown = shown_values(counted, meaning=meaning, declared=arguments["declared"]).shown
    found = []
    for cover in covers(counted, attribute, meaning.codes)[:_MOST_SCHEMES]:
        codes = {value: code for value, code in cover.codes.items() if value in shown}
        unknown = [value for value in counted if value not in cover.codes and value in shown]
        found.append({**asdict(cover), "codes": codes, "unknown": unknown})
    return {"schemes": found}


def names(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """Whether a column seems to hold names of people."""
    return {"names": looks_like_names(state.connection, _table(state, arguments), arguments["column"])}


def differing(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """Which numbers have rows that differ in a `column` of the model; nothing where it is taken from one row."""
    table, _, name = arguments["column"].partition(".")
    mapping = mapping_of(arguments["mapping"], MAPPING)
    found = differing_rows(state.connection, mapping, state.account, table, name)
    return {"differing": asdict(found) if found is not None else None}


def merged(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """The people who have one number and are written in several ways, by their rows."""
    found = merged_people(state.connection, mapping_of(arguments["mapping"], MAPPING), state.account)
    return asdict(found) if found is not None else {"people": 0, "merged": 0, "shown": []}


def _type(state: EngineState, column: dict[str, Any]) -> str:
    return dict(_table(state, column).columns)[column["column"]]


def _table(state: EngineState, arguments: dict[str, Any]) -> SourceTable:
    """The table that a mapping calls so; where all tables are alike, the first."""
    return state.account.by_name.get(arguments["table"], state.account.tables[0])
