"""The actions of the portal: one `Action` for each page and each form, with its input and output.

An action is a plain function from an `Ask` to what is shown or where to go next. The same action answers a browser with
a page and a program with JSON; `roles.csv` says who may do it; the OpenAPI is made from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from overt.web._answers import Page, Plain, Sent
from overt.web._forms import FormFault, FormField

if TYPE_CHECKING:
    from overt.register import AccessLog
    from overt.web.portal._config import PortalConfig
    from overt.web.portal._desk import Desk
    from overt.web.portal._forms import FormTokens
    from overt.web.portal._guests import Guest
    from overt.web.portal._provider import Provider
    from overt.web.portal._session import Session, Sessions


class Face(StrEnum):
    """Which of the three sections a page belongs to, or the sign-in pages."""

    PUBLIC = "public"
    DOOR = "door"
    STAFF = "staff"
    OVERSIGHT = "oversight"


@dataclass(frozen=True)
class SignedIn:
    """A person is signed in from now on, under a new session; `leave` is where the provider ends its own."""

    who: StaffMember
    location: str
    leave: str = ""


@dataclass(frozen=True)
class SignedOut:
    """The session has ended; `leave` is where the provider ends its own session and sends people back."""

    location: str
    leave: str = ""


@dataclass(frozen=True)
class SentAtHand(Sent):
    """Done, and the browser keeps `sealed` from now on (`_at_hand`), or no longer keeps anything where it is empty."""

    sealed: str = ""


@dataclass(frozen=True)
class Away:
    """On to a page of the provider's, which `heading` names.

    It is a page of ours that a browser leaves at once, and not a redirect: what a form leads to is held to this site by
    the rule `form-action`, and a provider may send people on to hosts that are not known in advance.
    """

    location: str
    heading: str


Answer = Page | Sent | Plain | SignedIn | SignedOut | Away


@dataclass(frozen=True)
class StaffMember:
    """The person who is signed in: a staff reference, roles and unit, never a name; `unit` is "" if it is not known."""

    staff: str
    roles: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True)
class Ask:
    """One request, as an action gets it. `form` has every field of the action that was filled, with blanks taken off.

    `faults` are those of the form as such: a field missing, a day that is no day. An action that changes something
    looks at them first. `who` is there in every action that `roles.csv` closes to `anyone`.
    """

    desk: Desk
    config: PortalConfig
    journal: AccessLog
    now: dt.datetime
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    faults: tuple[FormFault, ...] = ()
    person: StaffMember | None = None
    session: Session | None = None
    guest: Guest | None = None
    provider: Provider | None = None
    tokens: FormTokens | None = None
    sessions: Sessions | None = field(default=None, repr=False)
    request: Any = field(default=None, repr=False)

    @property
    def who(self) -> StaffMember:
        """Who is signed in."""
        if self.person is None:
            raise LookupError("an action that needs a person was offered to anyone")
        return self.person

    @property
    def today(self) -> dt.date:
        """The day of `now`, in UTC: the day by which the gate judges."""
        return self.now.date()


@dataclass(frozen=True)
class Action:
    """One action: its name in `roles.csv`, how it is requested over HTTP, and the function that answers.

    `path` is a route of Starlette's (`/staff/due/{entry_id}`). `nav` puts the page into its face's navigation under
    these words. `fields` is all that the form may hold: what else comes in is refused. So it is for `query`, unless
    `more` says that the address may hold what is not looked at. `cached` pages are the same for everyone and made
    again at most every few seconds. `with_token` says that its page gave a token that comes back with the form.
    `answer` runs in a thread, unless it is a coroutine.
    """

    name: str
    face: Face
    path: str
    summary: str
    answer: Callable[[Ask], Answer | Awaitable[Answer]]
    method: str = "GET"
    nav: str = ""
    fields: tuple[FormField, ...] = ()
    query: tuple[FormField, ...] = ()
    cached: bool = False
    more: bool = False
    most_bytes: int = 100_000
    with_token: bool = False
