"""What stands between a register and its tables: a trigger, a rule, a view in the place of a table, row security.

Any of them can drop, change or hide a row while the statement that wrote it succeeds. So a register with one is not
opened, and nothing is acknowledged that was written past one. PostgreSQL also keeps samples of values, for planning
queries: those of a register's tables are switched off, since an erasure would not reach them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from overt.model import KEPT_TABLES
from overt.refusals import Refusal
from overt.register._schema import METADATA

if TYPE_CHECKING:
    from overt.register._store import Store

TABLES = tuple(METADATA.tables)
# The tables whose cells may hold what a record said, or its salt.
SPEAKING = (*[f"{name}_version" for name in KEPT_TABLES], "held", "idempotency", "noted", "raised", "inbox")
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

# Where it keeps values: of columns and of the expressions of an index; and of what `create statistics` makes.
_SAMPLES = ("pg_statistic", "pg_statistic_ext_data")
# Set on a column whose samples were deleted, until no page of these catalogues holds them. It changes nothing where
# no samples are taken.
_DELETED = "n_distinct=0"


def forget_statistics(store: Store, rewrite: Callable[[Sequence[str]], int]) -> int:
    """Sees that PostgreSQL keeps no values of the tables that speak of people, whatever was set meanwhile.

    `rewrite` writes tables anew, and gives the bytes of those in which a reader keeps deleted rows alive. What it gives
    for the catalogues of samples is returned. While that is not 0, the next call writes them anew again.
    """
    columns = [_Column(*row) for row in store.rows(_SAMPLED, (list(SPEAKING), list(_NUMBERS)))]
    if not columns:
        return 0
    with store.transaction():
        for statement in _forgetting(columns, store.rows(_OBJECTS, (list(SPEAKING),))):
            store.run(statement)
    deleted = [column for column in columns if column.is_sampled or column.is_deleted]
    left = rewrite(_SAMPLES) if deleted else 0
    if deleted and not left:
        with store.transaction():
            for statement in _changing((column, "reset (n_distinct)") for column in deleted):
                store.run(statement)
    return left


class _Column(NamedTuple):
    """A column that PostgreSQL has values of, or would take samples of."""

    table: str
    name: str
    type: str
    is_sampled: bool
    is_deleted: bool


_SAMPLED = """
with of_people as materialized (
    select t.name, c.oid, c.relname, c.relnamespace::regnamespace::text as of_schema
    from unnest(?::text[]) as t (name) join pg_class c on c.oid = to_regclass(quote_ident(t.name))
), samples as materialized (
    select tablename, attname from pg_stats where schemaname in (select of_schema from of_people)
), sampled as materialized (
    select o.oid, s.attname from of_people o join samples s on s.tablename = o.relname
    union
    select o.oid, a.attname
    from of_people o join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = o.oid
    join pg_attribute a on a.attrelid = o.oid and a.attnum = d.refobjsubid
    left join pg_class i on d.classid = 'pg_class'::regclass and i.oid = d.objid and i.relkind = 'i'
    where d.classid = 'pg_statistic_ext'::regclass or i.relname in (select tablename from samples)
)
select o.name, a.attname::text, format_type(a.atttypid, a.atttypmod), s.oid is not null,
       DELETED = any (coalesce(a.attoptions, '{}'))
from of_people o join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
left join sampled s on s.oid = o.oid and s.attname = a.attname
where a.attname <> all (?::text[]) and (s.oid is not null or a.attstattarget is distinct from 0
                                        or DELETED = any (coalesce(a.attoptions, '{}')))
""".replace("DELETED", f"'{_DELETED}'")
_OBJECTS = """
select format('%I.%I', e.stxnamespace::regnamespace, e.stxname) from unnest(?::text[]) as t (name)
join pg_statistic_ext e on e.stxrelid = to_regclass(quote_ident(t.name))
"""


def _forgetting(columns: Sequence[_Column], objects: Sequence[Sequence[str]]) -> Iterator[str]:
    """What makes PostgreSQL forget the values that it sampled, and sample none again.

    A column whose type is set again loses its sample and those of indexes over it, for which there is no other
    statement before version 18. The views go and come back, since a column that a view shows keeps its type.
    """
    yield from (f"drop statistics {name}" for (name,) in objects)
    sampled = [column for column in columns if column.is_sampled]
    views = [name for name in KEPT_TABLES if any(f"{name}_version" == column.table for column in sampled)]
    yield from (f'drop view "{name}"' for name in views)
    yield from _changing(
        [(column, f"type {column.type}") for column in sampled]
        + [(column, f"set ({_DELETED})") for column in sampled]
        + [(column, "set statistics 0") for column in columns]
    )
    for name in views:
        listed = ", ".join(f'"{column.name}"' for column in KEPT_TABLES[name].columns)
        yield f'create view "{name}" as select {listed} from "{name}_version" where closed_seq is null'


def _changing(changes: Iterable[tuple[_Column, str]]) -> Iterator[str]:
    """One statement for each table."""
    by_table: dict[str, list[str]] = {}
    for column, change in changes:
        by_table.setdefault(column.table, []).append(f'alter column "{column.name}" {change}')
    yield from (f'alter table "{table}" {", ".join(clauses)}' for table, clauses in by_table.items())
