"""Keeps words about people out of what a control shows.

Every column that a control selects, but for `breach`, goes into reports and evidence. None of them may hold a column
of free text, or anything that is worked out of one, by whatever way: an expression, a condition of `case`, a select
inside the text, a join that only some words let through. What may hold a name may decide which reason is given, and
may not be shown. Whether a text is given at all, and whether it is shorter than a threshold, may be said of both.

A breach may be decided by words: a row that is shown then says one thing about the words of one row of the register.
So that it cannot say more, such a control shows columns of one table only, and of those that are looked up for its rows
by their key. Joined with a list of guesses, each row would otherwise carry the guess that was right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from overt.controls._names import Names, model_column
from overt.model import TABLES
from overt.refusals import Refusal

# Where a table is read: in which `from`, inside which select that is read in which `from`, and so on.
Place = tuple[int, ...]
_NOTHING: frozenset[str] = frozenset()
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
# What these give tells of a name at most whether it was met.
_YES_NO_OR_NUMBER = (
    *_COMPARISONS, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is, exp.Like, exp.In, exp.Between, exp.Not, exp.And, exp.Or,
    exp.Count,
)  # fmt: skip


@dataclass(frozen=True)
class Flow:
    """What a value is made of: columns of free text, columns that may hold a name, and the places that it is read at.

    `own` says that the value is a column of text as it stands.
    """

    words: frozenset[str] = _NOTHING
    names: frozenset[str] = _NOTHING
    places: frozenset[Place] = frozenset()
    own: bool = False


def shown_words(names: Names, where: str) -> list[Refusal]:
    """A refusal for each selected column, but for `breach`, that holds or tells of words or names."""
    flows = _Flows(names)
    outputs = flows.outputs(names.scopes[-1])
    columns = {column: flow for column, flow in outputs.items() if column != "breach"}
    refusals = []
    for column, flow in columns.items():
        found = flow.words or flow.names
        if found:
            kind = "free text" if flow.words else "text that may hold a name"
            wanted = "codes, numbers, dates and units; text may decide `breach`, or be used in `where`"
            says = f"{column} tells of {', '.join(sorted(found))}: {kind}"
            refusals.append(Refusal("control-free-text", where, says, wanted))
    places = flows.without_lookups(flow.places for flow in columns.values())
    decided_by = flows.deciding_words() | outputs["breach"].words
    if decided_by and len(places) > 1 and not refusals:
        says = f"{', '.join(sorted(decided_by))} decides, and columns of {len(places)} tables are shown"
        refusals.append(Refusal("control-free-text", where, says, "columns of one table beside `breach` and `reason`"))
    return refusals


class _Flows:
    """The flow of every column that a select of the text gives, worked out once for each select."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._outputs: dict[int, dict[str, Flow]] = {}
        self._passing: dict[int, frozenset[str]] = {}
        self._under_way: set[int] = set()

    def outputs(self, scope: Scope) -> dict[str, Flow]:
        """The columns that the select gives."""
        if id(scope) not in self._outputs:
            query = scope.expression
            if isinstance(query, exp.SetOperation):
                given = self._together(scope)
            else:
                given = {
                    each.alias_or_name or f"#{number}": self._of(each.unalias(), scope)
                    for number, each in enumerate(query.expressions)
                }
            self._outputs[id(scope)] = given
        return self._outputs[id(scope)]

    def deciding_words(self) -> frozenset[str]:
        """The columns of free text on which it rests which rows any select of the text gives."""
        return _NOTHING.union(*(self._passed_by(scope) for scope in self._names.scopes))

    def without_lookups(self, several: Iterable[frozenset[Place]]) -> frozenset[Place]:
        """The places, but for those that give at most one row for each of another place."""
        found: dict[int, Place] = {}
        for scope in self._names.scopes:
            for join in scope.expression.args.get("joins") or []:
                found |= self._looked_up(scope, join)
        return frozenset(_followed(place, found) for place in frozenset[Place]().union(*several))

    def _looked_up(self, scope: Scope, join: exp.Join) -> dict[int, Place]:
        """The place of a join that finds at most one row, and the place whose rows it is found for."""
        node, source = scope.selected_sources[join.this.alias_or_name]
        by: dict[str, frozenset[Place]] = {}
        for each in _equations(join.args.get("on")):
            for key, other in ((each.this, each.expression), (each.expression, each.this)):
                places = self._of(other, scope).places
                if isinstance(key, exp.Column) and key.table == join.this.alias_or_name:
                    by[key.name] = places
        places = frozenset[Place]().union(*by.values())
        one = join.side in ("", "LEFT") and len(places) == 1 and _one_row_by(source) <= by.keys()
        return {id(node): next(iter(places))} if one and all(place[0] != id(node) for place in places) else {}

    def _together(self, scope: Scope) -> dict[str, Flow]:
        """What a union gives: each row tells which part it is of, and so what let it through there."""
        first, second = scope.set_operation_scopes
        part = Flow(self._passed_by(scope), places=frozenset(((id(first),), (id(second),))))
        pairs = zip(self.outputs(first).items(), self.outputs(second).values(), strict=False)
        return {name: _both((one, other, part)) for (name, one), other in pairs}

    def _passed_by(self, scope: Scope) -> frozenset[str]:
        """The columns of free text that decide which rows the select gives."""
        if id(scope) not in self._passing:
            # A count in `having` speaks of the rows that the rest lets pass.
            self._passing[id(scope)] = _NOTHING
            query = scope.expression
            if isinstance(query, exp.SetOperation):
                found = [self._passed_by(part) for part in scope.set_operation_scopes]
            else:
                found = [self._of(part, scope).words for part in _conditions(query)]
                found += [self._passed_by(each) for each in _selects(scope)]
            self._passing[id(scope)] = _NOTHING.union(*found)
        return self._passing[id(scope)]

    def _of(self, node: exp.Expr, scope: Scope) -> Flow:
        if isinstance(node, exp.Column):
            return self._of_column(node)
        if isinstance(node, exp.Query):
            return self._of_question(node)
        parts = [self._of(each, scope) for each in _values(node)]
        if isinstance(node, exp.AggFunc | exp.Window | exp.RowNumber):
            # It speaks of the rows that are there.
            everywhere = not node.find(exp.Column) or isinstance(node, exp.Window)
            parts.append(Flow(self._passed_by(scope), places=_read_at(scope) if everywhere else frozenset()))
        if self._asks_whether_given(node):
            return Flow(places=_both(parts).places)
        # A condition tells of words what it found; of names it tells which reason was met, which is allowed.
        tests = [self._of(each, scope) for each in _tests(node)]
        flow = _both([*parts, *[Flow(each.words, _NOTHING, each.places) for each in tests]])
        return Flow(flow.words, _NOTHING, flow.places) if isinstance(node, _YES_NO_OR_NUMBER) else flow

    def _of_column(self, column: exp.Column) -> Flow:
        source = self._names.source(column)
        if isinstance(source, Scope):
            flow = self.outputs(source)[column.name]
            node = self._names.homes[id(column)].selected_sources[column.table][0]
            flow = replace(flow, places=frozenset((id(node), *place) for place in flow.places))
        else:
            model, name = model_column(source, column.name), frozenset((f"{source.name}.{column.name}",))
            words = name if model.free_text else _NOTHING
            names = name if model.may_name else _NOTHING
            flow = Flow(words, names, frozenset(((id(source),),)), own=bool(words or names))
        tells = self._told_by_absence(column, source)
        return _both((flow, Flow(tells))) if tells else flow

    def _told_by_absence(self, column: exp.Column, source: exp.Table | Scope) -> frozenset[str]:
        """The columns of free text that decide whether an outer join finds the row that the column is of."""
        home = self._names.homes[id(column)]
        joins = [
            join
            for join in _optional(home.expression, column.table)
            # Inside its own condition a join has not failed.
            if id(join) not in self._under_way
        ]
        if not joins:
            return _NOTHING
        self._under_way |= {id(join) for join in joins}
        tells = [self._of(join.args["on"], home).words for join in joins if join.args.get("on")]
        self._under_way -= {id(join) for join in joins}
        if isinstance(source, Scope):
            tells.append(self._passed_by(source))
        return _NOTHING.union(*tells)

    def _of_question(self, query: exp.Query) -> Flow:
        """`exists`: it tells of whatever decides which rows are there."""
        scope = next(each for each in self._names.scopes if each.expression is query)
        columns = [self._of_column(column) for column in query.find_all(exp.Column)]
        places = frozenset[Place]().union(_read_at(scope), *(each.places for each in columns))
        return Flow(self._passed_by(scope), _NOTHING, places)

    def _asks_whether_given(self, node: exp.Expr) -> bool:
        """Whether it asks of a column of text no more than whether it is given, or shorter than a threshold."""
        if isinstance(node, exp.Is):
            return isinstance(node.expression, exp.Null) and self._is_text(node.this)
        if not isinstance(node, _COMPARISONS):
            return False
        for asked, value in ((node.this, node.expression), (node.expression, node.this)):
            if isinstance(_bare(asked), exp.Length):
                known = isinstance(value, exp.Placeholder) or (isinstance(value, exp.Literal) and value.this == "0")
                if known and self._is_text(_bare(asked).this):
                    return True
            elif isinstance(value, exp.Literal) and value.this == "" and self._is_text(asked):
                return True
        return False

    def _is_text(self, node: exp.Expr) -> bool:
        node = _bare(node)
        if isinstance(node, exp.Trim) and not node.args.get("expression"):
            node = _bare(node.this)
        return isinstance(node, exp.Column) and self._of_column(node).own


def _both(flows: Iterable[Flow]) -> Flow:
    """What is made of several values, and is none of them as it stands."""
    several = tuple(flows)
    return Flow(
        _NOTHING.union(*(each.words for each in several)),
        _NOTHING.union(*(each.names for each in several)),
        frozenset[Place]().union(*(each.places for each in several)),
    )


def _equations(condition: exp.Expr | None) -> Iterator[exp.EQ]:
    """The equations that a condition demands, all of them."""
    if isinstance(condition, exp.EQ):
        yield condition
    elif isinstance(condition, exp.And | exp.Paren):
        for each in condition.iter_expressions():
            yield from _equations(each)


def _bare(node: exp.Expr) -> exp.Expr:
    """The node without brackets, and without the text or number that stands for a missing one."""
    while isinstance(node, exp.Paren) or (
        isinstance(node, exp.Coalesce) and all(isinstance(each, exp.Literal) for each in node.expressions)
    ):
        node = node.this
    return node


def _values(node: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of a node but for the conditions of `case`."""
    return (each for each in node.iter_expressions() if not any(each is test for test in _tests(node)))


def _tests(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.If):
        return [node.this]
    if isinstance(node, exp.Case) and node.this is not None:
        return [node.this]
    return []


def _conditions(query: exp.Expr) -> Iterator[exp.Expr]:
    """What decides which rows a select gives."""
    for name in ("where", "group", "having"):
        if query.args.get(name):
            yield query.args[name]
    for join in query.args.get("joins") or []:
        # A left join leaves no row out.
        if join.args.get("on") and join.side != "LEFT":
            yield join.args["on"]


def _selects(scope: Scope) -> list[Scope]:
    """The selects that a select reads and that can leave rows of its own out."""
    left = {join.this.alias_or_name for join in scope.expression.args.get("joins") or [] if join.side == "LEFT"}
    return [
        source
        for alias, (_, source) in scope.selected_sources.items()
        if isinstance(source, Scope) and alias not in left
    ]


def _optional(query: exp.Expr, alias: str) -> list[exp.Join]:
    """The outer joins that may find no row of the table called `alias`."""
    joins: list[exp.Join] = query.args.get("joins") or []
    names = [query.args["from_"].this.alias_or_name, *[join.this.alias_or_name for join in joins]]
    place = names.index(alias) - 1
    return [
        join
        for number, join in enumerate(joins)
        if (join.side in ("LEFT", "FULL") and number == place) or (join.side in ("RIGHT", "FULL") and number > place)
    ]


def _read_at(scope: Scope) -> frozenset[Place]:
    """Every place at which the select reads a table of the model."""
    if isinstance(scope.expression, exp.SetOperation):
        return frozenset[Place]().union(*(_read_at(part) | {(id(part),)} for part in scope.set_operation_scopes))
    places: set[Place] = set()
    for node, source in scope.selected_sources.values():
        inner = _read_at(source) if isinstance(source, Scope) else {()}
        places |= {(id(node), *place) for place in inner}
    return frozenset(places)


def _one_row_by(source: exp.Table | Scope) -> set[str]:
    """The columns that name one row of a table or a select; a name that it does not have where nothing names one."""
    if isinstance(source, exp.Table):
        table = TABLES[source.name]
        return {table.key.name if table.has_own_key else ""}
    select = source.expression
    if not isinstance(select, exp.Select):
        return {""}
    group = select.args.get("group")
    names = {each.unalias().sql(): each.alias_or_name for each in select.selects}
    return {names.get(each.sql(), "") for each in group.expressions} if group else {""}


def _followed(place: Place, found: dict[int, Place]) -> Place:
    """The place for whose rows another is looked up, as far as that leads."""
    for _ in range(len(found) + 1):
        step = next((number for number, each in enumerate(place) if each in found), None)
        if step is None:
            return place
        place = (*place[:step], *found[place[step]])
    return place
