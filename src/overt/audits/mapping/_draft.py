"""Drafts a mapping by looking at the columns and values of a source, and marks what it guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import duckdb

from overt.audits.mapping._asked import Asked, AskedHere
from overt.audits.mapping._by_scheme import broad_groups
from overt.audits.mapping._certain import without_names
from overt.audits.mapping._dates import Search, day_of_moment, guess_date
from overt.audits.mapping._guess import Guess, as_comment
from overt.audits.mapping._guesses import SourceColumn, guess_codes, guess_plain
from overt.audits.mapping._mapping import MODEL_TABLES
from overt.audits.mapping._numbered import ALL_ROWS
from overt.audits.mapping.form import (
    TRIM,
    AsItIs,
    Candidate,
    Cell,
    Proposal,
    ProposedView,
    SourceColumnSeen,
    choice_sql,
    form_of,
    write_form,
)
from overt.audits.source._account import SourceAccount, SourceTable
from overt.audits.source._sandbox import literal
from overt.model import ENCOUNTER, REVIEW, SUBJECT, TABLES, Column, Kind, Role, names_of, normal, tables_called

_HEAD = """\
-- A draft of a mapping for {name}: from its columns to the tables of the model.
-- Every line below is a guess from names and values, and gives its reason. What to do next:
--   1. Read each guess, and correct or delete it. Delete a column rather than fill it with something else:
--      data that is not mapped is reported as "cannot be shown"; data mapped wrongly leads to wrong findings.
--   2. Check the lines marked "decide" and the columns that are not used.
--   3. Run `overt model TABLE` to see what each column of the model means.
--   4. Run `overt map check SOURCE --map THIS_FILE` to see which controls can be answered."""
_FEW = 200
_SAMPLE = 2_000
_NOTHING_DONE = r"\bno further action\b|\bnfa\b"
# A column of these is never taken for a number of rows, however many different values it has.
_NO_NUMBER = re.compile(
    r"\b(name|surname|forename|alias|nickname|dob|birth|born|address|postcode|phone|email|date|time)\b"
)
_WHOSE_VIEW = tuple(
    map(normal, ("race", "ethnicity", "ethnic group", "race ethnicity", "ethnicity race", "ethnic origin"))
)
_LAST_REVIEW = tuple(map(normal, ("last reviewed", "last review", "date of last review", "last reviewed on")))
_NUMBERS = {Role.KEY, Role.REFERENCE, Role.PSEUDONYM}
_OF_AN_ENCOUNTER = {
    ENCOUNTER.legislation,
    ENCOUNTER.object_of_search,
    ENCOUNTER.tactic,
    ENCOUNTER.occurred_at,
    ENCOUNTER.occurred_on,
    ENCOUNTER.outcome_linked,
}


@dataclass
class _Table:
    """A table of the source, under the name a mapping gives it."""

    name: str
    source: SourceTable
    columns: list[SourceColumn]
    used: set[str] = field(default_factory=set)

    @property
    def by_name(self) -> dict[str, SourceColumn]:
        """Columns by their names in normal form; of two alike, the first."""
        found: dict[str, SourceColumn] = {}
        for column in self.columns:
            found.setdefault(normal(column.profile.column), column)
        return found


@dataclass(frozen=True)
class _Look:
    """Who is asked of the source, the place whose days are meant, and in how many values forms are looked for first."""

    asked: Asked
    timezone: str | None
    sample: int


@dataclass
class _View:
    """A view while it is proposed: what fills its columns, and what must be decided."""

    table: str
    source: _Table
    candidates: list[Candidate] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    person: str = ""
    filled: str = ""

    def add(self, column: Column, guess: Guess, origin: SourceColumn | None = None) -> None:
        """Takes in a guess, or what keeps it from being made."""
        name = origin.profile.column if origin else ""
        certain = guess.sql is not None and not guess.left and guess.by_name and origin is not None
        rest = (guess.why, guess.left, certain, guess.recipe)
        self.candidates.append(Candidate(self.table, column.name, name, guess.sql, *rest))
        if origin is not None:
            self.source.used.add(name)

    @property
    def columns(self) -> set[str]:
        """The columns of the model that are filled."""
        return {candidate.column for candidate in self.candidates if candidate.sql is not None}

    @property
    def number(self) -> str | None:
        """The column of the source that numbers the rows."""
        key = TABLES[self.table].key
        return next((each.origin for each in self.candidates if each.column == key and each.origin), None)

    @property
    def proposed(self) -> ProposedView:
        """The view as others see it."""
        source = self.source.name
        return ProposedView(self.table, source, tuple(self.candidates), tuple(self.asked), self.person, self.filled)


def draft_mapping(connection: duckdb.DuckDBPyConnection, account: SourceAccount, timezone: str | None = None) -> str:
    """What `draft_from` gives of a source that was loaded. `connection` comes from `open_workshop`."""
    return draft_from(AskedHere(connection), account, timezone)


def draft_from(asked: Asked, account: SourceAccount, timezone: str | None = None) -> str:
    """A mapping that can be read and applied as it stands, with its guesses marked and what it did not use listed.

    `timezone` is the place whose day is taken of times with an offset. Not promised: that a guess is right. A date that
    can be read in two ways, a value that is no code and an ethnicity that may be anyone's view are left to be decided.
    """
    proposal, head = _proposal(_Look(asked, timezone, _SAMPLE), account), _HEAD.format(name=as_comment(account.name))
    return write_form(replace(form_of(proposal), head=f"{head}\n", tail=_unused(proposal, account)))


def propose(
    connection: duckdb.DuckDBPyConnection,
    account: SourceAccount,
    *,
    sample: int = _SAMPLE,
    timezone: str | None = None,
) -> Proposal:
    """What the columns of a source may fill, each with its reason; nothing is taken where values leave a choice.

    Forms of dates are looked for in `sample` values, and what is found there is tried on every row. Takes a connection
    and a time zone as `draft_mapping` does.
    """
    return without_names(_proposal(_Look(AskedHere(connection), timezone, sample), account), connection, account)


def _proposal(look: _Look, account: SourceAccount) -> Proposal:
    views: list[_View] = []
    tables = _tables(look.asked, account)
    for table in tables:
        taken = {view.table for view in views}
        views += _views(look, table, taken)
    if not views:
        views = [_rows_as_entries(look, tables[0])]
    seen = [
        SourceColumnSeen(table.name, each.profile.column, each.profile.rows, each.profile.filled, each.profile.distinct)
        for table in tables
        for each in table.columns
    ]
    return Proposal(account.name, tuple(view.proposed for view in views), tuple(seen))


def _tables(asked: Asked, account: SourceAccount) -> list[_Table]:
    """The tables of the source; those that are alike are taken as one, and the first is looked at."""
    alike = len({tuple(name for name, _ in table.columns) for table in account.tables}) == 1
    if alike and asked.takes_alike_as_one:
        return [_table(asked, account.tables[0], ALL_ROWS)]
    return [_table(asked, table, table.name) for table in account.tables]


def _table(asked: Asked, table: SourceTable, name: str) -> _Table:
    profiles = zip(asked.profiles(table), table.columns, strict=True)
    columns = [SourceColumn(profile, kind) for profile, (_, kind) in profiles]
    few = [column for column in columns if column.type == "VARCHAR" and 0 < column.profile.distinct <= _FEW]
    for column, values in zip(few, asked.values(table, few), strict=True):
        column.values = values
    return _Table(name, table, columns)


def _views(look: _Look, table: _Table, taken: set[str]) -> list[_View]:
    """The views that the table may fill: the one it is most like, and of entry and subject both."""
    scores = {name: _likeness(table, name) for name in MODEL_TABLES if name not in taken}
    best = max(scores, key=lambda name: scores[name], default=None)
    if best is None or scores[best] < 3:
        return []
    chosen = [best]
    # A list of people is mostly one table: who they are and why they are listed in the same row.
    for one, other in (("entry", "subject"), ("subject", "entry")):
        if best == one and other in scores and len(_matches(table, other)) >= 2:
            chosen.append(other)
    views = [_view(look, table, name) for name in MODEL_TABLES if name in chosen]
    if best == "entry":
        views += _reviews(look, table, views, taken)
    return [view for view in views if view.columns]


def _reviews(look: _Look, table: _Table, views: list[_View], taken: set[str]) -> list[_View]:
    """The last review of each entry, where a list of entries says when it was."""
    entry = next((view for view in views if view.table == "entry"), None)
    origin = next((table.by_name[name] for name in _LAST_REVIEW if name in table.by_name), None)
    number = entry.number if entry else None
    if number is None or origin is None or origin.profile.column in table.used or "review" in taken:
        return []
    guess = _guess(look, table.source, origin, REVIEW.done_at)
    if guess.sql is None:
        return []
    view = _View("review", table, filled=origin.profile.column)
    key = choice_sql(AsItIs(Cell(number, steps=(TRIM,))))
    view.add(REVIEW.review_id, Guess(f"{key} || '-R1'", "the number of the entry, and the first review that is known"))
    view.add(REVIEW.entry_id, Guess(key, "the number of the entry"))
    view.add(REVIEW.done_at, guess, origin)
    return [view]


def _likeness(table: _Table, model: str) -> int:
    named = 3 if model in tables_called(table.name) else 0
    matched = _matches(table, model)
    if TABLES[model] is ENCOUNTER and not matched.keys() & _OF_AN_ENCOUNTER:
        return 0
    keyed = 1 if TABLES[model].key.name in matched else 0
    return len(matched) + named + keyed if matched else 0


def _matches(table: _Table, model: str) -> dict[str, SourceColumn]:
    """For each column of the model the column of the source that bears its likeliest name; none is taken twice.

    What numbers the rows of the table has a value of its own in each row; of people alone the rows are put together.
    """
    found: dict[str, SourceColumn] = {}
    used: set[str] = set()
    for column in TABLES[model].columns:
        for name in names_of(model, column.name):
            match = table.by_name.get(name)
            if match is not None and column == TABLES[model].key and not _may_be_key(model, match):
                continue
            if match is not None and match.profile.column not in used:
                found[column.name] = match
                used.add(match.profile.column)
                break
    return found


def _may_be_key(model: str, column: SourceColumn) -> bool:
    return TABLES[model] is SUBJECT or not TABLES[model].has_own_key or _is_number(column)


def _is_number(column: SourceColumn) -> bool:
    """Whether every row has a value of its own."""
    return column.profile.filled == column.profile.rows == column.profile.distinct


def _key(asked: Asked, table: _Table, model: str) -> tuple[Guess, SourceColumn | None]:
    """What numbers the rows where no column is called so: the first column, if it has one value a row, or the row."""
    first = table.columns[0]
    repeating = [
        f"{match.shown} has {match.profile.distinct} values in {match.profile.rows} rows"
        for name in names_of(model, TABLES[model].key.name)
        if (match := table.by_name.get(name)) is not None and not _is_number(match)
    ]
    why = f"{repeating[0]}, so it numbers nothing; " if repeating else "no column is named as a number; "
    plain = first.type in ("VARCHAR", "BIGINT", "INTEGER") and not _NO_NUMBER.search(normal(first.profile.column))
    if plain and first.profile.rows > 1 and _is_number(first) and first.profile.column not in table.used:
        said = f"{why}{first.shown} is the first column and has a different value in each row"
        return Guess(_trimmed(first), said, by_name=False), first
    return Guess(f"format('{{:08d}}', {asked.number(table.source)})", f"{why}by row"), None


def _guess(look: _Look, table: SourceTable, column: SourceColumn, model: Column) -> Guess:
    """How the source's column fills the model's, checked on every value."""
    if model.codes:
        return guess_codes(column, model)
    if model.kind in (Kind.DATE, Kind.TIMESTAMP) and column.type == "VARCHAR":
        connection, rows = look.asked.texts(table, column)
        return guess_date(Search(connection, look.timezone, look.sample), rows, column, model.kind)
    if model.kind is Kind.DATE and column.type.startswith("TIMESTAMP"):
        return day_of_moment(column, look.timezone)
    if model.role in _NUMBERS and column.type == "VARCHAR":
        return Guess(_trimmed(column), "its name")
    return guess_plain(look.asked.bad(table, column, model.kind), column, model)


def _trimmed(column: SourceColumn) -> str:
    """A number without the blanks around it, with which it would not meet itself in another table."""
    return choice_sql(AsItIs(Cell(column.profile.column, steps=(TRIM,)))) if column.type == "VARCHAR" else column.sql


def _view(look: _Look, table: _Table, model: str) -> _View:
    view = _View(model, table)
    matched = _matches(table, model)
    if (
        ENCOUNTER.occurred_on in TABLES[model].by_name.keys() - matched.keys()
        and (when := matched.get(ENCOUNTER.occurred_at))
        and not look.asked.has_clock(table.source, when)
    ):
        # A day is no time of day, and midnight would be made up.
        matched[ENCOUNTER.occurred_on] = matched.pop(ENCOUNTER.occurred_at)
    key = TABLES[model].key
    for column in TABLES[model].columns:
        origin = matched.get(column.name)
        if origin is not None:
            view.add(column, _guess(look, table.source, origin, column), origin)
        elif column == key:
            table.used |= {each.profile.column for each in matched.values()}
            view.add(column, *_key(look.asked, table, model))
    for column in TABLES[model].columns:
        if column.codes and column.name not in matched and (named := _named_within(table, column)):
            view.add(column, *named)
    if TABLES[model] is SUBJECT and key.name in matched and not _is_number(matched[key.name]):
        view.person = matched[key.name].profile.column
    if TABLES[model] is ENCOUNTER:
        _add_encounter(look, view, matched)
    for name in _WHOSE_VIEW:
        origin = table.by_name.get(name)
        if origin is not None and ENCOUNTER.ethnicity_self in TABLES[model].by_name and origin not in matched.values():
            view.asked.append(f"{origin.shown}: is it self-defined or officer-observed?")
            for either in (ENCOUNTER.ethnicity_self, ENCOUNTER.ethnicity_observed):
                view.add(either, Guess(None, ""), origin)
    return view


def _named_within(table: _Table, model: Column) -> tuple[Guess, SourceColumn] | None:
    """The one unused column with the model's name among the words of its own, if its values say the same as codes."""
    wanted = f" {normal(model.name)} "
    named = [
        each
        for each in table.columns
        if each.profile.column not in table.used and wanted in f" {normal(each.profile.column)} "
    ]
    if len(named) != 1 or (found := guess_codes(named[0], model)).sql is None:
        return None
    why = f"“{model.name}” is in its name, and {found.why}"
    return replace(found, why=why, by_name=False), named[0]


def _add_encounter(look: _Look, view: _View, matched: dict[str, SourceColumn]) -> None:
    """What a table of encounters says between the lines: the day, the broad groups, that nothing came of it."""
    source, filled = view.source, view.columns

    def add(column: Column, found: Guess | None, origin: SourceColumn | None = None) -> None:
        """What the source says itself goes before what can be made of it."""
        if column not in filled and found is not None:
            view.add(column, found, origin)

    when, day = matched.get(ENCOUNTER.occurred_at), ENCOUNTER.occurred_on
    if when is not None and day not in matched:
        add(day, _guess(look, source.source, when, day), when)
    for name, group in (
        (ENCOUNTER.ethnicity_observed, ENCOUNTER.ethnicity_observed_group),
        (ENCOUNTER.ethnicity_self, ENCOUNTER.ethnicity_self_group),
    ):
        if name in matched:
            add(group, broad_groups(matched[name].sql, matched[name].values, group.codes))
    outcome = matched.get(ENCOUNTER.outcome)
    if outcome is not None and any(re.search(_NOTHING_DONE, value.lower()) for value in outcome.values):
        nothing = f"regexp_matches(lower({outcome.sql}), {literal(_NOTHING_DONE)})"
        add(ENCOUNTER.no_further_action, Guess(nothing, "its values say “no further action” or “NFA”"))
    add(ENCOUNTER.row_count, Guess("1", "each row is one encounter"))
    number = view.number
    values = [f"coalesce({column.sql}::varchar, '')" for column in source.columns if column.profile.column != number]
    digest = f"md5(concat_ws(chr(31), {', '.join(values)}))"
    left = ", its number left out," if number else ""
    add(ENCOUNTER.row_digest, Guess(digest, f"every value of the row{left} so that rows that are alike can be seen"))


def _rows_as_entries(look: _Look, table: _Table) -> _View:
    """What to begin with where nothing is like a table of the model."""
    view = _view(look, table, "entry")
    first = view.candidates[0]
    why = f"{first.why}; nothing resembles a table of the model, so each row is treated as an entry"
    view.candidates[0] = replace(first, why=why, certain=False)
    count = table.by_name.get("count") or table.by_name.get("number")
    if count is not None:
        several = f"unnest(range(cast({count.shown} as bigint))) as person(number)"
        view.asked.append(f"does each row represent as many people as {count.shown} gives? If so: from …, {several}")
    return view


def _unused(proposal: Proposal, account: SourceAccount) -> str:
    """The columns that no view uses, as comments at the end."""
    lines = []
    for table in dict.fromkeys(column.table for column in proposal.unused):
        lines.append(f"\n-- Not used of {'the source' if table == ALL_ROWS else as_comment(table)}:")
        for column in proposal.unused:
            if column.table == table:
                values = f"{column.distinct} {'value' if column.distinct == 1 else 'values'}"
                counts = f"filled in {column.filled} of {column.rows} rows, {values}"
                lines.append(f"--   {as_comment(column.column)}: {counts if column.filled else 'blank throughout'}")
    return "\n".join(["", *lines, ""])
