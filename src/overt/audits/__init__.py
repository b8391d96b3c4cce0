"""Audits a register that exists: source, mapping and packs in; findings, evidence and a report out.

`audit` runs the whole of it. `sample` and `compare` stand beside it. The audit itself and its results are loaded when
they are first asked for: the process that loads, maps and asks has no use for them, nor has a sample.
"""

from typing import TYPE_CHECKING

from overt.audits._apart import draft, open_source, read_source
from overt.audits._opened import Opened, SourceOptions, fill, load, take_loaded
from overt.audits._own import as_stood
from overt.audits._partition import PartitionBy
from overt.audits._recipe import Heading, Recipe, read_threshold
from overt.audits._run import Acceptance, Run
from overt.audits.place import ServerOptions, read_versions
from overt.audits.source import read_reading, write_reading
from overt.later import later
from overt.rows import FileReading, Reading

if TYPE_CHECKING:
    from overt.audits._accepted import Accepted, accepted_text, read_accepted, write_accepted
    from overt.audits._again import write_again
    from overt.audits._audit import Observer, Request, audit, plan_audit
    from overt.audits._bundle import bundle, parts_of
    from overt.audits._exit import exit_code
    from overt.audits._kept import keep_run, read_run
    from overt.audits._packs import packs_about
    from overt.audits.mapping._account import TableRead, ValueRead
    from overt.audits.mapping._coverage import MappingCheck, check_mapping
    from overt.audits.mapping._tables import write_tables
    from overt.audits.place import IF_NEEDED

__all__ = [
    "IF_NEEDED",
    "Acceptance",
    "Accepted",
    "FileReading",
    "Heading",
    "MappingCheck",
    "Observer",
    "Opened",
    "PartitionBy",
    "Reading",
    "Recipe",
    "Request",
    "Run",
    "ServerOptions",
    "SourceOptions",
    "TableRead",
    "ValueRead",
    "accepted_text",
    "as_stood",
    "audit",
    "bundle",
    "check_mapping",
    "draft",
    "exit_code",
    "fill",
    "keep_run",
    "load",
    "open_source",
    "packs_about",
    "parts_of",
    "plan_audit",
    "read_accepted",
    "read_reading",
    "read_run",
    "read_source",
    "read_threshold",
    "read_versions",
    "take_loaded",
    "write_accepted",
    "write_again",
    "write_reading",
    "write_tables",
]

_LATER = dict.fromkeys(("Observer", "Request", "audit", "plan_audit"), "overt.audits._audit")
_LATER |= dict.fromkeys(("Accepted", "accepted_text", "read_accepted", "write_accepted"), "overt.audits._accepted")
_LATER |= dict.fromkeys(("bundle", "parts_of"), "overt.audits._bundle")
_LATER["write_again"] = "overt.audits._again"
_LATER |= dict.fromkeys(("keep_run", "read_run"), "overt.audits._kept")
_LATER["exit_code"] = "overt.audits._exit"
_LATER |= dict.fromkeys(("TableRead", "ValueRead"), "overt.audits.mapping._account")
_LATER["packs_about"] = "overt.audits._packs"
_LATER["IF_NEEDED"] = "overt.audits.place"
_LATER |= dict.fromkeys(("MappingCheck", "check_mapping"), "overt.audits.mapping._coverage")
_LATER["write_tables"] = "overt.audits.mapping._tables"

__getattr__ = later(__name__, _LATER)
