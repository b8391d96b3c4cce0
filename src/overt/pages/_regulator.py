"""What the regulator of data protection and freedom of information is called on a day, and where to write to it."""

from __future__ import annotations

import datetime as dt

# Data (Use and Access) Act 2025 ss.117-119; SI 2026/1015: the regulator has another name and the same address.
_COMMISSION_FROM = dt.date(2026, 9, 30)
REGULATOR_PAGE = "ico.org.uk/make-a-complaint"


def regulator(day: dt.date) -> str:
    """What the regulator is called on a day."""
    return "Information Commission" if day >= _COMMISSION_FROM else "Information Commissioner"
