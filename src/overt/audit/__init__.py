"""Audits a register that exists: source, mapping and packs in; findings, evidence and a report out.

`audit` runs the whole of it. `sample` and `compare` stand beside it.
"""

from overt.audit._audit import Observer, Request, audit, exit_code
from overt.audit._opened import Opened, SourceOptions, open_source
from overt.audit._run import Run

__all__ = ["Observer", "Opened", "Request", "Run", "SourceOptions", "audit", "exit_code", "open_source"]
