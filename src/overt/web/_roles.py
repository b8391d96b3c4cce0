"""Who may do what: `roles.csv` beside this file is the one place where it stands.

A row for each action, a column for each role, `yes` or nothing. An action whose name has a third part
(`staff.propose.role`) is a step of the action named by the first two, and stands in its row. `anyone` has not signed
in, and what anyone may do everybody may. The portal keeps to the table; separation of duties (nobody approves what they
recorded) is the gate's.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

ANYONE = "anyone"
ROLES = ("recorder", "approver", "controller", "inspector")
ROLES_FILE = "roles.csv"


@cache
def table() -> dict[str, frozenset[str]]:
    """The roles that may do each action."""
    text = (files("overt.web") / ROLES_FILE).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {row["action"]: frozenset(role for role in (ANYONE, *ROLES) if row[role] == "yes") for row in rows}


def may(roles: Iterable[str], action: str) -> bool:
    """Whether somebody with these roles may do an action. What is not in the table nobody may."""
    return not table().get(row_of(action), frozenset()).isdisjoint((ANYONE, *roles))


def row_of(action: str) -> str:
    """The row in which an action stands."""
    return ".".join(action.split(".")[:2])
