"""A source of any kind, read whole or refused: files, folders, workbooks, databases.

Everything ends as tables of one DuckDB database, in the schema `source`. Nothing is skipped in
silence and nothing is guessed: a file that cannot be read is refused with the row and the remedy. What shows the top of
a file without reading it is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING

from overt.audits.source._account import (
    Limits,
    Progress,
    SourceAccount,
    SourceTable,
    account_from_json,
    check_unchanged,
)
from overt.audits.source._headings import say_doubts
from overt.audits.source._loading import table_name
from overt.audits.source._reading_file import read_reading, reading_schema, write_reading
from overt.audits.source._sandbox import open_locked, open_workshop
from overt.audits.source._servers import shown_url, split_password, with_password
from overt.audits.source._source import is_complete, load_source, read_account
from overt.later import later

if TYPE_CHECKING:
    from overt.audits.source._peek import Peek, PeekTable, peek
    from overt.audits.source._peek_text import DelimiterTry, EncodingTry, PeekText

__all__ = [
    "DelimiterTry",
    "EncodingTry",
    "Limits",
    "Peek",
    "PeekTable",
    "PeekText",
    "Progress",
    "SourceAccount",
    "SourceTable",
    "account_from_json",
    "check_unchanged",
    "is_complete",
    "load_source",
    "open_locked",
    "open_workshop",
    "peek",
    "read_account",
    "read_reading",
    "reading_schema",
    "say_doubts",
    "shown_url",
    "split_password",
    "table_name",
    "with_password",
    "write_reading",
]

_LATER = dict.fromkeys(("Peek", "PeekTable", "peek"), "overt.audits.source._peek")
_LATER |= dict.fromkeys(("DelimiterTry", "EncodingTry", "PeekText"), "overt.audits.source._peek_text")

__getattr__ = later(__name__, _LATER)
