"""Spark Connect: servers that speak its protocol, among them Apache Spark, Databricks and Sail, as a client alone.

Nothing is set on a server, not even for the session: what an answer depends on is read, and refused where it is not as
it must be. Variables are kept out of texts by how a dollar sign is written, whatever the server would do with them.
"""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from overt.controls.engines._base import NO_TABLE, Note, Statement, TimeLimit
from overt.controls.engines._spark import SparkEngine
from overt.machine import deadline
from overt.refusals import Refusal, raise_all

if TYPE_CHECKING:
    from pyspark.sql import SparkSession
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.session import SparkSession as ClientSession

# What each setting must be, as the server writes it, and the first value is the one to set.
_WANTED = {
    "spark.sql.ansi.enabled": ("true",),
    "spark.sql.session.timeZone": ("UTC", "Etc/UTC", "GMT", "Z", "+00:00"),
    "spark.sql.parser.escapedStringLiterals": ("false",),
    "spark.sql.parser.quotedRegexColumnNames": ("false",),
    "spark.sql.session.collation.default": ("UTF8_BINARY",),
}
_RECORDED = (*_WANTED, "spark.sql.caseSensitive", "spark.sql.legacy.timeParserPolicy")
_ADDRESS = re.compile(r"sc://[^/;:@]+(:\d+)?(/.*)?")
_SECONDS_TO_ANSWER = 30.0


def open_session(url: str) -> SparkSession:
    """A session on the server at `sc://host:port`; refuses without the `spark` extra, and what cannot be reached.

    Parameters of the URL, such as a token, go to the server and are never shown.
    """
    if not _ADDRESS.fullmatch(url):
        raise Refusal("engine-unreachable", "Spark Connect", "the URL is not one of a server", "sc://host:port")
    try:
        # The client brings texts of an older protocol library along, and warns of it at every start.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pyspark.sql.connect.client.retries import DefaultPolicy  # noqa: PLC0415  an extra
            from pyspark.sql.connect.session import SparkSession as Session  # noqa: PLC0415
    except ImportError as error:
        raise Refusal(
            "engine-not-installed", "Spark Connect", "the client is not installed", "pip install 'overt[spark]'"
        ) from error
    try:
        session = Session.builder.remote(url).create()
        # Left alone, the client asks a server that does not answer for ten minutes.
        session.client.set_retry_policies([DefaultPolicy(max_retries=3)])
        with deadline(_SECONDS_TO_ANSWER, session.client.close):
            session.version  # noqa: B018  the first question to the server
        # One that answered may be started again: these retries take less than a minute.
        session.client.set_retry_policies([DefaultPolicy(max_retries=8, max_backoff=10_000)])
    except Exception as error:
        found = _why(error)
        raise Refusal("engine-unreachable", "Spark Connect", found, "a server that responds at that address") from None
    # The client's class has the methods of the other that are used here, and is no kind of it.
    return cast("SparkSession", session)


def _why(error: Exception) -> str:
    """Why there is no connection, without what the client says, which may repeat the URL and a token."""
    said = " ".join(map(str, _causes(error))).lower()
    if "hostname verification" in said:
        return "the server's certificate is for another host"
    if "certificate" in said or "ssl" in said or "tls" in said:
        return (
            "the server's certificate was not accepted, or it speaks no TLS: name the authority by the environment"
            " variable GRPC_DEFAULT_SSL_ROOTS_FILE_PATH, and the host as it stands in the certificate"
        )
    if "unauthenticated" in said or "permission" in said:
        return "the server did not accept the token or the user"
    return f"no connection ({type(error).__name__})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from: the client gives up with words that say nothing of the reason."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@dataclass
class ConnectEngine(SparkEngine):
    """A session of a client."""

    _numbers = itertools.count()

    def __post_init__(self) -> None:
        self._set_types()

    @property
    def name(self) -> str:
        """What the server says it is. Sail answers with the version of Spark that it follows, and with its own."""
        note = Note("the version of the server", NO_TABLE, "its name")
        own = str(self.fetch("select version()", note=note)[0][0]).split()[0]
        version = str(self.session.version)
        return f"Spark Connect {version}" if own == version else f"Spark Connect {version} (version() {own})"

    def settings(self) -> dict[str, str]:
        """The settings of the session by name; one that the server does not have is left out."""
        note = Note("settings of the session, by requests that are no SQL", NO_TABLE, "their values")
        self.statements.append(Statement(", ".join(_RECORDED), note))
        found = {}
        for name in _RECORDED:
            try:
                value = self.session.conf.get(name)
            except Exception:  # noqa: S112  each server has its own error for a name that it does not know
                continue
            if value is not None and value != "None":
                found[name] = str(value)
        return found

    def refuse_settings(self) -> None:
        """Refuses a server whose settings would change an answer, all at once, each with the value to set."""
        raise_all(
            [
                Refusal(
                    "engine-setting", "Spark Connect", f"{name} is {value}", f"{name}={_WANTED[name][0]}",
                    f"start the server with --conf {name}={_WANTED[name][0]}, or ask its administrator to",
                )
                for name, value in self.settings().items()
                if name in _WANTED and value not in _WANTED[name]
            ]
        )  # fmt: skip

    def _fetch(self, sql: str, timeout: float | None) -> list[tuple[Any, ...]]:
        """All rows of a query; past `timeout` seconds the server is told to stop this statement and no other."""
        # The server puts a value in place of `${name}` before it reads a text. Written so, there is no such name.
        sql = sql.replace("${", "\\u0024{")
        if timeout is None:
            return self._rows(sql)
        tag = f"overt-{id(self):x}-{next(self._numbers)}"
        self.session.addTag(tag)
        try:
            with deadline(timeout, lambda: self.session.interruptTag(tag)) as has_passed:
                try:
                    return self._rows(sql)
                except Exception as error:
                    if has_passed.is_set():
                        raise TimeLimit(f"stopped after {timeout:g} seconds") from error
                    raise
        finally:
            self.session.removeTag(tag)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        """By one request: the session's own `sql` makes two, and the server sends the text back with the first."""
        return [tuple(row) for row in self._asked(sql).collect()]

    def _asked(self, sql: str) -> DataFrame:
        from pyspark.sql.connect.dataframe import DataFrame  # noqa: PLC0415  an extra
        from pyspark.sql.connect.plan import SQL  # noqa: PLC0415

        return DataFrame(SQL(sql), cast("ClientSession", self.session))

    def described(self, sql: str, note: Note | None = None) -> list[tuple[str, str]]:
        """Names and types of what a query returns; the server analyses it and runs nothing."""
        if note is not None:
            self.statements.append(Statement(sql, note))
        return [(each.name, each.dataType.simpleString()) for each in self._asked(sql).schema.fields]

    def close(self) -> None:
        """Ends the session on the server."""
        self.session.stop()

    def barrier(self, control: str) -> str:
        """The server explains the control above empty tables."""
        from overt.controls.engines import _reads_connect  # noqa: PLC0415  loads the parser

        return _reads_connect.asked(self, control)

    def reads_outside(self, control: str, statement: str) -> list[str]:
        """What the parser of our own makes of the control, then the plan that the server makes of it."""
        from overt.controls.engines import _reads_connect  # noqa: PLC0415  loads the parser

        return _reads_connect.outside(self, control)
