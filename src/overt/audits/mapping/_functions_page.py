"""The functions of mappings by engine, as a page."""

from __future__ import annotations

from overt.audits.mapping._dialect_words import FUNCTIONS as OWN_FUNCTIONS
from overt.audits.mapping._dialects import NAMES
from overt.audits.mapping._functions import ALLOWED
from overt.audits.mapping._server_aggregates import SUMMED, WINDOWS
from overt.audits.mapping._server_expressions import CHOSEN
from overt.audits.mapping._server_functions import FUNCTIONS

_PAGE = """\
# Functions of mappings by engine

A mapping in DuckDB's dialect may call the functions that [Mapping](mapping.md#functions) lists. On a file or a folder
all of them are there. On a server, Overt writes the mapping in the server's own dialect, and only functions that give
the same answers there are allowed; the tests hold each of them to DuckDB's answers. Others are refused by name
(`mapping-not-on-server`), unless all their arguments are constants.

| Function | DuckDB (files) | PostgreSQL | Spark |
| --- | --- | --- | --- |
{rows}

## In the dialect of a server

A mapping that begins with `-- dialect: postgres` or `-- dialect: spark` runs as it is written on such a server and
nowhere else. It may call:

{own}
"""


def functions_page() -> str:
    """A table of the functions in DuckDB's dialect, and the lists of those in the dialects of servers."""
    on_servers = {*FUNCTIONS, *SUMMED, *WINDOWS, *CHOSEN}
    rows = []
    for name in sorted(ALLOWED):
        shown, answer = name.replace("|", "\\|"), "yes" if name in on_servers else "no"
        rows.append(f"| `{shown}` | yes | {answer} | {answer} |")
    own = [
        f"- {NAMES[dialect]}: {', '.join(f'`{name}`' for name in sorted(names))}"
        for dialect, names in OWN_FUNCTIONS.items()
    ]
    return _PAGE.format(rows="\n".join(rows), own="\n".join(own))
