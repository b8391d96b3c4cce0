"""What somebody with a client of the register's database can do to it: statements, and nothing of Overt.

It knows the names of tables and columns, as anybody does who looks at the database.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# Each drops, changes or hides what the register writes, while the statement that wrote it succeeds.
ON_SQLITE: dict[str, tuple[str, ...]] = {
    "a trigger that drops an entry": (
        "create trigger t before insert on entry_version begin select raise(ignore); end",
    ),
    "a trigger that drops a leaf": ("create trigger t before insert on leaf begin select raise(ignore); end",),
    "a trigger that deletes an item": (
        "create trigger t after insert on item_version begin"
        " delete from item_version where opened_seq = new.opened_seq; end",
    ),
    "a trigger that changes grounds": (
        "create trigger t after insert on entry_version begin"
        " update entry_version set grounds = 'other' where opened_seq = new.opened_seq; end",
    ),
    "a trigger that drops what is held": ("create trigger t before insert on held begin select raise(ignore); end",),
    "a trigger that keeps a copy": (
        "create table kept (grounds text)",
        "create trigger t after insert on entry_version begin insert into kept values (new.grounds); end",
    ),
    "a trigger that undoes an erasure": (
        "create trigger t before delete on entry_version begin select raise(ignore); end",
    ),
    "a view in the place of a table": (
        "alter table item_version rename to hidden",
        "create view item_version as select * from hidden",
    ),
    "a view that shows fewer entries": (
        "drop view entry",
        "create view entry as select * from entry_version where closed_seq is null and entry_id <> 'E1'",
    ),
    "a table in the place of a view": ("drop view entry", "create table entry as select * from entry_version"),
    "no table": ("drop table noted",),
}
ON_POSTGRES: dict[str, tuple[str, ...]] = {
    "a trigger that drops an entry": (
        "create function f() returns trigger language plpgsql as 'begin return null; end'",
        "create trigger t before insert on entry_version for each row execute function f()",
    ),
    "a trigger that changes grounds": (
        "create function f() returns trigger language plpgsql as 'begin new.grounds := ''other''; return new; end'",
        "create trigger t before insert on entry_version for each row execute function f()",
    ),
    "a trigger that deletes a leaf": (
        "create function f() returns trigger language plpgsql as"
        " 'begin delete from leaf where seq = new.seq; return null; end'",
        "create trigger t after insert on leaf for each row execute function f()",
    ),
    "a rule that drops an item": ("create rule r as on insert to item_version do instead nothing",),
    "a rule beside an entry": (
        "create table kept (grounds text)",
        "create rule r as on insert to entry_version do also insert into kept values (new.grounds)",
    ),
    "row security": (
        "alter table entry_version enable row level security",
        "alter table entry_version force row level security",
        "create policy p on entry_version using (entry_id <> 'E1') with check (true)",
    ),
    "a view in the place of a table": (
        "drop view item",
        "alter table item_version rename to hidden",
        "create view item_version as select * from hidden",
    ),
    "a view that shows fewer entries": (
        "drop view review",
        "create view review as select review_id, entry_id, done_at, done_by, outcome, rationale, recorded_at"
        " from review_version where closed_seq is null and entry_id <> 'E1'",
    ),
    "a table that shares its rows": ("create table more () inherits (entry_version)",),
    "a table that is lost in a crash": ("alter table noted set unlogged",),
    "a table of another schema first": (
        'create schema "overt"',
        'create view "overt".leaf as select * from public.leaf',
    ),
}


def on_sqlite(folder: Path, statements: Sequence[str]) -> None:
    """Runs statements on a register's file."""
    with sqlite3.connect(folder / "register.sqlite", isolation_level=None) as connection:
        for each in statements:
            connection.execute(each)
    connection.close()


def on_postgres(url: str, statements: Sequence[str]) -> None:
    """Runs statements on a register's database."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for each in statements:
            connection.execute(each.encode())


def files_with(folders: Sequence[Path], sought: Sequence[bytes]) -> dict[str, list[str]]:
    """Which files hold which of some byte strings: names of files by what was found."""
    found: dict[str, list[str]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                for each in sought:
                    if each in data:
                        found.setdefault(each.decode(errors="replace"), []).append(str(path.relative_to(folder)))
    return found


def open_to_others(folder: Path) -> dict[str, str]:
    """Every file and folder below that somebody else may read or enter, with its mode."""
    paths: list[Any] = [folder, *sorted(folder.rglob("*"))]
    return {str(path.relative_to(folder)): oct(path.stat().st_mode & 0o777) for path in paths
            if path.stat().st_mode & 0o077}  # fmt: skip
