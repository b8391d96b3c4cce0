"""One step of a command in one transaction: what it reads stays true until what it writes is on the disk.

Two commands at once come one after the other, on SQLite and on PostgreSQL: the second waits, and sees what the first
did.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from overt.refusals import Refusal
from overt.register import Register

P = ParamSpec("P")
R = TypeVar("R")
# How the refusals end that say that the gate did not admit a record, or holds it: it counts what it refused, and keeps
# what waits for a decision.
_OF_THE_GATE = ("-not-admitted", "-held")


def in_turn(function: Callable[Concatenate[Register, P], R]) -> Callable[Concatenate[Register, P], R]:
    """The function as one transaction. What it refuses was never done, but the gate counts it, or keeps a hold."""

    @wraps(function)
    def one_transaction(register: Register, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with register.store.transaction():
            try:
                return function(register, *args, **kwargs)
            except Refusal as refusal:
                if not refusal.code.endswith(_OF_THE_GATE):
                    raise
                refused = refusal
        raise refused

    return one_transaction
