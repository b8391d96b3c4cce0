"""Writes a form as a mapping's text, and keeps every byte of what was not changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import zip_longest

import duckdb

from overt.audits.mapping._guess import on_one_line
from overt.audits.mapping._mapping import open_parser, parse_mapping
from overt.audits.mapping.form._cut import ItemText, SelectText, ViewText, cut_view
from overt.audits.mapping.form._form import ByHand, Cell, ItemForm, MappingForm, ViewForm, values
from overt.audits.mapping.form._read import from_sql, read_view
from overt.audits.mapping.form._recognise import Recogniser
from overt.audits.mapping.form._sql import choice_sql, with_sql
from overt.audits.mapping.form._tree import parse
from overt.refusals import Refusal, raise_all

_INDENT = "    "

MayWrite = Callable[[str, Cell, str], bool]
"""Whether a value of a cell may stand in a mapping, as what fills a column of the model, named `table.column`."""


def write_form(form: MappingForm, *, may_write: MayWrite | None = None) -> str:
    """The text of a mapping. A view that was read and not changed is written as it was, byte for byte.

    So is each item, each source and each comment of a view that was changed in another part. Comments are made from the
    notes of what is written anew. Refuses a value that may not be shown, without naming it, and SQL by hand that is no
    part of a mapping.
    """
    faults: list[Refusal] = []
    text = form.head
    with open_parser() as connection:
        for view in form.views:
            written = _view(connection, view, may_write, faults)
            apart = "" if not text or view.text else "\n" if text.endswith("\n") else "\n\n"
            text += apart + written
        raise_all(faults)
        text += form.tail
        views = parse_mapping(text, "mapping.sql", connection)
    wanted = [(view.table, tuple(item.column for item in view.items)) for view in form.views]
    given = [(view.table, view.columns if view.table in _formed(form) else ()) for view in views]
    if given != wanted:
        raise ValueError("what was written does not read as the views and columns of the form")
    return text


def _formed(form: MappingForm) -> set[str]:
    return {view.table for view in form.views if view.kept is None}


def _view(
    connection: duckdb.DuckDBPyConnection, view: ViewForm, may_write: MayWrite | None, faults: list[Refusal]
) -> str:
    if view.kept is not None:
        return view.kept
    before = read_view(connection, view.text, view.table, Recogniser()) if view.text else None
    if before == view:
        return view.text
    writer = _Writer(connection, view.table, may_write, faults)
    cut = cut_view(view.text) if before is not None and before.kept is None else None
    if cut is not None and before is not None:
        return writer.again(view, before, cut)
    return writer.anew(view)


class _Writer:
    """Writes one view; values that may not be shown are put to the faults."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, table: str, may_write: MayWrite | None, faults: list[Refusal]
    ) -> None:
        self._connection = connection
        self._table = table
        self._may_write = may_write
        self._faults = faults

    def anew(self, view: ViewForm) -> str:
        """A view as it is written for the first time."""
        lines = [on_one_line(f"-- {line}") for line in view.note.splitlines()]
        selects = [self._select(select).text for select in (view, *view.below)]
        return "\n".join([*lines, f"create view {view.table} as", "\nunion all\n".join(selects)]) + ";"

    def again(self, view: ViewForm, before: ViewForm, cut: ViewText) -> str:
        """A view that was read, with what is the same as it was."""
        selects = []
        for now, old, text in zip_longest((view, *view.below), (before, *before.below), cut.selects):
            if now is not None:
                selects.append(self._select(now) if old is None else self._changed(now, old, text))
        between = [*cut.between, *["\nunion all\n"] * len(selects)][: len(selects) - 1]
        return replace(cut, selects=tuple(selects), between=tuple(between)).text

    def _select(self, view: ViewForm) -> SelectText:
        frame = view.frame
        if frame is None:
            raise ValueError(f"a view of {self._table} without a source")
        items = tuple(self._item(item, "\n" + _INDENT) for item in view.items)
        return SelectText(f"{with_sql(frame)}select", items, _end(view))

    def _changed(self, now: ViewForm, old: ViewForm, text: SelectText) -> SelectText:
        kept = {item.column: (item, part) for item, part in zip(old.items, text.items, strict=True)}
        own_lines = [part.before.rpartition("\n")[2] for part in text.items if "\n" in part.before]
        indent = "\n" + (own_lines[0] if own_lines else _INDENT)
        items: list[ItemText] = []
        for item in now.items:
            before, part = kept.get(item.column, (None, None))
            if part is None or before != item:
                part = self._item(item, indent)
            if items and "--" in items[-1].after and not part.before.startswith("\n"):
                part = replace(part, before="\n" + part.before)
            items.append(part)
        same = (now.frame, now.where, now.by) == (old.frame, old.where, old.by)
        end = text.end if same else _end(now)
        if items and "--" in items[-1].after and not end.startswith("\n"):
            end = "\n" + end
        frame = now.frame
        start = text.start if frame == old.frame or frame is None else f"{with_sql(frame)}select"
        return SelectText(start, tuple(items), end)

    def _item(self, item: ItemForm | ByHand, line: str) -> ItemText:
        if isinstance(item, ItemForm):
            self._check(item)
            sql = choice_sql(item.choice)
        else:
            sql = item.sql
            self._check_one(item)
        # A comment at the end of what was written by hand would take in the name.
        between = "\n" + _INDENT if "--" in sql.rpartition("\n")[2] else " "
        notes = "".join(on_one_line(f"-- {note}") + line for note in item.note.splitlines())
        return ItemText(line + notes, f"{sql}{between}as {item.column}", "")

    def _check_one(self, item: ByHand) -> None:
        """Takes down SQL that is more or less than one expression."""
        tree = parse(self._connection, f"select {item.sql}\nas given")
        is_one = tree is not None and tree["type"] == "SELECT_NODE" and len(tree["select_list"]) == 1
        if tree is None or not is_one or tree["from_table"]["type"] != "EMPTY" or tree["where_clause"]:
            where = f"{self._table}.{item.column}"
            self._faults.append(Refusal("mapping-syntax", where, "SQL that is not one expression", "one expression"))

    def _check(self, item: ItemForm) -> None:
        name = f"{self._table}.{item.column}"
        masked = {
            cell.name
            for cell, value in values(item.choice)
            if self._may_write is not None and not self._may_write(name, cell, value)
        }
        for column in sorted(masked):
            self._faults.append(
                Refusal(
                    "mapping-masked",
                    f"{name}, from “{on_one_line(column)}”",
                    "it names a value that may not be shown",
                    "values that may be shown, and one answer for all others",
                    "leave the value out: it is counted under “anything else”",
                )
            )


def _end(view: ViewForm) -> str:
    if view.frame is None:
        raise ValueError("a view without a source")
    return "\n" + from_sql(view.frame, view.where, view.by)
