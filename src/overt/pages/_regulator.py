"""To whom a person can complain on a day: what the regulator is called, and whether the controller must answer too."""

from __future__ import annotations

import datetime as dt

# Data (Use and Access) Act 2025 ss.117-119; SI 2026/1015: the regulator has another name and the same address.
_COMMISSION_FROM = dt.date(2026, 9, 30)
# Data (Use and Access) Act 2025 s.103; SI 2026/82: s.164A, the right to complain to the controller, and its answer.
COMPLAINT_FROM = dt.date(2026, 6, 19)
REGULATOR_PAGE = "ico.org.uk/make-a-complaint"


def regulator(day: dt.date) -> str:
    """What the regulator is called on a day."""
    return "Information Commission" if day >= _COMMISSION_FROM else "Information Commissioner"


def complains_to_controller(day: dt.date) -> bool:
    """Whether the law of a day gives the right to complain to the controller, so that a letter has to name it."""
    return day >= COMPLAINT_FROM
