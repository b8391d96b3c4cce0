"""Brings the tables of a register's database to what this version of Overt keeps."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import sqlalchemy as sa

from overt.refusals import Refusal
from overt.register._store import Store

HEAD = "0070"
_FOLDER = Path(__file__).with_name("migrations")
# What makes an object of a schema: its type, name and text.
SCHEMA = "select type, name, sql from sqlite_schema where name not like 'sqlite\\_%' escape '\\'"


def migrate(store: Store, *, new: bool = False) -> bool:
    """Runs the changes that the database lacks, each whole or not at all, and says whether there were any.

    Refuses one made by a later Overt. The tables are made from nothing for a `new` register alone: a database without
    them is refused, as for a new one is a database that holds a register already.
    """
    version = revision_of(store)
    if (version is None) != new:
        _refuse(new=new)
    if version == HEAD:
        return False
    from alembic.util import CommandError  # noqa: PLC0415

    engine = store.engine()
    try:
        with engine.connect() as connection, connection.begin():
            _upgrade(connection, "head")
    except CommandError as error:
        problem, remedy = "the tables are from another version of Overt", "open it with a newer version of Overt"
        raise Refusal("register-version", "the database", problem, HEAD, remedy) from error
    finally:
        engine.dispose()
    return True


def _upgrade(connection: sa.Connection, revision: str) -> None:
    # Alembic takes a moment to load, and is needed once in a register's life.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _refuse(*, new: bool) -> NoReturn:
    if new:
        remedy = "name another database, or open the register that is there"
        raise Refusal(
            "register-database-used",
            "the database",
            "it already has the tables of a register",
            "an empty database",
            remedy,
        )
    remedy = "put the database back, or make the register again: overt register restore BACKUP --out FOLDER"
    raise Refusal(
        "register-database-absent", "the database", "it has no tables of a register", "the register's", remedy
    )


def revision_of(store: Store) -> str | None:
    """The version of the tables in a database; none if it has none."""
    inspector_engine = store.engine()
    try:
        if not sa.inspect(inspector_engine).has_table("alembic_version"):
            return None
    finally:
        inspector_engine.dispose()
    rows = store.rows("select version_num from alembic_version")
    return str(rows[0][0]) if rows else None


@cache
def sqlite_schema(revision: str = HEAD) -> dict[tuple[str, str], str]:
    """The tables, indexes and views that a register in SQLite has at a revision, by type and name; text without blanks.

    Raises `KeyError` for a revision that this Overt does not know.
    """
    if not any(path.name.startswith(f"{revision}_") for path in (_FOLDER / "versions").glob("[0-9]*.py")):
        raise KeyError(revision)
    database = sqlite3.connect(":memory:", isolation_level=None)
    engine = sa.create_engine("sqlite://", creator=lambda: database, poolclass=sa.StaticPool)
    try:
        with engine.connect() as connection:
            _upgrade(connection, revision)
        return objects(database.execute(SCHEMA).fetchall())
    finally:
        engine.dispose()
        database.close()


def objects(rows: list[tuple[Any, ...]]) -> dict[tuple[str, str], str]:
    """The rows of `SCHEMA` by type and name; blanks in a text are not compared."""
    return {(str(kind), str(name)): "".join(str(text).split()) for kind, name, text in rows}
