"""Brings the tables of a register's database to what this version of Overt keeps."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import sqlalchemy as sa

from overt.refusals import Refusal
from overt.register._store import Store

HEAD = "0010"
_FOLDER = Path(__file__).with_name("migrations")


def migrate(store: Store, *, new: bool = False) -> None:
    """Runs the changes that the database lacks, each whole or not at all.

    Refuses one made by a later Overt. The tables are made from nothing for a `new` register alone: a database without
    them is refused, as for a new one is a database that holds a register already.
    """
    found = _version(store)
    if (found is None) != new:
        _refuse(new=new)
    if found == HEAD:
        return
    # Alembic takes a moment to load, and is needed once in a register's life.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    engine = store.engine()
    try:
        with engine.connect() as connection, connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        found = "tables of another version of Overt"
        raise Refusal("register-version", "the database", found, HEAD, "open it with a newer Overt") from error
    finally:
        engine.dispose()


def _refuse(*, new: bool) -> NoReturn:
    if new:
        remedy = "name another database, or open the register that is there"
        raise Refusal("register-database-used", "the database", "the tables of a register", "an empty one", remedy)
    remedy = "put the database back, or make the register again: overt register restore BACKUP --out FOLDER"
    raise Refusal("register-database-absent", "the database", "no tables of a register", "the register's", remedy)


def _version(store: Store) -> str | None:
    inspector_engine = store.engine()
    try:
        if not sa.inspect(inspector_engine).has_table("alembic_version"):
            return None
    finally:
        inspector_engine.dispose()
    found = store.rows("select version_num from alembic_version")
    return str(found[0][0]) if found else None
