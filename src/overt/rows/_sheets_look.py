"""Looks at the top of every sheet of a workbook. Run in a process of its own, like the reading of whole sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from overt.rows._sheets import cell_text, end_of_table

# A cell is shown, and never in full where it is long.
_LONGEST = 200
_MOST_SHEETS = 200


def look(request: dict[str, Any], say: Callable[[dict[str, Any]], None], hear: Callable[[], Any]) -> dict[str, Any]:
    """The first rows of each sheet from row 1 and column A on, with the kind of each cell, or the fault."""
    try:
        workbook = CalamineWorkbook.from_path(request["path"])
        for number, about in enumerate(workbook.sheets_metadata[:_MOST_SHEETS]):
            if about.typ == SheetTypeEnum.WorkSheet:
                sheet = workbook.get_sheet_by_index(number)
                merged = sheet.merged_cell_ranges or request["merged"].get(about.name, [])
                say({"sheet": _look(sheet, request["rows"], request["columns"], merged, about)})
    except PasswordError:
        return {"fault": "encrypted"}
    except (CalamineError, IndexError):
        return {"fault": "broken"}
    return {}


def _look(sheet: Any, rows: int, columns: int, merged: list[Any], about: Any) -> dict[str, Any]:
    if sheet.start is None or sheet.height == 0:
        first: list[list[Any]] = []
        end, width = (0, 0), 0
    else:
        before = [""] * sheet.start[1]
        first = [[*before, *row][:columns] for row in islice(sheet.iter_rows(), rows)]
        end, width = (sheet.end[0] + 1, sheet.end[1] + 1), sheet.width
    header = next((number for number, row in enumerate(first) if sum(cell != "" for cell in row) * 2 > width), None)
    notes = [] if header is None else end_of_table(sheet, header)[1]
    return {
        "title": sheet.name,
        "rows": end[0],
        "columns": end[1],
        "cells": [[cell_text(cell)[:_LONGEST] for cell in row] for row in first],
        "kinds": ["".join(map(_kind, row)) for row in first],
        "merged": [[top + 1, left + 1, bottom + 1, right + 1] for (top, left), (bottom, right) in merged[:1000]],
        "hidden": about.visible != SheetVisibleEnum.Visible,
        "below": notes,
    }


def _kind(cell: Any) -> str:
    """One letter for what a cell holds."""
    if cell is None or cell == "":
        return " "
    if isinstance(cell, bool):
        return "b"
    if isinstance(cell, int | float):
        return "n"
    return "d" if isinstance(cell, dt.date | dt.time | dt.timedelta) else "t"
