"""Copies outside the register: an informal list compared with it, inside one controller or between two.

Inside one controller `run` computes the pseudonym of each row, compares, and forgets; `write_result` writes the counts.
Between two, `serve` is the keeper's side and `join` the list owner's: private set intersection under an `Agreement`.
"""

from overt.reconcile._account import FORMAT, Json
from overt.reconcile._agreement import Agreement, read_agreement
from overt.reconcile._between import Address, join, people_of_list, people_of_register, serve
from overt.reconcile._channel import Tls
from overt.reconcile._list import ROLES, ListOptions, Row, open_list
from overt.reconcile._psi import KeeperLearned, OwnerLearned
from overt.reconcile._reconcile import Found, Standing, Verdict, key_for, reconcile
from overt.reconcile._report import report, text
from overt.reconcile._run import ROWS_HEADER, Request, log_run, run, write_result

__all__ = [
    "FORMAT",
    "ROLES",
    "ROWS_HEADER",
    "Address",
    "Agreement",
    "Found",
    "Json",
    "KeeperLearned",
    "ListOptions",
    "OwnerLearned",
    "Request",
    "Row",
    "Standing",
    "Tls",
    "Verdict",
    "join",
    "key_for",
    "log_run",
    "open_list",
    "people_of_list",
    "people_of_register",
    "read_agreement",
    "reconcile",
    "report",
    "run",
    "serve",
    "text",
    "write_result",
]
