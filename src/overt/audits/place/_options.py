"""Where on a server a register lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from overt.refusals import Refusal


@dataclass(frozen=True)
class ServerOptions:
    """Which tables of a server are audited, and whether they are copied first.

    `catalog` is of Spark alone. `versions` gives, by table, the version of a Delta or Iceberg table that is read.
    """

    schema: str = ""
    catalog: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    copy: bool = False

    @property
    def options(self) -> dict[str, list[str]]:
        """The options of a command line that say the same."""
        return {
            "--schema": [self.schema] if self.schema else [],
            "--catalog": [self.catalog] if self.catalog else [],
            "--as-of-version": [f"{table}={version}" for table, version in self.versions],
        }

    def of(self, location: str) -> tuple[str, ServerOptions]:
        """The URL that the server's driver takes, and the options with the schema that stands in the URL.

        A schema may follow the database, as in `postgresql://host/database/schema`. Refuses two different schemas.
        """
        parts = urlsplit(location)
        database, _, schema = parts.path.strip("/").partition("/")
        if parts.scheme == "sc" or not schema:
            return location, self
        if self.schema and self.schema != schema:
            found = f"the schema {schema} in the URL and {self.schema} as an option"
            raise Refusal("schema-twice", "--schema", found, "one schema", "leave one of the two out")
        return urlunsplit(parts._replace(path=f"/{database}")), ServerOptions(schema, self.catalog, self.versions)

    def copied(self, location: str) -> str:
        """The URL of a server from which the schema is copied."""
        return f"{location.rstrip('/')}/{self.schema}" if self.copy and self.schema else location


def read_versions(given: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Versions of tables, each written TABLE=VERSION. Refuses what is not."""
    versions = []
    for text in given:
        table, equals, version = text.partition("=")
        if not (table and equals and version.isdecimal()):
            wanted = "a table and the number of its version, for example entry=12"
            raise Refusal("version-shape", "--as-of-version", text, wanted)
        versions.append((table.lower(), version))
    return tuple(versions)
