"""PostgreSQL: controls run where the register lives, in a read-only transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from overt.controls.engines import _reads_postgres
from overt.controls.engines._base import Engine, TimeLimit
from overt.model import Kind
from overt.refusals import Refusal

if TYPE_CHECKING:
    import psycopg


def connect(url: str) -> psycopg.Connection[Any]:
    """A connection whose day is that of UTC; refuses without the `postgres` extra."""
    try:
        import psycopg  # noqa: PLC0415  an extra
    except ImportError as error:
        raise Refusal(
            "engine-not-installed", "PostgreSQL", "the driver is not installed", "pip install 'overt[postgres]'"
        ) from error
    try:
        connection = psycopg.connect(url, autocommit=True)
        connection.execute("set time zone 'UTC'")
    except Exception as error:
        # What the driver says may repeat the address, and with it a password.
        found = f"no connection ({type(error).__name__})"
        raise Refusal("engine-unreachable", "PostgreSQL", found, "a server that responds at that address") from None
    return connection


@dataclass
class PostgresEngine(Engine):
    """An open connection."""

    connection: psycopg.Connection[Any]

    dialect = "postgres"

    def __post_init__(self) -> None:
        self.types = {
            Kind.TEXT: "text",
            Kind.INTEGER: "bigint",
            Kind.NUMBER: "double precision",
            Kind.BOOLEAN: "boolean",
            Kind.DATE: "date",
            Kind.TIMESTAMP: "timestamp",
        }
        self.connection.autocommit = True

    @property
    def name(self) -> str:
        """PostgreSQL and its version."""
        version = self.connection.info.server_version
        return f"PostgreSQL {version // 10000}.{version % 10000}"

    def _fetch(self, sql: str, timeout: float | None) -> list[tuple[Any, ...]]:
        """All rows of a query; the server ends it past `timeout` seconds, since a killed client would not."""
        import psycopg  # noqa: PLC0415  an extra

        milliseconds = 0 if timeout is None else max(1, round(timeout * 1000))
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.execute("set transaction read only")
            cursor.execute(f"set local statement_timeout = {milliseconds}")
            try:
                cursor.execute(sql.encode())
            except psycopg.errors.QueryCanceled as error:
                raise TimeLimit(f"stopped after {timeout:g} seconds") from error
            return cursor.fetchall()

    def execute(self, sql: str) -> None:
        """Runs a statement."""
        self.connection.execute(sql.encode())

    def close(self) -> None:
        """Closes the connection."""
        self.connection.close()

    def reads_outside(self, control: str, statement: str) -> list[str]:
        """What the server's analyser makes of the statement, the control with it."""
        return _reads_postgres.outside(self.connection, statement)

    def ordered(self, text: str) -> str:
        """By code point, whatever collation the database has."""
        return f'{text} collate "C"'

    def digest(self, key: str) -> str:
        """The fingerprint from two halves of 32 bits: PostgreSQL has no unsigned 64."""
        md5 = f"md5(coalesce({self.as_text(f'control.{key}')}, ''))"
        high = " || ".join(f"substr({md5}, {start}, 2)" for start in (31, 29, 27, 25))
        low = " || ".join(f"substr({md5}, {start}, 2)" for start in (23, 21, 19, 17))
        value = (
            f"(cast(cast('x' || {high} as bit(32)) as bigint)::numeric * 4294967296"
            f" + cast(cast('x' || {low} as bit(32)) as bigint))"
        )
        return f"coalesce(sum(case when control.breach then {value} end), 0)"
