"""Audits a register that exists: source, mapping and packs in; findings, evidence and a report out.

`audit` runs the whole of it. `sample` and `compare` stand beside it.
"""

from overt.audit._audit import Observer, Request, audit, exit_code
from overt.audit._opened import Opened, SourceOptions, draft, open_source
from overt.audit._run import Run
from overt.audit.mapping._coverage import MappingCheck, check_mapping
from overt.audit.source._account import Reading

__all__ = [
    "MappingCheck",
    "Observer",
    "Opened",
    "Reading",
    "Request",
    "Run",
    "SourceOptions",
    "audit",
    "check_mapping",
    "draft",
    "exit_code",
    "open_source",
]
