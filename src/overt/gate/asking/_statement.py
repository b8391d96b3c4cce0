"""One statement that puts every relevant control to the staged rows.

Common table expressions named as the model's tables shadow the register's own: the staged rows and
their neighbourhood. Below them stands each control's text, as the audit runs it. The statement depends
only on which tables are staged, and is prepared once for each; the rows come in as parameters.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from overt.controls import Control, Settings, rendered
from overt.gate.asking._neighbours import LOOKUPS, WHOLE, Keys, Reach, shared_words
from overt.gate.asking._rewrite import rewritten
from overt.gate.asking._scope import IN_FOCUS, REFERENCES, Reference, relevant, subject_of, window
from overt.model import DISCLOSURE, ENTRY, ITEM, POSTGRES_TYPES, SUBJECT, Column, Kind
from overt.register import KEPT_TABLES, identity, kept_columns

# PostgreSQL wants to know what is absent; to SQLite it is all one.
_NO_TEXT, _NO_LEAF, _NO_BREACH = "cast(null as text)", "cast(null as bigint)", "cast(null as boolean)"
Shape = tuple[tuple[str, bool], ...]


class RowKind(IntEnum):
    """What a row of a statement says, beside its `number`."""

    CONTROL = 0
    """The row of `key` breaches the control of that number, or may where `breach` is null: for `reason`, on `day`."""
    KEY = 1
    """A row of `key` stands in the staged table of that number, opened by `leaf`."""
    REFERENCE = 2
    """What a staged row names by the reference of that number is not there."""
    ROLE = 3
    """An entry whose role is `reason` is to be sent to the recipient `key`."""
    KNOWN = 4
    """The entry or the person of `key`, by number in `FOCI`, had a row or a part before."""


FOCI = tuple(IN_FOCUS)


@dataclass(frozen=True)
class Statement:
    """SQL for one shape of staged rows; `shape` says of each table whether it has one row or many.

    It is one text, or several where the engine does not take so long a one, and all take the same parameters. They
    give rows of (kind, number, key, breach, leaf, reason, day), as `RowKind` says.
    """

    texts: tuple[str, ...]
    controls: tuple[Control, ...]
    shape: Shape
    joint: bool
    """Whether any control is about rows whose key has several parts."""
    keys: tuple[str, ...] = ()
    """Tables of keys that are asked for before, by `keys_text`, and given to the statement as lists of JSON."""
    keys_text: str = ""

    def parameters(self, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Any]:
        """The staged rows by table, as the statement takes them."""
        parameters: list[Any] = []
        for table, many in self.shape:
            if many:
                parameters.append(json.dumps(rows[table]))
            else:
                parameters += rows[table][0].values()
        return parameters


def shape_of(rows: Mapping[str, Sequence[object]]) -> Shape:
    """The shape of staged rows."""
    return tuple((name, len(rows[name]) > 1) for name in sorted(rows))


def build(
    controls: Sequence[Control],
    shape: Shape,
    dialect: str,
    settings: Settings,
    *,
    before: bool = False,
    near: Collection[str] | None = None,
    takes: Callable[[str], bool] = lambda _: True,
) -> Statement:
    """The statement for a shape. With `before` the same rows of the register are asked as they stood without it.

    `near` is what a first look at one row found: the tables of which a row may be near, where all that is near is of
    one entry. The statement takes the person of that entry besides. `takes` says whether the engine takes a text.
    """
    staged = tuple(name for name, _ in shape)
    controls_asked = relevant(controls, staged)
    references = {
        number: reference for number, reference in enumerate(REFERENCES) if reference.table in staged and not before
    }
    if near is not None:
        # The look found the entry, and named no row of a table that has none near.
        reached = set(near) - {ENTRY.name}
        references = {number: reference for number, reference in references.items() if reference.to in reached}
    needed = {name for control in controls_asked for name in control.reads} | set(staged)
    needed |= {reference.to for reference in references.values()}
    single = not before and len(shape) == 1 and not shape[0][1]
    reach = Reach(dialect, staged, needed, settings.thresholds, single=single, near=near)
    ordered = [*sorted(needed - LOOKUPS.keys()), *[name for name in LOOKUPS if name in needed]]
    shadows = {name: _shadow(name, reach, before) for name in ordered}
    texts, shared = rewritten(
        [(rendered(control, dialect, settings), subject_of(control)) for control in controls_asked],
        dialect,
        reach.empty,
        () if before else [name for name in staged if _is_all_there_is(name, staged)],
    )
    rows = [_staged(name, many, reach) for name, many in shape]
    keys = [*_focus(reach, before), *shared_words(reach)]
    # To SQLite a table that others read is as long as all that it reads, and a statement must not be too long.
    first = [table for table in keys if table.made] if dialect == "sqlite" else []
    taken = sum(1 if many else len(kept_columns(name)) for name, many in shape)
    select_of_parameter = {
        key_table.name: f"select value from json_each(?{taken + place})"
        for place, key_table in enumerate(first, start=1)
    }
    tables = [
        *rows,
        *[
            _key_table(table._replace(select=select_of_parameter.get(table.name, table.select)), reach)
            for table in keys
        ],
        *shadows.values(),
        *[f"{name} as materialized ({text})" for name, text in shared.items()],
    ]
    arms = [_arm(number, controls_asked[number], *text, reach) for number, text in enumerate(texts) if text is not None]
    if not before:
        arms += [_key_arm(number, name, reach) for number, name in enumerate(staged)]
        arms += [_reference_arm(number, reference) for number, reference in references.items()]
        arms += [_ROLE_ARM] if DISCLOSURE.name in staged else []
        arms += _known_arms(reach)
    arms = arms or [f"select 0, 0, {_NO_TEXT}, {_NO_BREACH}, {_NO_LEAF}, {_NO_TEXT}, {_NO_TEXT} where 1 = 0"]
    joint = any(len(identity(subject_of(control))) > 1 for control in controls_asked)
    texts_taken = _in_pieces(f"with {', '.join(tables)} ", arms, takes)
    head = ", ".join([*rows, *[_key_table(table, reach) for table in keys]])
    asked_first = " union all ".join(f"select '{table.name}', {table.column} from {table.name}" for table in first)
    before_it = f"with {head} {asked_first}"
    return Statement(
        tuple(texts_taken), controls_asked, shape, joint, tuple(select_of_parameter), before_it if first else ""
    )


def _key_table(keys: Keys, reach: Reach) -> str:
    return f"{keys.name}({keys.column}) as {'materialized ' if keys.made else reach.inline}({keys.select})"


def _in_pieces(head: str, arms: Sequence[str], takes: Callable[[str], bool]) -> list[str]:
    """One text, or as many as it takes: SQLite has a limit of its own, which depends on how it was built."""
    whole = head + " union all ".join(arms)
    if len(arms) == 1 or takes(whole):
        return [whole]
    half = len(arms) // 2
    return [*_in_pieces(head, arms[:half], takes), *_in_pieces(head, arms[half:], takes)]


def _is_all_there_is(name: str, staged: Collection[str]) -> bool:
    """Whether the staged rows of a table are all of it that is in question: an item is part of its entry.

    A figure is named by its release, and all of that are in question with it.
    """
    return len(identity(name)) == 1 and not set(IN_FOCUS.get(name, ())) & set(staged) - {name}


def _staged(name: str, many: bool, reach: Reach) -> str:
    columns = [KEPT_TABLES[name].by_name[column] for column in kept_columns(name)]
    dialect = reach.dialect
    types = _TYPES[dialect]
    if reach.row:
        read = ", ".join(f"{reach.row[column.name]} as {column.name}" for column in columns)
        return f"staged_{name} as {reach.inline}(select {read})"
    if not many:
        read = ", ".join(f"{types.one(types.of[column.kind])} as {column.name}" for column in columns)
        return f"staged_{name} as materialized (select {read})"
    if dialect == "postgres":
        typed = ", ".join(f"{column.name} {types.of[column.kind]}" for column in columns)
        return f"staged_{name} as materialized (select * from jsonb_to_recordset(cast(? as jsonb)) as x({typed}))"
    read = ", ".join(f"json_extract(j.value, '$.{column.name}') as {column.name}" for column in columns)
    return f"staged_{name} as materialized (select {read} from json_each(?) as j)"


@dataclass(frozen=True)
class _Types:
    of: Mapping[Kind, str]
    one: Callable[[str], str]


_TYPES = {
    "sqlite": _Types(dict.fromkeys(Kind, ""), lambda _: "?"),
    "postgres": _Types(
        POSTGRES_TYPES,
        lambda kind: f"cast(? as {kind})",
    ),
}


def _focus(reach: Reach, before: bool) -> list[Keys]:
    """The entries and people that the staged rows are about, and the entries of those people; each of them once.

    With `before` also those that the rows they would replace are about: a change may lead to another entry.
    """
    with_entries = [name for name in IN_FOCUS[ENTRY.name] if name in reach.staged]
    with_people = [name for name in IN_FOCUS[SUBJECT.name] if name in reach.staged]
    entries = [reach.values(name, ENTRY.entry_id) for name in with_entries]
    people = [reach.values(name, SUBJECT.subject_id) for name in with_people]
    if before:
        entries += [_replaced(name, ENTRY.entry_id, reach) for name in with_entries]
        people += [_replaced(name, SUBJECT.subject_id, reach) for name in with_people]
    listed = (
        "select x.subject_id from focus_entry as f join entry_version as x"
        " on x.entry_id = f.entry_id and x.closed_seq is null"
    )
    of_person = (
        "select x.entry_id from near_subject as f join entry_version as x"
        " on x.subject_id = f.subject_id and x.closed_seq is null"
    )
    near_people = [*(["select subject_id from focus_subject"] if people else []), *([listed] if entries else [])]
    near_entries = [*(["select entry_id from focus_entry"] if entries else []), of_person]
    if reach.near is not None:
        near_people, near_entries = [f"select {reach.person}"], near_entries[:-1]
    return [
        _keys_of("focus_entry", ENTRY.entry_id, entries, reach),
        _keys_of("focus_subject", SUBJECT.subject_id, people, reach),
        _keys_of("near_subject", SUBJECT.subject_id, near_people, reach),
        _keys_of("near_entry", ENTRY.entry_id, near_entries, reach),
    ]


def _keys_of(name: str, column: str, selects: Sequence[str], reach: Reach) -> Keys:
    """A table of keys. For a single row a select gives no key twice, and a second gives keys of rows `x`."""
    if not selects:
        return Keys(name, column, "select cast(null as text) where 1 = 0", made=False)
    if not reach.single:
        return Keys(name, column, " union ".join(selects))
    if len(selects) == 1:
        return Keys(name, column, selects[0], made="_version" in selects[0])
    first, then = selects
    other = f"{then} where not exists (select 1 from ({first}) as o where o.{column} = x.{column})"
    return Keys(name, column, f"{first} union all {other}")


def _shadow(name: str, reach: Reach, before: bool) -> str:
    columns = kept_columns(name)
    plain = ", ".join(f"x.{column}" for column in columns)
    here = name in reach.staged
    if name in WHOLE:
        standing = f"select {plain} from {name}_version as x where x.closed_seq is null"
        if not here or before:
            return f"{name} as ({standing})"
        staged = f"select {', '.join(columns)} from staged_{name}"
        return f"{name} as materialized ({staged} union all {standing} and {reach.unstaged(name)})"
    lookups = LOOKUPS[name](reach) if name in LOOKUPS and name not in reach.empty else []
    if not lookups and not here:
        reach.empty.add(name)
        return f"{name} as (select {plain} from {name}_version as x where 1 = 0)"
    if here and before:
        # What the staged rows would replace stands as it did.
        leaves = [*[f"select x.opened_seq {lookup}" for lookup in lookups], _replaced(name, "opened_seq", reach)]
        lookups = [
            f"from ({' union '.join(leaves)}) as n join {name}_version as x on x.opened_seq = n.opened_seq where true"
        ]
    parts = [f"select {plain} {lookup}" for lookup in lookups]
    if here and not before:
        unreplaced = [f"{part} and {reach.unstaged(name)}" for part in parts]
        parts = [f"select {', '.join(columns)} from staged_{name}", *unreplaced]
    return f"{name} as materialized ({' union all '.join(parts)})"


def _replaced(name: str, column: str, reach: Reach) -> str:
    """A select of a column of the rows that stand under the keys of the staged ones."""
    return f"select x.{column} {reach.replaced(name)}"


def _arm(number: int, control: Control, text: str, of_staged: bool, reach: Reach) -> str:
    table = subject_of(control)
    column = KEPT_TABLES[table].key.name
    day = f"cast(control.{control.dated} as text)" if control.dated else _NO_TEXT
    scope = ["control.breach is not false", window(control, reach.dialect)]
    if not of_staged:
        focus = f"focus_{table}" if table in IN_FOCUS else f"staged_{table}"
        scope.append(reach.among(focus, column, f"control.{column}"))
    return (
        f"select {RowKind.CONTROL:d}, {number}, cast(control.{column} as text), control.breach, {_NO_LEAF},"
        f" control.reason, {day} from ({text}) as control where {' and '.join(filter(None, scope))}"
    )


def _key_arm(number: int, name: str, reach: Reach) -> str:
    separator = "char(31)" if reach.dialect == "sqlite" else "chr(31)"
    key = f" || {separator} || ".join(f"cast(x.{column} as text)" for column in identity(name))
    stands = f"{_NO_BREACH}, x.opened_seq, {_NO_TEXT}, {_NO_TEXT} {reach.replaced(name)}"
    return f"select {RowKind.KEY:d}, {number}, {key}, {stands}"


_ROLE_ARM = (
    f"select {RowKind.ROLE:d}, 0, s.recipient, {_NO_BREACH}, {_NO_LEAF}, e.role, {_NO_TEXT}"
    " from staged_disclosure as s join entry as e on e.entry_id = s.entry_id"
)


def _known_arms(reach: Reach) -> list[str]:
    """The entries in question that had a row or an item before, and the people who had a row or an entry."""
    if reach.near is not None:
        # A first look finds a new entry, or the entry of an item.
        known = {} if ENTRY.name in reach.staged else {ENTRY.name: ""}
    else:
        known = {
            ENTRY.name: f"{_stands(ENTRY.entry_id)} or {_stands(ITEM.entry_id)}",
            SUBJECT.name: f"{_stands(SUBJECT.subject_id)} or {_stands(ENTRY.subject_id)}",
        }
    return [
        f"select {RowKind.KNOWN:d}, {FOCI.index(table)}, f.{table}_id, {_NO_BREACH}, {_NO_LEAF}, {_NO_TEXT}, {_NO_TEXT}"
        f" from focus_{table} as f{f' where {stands}' if stands else ''}"
        for table, stands in known.items()
        if set(IN_FOCUS[table]) & set(reach.staged)
    ]


def _stands(column: Column) -> str:
    table = column.table
    return f"exists (select 1 from {table}_version as x where x.{column} = f.{column} and x.closed_seq is null)"


def _reference_arm(number: int, reference: Reference) -> str:
    table, column, to = reference
    return (
        f"select {RowKind.REFERENCE:d}, {number}, s.{KEPT_TABLES[table].key.name}, {_NO_BREACH}, {_NO_LEAF},"
        f" {_NO_TEXT}, {_NO_TEXT} from staged_{table} as s where s.{column} is not null"
        f" and not exists (select 1 from {to} as o where o.{KEPT_TABLES[to].key.name} = s.{column})"
    )
