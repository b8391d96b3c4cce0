"""What the engine answers about columns: cards, which columns a mapping fills, and what it would lose.

Values leave here as far as they may be shown, and no further.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from overt.audits.columns import (
    ColumnCard,
    card_values,
    column_card,
    columns_of,
    count_columns,
    holds_categories,
    is_barred,
    losses,
    meanings_of,
)
from overt.audits.mapping import Mapping, joins_read, mapping_of
from overt.audits.mapping._places import count_rows, rows_of_keys
from overt.audits.mapping._profile import ColumnProfile, profile_table
from overt.audits.source import SourceTable
from overt.model import TABLES, Column
from overt.refusals import Refusal, Refusals
from overt.web.studio._engine_kept import CARDS, PROFILE, counted

if TYPE_CHECKING:
    from overt.web.studio._engine_asks import EngineState

CARDS_A_PAGE = 20
_MAPPING = "mapping.sql"
_Meanings = dict[tuple[str, str], tuple[Column, ...]]


@dataclass(frozen=True)
class _Listed:
    """A column as the list of cards sorts it; `open` says that it has no meaning and nothing was decided."""

    number: int
    place: int
    table: SourceTable
    share: float
    meanings: tuple[Column, ...]
    open: bool


def cards(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """One page of cards: `mapping` is its text, `categories` and `decided` name columns as `table/place`.

    `sort` is `place`, `emptiest` or `undecided`; `page` counts from 1.
    """
    meanings = _meanings(state, arguments["mapping"])
    decided = set(arguments["decided"])
    listed = []
    for number, table in enumerate(state.account.tables, 1):
        for place, profile in enumerate(_profiles(state, table), 1):
            known = meanings.get((table.name, profile.column), ())
            is_open = not known and _key(table, place) not in decided
            listed.append(_Listed(number, place, table, profile.filled / max(1, profile.rows), known, is_open))
    if arguments["sort"] == "emptiest":
        listed.sort(key=lambda each: each.share)
    elif arguments["sort"] == "undecided":
        listed.sort(key=lambda each: not each.open)
    pages = max(1, -(-len(listed) // CARDS_A_PAGE))
    page = min(max(1, arguments["page"]), pages)
    return {
        "columns": len(listed),
        "page": page,
        "pages": pages,
        "open": sum(each.open for each in listed),
        "cards": [
            {
                "table": each.number,
                "place": each.place,
                "open": each.open,
                "meanings": [column.path for column in each.meanings],
                **_card(state, each.table, each.place, each.meanings, arguments["categories"]),
            }
            for each in listed[(page - 1) * CARDS_A_PAGE : page * CARDS_A_PAGE]
        ],
    }


def undecided(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """The columns that have no meaning by `mapping` and are not among those `decided`, by table and place from 1."""
    meanings, decided = _meanings(state, arguments["mapping"]), set(arguments["decided"])
    return {
        "columns": [
            {"table": number, "place": place, "key": _key(table, place), "name": name}
            for number, table in enumerate(state.account.tables, 1)
            for place, (name, _) in enumerate(table.columns, 1)
            if (table.name, name) not in meanings and _key(table, place) not in decided
        ]
    }


def card(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """One card, by `table` and `place`, both from 1. Refuses a column that is not there."""
    tables = state.account.tables
    number, place = arguments["table"], arguments["place"]
    if not (1 <= number <= len(tables) and 1 <= place <= len(tables[number - 1].columns)):
        raise Refusal(
            "studio-no-column",
            "this address",
            "the source has no such column",
            "",
            "choose the column on the page Columns",
        )
    table = tables[number - 1]
    known = _meanings(state, arguments["mapping"]).get((table.name, table.columns[place - 1][0]), ())
    return {
        "table": number, "place": place, "key": _key(table, place), "origin": table.origin,
        "meanings": [column.path for column in known], "may_declare": not any(map(is_barred, known)),
        **_card(state, table, place, known, arguments["categories"]),
    }  # fmt: skip


def counts(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """Of each column of a table, by its number from 1, whether it holds counts and which rows of it are totals."""
    tables, number = state.account.tables, arguments["table"]
    if not 1 <= number <= len(tables):
        raise Refusal("studio-no-column", "this address", "the source has no such table", "", "choose a table")
    found = count_columns(state.connection, tables[number - 1])
    return {"columns": [{**asdict(column), "is_counted": column.is_counted} for column in found]}


def filled(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """By table of the model, the columns that are filled; without a mapping, by tables that are those of the model."""
    if not _is_mapped(state, arguments["mapping"]):
        return {"columns": {}}
    columns = _once(state, "filled", arguments["mapping"], columns_of)
    return {"columns": {table: sorted(names) for table, names in columns.items()}}


def table_rows(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """How many rows the mapping gives a `table` of the model, or the source itself without one; none for no table."""
    text = arguments["mapping"]
    mapping = mapping_of(text, _MAPPING) if text.strip() else None
    return {"rows": count_rows(state.connection, mapping, state.account, arguments["table"])}


def key_rows(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """Where rows of a `table` of the model lie that have `keys`: by key, the numbers of their rows in a file.

    Nothing where the source is not the one whose `digest` is given, or the rows cannot be followed back to it.
    """
    if state.account.digest != arguments["digest"] or not arguments["mapping"].strip():
        return {"origin": "", "rows": {}}
    mapping = mapping_of(arguments["mapping"], _MAPPING)
    found = rows_of_keys(state.connection, mapping, state.account, arguments["table"], arguments["keys"])
    return {"origin": "", "rows": {}} if found is None else asdict(found)


def lost(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """What the mapping loses and changes, table by table; nothing of a mapping without a text."""
    if not arguments["mapping"].strip():
        return {"tables": []}
    found = _once(state, "lost", arguments["mapping"], lambda *given: losses(given[1], given[0], given[2]))
    return {"tables": [asdict(table) for table in found]}


def effect(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """What a mapping makes of one `column` of the model: what is filled, lost and changed, or what would stop an audit.

    The values that are lost are counted by their rows and not named.
    """
    table, _, name = arguments["column"].partition(".")
    mapping = mapping_of(arguments["mapping"], _MAPPING)
    alone = replace(mapping, views=tuple(view for view in mapping.views if view.table == table))
    try:
        (found,) = losses(state.connection, alone, state.account)
    except (Refusal, Refusals) as error:
        refused = error.refusals if isinstance(error, Refusals) else [error]
        return {"stops": [f"{each.where}: {each.found}" for each in refused], "loss": None, "rows": 0}
    loss = next((column for column in found.columns if column.column == name), None)
    counted = {part: getattr(loss, part) for part in ("in_source", "in_model", "lost", "changed")} if loss else None
    lost = [(each.rows, each.places) for each in loss.lost_values] if loss else []
    return {"stops": [], "loss": counted, "lost": lost, "rows": found.in_model}


def joins(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """The joins that the mapping makes, with what they match and what they leave; none of a mapping without a text."""
    if not arguments["mapping"].strip():
        return {"joins": []}
    read = _once(state, "joins", arguments["mapping"], lambda *given: joins_read(given[1], given[0], given[2]))
    return {"joins": [{**asdict(join), "said": join.said} for join in read]}


def _card(
    state: EngineState, table: SourceTable, place: int, meanings: tuple[Column, ...], categories: list[str]
) -> dict[str, Any]:
    column = table.columns[place - 1][0]
    # Of several meanings the one that bars values goes first: what feeds a name is a name.
    barred = next((each for each in meanings if is_barred(each)), None)
    meaning = barred or next((each for each in meanings if holds_categories(each)), next(iter(meanings), None))
    declared = _key(table, place) in categories
    known = _cards_of(state, table)[place - 1]
    if meaning is not None or declared:
        counts = known["filled"], known["distinct"]
        shown = card_values(state.connection, table, column, counts, meaning=meaning, declared=declared)
        known = {**known, "values": asdict(shown)}
    return {**known, "declared": declared}


def look_at_columns(state: EngineState) -> None:
    """Makes every card, so that no page waits for one."""
    for table in state.account.tables:
        state.progress(looking=table.name)
        _cards_of(state, table)


def _cards_of(state: EngineState, table: SourceTable) -> list[dict[str, Any]]:
    """The cards of a table's columns, as they are while nothing is known of their meanings."""
    profiles = _profiles(state, table)

    def made() -> dict[str, Any]:
        names = [name for name, _ in table.columns]
        return {"cards": [_plain(column_card(state.connection, table, name, profiles=profiles)) for name in names]}

    number = state.account.tables.index(table) + 1
    found: list[dict[str, Any]] = counted(state, f"{CARDS}-{number}", made)["cards"]
    return found


def _key(table: SourceTable, place: int) -> str:
    """What `choices.json` calls a column."""
    return f"{table.name}/{place}"


def _plain(known: ColumnCard) -> dict[str, Any]:
    plain = asdict(known)
    # A card's place in the source is a number, so the name of its table stands apart.
    name, source = plain.pop("column"), plain.pop("table")
    return {**plain, "name": name, "share": known.share, "source": source}


def _profiles(state: EngineState, table: SourceTable) -> list[ColumnProfile]:
    def profiled() -> dict[str, Any]:
        names = [each.name for each in state.account.tables]
        return {name: [asdict(profile) for profile in profile_table(state.connection, name)] for name in names}

    return [ColumnProfile(**profile) for profile in counted(state, PROFILE, profiled)[table.name]]


def _meanings(state: EngineState, text: str) -> _Meanings:
    """What each column means by a mapping; nothing while the mapping cannot be read, so that its cards still can."""
    if not text.strip():
        return {}
    try:
        found: _Meanings = _once(state, "meanings", text, meanings_of)
    except (Refusal, Refusals):
        return {}
    return found


def _is_mapped(state: EngineState, text: str) -> bool:
    """Whether there is a mapping, or a source whose tables need none."""
    if text.strip():
        return True
    return state.is_loaded and any(table.name in TABLES for table in state.account.tables)


def _once(state: EngineState, name: str, text: str, count: Callable[..., Any]) -> Any:
    """What is counted of a mapping, counted once for the same text."""
    digest = sha256(text.encode()).hexdigest()
    kept = state.kept.get(name)
    if kept is None or kept[0] != digest:
        mapping: Mapping | None = mapping_of(text, _MAPPING) if text.strip() else None
        state.kept[name] = kept = digest, count(mapping, state.connection, state.account)
    return kept[1]
