"""How two tables of a source fit together by a key: what matches, what is left on either side, and what repeats."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from overt.audits.columns._dates import Placed
from overt.audits.columns._rows import FIRST_ROWS, filled_rows
from overt.audits.source import SourceTable
from overt.audits.source._texts import without_zeros


@dataclass(frozen=True)
class JoinSide:
    """One side of a join: its rows with a key, those that match, those that do not, and keys that several rows have."""

    rows: int
    matched: int
    unmatched: Placed
    repeated_keys: int
    repeating: Placed


@dataclass(frozen=True)
class JoinCheck:
    """What a join would do: both sides, and the rows that come of it.

    `with_trim`, `with_fold` and `with_zeros` are the rows of the left side that would match if blanks at the ends,
    differences of case or zeros at the beginning were ignored as well; each equals `left.matched` where it is already
    ignored or changes nothing.
    """

    left: JoinSide
    right: JoinSide
    joined: int
    with_trim: int
    with_fold: int
    with_zeros: int

    @property
    def multiplies(self) -> bool:
        """Whether a row of the left side becomes several."""
        return self.joined > self.left.matched


@dataclass(frozen=True)
class KeyMatch:
    """How the keys of two tables meet: both sides, and the rows that come of a join."""

    left: JoinSide
    right: JoinSide
    joined: int


def check_join(
    connection: duckdb.DuckDBPyConnection,
    left: SourceTable,
    right: SourceTable,
    on: tuple[str, str],
    *,
    trim: bool = True,
    fold: bool = False,
    zeros: bool = False,
) -> JoinCheck:
    """Counts what a join of two tables on one column of each would match; rows without a key match nothing."""
    key = _key("value", trim=trim, fold=fold, zeros=zeros)
    match = match_keys(connection, left, right, on, (key, key))
    ticks = {"trim": trim, "fold": fold, "zeros": zeros}
    further = {
        tick: match.left.matched
        if ticked or not match.left.unmatched.rows
        else _matched(connection, _key("value", **{**ticks, tick: True}))
        for tick, ticked in ticks.items()
    }
    return JoinCheck(
        match.left, match.right, match.joined, further["trim"], further["fold"], further["zeros"]
    )  # fmt: skip


def match_keys(
    connection: duckdb.DuckDBPyConnection,
    left: SourceTable,
    right: SourceTable,
    on: tuple[str, str],
    keys: tuple[str, str],
) -> KeyMatch:
    """Counts how two tables meet on one column of each; `keys` are SQL for what each side makes of its text, `value`.

    Rows without a key match nothing.
    """
    for name, table, column, key in (("join_left", left, on[0], keys[0]), ("join_right", right, on[1], keys[1])):
        connection.execute(
            f"create or replace temp table {name} as"
            f" select {key} as key, value, place from {filled_rows(table, column)}"
        )
    row = connection.execute(
        "select coalesce(sum(a.times * b.times), 0) from (select key, count(*) as times from join_left group by 1) as a"
        " join (select key, count(*) as times from join_right group by 1) as b using (key)"
    ).fetchone() or (0,)
    sides = _side(connection, "join_left", "join_right"), _side(connection, "join_right", "join_left")
    return KeyMatch(*sides, int(row[0]))


def _key(value: str, *, trim: bool, fold: bool, zeros: bool) -> str:
    """SQL for a key as it is compared."""
    text = f"trim({value})" if trim else value
    text = f"lower({text})" if fold else text
    return without_zeros(text) if zeros else text


def _matched(connection: duckdb.DuckDBPyConnection, key: str) -> int:
    row = connection.execute(
        f"select count(*) from join_left where {key} in (select {key} from join_right)"
    ).fetchone() or (0,)
    return int(row[0])


def _side(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> JoinSide:
    rows = connection.execute(f"select count(*) from {one}").fetchone() or (0,)
    alone = f"{one} as own where not exists (select 1 from {other} as others where others.key = own.key)"
    unmatched = _placed(connection, alone)
    repeated = f"select key from {one} group by 1 having count(*) > 1"
    keys = connection.execute(f"select count(*) from ({repeated})").fetchone() or (0,)
    repeating = _placed(connection, f"{one} where key in ({repeated})")
    return JoinSide(int(rows[0]), int(rows[0]) - unmatched.rows, unmatched, int(keys[0]), repeating)


def _placed(connection: duckdb.DuckDBPyConnection, rows: str) -> Placed:
    row = connection.execute(f"select count(*), min(place, {FIRST_ROWS}) from {rows}").fetchone()
    return Placed(int(row[0]), tuple(int(place) for place in row[1] or ())) if row else Placed()
