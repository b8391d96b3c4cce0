"""Writes the task of a run: the controls that the register can answer, in the words each contender takes.

    python controls.py FOLDER TASK.json [PACK]

They are those of a pack, or of core where none is named. The selects are the ones Overt gives to DuckDB and
PostgreSQL, with the period of the law in force put around them as a plain condition. For contenders that take
no SQL, a control that asks about the rows of one table is also given as two expressions, scope and breach, in
the SQL that Polars reads.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp

from overt.audits import SourceOptions
from overt.controls import Control, Settings, find_pack, missing_for, read_pack, rendered
from overt.controls._has import without
from overt.model import DUCKDB_TYPES, TABLES

PACK = "core"
# Polars' SQL has no functions for dates of its own; intervals it has.
_POLARS_HELPERS = {"add_days": "{0} + interval '{1} days'", "add_years": "{0} + interval '{1} years'"}


def main() -> None:
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    location = sys.argv[3] if len(sys.argv) > 3 else PACK
    key = json.loads((folder / "answer-key.json").read_text())
    as_of = dt.date.fromisoformat(key["_run"]["as_of"])
    pack = read_pack(find_pack(location))
    # What an audit of the register must be given for the answers of its key.
    given = {name: dt.date.fromisoformat(day) for name, day in key["_run"].get("thresholds", {}).items()}
    values = {name: threshold.value for name, threshold in pack.thresholds.items()} | given
    settings = Settings(as_of, values)
    there = {path.stem: set(pq.read_schema(path).names) for path in folder.glob("*.parquet")}
    controls = [control for control in pack.controls if not missing_for(control, there)]
    task = {
        "folder": str(folder.absolute()),
        "as_of": as_of.isoformat(),
        "pack": {"name": pack.name, "version": pack.version, "digest": pack.digest, "controls": len(pack.controls)},
        "location": location,
        "thresholds": {name: day.isoformat() for name, day in given.items()},
        "memory": SourceOptions("").memory,
        "null": {table: _columns_without(table, there.get(table, set())) for table in TABLES},
        "planted": {name: each for name, each in key.items() if not name.startswith("_")},
        "controls": [_entry(control, settings, there) for control in controls],
    }
    target.write_text(json.dumps(task, indent=1))


def _columns_without(table: str, held: set[str]) -> dict[str, str]:
    """The columns of the model that the register leaves out, since it has nothing for them, and their types."""
    return {column.name: DUCKDB_TYPES[column.kind] for column in TABLES[table].columns if column.name not in held}


def _entry(control: Control, settings: Settings, there: dict[str, set[str]]) -> dict[str, Any]:
    return {
        "id": control.id,
        "title": control.title,
        "key": control.key,
        "tables": sorted(control.needs),
        "duckdb": _in_force(control, rendered(control, "duckdb", settings, there)),
        "postgres": _in_force(control, rendered(control, "postgres", settings, there)),
        "rows": _row_expressions(control, {**settings.thresholds, "as_of": settings.as_of}, there),
    }


def _in_force(control: Control, select: str) -> str:
    """The select, less the rows whose date lies outside the period of the law."""
    inside = _period(control, f"control.{control.dated}") if control.dated and control.in_force else ""
    return f"select * from ({select}) as control where {inside}" if inside else select


def _period(control: Control, column: str) -> str:
    assert control.in_force is not None
    first, last = control.in_force.starts_on, control.in_force.ends_on
    parts = [f"{column} >= cast('{first}' as date)"] if first else []
    if last:
        parts.append(f"{column} < cast('{last + dt.timedelta(days=1)}' as date)")
    return f"({column} is null or ({' and '.join(parts)}))" if parts else ""


def _row_expressions(control: Control, values: dict[str, Any], there: dict[str, set[str]]) -> dict[str, Any] | None:
    """Scope and breach over the columns of one table, or `None` where the control asks for more than its own row."""
    tree = without(sqlglot.parse_one(control.sql, dialect="duckdb"), there)
    beyond = (exp.Join, exp.Subquery, exp.With, exp.Group, exp.Window, exp.Exists, exp.SetOperation)
    if tree.find(*beyond) or len(list(tree.find_all(exp.Table))) != 1:
        return None
    table = next(tree.find_all(exp.Table)).name
    chosen = {each.alias_or_name: each.unalias() for each in tree.selects}
    where = tree.args.get("where")
    scope = _polars(where.this, values) if where else "true"
    if control.dated and control.in_force:
        scope = f"({scope}) and {_period(control, _polars(chosen[control.dated], values))}"
    breach = _polars(chosen["breach"], values)
    columns = {column.name for column in tree.find_all(exp.Column)} & set(control.needs[table])
    key = chosen[control.key].name
    return {"table": table, "columns": sorted(columns | {key}), "key": key, "scope": scope, "breach": breach}


def _polars(node: exp.Expr, values: dict[str, Any]) -> str:
    node = node.copy()
    root = exp.Paren(this=node)
    for column in list(root.find_all(exp.Column)):
        column.replace(exp.column(column.name))
    for placeholder in list(root.find_all(exp.Placeholder)):
        value = values[placeholder.name]
        literal = exp.cast(exp.Literal.string(value.isoformat()), "date") if isinstance(value, dt.date) else None
        placeholder.replace(literal or exp.convert(value))
    text = root.sql(dialect="duckdb")
    text = re.sub(r"day_of\((\w+)\)", r"cast(\1 as date)", text, flags=re.IGNORECASE)
    for name, words in _POLARS_HELPERS.items():
        call = re.compile(rf"{name}\((\w+), ([-\d+ ]+)\)", re.IGNORECASE)
        text = call.sub(partial(_helper, words), text)
    return text


def _helper(words: str, found: re.Match[str]) -> str:
    amount = sum(int(part) for part in found[2].replace(" ", "").replace("+", " ").split())
    return words.format(found[1], amount)


if __name__ == "__main__":
    main()
