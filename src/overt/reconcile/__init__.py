"""Copies outside the register: an informal list held against it, inside one controller or between two.

Inside one controller `run` computes the pseudonym of each row, compares, and forgets; `write_result` writes the counts.
"""

from overt.reconcile._account import FORMAT, Json
from overt.reconcile._list import ROLES, ListOptions, Row, open_list
from overt.reconcile._reconcile import Found, Standing, Verdict, key_for, reconcile
from overt.reconcile._report import report, text
from overt.reconcile._run import ROWS_HEADER, Request, log_run, run, write_result

__all__ = [
    "FORMAT",
    "ROLES",
    "ROWS_HEADER",
    "Found",
    "Json",
    "ListOptions",
    "Request",
    "Row",
    "Standing",
    "Verdict",
    "key_for",
    "log_run",
    "open_list",
    "reconcile",
    "report",
    "run",
    "text",
    "write_result",
]
