"""What the engine itself keeps beside the rows: indexes, the schema, pages that nobody reads.

An entry that was taken out of an index is in the table and cannot be found. So the engine's own check runs, and every
index is held against its table by the number of rows and by their keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from overt.register._discrepancy import Discrepancy
from overt.register._migrate import SCHEMA, objects, sqlite_schema
from overt.register._schema import METADATA
from overt.register._store import Store


def check_engine(store: Store) -> Iterator[Discrepancy]:
    """Every fault of the engine's own structures. Refuses nothing; what it cannot look at, `engine_notes` says."""
    if store.dialect == "sqlite":
        yield from _sqlite(store)
    else:
        yield from _postgres(store)


def engine_notes(store: Store) -> list[str]:
    """What the engine's check could not look at."""
    if store.dialect != "postgres" or _has_amcheck(store):
        return []
    return [
        "amcheck is not installed in the database, so the structure of its indexes was not checked; their rows and "
        "keys were checked against the tables. To install it: create extension amcheck (as a superuser)"
    ]


_WHERE = re.compile(r"\bwhere\b", re.IGNORECASE)

# --- SQLite ---------------------------------------------------------------------------------------------------------


def _sqlite(store: Store) -> Iterator[Discrepancy]:
    for (answer,) in store.rows("pragma integrity_check(100)"):
        if answer != "ok":
            yield Discrepancy(None, "register.sqlite", f"the engine's check: {answer}")
    yield from schema_faults(store.rows(SCHEMA), sqlite_schema())
    known = {table.name: table for table in METADATA.sorted_tables}
    for table, index, text in store.rows("select tbl_name, name, sql from sqlite_schema where type = 'index'"):
        if table in known and not str(index).startswith("sqlite_autoindex"):
            condition = _WHERE.split(str(text), maxsplit=1)[1:] or ["true"]
            yield from _sqlite_index(store, str(table), str(index), condition[0])


def schema_faults(rows: Sequence[tuple[Any, ...]], wanted: dict[tuple[str, str], str]) -> Iterator[Discrepancy]:
    """Tables, indexes, views and triggers that a register does not have, lacks, or has in another form."""
    there = objects(list(rows))
    for kind, name in sorted(there.keys() | wanted.keys()):
        if (kind, name) not in wanted:
            yield Discrepancy(None, name[:80], f"a {kind} that a register does not have")
        elif there.get((kind, name)) != wanted[kind, name]:
            state = "was changed" if (kind, name) in there else "is not there"
            yield Discrepancy(None, name, f"the {kind} {state}")


def _sqlite_index(store: Store, table: str, index: str, condition: str) -> Iterator[Discrepancy]:
    """Rows that an index lacks or has beside those of its table for which its `condition` holds."""
    columns = [str(row[2]) for row in store.rows(f'pragma index_info("{index}")')]
    listed = ", ".join(f'"{name}"' for name in ("rowid", *columns))
    in_table = f'select {listed} from "{table}" not indexed where {condition}'
    in_index = f'select {listed} from "{table}" indexed by "{index}" where {condition}'
    for one, other, problem in (
        (in_table, in_index, f"in the table and not in the index {index}: it cannot be found by it"),
        (in_index, in_table, f"in the index {index} and not in the table"),
    ):
        for seq, *_ in store.rows(f"{one} except {other}"):
            yield Discrepancy(seq, table.removesuffix("_version"), problem)


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def _has_amcheck(store: Store) -> bool:
    return bool(store.rows("select 1 from pg_extension where extname = 'amcheck'"))


def _postgres(store: Store) -> Iterator[Discrepancy]:
    yield from (Discrepancy(None, "the database", problem) for problem in store.guard())
    amcheck = _has_amcheck(store)
    for table in METADATA.sorted_tables:
        for index, columns, where in _postgres_indexes(store, table.name):
            if amcheck:
                yield from _amcheck(store, table.name, index)
            yield from _postgres_index(store, table.name, index, columns, where)


def _postgres_indexes(store: Store, table: str) -> list[tuple[str, str, str]]:
    """Each index of a table: its name, its columns, and the condition of the rows in it."""
    return [
        (str(name), str(columns), str(where or "true"))
        for name, columns, where in store.rows(
            "select i.indexrelid::regclass::text, string_agg(quote_ident(a.attname), ', ' order by a.attnum),"
            " pg_get_expr(i.indpred, i.indrelid) from pg_index i"
            " join pg_attribute a on a.attrelid = i.indexrelid"
            " where i.indrelid = to_regclass(?) group by 1, 3 order by 1",
            (table,),
        )
    ]


def _amcheck(store: Store, table: str, index: str) -> Iterator[Discrepancy]:
    store.run("savepoint amcheck")
    try:
        store.rows("select bt_index_check(to_regclass(?), true)", (index,))
    except Exception as error:  # whatever the server has against it
        store.run("rollback to savepoint amcheck")
        yield Discrepancy(None, table, f"amcheck on {index}: {type(error).__name__}")


_SCANS = "enable_seqscan enable_bitmapscan enable_sort enable_indexscan enable_indexonlyscan"


def _postgres_index(store: Store, table: str, index: str, columns: str, where: str) -> Iterator[Discrepancy]:
    """Number of rows and sum of the digests of their keys, read by the index alone and by the table alone."""
    key = "opened_seq" if table.endswith("_version") else columns
    digests = f"select count(*), coalesce(sum(hashtextextended(concat_ws(chr(31), {key}, {columns}), 0)), 0)"
    rows_digest = f"{digests} from (select * from {table} where {where} order by {columns} offset 0) as x"
    by_index = _read_with(store, rows_digest, "off off off on on")
    by_table = _read_with(store, rows_digest, "on off on off off")
    if by_index != by_table:
        problem = f"the table has {by_table[0]} rows, the index {index} {by_index[0]}, or others: some cannot be found"
        yield Discrepancy(None, table.removesuffix("_version"), problem)


def _read_with(store: Store, query: str, scans: str) -> tuple[Any, ...]:
    for name, state in zip(_SCANS.split(), scans.split(), strict=True):
        store.run(f"set local {name} = {state}")
    try:
        return store.rows(query)[0]
    finally:
        for name in _SCANS.split():
            store.run(f"set local {name} = on")
