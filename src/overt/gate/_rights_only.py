"""What only this program's own work on requests writes: what a look-up found, what was done, and who was told.

A look-up is lines of the access log, known by their numbers, and it says which entries a request may touch. Whoever may
propose records could otherwise write such a line themselves, and have another person's entry erased for the request;
note an identity that nobody checked; say that a request was answered; or that an organisation signed what it never saw.
A new request may come from anywhere: the public form is such a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from overt.gate._outcome import Reason, refuse
from overt.model import ACCESS, CORRECTION, RECALL, REQUEST, REQUEST_STEP

LOOK_LINE = re.compile(r"(?P<number>.+)-look-(?P<turn>\d+)-(?P<place>\d+)(?P<unsure>-unsure)?", re.DOTALL)
OF_RIGHTS = frozenset((ACCESS.name, REQUEST_STEP.name, REQUEST.name, RECALL.name, CORRECTION.name))
"""The tables of which the work on requests writes rows that nobody else may."""
_LAW = "Data Protection Act 2018, s.62"


def rights_only(table: str, values: Mapping[str, Any], *, alters: bool) -> Iterator[Reason]:
    """What speaks against a record that does not come from the work on requests; `alters` that it is a new version."""
    if table == ACCESS.name and LOOK_LINE.fullmatch(values.get(ACCESS.access_id, "")):
        says = "the number of a line that says what the look-up of a request found"
        yield refuse(
            "rights-only", ACCESS.access_id.path, says, "another number; overt rights work records looks", _LAW
        )
    if table == REQUEST_STEP.name:
        says = "what was done with a request is recorded by doing it"
        yield refuse("rights-only", REQUEST_STEP.request_id.path, says, "overt rights does it, and records the step")
    if table == REQUEST.name and alters:
        says = "what becomes of a request is recorded by the work on it"
        remedy = "overt rights for what a person asks about themselves, overt answer for a request for information"
        yield refuse("rights-only", REQUEST.name, says, remedy)
    if table == RECALL.name and alters:
        says = "what an organisation confirmed is recorded by the work on recalls"
        yield refuse("rights-only", RECALL.name, says, "overt rights confirm or notify")
    elif table == RECALL.name and values.get(RECALL.request_id) is not None:
        says = "whom a request was told to is recorded by telling them"
        remedy = "overt rights rectify, erase or recall; a recall of a register kept elsewhere names no request"
        yield refuse("rights-only", RECALL.request_id.path, says, remedy)
    elif table == RECALL.name and values.get(RECALL.confirmation) == "signed":
        says = "that an organisation signed is recorded where its signature was checked"
        yield refuse("rights-only", RECALL.confirmation.path, says, "recorded; or overt rights confirm --signed")
    if table == CORRECTION.name and values.get(CORRECTION.request_id):
        says = "what was corrected for a request is recorded by correcting it"
        remedy = "overt rights rectify or recall; without a number of a request, where nobody asked for it"
        yield refuse("rights-only", CORRECTION.request_id.path, says, remedy)
