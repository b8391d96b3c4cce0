"""A charter without fault, and ways to put one fault into it. All of it is invented."""

from __future__ import annotations

from collections.abc import Mapping

from overt.charter import Charter, read_charter
from overt.refusals import Refusal, Refusals

TEXT = """\
format = 1
version = 1
adopted_on = 2026-01-05
effective_on = 2026-02-02
notice_days = 28
roles = ["suspect", "victim", "witness"]

[register]
name = "Example register (synthetic)"
origin = "police.example/register"
legal_basis = "Data Protection Act 2018 Part 3"
controller = "Example Police"
contact = "records@police.example"
data_protection_officer = "officer@police.example"

[purposes.prevention]
title = "Preventing serious violence"

[purposes.safeguarding]
title = "Protecting children"

[categories.account_handle]
title = "Account handle"
reason = "An item has to say where it came from."
assessment = "DPIA-1"
adopted_on = 2026-02-02

[categories.ethnicity]
title = "Ethnicity"
reason = "Held apart and used for statistics alone."
assessment = "DPIA-1"
adopted_on = 2026-02-02
sensitive = true
condition = "statutory"

[assessments.DPIA-1]
kind = "dpia"
signed_on = 2025-12-01
review_due_on = 2026-12-01
officer_consulted_on = 2025-11-15
covers = ["account_handle", "ethnicity"]
document = { reference = "DP/17", sha256 = "1111111111111111111111111111111111111111111111111111111111111111" }

[assessments.EIA-1]
kind = "eia"
signed_on = 2025-12-01
review_due_on = 2026-12-01
covers = ["account_handle", "ethnicity"]

[assessments.APD-1]
kind = "apd"
signed_on = 2025-12-01
review_due_on = 2026-12-01
covers = ["ethnicity"]

[authorities.directed_surveillance]
months = 3
minimum_rank = "superintendent"
urgent_minimum_rank = "inspector"

[retention.standard]
limit_years = 5
review_days = 92
reason = "After five years no purpose is left."

[recipients.example_force]
title = "Example Neighbouring Force"
kind = "police"
agreement = "ISA-1"
guidance = "Guidance 1"
purposes = ["prevention"]
roles = ["suspect"]
starts_on = 2026-02-02
ends_on = 2027-02-01

[thresholds.minimum_age]
value = 15
reason = "Nobody younger is listed by this controller."

[packs.core]
version = "1.0.0"
digest = "2222222222222222222222222222222222222222222222222222222222222222"

[populations.example-2021]
area = "Example"
year = 2021
attribute = "ethnicity"
source = "Invented"
groups = { Asian = 100, Black = 100, White = 800 }

[publication]
safe_threshold = 8
round_base = 5
percent_base = 50
release_days = 92
mechanism = "discrete_laplace"
epsilon = 1.5
budget = 12.0
"""

NAME = "charter.toml"


def charter(text: str = TEXT) -> Charter:
    return read_charter(text.encode(), NAME)


def edited(old: str, new: str, text: str = TEXT) -> str:
    """The text with the first `old` replaced; it must be there."""
    assert old in text
    return text.replace(old, new, 1)


def refused(text: str | bytes) -> list[Refusal]:
    """Every refusal of a charter's text; none when it is read."""
    try:
        read_charter(text if isinstance(text, bytes) else text.encode(), NAME)
    except Refusals as several:
        return several.refusals
    except Refusal as one:
        return [one]
    return []


def line_of(text: str, fragment: str) -> int:
    """The line, counted from 1, on which the fragment first stands."""
    return text[: text.index(fragment)].count("\n") + 1


def next_version(old: Charter, text: str, changes: Mapping[str, str] | None = None) -> str:
    """The text as the version after `old`: takes effect four weeks after its adoption, unless changed."""
    lines = {
        "version = ": f'version = {old.version + 1}\nprevious = "{old.digest}"',
        "adopted_on = ": "adopted_on = 2026-06-01",
        "effective_on = ": "effective_on = 2026-06-29",
    } | dict(changes or {})
    done: set[str] = set()
    made = []
    for line in text.splitlines():
        start = next((each for each in lines if line.startswith(each) and each not in done), None)
        if line.startswith("previous = "):
            continue
        if start is not None:
            done.add(start)
        made.append(line if start is None else lines[start])
    return "\n".join([*made, ""])
