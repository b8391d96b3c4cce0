"""Permissions: `roles.csv` next to this file is the only place where they are defined.

It has one row for each action and one column for each role, with `yes` or nothing. An action whose name has a third
part (`staff.propose.role`) is a step of the action named by the first two, and shares its row. `anyone` has not signed
in; an action that anyone may take is open to every role. The portal enforces the table; the gate enforces separation of
duties (no one may approve a record that they submitted).
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
    text = (files("overt.web.portal") / ROLES_FILE).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {row["action"]: frozenset(role for role in (ANYONE, *ROLES) if row[role] == "yes") for row in rows}


@cache
def _titles() -> dict[str, str]:
    text = (files("overt.web.portal") / ROLES_FILE).read_text(encoding="utf-8")
    return {row["action"]: row["what"] for row in csv.DictReader(text.splitlines())}


def title_of(action: str) -> str:
    """What an action is, in words for people."""
    return _titles().get(row_of(action), action)


def may(roles: Iterable[str], action: str) -> bool:
    """Whether a person with these roles may take an action. An action that is not in the table is not allowed."""
    return not table().get(row_of(action), frozenset()).isdisjoint((ANYONE, *roles))


def row_of(action: str) -> str:
    """The row of an action."""
    return ".".join(action.split(".")[:2])
