"""On which sections of the Data Protection Act 2018 an answer or a notice may rest, by the day that decides.

National security was an aim of ss.44(4), 45(4) and 48(3) to 4 September 2025. Since then it is an exemption of its own
(s.78A), and what is legally privileged has its own section (s.45A): Data (Use and Access) Act 2025 ss.79 and 88, in
force by SI 2025/996. A request keeps the law of the day on which it was received (regulations 3 and 4), so that the day
of the letter decides nothing. Where nobody asked, the day on which the notice was withheld decides.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

_LAST_OF_THE_AIM = dt.date(2025, 9, 4)
_FIRST_OF_THE_EXEMPTIONS = dt.date(2025, 9, 5)
# Each section that was not law at all times, with its first and its last day.
_PERIODS: dict[str, tuple[dt.date | None, dt.date | None]] = {
    **dict.fromkeys(("44(4)(d)", "45(4)(d)", "48(3)(d)"), (None, _LAST_OF_THE_AIM)),
    **dict.fromkeys(("45A", "78A"), (_FIRST_OF_THE_EXEMPTIONS, None)),
}
# The sections on which a correction, an erasure or a restriction may be refused; s.48(3) is none of them.
_REFUSES = re.compile(r"(?<!\d)(?:46|47|53)(?!\d)")


def not_law_on(words: str, day: dt.date) -> tuple[str, ...]:
    """The sections named in `words` that were not law on a day, as `s.45(4)(d)`; every spelling of a number is read."""
    return tuple(
        f"s.{section}"
        for section, (starts_on, ends_on) in _PERIODS.items()
        if ((starts_on is not None and day < starts_on) or (ends_on is not None and day > ends_on))
        and _named(section).search(words)
    )


def only_withholds(words: str) -> bool:
    """Whether the words name s.48(3), which lets reasons be held back, and no section on which one may refuse."""
    return bool(_named("48(3)").search(words)) and not _REFUSES.search(words)


@cache
def _named(section: str) -> re.Pattern[str]:
    """The section in words: blanks may stand at its brackets, and no digit or letter may make another number of it."""
    spaced = re.escape(section).replace(r"\(", r"\s*\(\s*").replace(r"\)", r"\s*\)")
    return re.compile(rf"(?<!\d){spaced}(?![a-z])", re.IGNORECASE)
