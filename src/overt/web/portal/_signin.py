"""Sign-in by OpenID Connect, or by password in the demonstration.

The page that a person asked for is kept only if it is a page of this portal.
"""

from __future__ import annotations

from functools import cache

from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face, SignedIn, SignedOut, StaffMember
from overt.web.portal._config import LocalPerson, PortalConfig
from overt.web.portal._next import first_page, page_of_ours
from overt.web.portal._oidc import back_from_provider, to_provider

_NEXT = FormField("next", "Page to open after sign-in", optional=True, longest=500)
_STAFF = FormField("staff", "Staff reference", longest=60, noun="your staff reference")
_PASSWORD = FormField("password", "Password", Input.HIDDEN, longest=200, noun="your password")


def door_actions(config: PortalConfig) -> tuple[Action, ...]:
    """The sign-in actions: those of the provider if there is one, otherwise those of passwords."""
    door = Face.DOOR
    shared = (
        Action("door.sign-in", door, "/sign-in", "Sign-in page", _sign_in_page, query=(_NEXT,)),
        Action("door.sign-out", door, "/sign-out", "Sign out", _sign_out, method="POST"),
    )
    if config.openid is not None:
        return (
            *shared,
            Action("door.to-provider", door, "/sign-in", "Go to the identity provider", to_provider, method="POST"),
            Action(
                "door.back",
                door,
                "/sign-in/back",
                "Return from the identity provider",
                back_from_provider,
                query=_BACK,
                more=True,
            ),
        )
    if config.people:
        fields = (_STAFF, _PASSWORD, _NEXT)
        return (*shared, Action("door.password", door, "/sign-in", "Sign in", _sign_in, method="POST", fields=fields))
    return shared


_BACK = tuple(FormField(name, name, optional=True, longest=4_000) for name in ("code", "state", "iss", "error"))


def _sign_in_page(ask: Ask) -> Answer:
    next_page = page_of_ours(ask.query.get("next", ""))
    if ask.guest is not None:
        ask.guest.next = next_page
    if ask.config.openid is not None:
        lead = ["Sign in with your organisation’s account. It gives this register your staff reference and roles."]
        return Page("shared/form.html", {"heading": "Sign in", "lead": lead, "button": "Sign in", "fields": ()})
    if not ask.config.people:
        lead = ["This portal only has public pages. The administrator can set up sign-in in portal.toml."]
        return Page("shared/said.html", {"heading": "Sign-in is not set up", "lead": lead})
    return _password_form(ask, next_page)


def _password_form(ask: Ask, next_page: str, faults: tuple[FormFault, ...] = ()) -> Page:
    people = [{"staff": person.staff, "roles": list(person.roles)} for person in ask.config.people]
    data = {"people": people, "fields": (_STAFF, _PASSWORD), "given": {"next": next_page, "password": ""}}
    return Page("shared/sign-in.html", data, faults=faults)


def _sign_in(ask: Ask) -> Answer:
    """Signs in a person who knows the password. An unknown staff reference takes as long and gets the same answer."""
    next_page = page_of_ours(ask.form.get("next", ""))
    if ask.faults:
        return _password_form(ask, next_page, ask.faults)
    person = next((person for person in ask.config.people if person.staff == ask.form["staff"]), None)
    if not _knows(person, ask.form["password"]) or person is None:
        return _password_form(ask, next_page, (FormFault("staff", "The staff reference or the password is wrong"),))
    who = StaffMember(person.staff, person.roles, person.unit)
    return SignedIn(who, next_page or first_page(who))


def _knows(person: LocalPerson | None, password: str) -> bool:
    from argon2 import PasswordHasher  # noqa: PLC0415  takes a moment, and only here
    from argon2.exceptions import Argon2Error, InvalidHashError  # noqa: PLC0415

    hasher = PasswordHasher()
    try:
        return hasher.verify(person.password if person else _nobody(), password) and person is not None
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return hash_password("nobody's")


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    from argon2 import PasswordHasher  # noqa: PLC0415

    return PasswordHasher().hash(password)


def _sign_out(ask: Ask) -> Answer:
    return SignedOut("/", ask.session.leave) if ask.session is not None else Sent("/")
