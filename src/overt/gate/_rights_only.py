"""What only the rights work of this program writes: what the look-up of a request found, and what was done for it.

A look-up is lines of the access log, known by their numbers, and it says which entries a request may touch. Whoever may
propose records could otherwise write such a line themselves, and have another person's entry erased for the request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from overt.gate._outcome import Reason, refuse

LOOK_LINE = re.compile(r"(?P<number>.+)-look-(?P<turn>\d+)-(?P<place>\d+)(?P<unsure>-unsure)?", re.DOTALL)
DONE_FOR_REQUEST = frozenset(("recalled", "rectified", "erased"))
"""Steps that say what was done with entries."""
_LAW = "Data Protection Act 2018, s.62"


def rights_only(table: str, given: Mapping[str, Any]) -> list[Reason]:
    """What speaks against a record that does not come from the rights work."""
    if table == "access" and LOOK_LINE.fullmatch(given.get("access_id", "")):
        says = "the number of a line that says what the look-up of a request found"
        return [
            refuse("rights-only", "access.access_id", says, "another number; overt rights work records looks", _LAW)
        ]
    if table == "request_step" and given.get("kind") in DONE_FOR_REQUEST:
        says = "what was done for a request is recorded by doing it"
        remedy = "overt rights rectify, erase or recall, for an entry that was found for the request"
        return [refuse("rights-only", "request_step.kind", says, remedy)]
    if table == "correction" and given.get("request_id"):
        says = "what was corrected for a request is recorded by correcting it"
        remedy = "overt rights rectify or recall; without a number of a request, where nobody asked for it"
        return [refuse("rights-only", "correction.request_id", says, remedy)]
    return []
