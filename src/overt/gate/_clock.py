"""A clock that is far ahead of the last record is confirmed by a named human, and that is a record itself."""

from __future__ import annotations

import datetime as dt

from overt.gate._gate import check_staff
from overt.model import ACCESS
from overt.register import Cell, Register, row_values


def confirm_clock(register: Register, by: str, now: dt.datetime) -> int:
    """Records that somebody looked at the clock and found it right; gives the leaf. From then on records go in again.

    Refuses a clock that is behind the last record: moments never go back.
    """
    check_staff("--by", by)
    with register.writing(now, is_clock_confirmed=True) as writer:
        values: dict[str, Cell] = {
            ACCESS.access_id: f"K{register.entropy(8).hex()}",
            ACCESS.occurred_at: writer.moment,
            ACCESS.actor: by,
            ACCESS.action: "alter",
            ACCESS.reason: "the clock was confirmed after a long time without a record",
        }
        return writer.append(ACCESS.name, row_values(ACCESS.name, values), "collect", by)
