"""What keeps a guess from being certain although its name fits: that its values may name people."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from overt.audits.columns import looks_like_names
from overt.audits.mapping.form import Candidate, Proposal
from overt.audits.source._account import SourceAccount
from overt.model import TABLES, Column, Role

_REFERS = {Role.KEY, Role.REFERENCE, Role.PSEUDONYM}


def without_names(proposal: Proposal, connection: duckdb.DuckDBPyConnection, account: SourceAccount) -> Proposal:
    """The proposal in which no guess is certain that would take sentences, or names of people as references."""

    def checked(candidate: Candidate, source: str) -> Candidate:
        if not candidate.certain:
            return candidate
        column = TABLES[candidate.table].by_name[candidate.column]
        left = _left(column)
        # Of tables that are alike the first stands for all.
        table = account.by_name.get(source, account.tables[0])
        refers = column.may_name or column.role in _REFERS
        if not left and refers and looks_like_names(connection, table, candidate.origin):
            left = "its values look like names of people, and a reference is wanted"
        return replace(candidate, left=left, certain=False) if left else candidate

    views = tuple(
        replace(view, candidates=tuple(checked(candidate, view.source) for candidate in view.candidates))
        for view in proposal.views
    )
    return replace(proposal, views=views)


def _left(column: Column) -> str:
    return "it is free text, in which anybody may be named: say whether the audit needs it" if column.free_text else ""
