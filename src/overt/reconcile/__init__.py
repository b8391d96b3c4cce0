"""Copies outside the register: an informal list compared with it, inside one controller or between two.

Inside one controller `run` computes the pseudonym of each row, compares, and forgets; `write_result` writes the counts.
Between two, `serve` is the keeper's side and `join` the list owner's: private set intersection under an `Agreement`.
"""

from overt.reconcile._agreement import Agreement, read_agreement
from overt.reconcile._between import Address, join, people_of_list, people_of_register, serve
from overt.reconcile._channel import Tls
from overt.reconcile._list import ROLES, ListOptions, open_list
from overt.reconcile._psi import KeeperLearned, OwnerLearned
from overt.reconcile._reconcile import ListVerdict, reconcile
from overt.reconcile._report import report, text
from overt.reconcile._run import ListRequest, log_run, run, write_result

__all__ = [
    "ROLES",
    "Address",
    "Agreement",
    "KeeperLearned",
    "ListOptions",
    "ListRequest",
    "ListVerdict",
    "OwnerLearned",
    "Tls",
    "join",
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
