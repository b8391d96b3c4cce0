"""Which columns of a view cannot be written for a server, each with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import duckdb

from overt.audits.mapping._mapping import MappedView
from overt.audits.mapping._server_from import ServerTable
from overt.audits.mapping._server_view import render_view
from overt.controls.engines import text_of, tree_of
from overt.refusals import Refusal, Refusals


def faults_of(view: MappedView, dialect: str, tables: Mapping[str, ServerTable]) -> dict[str, str]:
    """By column, what the engine does not give DuckDB's meaning; empty for a view that can be written.

    Of a view whose columns can each be written alone, but not together, the reason stands under no name.
    """
    whole = _fault(view, dialect, tables)
    if not whole:
        return {}
    found = {part.columns[0]: fault for part in _parts(view) if (fault := _fault(part, dialect, tables))}
    return found or {"": whole}


def _fault(view: MappedView, dialect: str, tables: Mapping[str, ServerTable]) -> str:
    try:
        render_view(view, dialect, tables, "draft")
    except Refusal as refusal:
        return f"{refusal.found}; to fix: {refusal.remedy}" if refusal.remedy else refusal.found
    except Refusals as refusals:
        return "; ".join(refusal.found for refusal in refusals.refusals)
    return ""


def _parts(view: MappedView) -> list[MappedView]:
    """A view for each column."""
    with duckdb.connect() as connection:
        tree = tree_of(connection, view.select)
        node = tree["statements"][0]["node"]
        parts = []
        for column, item in zip(view.columns, node.get("select_list", []), strict=True):
            alone = {**tree, "statements": [{**tree["statements"][0], "node": {**node, "select_list": [item]}}]}
            parts.append(replace(view, columns=(column,), select=text_of(connection, alone)))
    return parts
