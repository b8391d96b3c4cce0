"""One statement that puts every relevant control to the staged rows.

Common table expressions named as the model's tables shadow the register's own: the staged rows and
their neighbourhood. Below them stands each control's text, as the audit runs it. The statement depends
only on which tables are staged, and is prepared once for each; the rows come in as parameters.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlglot
from sqlglot import exp

from overt.controls import Control, Settings, rendered
from overt.gate._neighbours import LOOKUPS, WHOLE, Reach, helpers
from overt.model import Kind
from overt.register import KEPT_TABLES, identity, kept_columns

# Which staged tables can make a row of the first breach: an item is part of its entry, and so is a review.
_PARTS = {"entry": ("entry", "item", "review"), "subject": ("subject", "entry")}
_ENTRY_OF = ("entry", "item", "review", "disclosure", "term_hit", "access", "notice")
_PERSON_OF = ("subject", "entry")
# Each shadow may read those before it.
_ORDER = (
    "entry", "subject", "item", "review", "outcome", "disclosure", "authority_review", "authority", "agreement",
    "category", "assessment", "request_step", "recall", "request",
)  # fmt: skip
# A record that refers to a row which is not there says nothing of whom or of what it is about.
REFERENCES = (
    ("item", "entry_id", "entry"),
    ("item", "authority_id", "authority"),
    ("review", "entry_id", "entry"),
    ("disclosure", "entry_id", "entry"),
    ("disclosure", "agreement_id", "agreement"),
    ("term_hit", "entry_id", "entry"),
    ("authority_review", "authority_id", "authority"),
    ("notice", "entry_id", "entry"),
    ("request_step", "request_id", "request"),
    ("recall", "request_id", "request"),
)
KEY_SEPARATOR = "\x1f"
# PostgreSQL wants to know what is absent; to SQLite it is all one.
_NO_TEXT, _NO_LEAF, _NO_BREACH = "cast(null as text)", "cast(null as bigint)", "cast(null as boolean)"
Shape = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Statement:
    """SQL for one shape of staged rows; `shape` says of each table whether it has one row or many.

    It gives rows of (number, key, breach, leaf, reason, day). A number from 0 is a control's place, and the
    row breaches it, or with null may. From `KEYS_FROM` down it is a staged table's place: a row of that key
    stands, opened by `leaf`. From `REFERENCES_FROM` down it is a reference's place: what it names is not there.
    `ROLE_SENT` gives a recipient and, as the reason, the role of an entry that is to be sent there. `KNOWN_ENTRY` and
    `KNOWN_SUBJECT` give the entries and people in question that had an entry or an item before.
    """

    sql: str
    controls: tuple[Control, ...]
    shape: Shape
    joint: bool
    """Whether any control is about rows whose key has several parts."""

    def parameters(self, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Any]:
        """The staged rows by table, as the statement takes them."""
        given: list[Any] = []
        for table, many in self.shape:
            if many:
                given.append(json.dumps(rows[table]))
            else:
                given += rows[table][0].values()
        return given


KEYS_FROM = -1
REFERENCES_FROM = -100
ROLE_SENT = -200
KNOWN_ENTRY, KNOWN_SUBJECT = -300, -301


def shape_of(rows: Mapping[str, Sequence[object]]) -> Shape:
    """The shape of staged rows."""
    return tuple((name, len(rows[name]) > 1) for name in sorted(rows))


_KEYS = {table.key.name: name for name, table in reversed(KEPT_TABLES.items())}


def subject_of(control: Control) -> str:
    """The table that a control's rows are about: that of the first selected column that names a row of the model."""
    return _subject_of(control.columns)


@cache
def _subject_of(columns: tuple[str, ...]) -> str:
    return next((_KEYS[column] for column in columns if column in _KEYS), "")


def relevant(controls: Iterable[Control], staged: Iterable[str]) -> tuple[Control, ...]:
    """The controls that rows of the staged tables can breach."""
    there = set(staged)
    return tuple(
        control
        for control in controls
        if there & set(_PARTS.get(subject_of(control), (subject_of(control),))) & set(control.needs)
    )


def build(
    controls: Sequence[Control], shape: Shape, dialect: str, settings: Settings, *, before: bool = False
) -> Statement:
    """The statement for a shape. With `before` the same rows of the register are asked as they stood without it."""
    staged = tuple(name for name, _ in shape)
    asked = relevant(controls, staged)
    references = [] if before else [each for each in enumerate(REFERENCES) if each[1][0] in staged]
    needed = {name for control in asked for name in control.needs} | set(staged)
    needed |= {table for _, (_, _, table) in references}
    reach = Reach(dialect, staged, needed, settings.thresholds)
    texts = [_Text(control, rendered(control, dialect, settings)) for control in asked]
    shared = _share(texts, dialect)
    ordered = [*[name for name in _ORDER if name in needed], *sorted(needed - set(_ORDER))]
    shadows = [
        *[_staged(name, many, dialect) for name, many in shape],
        *_focus(shape, before),
        *helpers(reach),
        *[_shadow(name, reach, before) for name in ordered],
        *shared,
    ]
    arms = [_arm(number, text, dialect) for number, text in enumerate(texts)]
    if not before:
        arms += [_key_arm(KEYS_FROM - place, name, dialect) for place, name in enumerate(staged)]
        arms += [_reference_arm(REFERENCES_FROM - place, *each) for place, each in references]
        arms += [_ROLE_ARM] if "disclosure" in staged else []
        arms += [_known_arm(KNOWN_ENTRY, "entry_id", "entry", "item")] if set(_ENTRY_OF) & set(staged) else []
        arms += [_known_arm(KNOWN_SUBJECT, "subject_id", "entry")] if set(_PERSON_OF) & set(staged) else []
    arms = arms or [f"select 0, {_NO_TEXT}, {_NO_BREACH}, {_NO_LEAF}, {_NO_TEXT}, {_NO_TEXT} where 1 = 0"]
    joint = any(len(identity(subject_of(control))) > 1 for control in asked)
    return Statement(f"with {', '.join(shadows)} {' union all '.join(arms)}", asked, shape, joint)


@dataclass
class _Text:
    """A control with its text for the engine, as it is, or reading what several controls share."""

    control: Control
    sql: str


def _share(texts: list[_Text], dialect: str) -> list[str]:
    """Works out once what several controls ask for of the same rows, such as the age of a person."""
    trees = [sqlglot.parse_one(text.sql, dialect=dialect) for text in texts]
    asked: dict[str, list[exp.Subquery]] = {}
    for tree in trees:
        if tree.find(exp.CTE) is None:
            for each in _derived(tree):
                asked.setdefault(_rows_of(each.this).sql(dialect=dialect), []).append(each)
    shared: list[str] = []
    for several in asked.values():
        if len(several) > 1:
            shared.append(_together(f"shared_{len(shared)}", several, dialect))
    for text, tree in zip(texts, trees, strict=True):
        text.sql = (
            tree.transform(_spelled_out).sql(dialect=dialect) if dialect == "sqlite" else tree.sql(dialect=dialect)
        )
    return shared


def _spelled_out(node: exp.Expr) -> exp.Expr:
    """A column in a list of literals as so many comparisons: SQLite makes a table of the list, for a row or two."""
    if isinstance(node, exp.In) and isinstance(node.this, exp.Column) and node.expressions:
        return exp.paren(exp.or_(*[exp.EQ(this=node.this.copy(), expression=each.copy()) for each in node.expressions]))
    return node


def _derived(tree: exp.Expr) -> list[exp.Subquery]:
    """Selects in a `from` or a `join`. None of them can see the rows beside it."""
    return [
        each
        for each in tree.find_all(exp.Subquery)
        if isinstance(each.parent, exp.From | exp.Join) and each.alias and isinstance(each.this, exp.Select)
    ]


def _rows_of(select: exp.Select) -> exp.Select:
    """The select without what it gives of its rows: those of one group, or else each with all it gives."""
    rows = select.copy()
    if rows.args.get("group"):
        rows.set("expressions", [])
    return rows


def _together(name: str, several: Sequence[exp.Subquery], dialect: str) -> str:
    """One table of what several selects give of the same rows; each is left with its part of it."""
    columns: dict[str, str] = {}
    for each in several:
        for given in each.this.expressions:
            columns.setdefault(given.unalias().sql(dialect=dialect), f"c{len(columns)}")
    whole = several[0].this.copy()
    for each in several:
        part = ", ".join(
            f"{columns[given.unalias().sql(dialect=dialect)]} as {given.alias_or_name}"
            for given in each.this.expressions
        )
        each.set("this", sqlglot.parse_one(f"select {part} from {name}", dialect=dialect))
    whole.set(
        "expressions", [sqlglot.parse_one(f"{given} as {column}", dialect=dialect) for given, column in columns.items()]
    )
    if dialect == "sqlite":
        whole = whole.transform(_spelled_out)
    return f"{name} as materialized ({whole.sql(dialect=dialect)})"


def _staged(name: str, many: bool, dialect: str) -> str:
    columns = [KEPT_TABLES[name].by_name[each] for each in kept_columns(name)]
    types = _TYPES[dialect]
    if not many:
        read = ", ".join(f"{types.one(types.of[each.kind])} as {each.name}" for each in columns)
        return f"staged_{name} as materialized (select {read})"
    if dialect == "postgres":
        typed = ", ".join(f"{each.name} {types.of[each.kind]}" for each in columns)
        return f"staged_{name} as materialized (select * from jsonb_to_recordset(cast(? as jsonb)) as x({typed}))"
    read = ", ".join(f"json_extract(j.value, '$.{each.name}') as {each.name}" for each in columns)
    return f"staged_{name} as materialized (select {read} from json_each(?) as j)"


@dataclass(frozen=True)
class _Types:
    of: Mapping[Kind, str]
    one: Callable[[str], str]


_TYPES = {
    "sqlite": _Types(dict.fromkeys(Kind, ""), lambda _: "?"),
    "postgres": _Types(
        {
            Kind.TEXT: "text",
            Kind.INTEGER: "bigint",
            Kind.NUMBER: "double precision",
            Kind.BOOLEAN: "boolean",
            Kind.DATE: "date",
            Kind.TIMESTAMP: "timestamp",
        },
        lambda kind: f"cast(? as {kind})",
    ),
}


def _focus(shape: Shape, before: bool) -> list[str]:
    """The entries and people that the staged rows are about, and the entries of those people; each of them once.

    With `before` also those that the rows they would replace are about: a change may lead to another entry.
    """
    staged = [name for name, _ in shape]
    entries = [f"select entry_id from staged_{name}" for name in _ENTRY_OF if name in staged]
    people = [f"select subject_id from staged_{name}" for name in _PERSON_OF if name in staged]
    if before:
        entries += [_replaced(name, "entry_id") for name in _ENTRY_OF if name in staged]
        people += [_replaced(name, "subject_id") for name in _PERSON_OF if name in staged]
    listed = (
        "select x.subject_id from focus_entry as f join entry_version as x"
        " on x.entry_id = f.entry_id and x.closed_seq is null"
    )
    of_person = (
        "select x.entry_id from near_subject as f join entry_version as x"
        " on x.subject_id = f.subject_id and x.closed_seq is null"
    )
    one = not before and len(shape) == 1 and not shape[0][1]
    return [
        _keys_of("focus_entry", "entry_id", entries, one),
        _keys_of("focus_subject", "subject_id", people, one),
        _keys_of(
            "near_subject", "subject_id", [*(["select subject_id from focus_subject"] if people else []), listed], one
        ),
        _keys_of("near_entry", "entry_id", ["select entry_id from focus_entry", of_person], one),
    ]


def _keys_of(name: str, column: str, selects: Sequence[str], one: bool) -> str:
    """A table of keys. With `one` a select gives no key twice, and a second gives keys of rows `x`."""
    if not selects:
        return f"{name}({column}) as (select cast(null as text) where 1 = 0)"
    if not one:
        return f"{name}({column}) as materialized ({' union '.join(selects)})"
    if len(selects) == 1:
        return f"{name}({column}) as ({selects[0]})"
    first, then = selects
    other = f"{then} where not exists (select 1 from ({first}) as o where o.{column} = x.{column})"
    return f"{name}({column}) as materialized ({first} union all {other})"


def _shadow(name: str, reach: Reach, before: bool) -> str:
    columns = kept_columns(name)
    plain = ", ".join(f"x.{each}" for each in columns)
    here = name in reach.staged
    if name in WHOLE:
        standing = f"select {plain} from {name}_version as x where x.closed_seq is null"
        if not here or before:
            return f"{name} as ({standing})"
        staged = f"select {', '.join(columns)} from staged_{name}"
        return f"{name} as materialized ({staged} union all {standing} and {_kept(name)})"
    found = LOOKUPS[name](reach) if name in LOOKUPS else []
    if here and before:
        # What the staged rows would replace stands as it did.
        leaves = [*[f"select x.opened_seq {each}" for each in found], _replaced(name, "opened_seq")]
        found = [
            f"from ({' union '.join(leaves)}) as n join {name}_version as x on x.opened_seq = n.opened_seq where true"
        ]
    parts = [f"select {plain} {each}" for each in found]
    if here and not before:
        kept = [f"{part} and {_kept(name)}" for part in parts]
        parts = [f"select {', '.join(columns)} from staged_{name}", *kept]
    nothing = f"select {plain} from {name}_version as x where 1 = 0"
    return f"{name} as materialized ({' union all '.join(parts) or nothing})"


def _kept(name: str) -> str:
    """The condition that a standing row `x` is not replaced by a staged one."""
    same = " and ".join(f"t.{each} = x.{each}" for each in identity(name))
    return f"not exists (select 1 from staged_{name} as t where {same})"


def _replaced(name: str, column: str) -> str:
    """A select of a column of the rows that stand under the keys of the staged ones."""
    same = " and ".join(f"x.{each} = s.{each}" for each in identity(name))
    return f"select x.{column} from staged_{name} as s join {name}_version as x on {same} and x.closed_seq is null"


def _arm(number: int, text: _Text, dialect: str) -> str:
    control, table = text.control, subject_of(text.control)
    column = KEPT_TABLES[table].key.name
    focus = f"focus_{table}" if table in ("entry", "subject") else f"staged_{table}"
    day = f"cast(control.{control.dated} as text)" if control.dated else _NO_TEXT
    scope = window(control, dialect)
    return (
        f"select {number}, cast(control.{column} as text), control.breach, {_NO_LEAF}, control.reason, {day}"
        f" from ({text.sql}) as control where control.breach is not false"
        f" and exists (select 1 from {focus} as f where f.{column} = control.{column})"
        f"{f' and {scope}' if scope else ''}"
    )


def window(control: Control, dialect: str) -> str:
    """The rows that the law in force covers, as the audit sees them; a row without a date stays in scope."""
    if control.in_force is None or control.dated is None:
        return ""
    first, last = control.in_force.starts_on, control.in_force.ends_on
    inside = [f"{control.dated} >= {_day(first, dialect)}"] if first else []
    if last:
        inside.append(f"{control.dated} < {_day(last + dt.timedelta(days=1), dialect)}")
    return f"({control.dated} is null or ({' and '.join(inside) or 'true'}))"


def _day(day: dt.date, dialect: str) -> str:
    return f"'{day.isoformat()}'" if dialect == "sqlite" else f"cast('{day.isoformat()}' as date)"


def _key_arm(number: int, name: str, dialect: str) -> str:
    separator = "char(31)" if dialect == "sqlite" else "chr(31)"
    key = f" || {separator} || ".join(f"cast(x.{each} as text)" for each in identity(name))
    same = " and ".join(f"x.{each} = s.{each}" for each in identity(name))
    return (
        f"select {number}, {key}, {_NO_BREACH}, x.opened_seq, {_NO_TEXT}, {_NO_TEXT} from staged_{name} as s"
        f" join {name}_version as x on {same} and x.closed_seq is null"
    )


_ROLE_ARM = (
    f"select {ROLE_SENT}, s.recipient, {_NO_BREACH}, {_NO_LEAF}, e.role, {_NO_TEXT}"
    " from staged_disclosure as s join entry as e on e.entry_id = s.entry_id"
)


def _known_arm(number: int, column: str, *tables: str) -> str:
    """The entries or people in question of which a row stands in one of these tables."""
    stands = " or ".join(
        f"exists (select 1 from {name}_version as x where x.{column} = f.{column} and x.closed_seq is null)"
        for name in tables
    )
    return (
        f"select {number}, f.{column}, {_NO_BREACH}, {_NO_LEAF}, {_NO_TEXT}, {_NO_TEXT} from focus_{column[:-3]} as f"
        f" where {stands}"
    )


def _reference_arm(number: int, table: str, column: str, other: str) -> str:
    key = KEPT_TABLES[table].key.name
    return (
        f"select {number}, s.{key}, {_NO_BREACH}, {_NO_LEAF}, {_NO_TEXT}, {_NO_TEXT}"
        f" from staged_{table} as s where s.{column} is not null"
        f" and not exists (select 1 from {other} as o where o.{KEPT_TABLES[other].key.name} = s.{column})"
    )
