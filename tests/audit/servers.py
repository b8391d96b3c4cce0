"""Synthetic registers put on servers by the tests, and a counter of the bytes that cross the wire."""

from __future__ import annotations

import socket
import threading
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import duckdb
import psycopg
import pyarrow.parquet as pq

from overt.model import POSTGRES_TYPES, TABLES
from tests.controls.servers import sail


def fill_postgres(url: str, folder: Path, schema: str = "public") -> None:
    """Makes a table of each Parquet file of a folder, with the model's types where the model has it, else of text."""
    with psycopg.connect(url, autocommit=True) as connection, duckdb.connect() as source:
        connection.execute(f'create schema if not exists "{schema}"'.encode())
        for path in sorted(folder.glob("*.parquet")):
            between, parquet = path.with_suffix(".copied.csv"), pq.read_schema(path)
            names = parquet.names
            model = TABLES[path.stem].by_name if path.stem in TABLES else {}
            types = [POSTGRES_TYPES[model[name].kind] if name in model else _plain(parquet, name) for name in names]
            columns = ", ".join(f'"{name}" {kind}' for name, kind in zip(names, types, strict=True))
            connection.execute(f'create table "{schema}"."{path.stem}" ({columns})'.encode())
            source.execute(f"copy (from read_parquet('{path}')) to '{between}' (header false, nullstr '\\N')")
            statement = f'copy "{schema}"."{path.stem}" from stdin (format csv, null \'\\N\')'
            with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy, between.open("rb") as stream:
                while piece := stream.read(2**20):
                    copy.write(piece)
            between.unlink()
            connection.execute(f'vacuum analyze "{schema}"."{path.stem}"'.encode())


def _plain(parquet: Any, name: str) -> str:
    return "bigint" if str(parquet.field(name).type) == "int64" else "text"


def fill_spark(url: str, folder: Path) -> str:
    """Makes a table over each Parquet file of a folder; the URL of the session that has them."""
    paths = sorted(folder.glob("*.parquet"))
    return session_of(url, *(f"create table {path.stem} using parquet location '{path}'" for path in paths))


def session_of(url: str, *statements: str) -> str:
    """Runs statements in a session of a Spark Connect server; the URL of that session."""
    own = f"{url}/;session_id={uuid.uuid4()}"
    session = session_on(own)
    for statement in statements:
        session.sql(statement).collect()
    return own


def session_on(url: str) -> Any:
    """A session of a client of Spark Connect."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql.connect.session import SparkSession

        return SparkSession.builder.remote(url).create()


@contextmanager
def sail_with(folder: Path | None = None) -> Iterator[str]:
    """A Sail server with the Parquet files of a register as tables, and the URL of the session that has them."""
    with sail() as server:
        yield fill_spark(server, folder) if folder else server


class Counter:
    """How many bytes a server sent through the proxy, and whether it still lets any pass."""

    def __init__(self) -> None:
        self.received = 0
        self.cut_after: int | None = None


@contextmanager
def counting_proxy(url: str) -> Iterator[tuple[str, Counter]]:
    """A way to the server on which the bytes are counted that it sends back."""
    parts = urlsplit(url)
    counter, listener = Counter(), socket.create_server(("127.0.0.1", 0))

    def forward(source: socket.socket, target: socket.socket, counts: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                counter.received += len(data) * counts
                if counts and counter.cut_after is not None and counter.received > counter.cut_after:
                    break
                target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection((str(parts.hostname), parts.port or 5432))
                for ends in ((client, server, False), (server, client, True)):
                    threading.Thread(target=forward, args=ends, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    port = listener.getsockname()[1]
    user = f"{parts.username}@" if parts.username else ""
    try:
        yield urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{port}")), counter
    finally:
        listener.close()


def answers(findings: Any) -> list[tuple[Any, ...]]:
    """What every engine must answer alike."""
    return [
        (
            each.control.id,
            each.verdict,
            each.examined,
            each.breached,
            each.unknown,
            each.keys,
            each.digest,
            each.by_month,
            each.by_unit,
            each.law,
            each.without,
            each.missing,
        )
        for each in findings
    ]
