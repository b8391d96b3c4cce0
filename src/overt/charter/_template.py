"""A template for a new charter, and for the next version of an existing one."""

from __future__ import annotations

from collections.abc import Mapping

from overt.charter._charter import PackPin
from overt.charter._read import charter_places, read_charter

_TEMPLATE = """\
# The charter of one register: what may be recorded and why, by whom, for how long, and who it may be shared with.
# Replace every text that begins with TODO; `overt charter check` lists those that remain. Write dates and numbers
# without quotes: adopted_on = 2026-01-31. Once published, a version is never changed: the next one gives its digest.

format = 1
version = 1
adopted_on = "TODO: the date on which the controller adopts this version"
effective_on = "TODO: the first day on which it is in force"
notice_days = 28                # days between the adoption of the next version and its start

# The roles that a listed person can have (DPA 2018 s.38(3)).
roles = ["suspect", "convicted", "victim", "witness"]

[register]
name = "TODO: what the register is called"
origin = "TODO: the origin of its ledger, such as police.example/register"
legal_basis = "TODO: the law that lets the controller keep it"
controller = "TODO: the authority responsible for it"
contact = "TODO: an office that anyone can write to"
data_protection_officer = "TODO: how to contact the data protection officer"

# The purposes of an entry (DPA 2018 s.31): entry.purpose is one of these names. Add more in the same way.
[purposes.prevention]
title = "TODO: the purpose in words"

# A category of data that may be recorded; one table for each. A category is never removed: it is retired.
[categories.account_handle]
title = "TODO: what it is, in words"
reason = "TODO: why it is recorded, in a sentence"
assessment = "DPIA-1"
adopted_on = "TODO: the first day on which it may be recorded, not before DPIA-1 is signed"
# retired_on = 2030-01-01       # the first day on which it may no longer be recorded
# sensitive = true              # as defined in DPA 2018 s.35(8); then give the Sch 8 condition too
# condition = "safeguarding"     # the codes: overt model entry

# A register in use has all three: data protection (dpia) and equality (eia) impact assessments, and a policy
# document (apd).
[assessments.DPIA-1]
kind = "dpia"
signed_on = "TODO: the date it was signed"
review_due_on = "TODO: the last day by which it must be reviewed"
officer_consulted_on = "TODO: the date the data protection officer was consulted"
covers = ["account_handle"]
# document = { reference = "where it is found", sha256 = "the digest of its bytes" }

[assessments.EIA-1]
kind = "eia"
signed_on = "TODO: the date it was signed"
review_due_on = "TODO: the last day by which it must be reviewed"
covers = ["account_handle"]

[assessments.APD-1]
kind = "apd"
signed_on = "TODO: the date it was signed"
review_due_on = "TODO: the last day by which it must be reviewed"
covers = ["account_handle"]

# The types of covert authorisation that the register may rely on: a type that is not named is not allowed. Types and
# ranks are codes of the model: overt model authority.
# [authorities.directed_surveillance]
# months = 3                    # the longest it may last; or days
# minimum_rank = "superintendent"
# urgent_minimum_rank = "inspector"

# How long entries are kept: entry.retention_group is one of these names (DPA 2018 s.39).
[retention.standard]
limit_years = "TODO: the longest an entry is kept, in years"
review_days = "TODO: the longest time between two reviews, in days"
reason = "TODO: why this long, in a sentence"

# Organisations that entries may be disclosed to: only those named here. Kinds are codes of recipient_kind:
# overt model disclosure.
# [recipients.example_probation]
# title = "Example Probation Service"
# kind = "probation"
# agreement = "ISA-1"
# guidance = "where the guidance for the recipient is found"
# purposes = ["prevention"]
# roles = ["convicted"]
# starts_on = 2026-01-01
# ends_on = 2026-12-31

# Values that controls use in place of a pack's default: `overt pack show core --json` lists them.
[thresholds.minimum_age]
value = "TODO: the youngest age at which a person may be listed"
reason = "TODO: why this age, in a sentence"

# The packs of controls that the register is checked against, by digest.
"""

_AFTER_PACKS = """
# The commitment to tell people that they are listed, before or after the entry is made; for a child, a parent too.
# [notification]
# when = "before"
# days = 7
# child = "parent"              # person, parent or both
# reason = "why, in a sentence"
# exemptions = ["DPA 2018 s.44(4)(b)"]

# How a person can complain to the controller: electronically, and in another way (DPA 2018 s.164A).
# [complaint_ways]
# electronic = "the form at https://police.example/complain"
# other = "a letter to the address above"

# Populations that the register is compared with.
# [populations.example-2021]
# area = "Example"
# year = 2021
# attribute = "ethnicity"
# source = "who published the counts, and where"
# groups = { Asian = 100, Black = 100, Mixed = 100, White = 100, Other = 100 }

# How figures are protected, and how often they are published.
[publication]
safe_threshold = 10             # the smallest count that is shown
round_base = 5                  # counts are rounded to multiples of it
percent_base = 50               # the smallest total for which percentages are shown
release_days = 92               # the longest time between two releases
"""


def new_charter(packs: Mapping[str, PackPin]) -> str:
    """A commented file that is a charter once every text that begins with TODO is filled in; it names the packs given.

    Until then `read_charter` refuses it and lists what is left.
    """
    pins = [
        f'[packs.{name}]\nversion = "{pin.version}"\ndigest = "{pin.digest}"\n' for name, pin in sorted(packs.items())
    ]
    return _TEMPLATE + "\n".join(pins) + _AFTER_PACKS


def next_charter(data: bytes, name: str) -> str:
    """The text of the version after the charter in `data`, with its comments: the days of it are still to be filled in.

    Refuses what `read_charter` refuses.
    """
    charter, places = read_charter(data, name), charter_places(data, name)
    lines = data.decode("utf-8").replace("\r\n", "\n").split("\n")
    reminder = f"TODO: at least {charter.notice_days} days after its adoption"
    for field, text in (
        ("adopted_on", 'adopted_on = "TODO: the date on which the controller adopts this version"'),
        ("effective_on", f'effective_on = "{reminder}"'),
        ("version", f'version = {charter.version + 1}\nprevious = "{charter.digest}"'),
    ):
        lines[places.line(field) - 1] = text
    if charter.previous is not None:
        lines[places.line("previous") - 1] = ""
    return "\n".join(lines)
