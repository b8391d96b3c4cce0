"""What stands between a register and its tables: a trigger, a rule, a view in the place of a table, row security.

Any of them can drop, change or hide a row while the statement that wrote it succeeds. So a register with one is not
opened, and nothing is acknowledged that was written past one. PostgreSQL also keeps samples of values, for planning
queries: those of a register's tables are switched off, since an erasure would not reach them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from overt.model import KEPT_TABLES
from overt.refusals import Refusal
from overt.register._schema import METADATA

if TYPE_CHECKING:
    from overt.register._store import Store

TABLES = tuple(METADATA.tables)
# The tables whose cells may hold what a record said, or its salt.
SPEAKING = (*[f"{name}_version" for name in KEPT_TABLES], "held", "idempotency", "noted", "raised")
# What is in these says nothing of anybody, and helps to plan.
_NUMBERS = ("opened_seq", "closed_seq", "seq", "change")
_POSTGRES_RELATIONS = """
select t.name, c.relkind::text, c.relrowsecurity, c.relhasrules, c.relpersistence::text,
       exists (select 1 from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal),
       exists (select 1 from pg_inherits i where c.oid in (i.inhparent, i.inhrelid)),
       case when c.relkind = 'v' then pg_get_viewdef(c.oid) end
from unnest(?::text[]) as t (name) left join pg_class c on c.oid = to_regclass(quote_ident(t.name))
"""


def check_guard(store: Store) -> None:
    """Refuses a database in which something stands between the register and its tables."""
    faults = store.guard()
    if faults:
        problem = "; ".join(faults[:5])
        remedy = "have it removed, then overt register check; nothing was recorded past it"
        raise Refusal("register-tables", "the database", problem, "the tables and views as Overt created them", remedy)


def sqlite_faults(objects: Mapping[str, tuple[str, str]]) -> list[str]:
    """What is wrong with the relations of a SQLite database, given by name: their kind, and how they were made."""
    faults = [f"a trigger on the tables: {name}" for name, (kind, _) in sorted(objects.items()) if kind == "trigger"]
    for name in TABLES:
        kind = objects.get(name, ("nothing", ""))[0]
        if kind != "table":
            faults.append(f"{kind} in the place of the table {name}")
    for name in KEPT_TABLES:
        kind, sql = objects.get(name, ("nothing", ""))
        if kind != "view" or not _is_own_view(name, sql.partition(" as ")[2]):
            faults.append(f"{kind} in the place of the view {name}, or one that shows other rows")
    return faults


def postgres_faults(store: Store) -> list[str]:
    """The same of a PostgreSQL database."""
    return list(_postgres_faults(store))


def _postgres_faults(store: Store) -> Iterator[str]:
    views = set(KEPT_TABLES)
    for name, kind, secured, ruled, persistence, triggered, inherits, text in store.rows(
        _POSTGRES_RELATIONS, ([*TABLES, *KEPT_TABLES],)
    ):
        if name in views:
            if kind != "v" or not _is_own_view(name, text or ""):
                yield f"{_kind(kind)} in the place of the view {name}, or one that shows other rows"
            continue
        if kind != "r":
            yield f"{_kind(kind)} in the place of the table {name}"
            continue
        if triggered:
            yield f"a trigger on the table {name}"
        if ruled:
            yield f"a rule on the table {name}"
        if secured:
            yield f"row security on the table {name}"
        if inherits:
            yield f"a table that shares its rows with the table {name}"
        if persistence != "p":
            yield f"the table {name} is not kept through a crash"


def _kind(letter: str | None) -> str:
    return {"v": "a view", "m": "a materialised view", "f": "a foreign table", "p": "a partitioned table"}.get(
        letter or "", "a table" if letter == "r" else "nothing"
    )


def _is_own_view(name: str, text: str) -> bool:
    """Whether a view gives just the rows that stand now, however the engine writes it down."""
    plain = re.sub(r'[\s"();]', "", text.lower()).replace(f"{name}_version.", "")
    listed, _, rest = plain.removeprefix("select").rpartition("from")
    wanted = sorted(column.name for column in KEPT_TABLES[name].columns)
    return sorted(listed.split(",")) == wanted and rest == f"{name}_versionwhereclosed_seqisnull"


# --- what PostgreSQL keeps for planning -----------------------------------------------------------------------------


def forget_statistics(store: Store) -> None:
    """Sees that PostgreSQL keeps no values of the tables that speak of people, whatever was set meanwhile."""
    columns = store.rows(_SAMPLED, (list(SPEAKING), list(_NUMBERS)))
    if not columns:
        return
    with store.transaction():
        for statement in _forgetting(columns):
            store.run(statement)
    if any(is_sampled for *_, is_sampled in columns):
        # The rows of the catalogue that were deleted lie in its pages until they are written anew.
        store.run("vacuum full pg_statistic")


_SAMPLED = """
select t.name, a.attname::text, format_type(a.atttypid, a.atttypmod), s.attname is not null
from unnest(?::text[]) as t (name) join pg_class c on c.oid = to_regclass(quote_ident(t.name))
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_stats s on s.schemaname = c.relnamespace::regnamespace::text and s.tablename = c.relname
     and s.attname = a.attname
where a.attname <> all (?::text[]) and (a.attstattarget is distinct from 0 or s.attname is not null)
"""


def _forgetting(columns: Sequence[tuple[str, str, str, bool]]) -> Iterator[str]:
    """What makes PostgreSQL forget the values that it sampled, and sample none again.

    A column whose type is set again loses its sample, for which there is no other statement before version 18. The
    views go and come back, since a column that a view shows keeps its type.
    """
    changes: dict[str, list[str]] = {}
    for table, column, kind, is_sampled in columns:
        if is_sampled:
            changes.setdefault(table, []).append(f'alter column "{column}" type {kind}')
        changes.setdefault(table, []).append(f'alter column "{column}" set statistics 0')
    views = [name for name in KEPT_TABLES if any(f"{name}_version" == column[0] and column[3] for column in columns)]
    yield from (f'drop view "{name}"' for name in views)
    yield from (f'alter table "{table}" {", ".join(clauses)}' for table, clauses in changes.items())
    for name in views:
        listed = ", ".join(f'"{column.name}"' for column in KEPT_TABLES[name].columns)
        yield f'create view "{name}" as select {listed} from "{name}_version" where closed_seq is null'
