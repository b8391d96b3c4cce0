"""PostgreSQL: controls run where the register lies, in a read-only transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from overt.controls.engines import _reads_postgres
from overt.controls.engines._base import (
    NO_TABLE,
    Engine,
    Note,
    Statement,
    Summary,
    SummaryQuery,
    TimeLimit,
    as_rows,
    whole_digest,
)
from overt.model import POSTGRES_TYPES
from overt.refusals import Refusal

if TYPE_CHECKING:
    import psycopg

# What the meaning of a text or a value rests on. It is set for our own transaction, and ends with it.
_MEANING = {
    "search_path": "pg_catalog",
    "TimeZone": "UTC",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    "transform_null_equals": "off",
}
_BEGIN = "begin transaction isolation level repeatable read, read only"
_SET_MEANING = tuple(f"set local {name} = '{value}'" for name, value in _MEANING.items())
# To make a program of a query takes seconds, more than any of ours gains by it.
_AROUND = ("set transaction read only", "set local statement_timeout = {milliseconds}", "set local jit = off")
SESSION = (
    Statement(";\n".join((_BEGIN, *_SET_MEANING)), Note("the transaction and its settings", NO_TABLE, "nothing")),
    Statement(
        ";\n".join(("savepoint", *_AROUND, "release")),
        Note(
            "around each of the statements below; a fault is followed by a rollback to its savepoint",
            NO_TABLE,
            "nothing",
        ),
    ),
    Statement(
        ";\n".join(_reads_postgres.SENT),
        Note("beside each statement on what a control reads", ("pg_catalog",), "names of what it would read"),
    ),
)
"""What a session in place sends beside the statements that it notes."""
_RECORDED = ("server_encoding", "transaction_isolation", "transaction_read_only", *_MEANING)
_NOT_TRUSTED = (
    "the server's certificate was not accepted: it has expired, or no authority that is trusted has signed it"
)
# Words of the driver, by which a reason can be given without repeating the address.
_REASONS = {
    "does not match host name": "the server's certificate is for another host",
    **dict.fromkeys(("certificate", "ssl error"), _NOT_TRUSTED),
    "ssl": "no encrypted connection could be made as the URL asks for it",
    "authentication": "the server did not accept the user or the password",
    "no password": "the server asks for a password",
    "no pg_hba.conf entry": "the server accepts no connection of this user from here",
    "does not exist": "there is no such user or database on the server",
    "timeout": "the server did not answer in time",
    "refused": "nothing answers at that address and port",
    "translate host": "there is no host of that name",
}


def connect(url: str) -> psycopg.Connection[Any]:
    """A connection whose day is that of UTC; refuses without the `postgres` extra."""
    connection = _connected(url)
    connection.execute("set time zone 'UTC'")
    return connection


def connect_in_place(url: str) -> psycopg.Connection[Any]:
    """A connection inside one read-only transaction, which sees the database as it was at its start.

    What is set is set for this transaction and ends with it. Refuses a database whose text is not UTF-8.
    """
    connection = _connected(url)
    # Else the driver names statements on the server, and sends commands of its own to forget them.
    connection.prepare_threshold = None
    connection.execute(_BEGIN.encode())
    for statement in _SET_MEANING:
        connection.execute(statement.encode())
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        connection.close()
        remedy = "audit an export of the register, written as UTF-8"
        raise Refusal("engine-setting", "PostgreSQL", f"server_encoding is {encoding}", "UTF8", remedy)
    return connection


def _connected(url: str) -> psycopg.Connection[Any]:
    try:
        import psycopg  # noqa: PLC0415  an extra
        from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415
    except ImportError as error:
        raise Refusal(
            "engine-not-installed", "PostgreSQL", "the driver is not installed", "pip install 'overt[postgres]'"
        ) from error
    try:
        given: dict[str, Any] = {"connect_timeout": "30", "application_name": "overt", **conninfo_to_dict(url)}
        return psycopg.connect(**given, autocommit=True)
    except Exception as error:
        # What the driver says may repeat the address, and with it a password.
        said = str(error).lower()
        found = next((words for sign, words in _REASONS.items() if sign in said), "no connection")
        remedy = ""
        if "certificate" in found:
            remedy = (
                "name the authority's certificate with sslrootcert=FILE in the URL, and the host as it stands there"
            )
        found = f"{found} ({type(error).__name__})"
        wanted = "a server that responds at that address"
        raise Refusal("engine-unreachable", "PostgreSQL", found, wanted, remedy) from None


@dataclass
class PostgresEngine(Engine):
    """An open connection. `snapshot` names what its transaction sees, where the register is audited in place."""

    connection: psycopg.Connection[Any]

    dialect = "postgres"

    def __post_init__(self) -> None:
        self.types = POSTGRES_TYPES

    @property
    def name(self) -> str:
        """PostgreSQL and its version."""
        version = self.connection.info.server_version
        return f"PostgreSQL {version // 10000}.{version % 10000}"

    @property
    def snapshot(self) -> str:
        """The snapshot that the transaction sees, as the server writes it."""
        return str(self.fetch("select pg_current_snapshot()::text")[0][0])

    def settings(self) -> dict[str, str]:
        """Encoding, isolation, time zone and what else decides the meaning of a value."""
        names = ", ".join(map(self.quoted, _RECORDED))
        note = Note("settings that decide the meaning of a value", ("pg_catalog.pg_settings",), "their values")
        shown = self.fetch(f"select name, setting from pg_settings where name in ({names}) order by name", note=note)
        return {str(name): str(value) for name, value in shown}

    def _fetch(self, sql: str, timeout: float | None) -> list[tuple[Any, ...]]:
        """All rows of a query; the server ends it past `timeout` seconds, since a killed client would not."""
        import psycopg  # noqa: PLC0415  an extra

        milliseconds = 0 if timeout is None else max(1, round(timeout * 1000))
        with self.connection.transaction(), self.connection.cursor() as cursor:
            for statement in _AROUND:
                cursor.execute(statement.format(milliseconds=milliseconds).encode())
            try:
                cursor.execute(sql.encode())
            except psycopg.errors.QueryCanceled as error:
                if timeout is None:
                    raise
                raise TimeLimit(f"stopped after {timeout:g} seconds") from error
            return cursor.fetchall()

    def execute(self, sql: str) -> None:
        """Runs a statement."""
        self.connection.execute(sql.encode())

    def close(self) -> None:
        """Closes the connection, and with it the transaction."""
        self.connection.close()

    def barrier(self, control: str) -> str:
        """The server prepares the control above empty tables."""
        return f"{self.above_empty_tables(control)} select 1 from control"

    def reads_outside(self, control: str, statement: str) -> list[str]:
        """What the server's analyser makes of the control, above empty tables."""
        return _reads_postgres.outside(self.connection, self.barrier(control))

    def ordered(self, text: str) -> str:
        """By code point, whatever collation the database has."""
        return f'{text} collate "C"'

    def digest(self, key: str) -> tuple[str, str, str]:
        """Two halves of 32 bits: PostgreSQL has no unsigned 64."""
        md5 = f"md5(coalesce({self.as_text(f'control.{key}')}, ''))"
        breaching = f"case when control.breach then {md5} end"
        high, low = _halves(breaching)
        return f"sum({high})", f"sum({low})", f"count({breaching})"

    def summarise(self, query: SummaryQuery, timeout: float | None = None) -> Summary:
        """Counts and evidence by one statement, in which the control is evaluated once.

        Its rows are counted by what they say, and those that breach by all that is kept of them: so what the evidence
        is taken from, the tally, is as long as there are breaches. The result has the counts in its first row, the
        lowest rows, then the breaches by month and by unit.
        """
        if not query.evidence:
            return super().summarise(query, timeout)
        rows = self.fetch(self._in_one(query), timeout, query.note)
        [[_, _, numbers]] = [row for row in rows if row[0] == 0]
        examined, breached, unknown, high, low, digested, *periods = [int(number or 0) for number in numbers]
        return Summary(
            examined,
            breached,
            unknown,
            whole_digest(breached, high, low, digested),
            as_rows(query.columns, [texts for part, texts, _ in rows if part == 1]),
            tuple(periods),
            *(tuple(sorted((t[0], int(n[0])) for part, t, n in rows if part == wanted)) for wanted in (2, 3)),
        )

    def _in_one(self, query: SummaryQuery) -> str:
        head, tail = self.with_control(query)
        kept = [self.as_text(f"control.{column}") for column in query.columns]
        place = len(kept) + 1
        kept.append(f"md5(coalesce({self.as_text(f'control.{query.key}')}, ''))")
        labels = [self.month(f"control.{query.dated}") if query.dated else "null::text"]
        labels.append(self.as_text(f"control.{query.unit}") if query.unit else "null::text")
        inside = [self.as_text(f"({self.within(f'control.{query.dated}', period)})") for period in query.periods]
        texts = ", ".join([*kept, *labels, *inside])
        # Behind the fence (offset 0) the planner does not expect a group for every row, for which it would sort them.
        said = f"select breach, case when breach then array[{texts}] end as texts {tail} offset 0"
        tally = f"select breach, texts, count(*) as number from ({said}) as said group by breach, texts"
        high, low = _halves(f"texts[{place}]")
        counts = [
            "sum(number)",
            "sum(number) filter (where breach)",
            "sum(number) filter (where breach is null)",
            f"sum({high} * number)",
            f"sum({low} * number)",
            f"sum(number) filter (where texts[{place}] is not null)",
            *(f"sum(number) filter (where texts[{place + 3 + at}] = 'true')" for at in range(len(inside))),
        ]
        order = ", ".join(f"{self.ordered(f'texts[{at}]')} nulls last" for at in range(1, place))
        none = "null::numeric[]"
        every_row = "generate_series(1, number)"
        parts = [
            f"select 0 as part, null::text[] as texts, array[{', '.join(counts)}]::numeric[] as numbers from tally",
            f"(select 1, texts[1:{place - 1}], {none} from tally, {every_row} where breach order by {order}"
            f" limit {query.limit})",
            *(
                f"select {part}, array[texts[{place + part - 1}]], array[sum(number)] from tally"
                f" where texts[{place + part - 1}] is not null group by 2"
                for part in (2, 3)
            ),
        ]
        return f"{head}, tally as materialized ({tally}) {' union all '.join(parts)}"


def _halves(md5: str) -> tuple[str, str]:
    """SQL for the two halves of 32 bits of what the digest takes from an MD5 in hexadecimal."""
    high, low = (
        " || ".join(f"substr({md5}, {start}, 2)" for start in starts) for starts in ((31, 29, 27, 25), (23, 21, 19, 17))
    )
    return tuple(f"cast(cast('x' || {half} as bit(32)) as bigint)" for half in (high, low))  # type: ignore[return-value]
