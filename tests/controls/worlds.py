"""Engines with a register and, beside it, a secret that no table of the model holds: in tables, files, the catalogue.

Two worlds of one engine differ in the secret alone.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from overt.controls.engines import DuckDBEngine, Engine, PostgresEngine, SparkEngine, SQLiteEngine
from overt.controls.engines._postgres import connect
from overt.controls.engines._spark import start_session
from overt.model import TABLES

# What follows the part that the attacker guesses. Nothing that an engine says may hold it.
SECRETS = {"one": "CANARY-one-7f3a90", "two": "CANARY-two-c4d81e"}
ROWS = "('E1', 'S1', 'active'), ('E2', 'S2', 'closed')"


@dataclass(frozen=True)
class World:
    """An engine, the folder of files with the secret, and the secret."""

    engine: Engine
    folder: Path
    secret: str

    def say(self, text: str) -> str:
        """What was said, with the same name for the folder in every world."""
        return text.replace(str(self.folder), "FOLDER")


def both(make: Callable[[Path, str], Engine], folder: Path) -> tuple[World, World]:
    """The two worlds."""
    made = []
    for name, secret in SECRETS.items():
        inside = folder / name
        inside.mkdir()
        _files(inside, secret)
        made.append(World(make(inside, secret), inside, secret))
    return made[0], made[1]


def _files(folder: Path, secret: str) -> None:
    (folder / "secret.csv").write_text(f"x\n{secret}\n")
    (folder / f"{secret}.txt").write_text(secret)
    duckdb.sql(f"select '{secret}' as x").write_parquet(str(folder / "secret.parquet"))
    duckdb.sql("select 'I1' as item_id, 'E1' as entry_id").write_parquet(str(folder / "items.parquet"))


def _model(engine: Engine, create: str = "create table", *, but: str = "") -> None:
    for table in TABLES.values():
        if table.name != but:
            columns = ", ".join(f"{column.name} {engine.types[column.kind]}" for column in table.columns)
            engine.execute(f"{create} {table.name} ({columns})")
    engine.execute(f"insert into entry (entry_id, subject_id, status) values {ROWS}")


def duckdb_world(folder: Path, secret: str) -> Engine:
    """DuckDB without a lock on anything, so that the barrier is all there is. One table of the model is a file."""
    os.environ["OVERT_CANARY"] = secret
    engine = DuckDBEngine(duckdb.connect(str(folder / "loaded.duckdb"), config={"threads": 1}))
    _model(engine, but="item")
    for statement in (
        "create schema source",
        f"create view item as select item_id, entry_id, null::varchar as kind from '{folder / 'items.parquet'}'",
        f"create table source.secret as select '{secret}' as x",
        f"create table secret as select '{secret}' as x",
        f"create view secret_view as select x, '{secret}' as y from secret",
        f"comment on table secret is '{secret}'",
        f"comment on column secret.x is '{secret}'",
        f'create table "{secret}" (x varchar)',
        f"set variable canary = '{secret}'",
        f"create macro secret_function() as '{secret}'",
        f"create macro has(given) as '{secret}' like 'CANARY-one%'",
        f"create type secret_kind as enum ('{secret}')",
        "create sequence secret_numbers",
    ):
        engine.execute(statement)
    return engine


def sqlite_world(folder: Path, secret: str) -> Engine:
    """SQLite with a second database attached."""
    engine = SQLiteEngine(sqlite3.connect(folder / "register.sqlite"))
    _model(engine)
    for statement in (
        f"attach '{folder / 'other.sqlite'}' as other",
        "create table other.secret (x)",
        f"insert into other.secret values ('{secret}')",
        "create table secret (x)",
        f"insert into secret values ('{secret}')",
        "create temp table secret_temp (x)",
        f"create view secret_view as select x, '{secret}' as y from secret",
        f'create table "{secret}" (x)',
    ):
        engine.execute(statement)
    engine.connection.create_function("secret_function", 0, lambda: secret)
    engine.connection.create_function("has", 1, lambda _: secret.startswith("CANARY-one"))
    engine.connection.commit()
    return engine


def postgres_world(url: str) -> Callable[[Path, str], Engine]:
    """PostgreSQL as a superuser, in a database of its own."""

    def make(folder: Path, secret: str) -> Engine:
        name = f"world_{folder.name}"
        with_all = PostgresEngine(connect(url))
        with_all.execute(f"create database {name}")
        with_all.close()
        folder.chmod(0o755)
        engine = PostgresEngine(connect(url.rsplit("/", 1)[0] + f"/{name}"))
        _model(engine, "create temporary table")
        for statement in (
            f"create table secret as select '{secret}'::text as x",
            "analyze secret",
            f"create temporary table secret_temp as select '{secret}'::text as x",
            f"create view secret_view as select x, '{secret}' as y from secret",
            f"comment on table secret is '{secret}'",
            f"comment on column secret.x is '{secret}'",
            f'create table "{secret}" (x text)',
            f'create role "{secret}"',
            f"set overt.canary = '{secret}'",
            f"create type secret_kind as enum ('{secret}')",
            "create sequence secret_numbers",
            f"create function secret_function() returns text immutable language sql as $$ select '{secret}' $$",
            "create function has(text) returns boolean immutable language sql"
            f" as $$ select '{secret}' like 'CANARY-one%' $$",
        ):
            engine.execute(statement)
        return engine

    return make


def spark_world(folder: Path, secret: str) -> Engine:
    """Spark: one session for both worlds, so that the second must be made when the first is done with."""
    engine = SparkEngine(start_session())
    session = engine.session
    for table in TABLES.values():
        rows = [{"entry_id": "E1", "status": "active"}] if table.name == "entry" else []
        session.sql(engine.values(table, [each.name for each in table.columns], rows)).createOrReplaceTempView(
            table.name
        )
    session.sql(f"select '{secret}' as x").createOrReplaceTempView("secret")
    session.sql(f"select '{secret}' as x").createOrReplaceGlobalTempView("secret")
    session.sql(f"declare or replace variable canary = '{secret}'")
    session.sql(
        f"create or replace temporary function has(given string) returns boolean return '{secret}' like 'CANARY-one%'"
    )
    session.conf.set("spark.overt.canary", secret)
    session._jvm.java.lang.System.setProperty("overt.canary", secret)
    return engine
