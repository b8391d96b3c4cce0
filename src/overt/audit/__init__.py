"""Audits a register that exists: source, mapping and packs in; findings, evidence and a report out.

`audit` runs the whole of it. `sample` and `compare` stand beside it. The audit itself and its results are loaded when
they are first asked for: the process that loads, maps and asks has no use for them, nor has a sample.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from overt.audit._opened import Opened, SourceOptions, draft, open_source
from overt.audit._own import as_stood
from overt.audit._run import Run
from overt.audit.source._account import Reading

if TYPE_CHECKING:
    from overt.audit._audit import Observer, Request, audit, exit_code
    from overt.audit._packs import packs_about
    from overt.audit.mapping._account import TableRead, ValueRead
    from overt.audit.mapping._coverage import MappingCheck, check_mapping

__all__ = [
    "MappingCheck",
    "Observer",
    "Opened",
    "Reading",
    "Request",
    "Run",
    "SourceOptions",
    "TableRead",
    "ValueRead",
    "as_stood",
    "audit",
    "check_mapping",
    "draft",
    "exit_code",
    "open_source",
    "packs_about",
]

_LATER = dict.fromkeys(("Observer", "Request", "audit", "exit_code"), "overt.audit._audit")
_LATER |= dict.fromkeys(("TableRead", "ValueRead"), "overt.audit.mapping._account")
_LATER["packs_about"] = "overt.audit._packs"
_LATER |= dict.fromkeys(("MappingCheck", "check_mapping"), "overt.audit.mapping._coverage")


def __getattr__(name: str) -> Any:
    """What is loaded when it is first asked for."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_LATER[name]), name)
    globals()[name] = found
    return found
