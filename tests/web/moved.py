"""The demonstration's register with its rows on a PostgreSQL server: the same rows, and so the same journeys."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from overt.register import Register
from overt.register._schema import METADATA
from overt.register._settings import SETTINGS_FILE, read_settings
from overt.register._vouch import vouch_for_settings


def move(register: Path, database: str) -> None:
    """Makes the tables in an empty database, copies every row there, and has the folder point to it."""
    import psycopg

    settings = replace(read_settings(register), database=database)
    beside = register.with_name(f"{register.name}-begun")
    Register.create(beside, settings).close()
    with sqlite3.connect(register / "register.sqlite") as old, psycopg.connect(database) as new:
        for table in METADATA.sorted_tables:
            new.execute(f'delete from "{table.name}"'.encode())
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            marks = ", ".join(["%s"] * len(table.columns))
            flags = [isinstance(column.type, sa.Integer) and _is_flag(column) for column in table.columns]
            rows = [
                [bool(cell) if flag and cell is not None else cell for cell, flag in zip(row, flags, strict=True)]
                for row in old.execute(f'select {names} from "{table.name}"')
            ]
            with new.cursor() as cursor:
                cursor.executemany(f'insert into "{table.name}" ({names}) values ({marks})'.encode(), rows)
    shutil.rmtree(beside)
    for file in register.glob("register.sqlite*"):
        file.unlink()
    (register / SETTINGS_FILE).write_text(settings.as_toml(), encoding="utf-8")
    with Register.open(register) as opened:
        vouch_for_settings(opened)


def _is_flag(column: sa.Column[object]) -> bool:
    """Whether PostgreSQL has a truth value where SQLite has a number."""
    from sqlalchemy.dialects import postgresql

    return isinstance(column.type.dialect_impl(postgresql.dialect()), sa.Boolean)
