"""Who is signed in, and signing people out: a person, or everybody with a role.

Roles come from the identity provider at sign-in. Someone who lost a role there keeps it here until the session ends, so
a controller who takes a role away signs them out, and at the next sign-in the provider says which roles are left.
"""

from __future__ import annotations

from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._roles import ROLES

_HERE = "/staff/sessions"
_WHO = FormField(
    "staff", "Sign out one person, by staff reference", optional=True, longest=60, noun="a staff reference"
)
_ROLE = FormField(
    "role",
    "Sign out everybody with this role",
    Input.CHOICE,
    optional=True,
    choices=tuple((role, role) for role in ROLES),
)
_ENDED = FormField("ended", "How many sessions ended", optional=True, longest=9)


def _sessions(ask: Ask, wrong: tuple[FormFault, ...] = ()) -> Answer:
    people = ask.sessions.people() if ask.sessions else []
    ended = ask.query.get("ended", "")
    data = {
        "people": [{"staff": one.staff, "roles": list(one.roles), "sessions": one.sessions} for one in people],
        "ended": int(ended) if ended.isascii() and ended.isdecimal() else None,
        "fields": (_WHO, _ROLE),
        "target": _HERE,
        "button": "Sign out",
    }
    return Page("staff/sessions.html", data, faults=wrong)


def _sign_out(ask: Ask) -> Answer:
    staff, role = ask.form.get("staff", ""), ask.form.get("role", "")
    faults = ask.faults
    if not faults and bool(staff) == bool(role):
        faults = (FormFault("staff", "Enter a staff reference or choose a role, and not both"),)
    if faults or ask.sessions is None:
        return _sessions(ask, tuple(faults))
    ended = ask.sessions.end_all(staff=staff, role=role)
    return Sent(f"{_HERE}?ended={ended}", {"ended": ended})


ACTIONS = (
    Action("staff.sessions", Face.STAFF, _HERE, "People who are signed in", _sessions, nav="Signed in",
           query=(_ENDED,)),
    Action("staff.sign-out", Face.STAFF, _HERE, "Sign out a person or a role", _sign_out, method="POST",
           fields=(_WHO, _ROLE)),
)  # fmt: skip
