"""Database servers, through Ibis: every table of the default schema is copied, in pieces."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from overt.audits.source._account import Limits, SourceTable
from overt.audits.source._loading import Loaded, Loading, target
from overt.audits.source._sandbox import out_of_room, quoted_name
from overt.audits.source._texts import check_texts
from overt.refusals import Refusal
from overt.rows import check_header, shown_name

_BATCH = 50_000
_NO_ARROW_TYPE = ("unknown", "interval", "uuid", "json", "geospatial", "inet", "macaddr")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_EXTRAS = {"postgres": "overt[databases]", "postgresql": "overt[databases]"} | {
    each: f"ibis-framework[{each}]"
    for each in (
        "athena",
        "bigquery",
        "clickhouse",
        "databricks",
        "druid",
        "exasol",
        "impala",
        "materialize",
        "mssql",
        "mysql",
        "oracle",
        "risingwave",
        "singlestoredb",
        "snowflake",
        "trino",
    )
}


def is_url(location: str) -> bool:
    """Whether the location is a URL and not a path."""
    return _URL.match(location) is not None


def shown_url(location: str) -> str:
    """The URL as it may be shown and kept: scheme, host and database, without user, password or options."""
    parts = urlsplit(location)
    host = parts.hostname or ""
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    # Behind a semicolon stand parameters of Spark Connect, a token among them.
    return shown_name(f"{parts.scheme}://{host}{port}{parts.path.partition(';')[0].rstrip('/')}")


def split_password(location: str) -> tuple[str, str]:
    """A location without the password that stands in it, and the password; of a path and of most URLs that is empty.

    Whatever else in a URL is secret, such as a token among its options, is left out of the first as well.
    """
    if not is_url(location):
        return location, ""
    parts = urlsplit(location)
    user, at, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    path, semicolon, behind = parts.path.partition(";")
    options = [option for option in parse_qsl(parts.query, keep_blank_values=True) if not _is_secret(option[0])]
    parameters = [option for option in behind.split(";") if not _is_secret(option.partition("=")[0])]
    query = parts.query if len(options) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(options)
    plain = parts._replace(
        netloc=f"{name}{at}{host}", path=f"{path}{semicolon}{';'.join(parameters)}".rstrip(";"), query=query
    )
    return urlunsplit(plain), unquote(password)


def with_password(location: str, password: str) -> str:
    """A location with a password put into it; unchanged without one."""
    if not password or not is_url(location):
        return location
    parts = urlsplit(location)
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}"))


def _is_secret(option: str) -> bool:
    return any(word in option.lower() for word in ("password", "token", "secret"))


def load_server(loading: Loading, location: str) -> Loaded:
    """Copy every table and view of the schema that the connection opens on.

    PostgreSQL is read in one read-only transaction, so the tables are consistent with each other. Other servers
    do not guarantee this. The server's answer to a wrong password is not repeated.
    """
    name = shown_url(location)
    backend = _connect(location, name)
    tables = []
    digest = hashlib.sha256()
    try:
        with _snapshot(backend):
            for origin in _table_names(backend, name, loading.limits):
                table = _copy(loading, backend, origin, f"{name}, table “{shown_name(origin)}”")
                tables.append(table)
                digest.update(_content(loading, table).encode())
    except Refusal:
        raise
    except Exception as error:
        raise out_of_room(error, name) or _failed(name, error) from None
    finally:
        with suppress(Exception):
            backend.disconnect()
    copied = "1 table was" if len(tables) == 1 else f"{len(tables):,} tables were"
    return Loaded(digest.hexdigest(), tables, [f"{name}: {copied} copied to this machine for the audit"])


def _table_names(backend: Any, name: str, limits: Limits) -> list[str]:
    names = sorted(backend.list_tables())
    if not names:
        remedy = "name the schema in the URL, behind the database: …/database/schema"
        raise Refusal("source-empty", name, "there are no tables", "at least one table", remedy)
    if len(names) > limits.tables:
        raise Refusal("source-too-many-tables", name, f"{len(names)} tables", f"at most {limits.tables}")
    return names


def _connect(location: str, name: str) -> Any:
    scheme = urlsplit(location).scheme.lower()
    extra = _EXTRAS.get(scheme)
    if extra is None:
        remedy = "fetch files and exports yourself and give their path: Overt fetches nothing"
        raise Refusal(
            "url-unknown", name, "Overt cannot read this type of database", f"one of {', '.join(_EXTRAS)}", remedy
        )
    try:
        # Ibis takes a second to import, and only those who read a server have it.
        import ibis  # noqa: PLC0415

        return ibis.connect(re.sub("^postgresql:", "postgres:", location, flags=re.IGNORECASE))
    except ImportError:
        found = "what reads such databases is not installed"
        raise Refusal("url-needs-extra", name, found, extra, f"pip install '{extra}'") from None
    except Exception as error:
        raise _failed(name, error) from None


@contextmanager
def _snapshot(backend: Any) -> Iterator[None]:
    if backend.name != "postgres":
        yield
        return
    with backend.con.transaction():
        backend.con.execute("set transaction isolation level repeatable read, read only")
        yield


def _copy(loading: Loading, backend: Any, origin: str, place: str) -> SourceTable:
    table = loading.name_table(origin, place)
    source = backend.table(origin)
    check_header(place, list(source.columns), loading.limits)
    reader = _as_plain(source).to_pyarrow_batches(chunk_size=_BATCH)
    loading.create(table, reader.schema)
    done = 0
    for batch in reader:
        loading.append(table, batch.columns)
        done += batch.num_rows
        loading.tell(table, done)
    columns = loading.columns_of(table)
    return check_texts(loading.connection, place, target(table), columns, loading.limits).table(table, place, columns)


def _as_plain(source: Any) -> Any:
    """Return the table with columns of types unknown to Arrow cast to text by the server."""
    odd = [
        column
        for column, kind in source.schema().items()
        if any(getattr(kind, f"is_{each}")() for each in _NO_ARROW_TYPE)
    ]
    return source.mutate(**{column: source[column].cast("string") for column in odd}) if odd else source


def _content(loading: Loading, table: SourceTable) -> str:
    """What goes into the digest for a table: the sum, over its rows, of half an MD5 of each row's values."""
    values = ", ".join(f"{quoted_name(name)} := {quoted_name(name)}" for name, _ in table.columns)
    row = f"to_json(struct_pack({values}))::varchar"
    found = loading.connection.execute(
        f"select coalesce(sum(md5_number_lower({row})), 0) from {target(table.name)}"
    ).fetchone()
    return f"{table.name}\0{table.columns}\0{table.rows}\0{found[0] if found else 0}\n"


def _failed(name: str, error: Exception) -> Refusal:
    return Refusal(
        "database-unreadable",
        name,
        f"it could not be opened or read ({type(error).__name__})",
        "a database that this user may read",
        "check host, port, name, user and password, and that the user may select from every table",
    )
